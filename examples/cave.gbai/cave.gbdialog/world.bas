' The world as data: rooms by name, each with its place on the map and its ways out.
' Another script gets it with   world = CALL "world.bas"

rooms = {
    "entrance": {
        title: "Cave mouth",
        about: "Daylight falls on wet stones. Cold air comes from the north.",
        x: 1, y: 3, dark: FALSE,
        exits: { north: "hall" }
    },
    "hall": {
        title: "Hall of echoes",
        about: "Your steps come back three times.",
        x: 1, y: 2, dark: FALSE,
        exits: { north: "gate", east: "library", south: "entrance", west: "pool" }
    },
    "pool": {
        title: "Still pool",
        about: "Black water without a ripple. Something glitters on the ground.",
        x: 0, y: 2, dark: TRUE,
        exits: { east: "hall" }
    },
    "library": {
        title: "Hermit's library",
        about: "Shelves of slate. One slate says: the gate wants its key, the crown wants the sun.",
        x: 2, y: 2, dark: FALSE,
        exits: { west: "hall" }
    },
    "gate": {
        title: "Iron gate",
        about: "Bars as thick as your arm close the way north.",
        x: 1, y: 1, dark: FALSE,
        exits: { south: "hall" }
    },
    "treasury": {
        title: "Treasury",
        about: "Dust, and more dust.",
        x: 1, y: 0, dark: TRUE,
        exits: { south: "gate" }
    }
}

RETURN rooms
