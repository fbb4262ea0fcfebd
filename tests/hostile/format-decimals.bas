' A number with a million decimals, for ever.
' stops: BadArgument | LimitReached | OutOfFuel; limit: fuel_per_turn

DO ' stops here
    text = TOFIXED(1 / 3, 1000000) ' stops here
LOOP ' stops here
