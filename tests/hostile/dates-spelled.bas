' Dates with the names of months, for ever.
' stops: OutOfFuel; limit: fuel_per_turn

DO ' stops here
    d = CDATE("Friday, 15 de março de 2024 às 14:05") ' stops here
LOOP ' stops here
