' A name of a megabyte is looked for in each of ten thousand rows.
' stops: OutOfFuel; limit: fuel_per_turn

rows = []
FOR i = 1 TO 10000
    PUSH rows, { "a": i }
NEXT i
name = REPEAT("a", 1000000)
DO ' stops here
    best = TOP(rows, 1, name) ' stops here
LOOP ' stops here
