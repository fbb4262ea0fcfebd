' A pattern of a million places, for ever.
' stops: BadArgument | LimitReached | OutOfFuel; limit: fuel_per_turn

pattern = REPEAT("0", 1000000) + "." + REPEAT("0", 1000000)
DO ' stops here
    text = FORMAT(1.5, pattern) ' stops here
LOOP ' stops here
