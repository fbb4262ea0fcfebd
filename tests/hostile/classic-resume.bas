' An error that is handled by doing the same again.
' stops: OutOfFuel; limit: fuel_per_turn

10 ON ERROR GOTO 30
20 A = 1 / 0: GOTO 20 ' stops here
30 RESUME ' stops here
