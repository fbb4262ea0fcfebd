' Loops that count for ever.
' stops: OutOfFuel; limit: fuel_per_turn

10 FOR I = 0 TO 1 STEP 0
20 FOR J = 1 TO 1E9: NEXT J ' stops here
30 NEXT I
