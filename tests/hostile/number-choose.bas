' The number of ways to choose half of a billion billions.
' stops: OutOfFuel | Overflow; limit: fuel_per_turn

TALK COMBIN(9000000000000000000, 4500000000000000000) ' stops here
