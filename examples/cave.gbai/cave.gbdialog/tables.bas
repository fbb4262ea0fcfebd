' Saved games: one a player, the state as JSON.

TABLE saved_games
    player string(60) key
    state text
    saved_at datetime
END TABLE
