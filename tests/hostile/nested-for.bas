' Counting to a quintillion in steps of one.
' stops: OutOfFuel; limit: fuel_per_turn

FOR a = 1 TO 1000000000 ' stops here
    FOR b = 1 TO 1000000000 ' stops here
    NEXT b ' stops here
NEXT a ' stops here
