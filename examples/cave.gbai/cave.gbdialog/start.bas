' A text adventure. The whole game is one loop around HEAR: the player may leave for a week and
' the next word goes on exactly here, with every variable as it was.

world = CALL "world.bas"
room_names = ["entrance", "hall", "pool", "library", "gate", "treasury"]
item_names = ["lamp", "book", "key", "crown"]
directions = ["north", "east", "south", "west"]
short_forms = #{ n: "north", e: "east", s: "south", w: "west", l: "look", i: "bag", q: "quit" }

HEAR player AS NAME WITH "Who dares to enter the Cave of Echoes?"

' All that changes during a game: where the player is, where the things are, what was visited.
' The SUBs below read and write these variables.
place = "entrance"
bag = []
visited = ["entrance"]
moves = 0
gate_open = FALSE
things = #{ lamp: "entrance", book: "library", key: "pool", crown: "treasury" }

BEGIN TALK
Welcome, ${player}. Somewhere in here lies a crown. Bring it back to daylight.
Say where you go (north, east, south, west), or: look, take, drop, read, open, bag, map, save, load, quit.
END TALK

CALL describe

playing = TRUE
WHILE playing
    said = HEAR
    words = SPLIT(LCASE(TRIM(said)), " ")
    verb = short_forms[words[0]] ?? words[0]
    noun = UBOUND(words) > 1 ? words[UBOUND(words) - 1] : ""

    IF directions CONTAINS verb THEN
        CALL walk(verb)
        CONTINUE
    END IF

    SELECT CASE verb
        CASE "go", "walk", "run"
            noun = short_forms[noun] ?? noun
            IF directions CONTAINS noun THEN
                CALL walk(noun)
            ELSE
                TALK "Go where?"
            END IF
        CASE "look"
            CALL describe
        CASE "take", "get", "drop", "read", "open", "unlock"
            IF noun = "" THEN
                TALK "What do you want to ${verb}?"
            ELSE
                CALL handle(verb, noun)
            END IF
        CASE "bag", "inventory"
            CALL show_bag
        CASE "map"
            CALL draw_map
        CASE "save"
            CALL store_game
        CASE "load"
            CALL restore_game
        CASE "quit"
            playing = FALSE
        CASE ELSE
            echo = RIGHT(said, 3) + "... " + RIGHT(said, 2) + "..."
            TALK "You mumble \"${said}\". The echo answers: \"${echo}\""
    END SELECT

    IF things["crown"] = "entrance" THEN
        TALK "Sunlight fills the crown. You have won with **" + points() +
            " points** in ${moves} moves!"
        playing = FALSE
    END IF
WEND

TALK "Farewell, ${player}."
EXIT

' ---------------------------------------------------------------- the state of a game

FUNCTION points()
    rest = points_at_start - moves * points_per_move
    RETURN MAX(rest, 10)
END FUNCTION

' Dark rooms show nothing without the lamp.
FUNCTION is_dark()
    RETURN world[place].dark AND NOT (bag CONTAINS "lamp")
END FUNCTION

FUNCTION things_in(room)
    found = []
    FOR EACH item IN item_names
        IF things[item] = room THEN found.PUSH(item)
    NEXT
    RETURN found
END FUNCTION

' ---------------------------------------------------------------- looking and walking

SUB describe
    IF is_dark() THEN
        TALK "It is pitch dark. Water drips somewhere."
        EXIT SUB
    END IF

    here = world[place]
    ways = []
    FOR EACH direction IN directions
        IF way_from(place, direction) THEN ways.PUSH(direction)
    NEXT direction

    view = "**" + here.title + "**\n" + here.about + "\nWays: " + JOIN(ways, ", ")
    seen = things_in(place)
    IF seen THEN view = view + "\nYou see: " + JOIN(seen, ", ")
    TALK view
END SUB

' The room that lies in a direction, or NULL. The gate is the one way that opens later.
FUNCTION way_from(room, direction)
    IF room = "gate" AND direction = "north" THEN
        RETURN gate_open ? "treasury" : NULL
    END IF
    RETURN world[room].exits[direction]
END FUNCTION

SUB walk(direction)
    target = way_from(place, direction)
    IF target IS NULL THEN
        TALK "There is no way ${direction}."
        EXIT SUB
    END IF

    place = target
    moves = moves + 1
    IF NOT visited CONTAINS place THEN visited.PUSH(place)
    CALL describe
END SUB

' ---------------------------------------------------------------- things

SUB handle(verb, noun)
    IF verb = "take" OR verb = "get" THEN
        CALL take(noun)
    ELSE IF verb = "drop" THEN
        CALL drop(noun)
    ELSE IF verb = "read" THEN
        IF noun = "book" AND bag CONTAINS "book" THEN
            TALK "\"Who fears the dark forgets the lamp at the door.\""
        ELSE
            TALK "There is nothing to read."
        END IF
    ELSE IF noun = "gate" AND place = "gate" THEN
        CALL open_gate
    ELSE
        TALK "You cannot ${verb} the ${noun}."
    END IF
END SUB

SUB take(noun)
    IF is_dark() THEN
        TALK "You grope about and find nothing in the dark."
    ELSE IF bag CONTAINS noun THEN
        TALK "You have the ${noun} already."
    ELSE IF things[noun] = place THEN
        things[noun] = "bag"
        bag.PUSH(noun)
        TALK "Taken: ${noun}."
    ELSE
        TALK "There is no ${noun} here."
    END IF
END SUB

SUB drop(noun)
    IF NOT bag CONTAINS noun THEN
        TALK "You have no ${noun}."
        EXIT SUB
    END IF

    ' A list without one of its elements: what stays is copied over.
    kept = []
    i = 0
    DO WHILE i < UBOUND(bag)
        IF bag[i] <> noun THEN kept[UBOUND(kept)] = bag[i]
        i = i + 1
    LOOP
    bag = kept
    things[noun] = place
    TALK "Dropped: ${noun}."
END SUB

SUB open_gate
    IF gate_open THEN
        TALK "The gate is open."
    ELSE IF bag CONTAINS "key" THEN
        gate_open = TRUE
        TALK "The key turns. The gate swings open with a groan that echoes three times."
    ELSE
        TALK "The gate is locked."
    END IF
END SUB

SUB show_bag
    IF NOT bag THEN
        TALK "Your bag is empty."
    ELSE
        TALK "In your bag: " + JOIN(bag, ", ")
    END IF
END SUB

' ---------------------------------------------------------------- the map

' Two loops, one in the other: a row of the map for each y, a cell for each x.
SUB draw_map
    rows = []
    FOR y = 0 TO 3
        row = ""
        FOR x = 0 TO 2
            row = row + cell(x, y)
        NEXT x
        rows.PUSH(row)
    NEXT y
    TALK JOIN(rows, "\n")
END SUB

FUNCTION cell(x, y)
    FOR EACH candidate IN room_names
        room = world[candidate]
        IF room.x = x AND room.y = y AND visited CONTAINS candidate THEN
            RETURN IIF(candidate = place, "[*]", "[ ]")
        END IF
    NEXT
    RETURN "..."
END FUNCTION

' ---------------------------------------------------------------- saving

' The world never changes, so only the state is written down.
SUB store_game
    state = #{
        place: place,
        bag: bag,
        visited: visited,
        moves: moves,
        gate_open: gate_open,
        things: things
    }
    DELETE FROM "saved_games" WHERE player = player
    SAVE "saved_games", #{ player: player, state: TOJSON(state), saved_at: NOW() }
    TALK "The game is saved, ${player}."
END SUB

SUB restore_game
    saved = FIND "saved_games" WHERE player = player FIRST
    IF saved IS NULL THEN
        TALK "There is no saved game for ${player}."
        EXIT SUB
    END IF

    state = JSON PARSE saved.state
    place = state.place
    bag = state.bag
    visited = state.visited
    moves = state.moves
    gate_open = state.gate_open
    things = state.things
    TALK "You are back in the game of " + FORMAT(saved.saved_at, "YYYY-MM-DD") + "."
    CALL describe
END SUB
