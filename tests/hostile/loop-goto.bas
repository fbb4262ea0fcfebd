' A loop made of GOTO, without a body.
' stops: OutOfFuel; limit: fuel_per_turn

again:
GOTO again ' stops here
