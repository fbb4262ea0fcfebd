' A name of a hundred thousand steps through a map that contains itself.
' stops: OutOfFuel; limit: fuel_per_turn

row = { "b": 1 }
row.a = row
name = REPEAT("a.", 100000) + "c"
DO ' stops here
    sum = SUMIF([row], name, "b = 1") ' stops here
LOOP ' stops here
