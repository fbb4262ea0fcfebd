' Every second of ten thousand years.
' stops: OutOfFuel | LimitReached; limit: fuel_per_turn

list = DATERANGE("0001-01-01", "9998-12-31", 1, "second") ' stops here
TALK UBOUND(list)
