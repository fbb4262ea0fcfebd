' Three loops inside one another over the same list.
' stops: OutOfFuel; limit: fuel_per_turn

many = RANGE(1, 5000)
FOR EACH a IN many ' stops here
    FOR EACH b IN many ' stops here
        FOR EACH c IN many ' stops here
            n = n + 1 ' stops here
        NEXT c ' stops here
    NEXT b ' stops here
NEXT a ' stops here
