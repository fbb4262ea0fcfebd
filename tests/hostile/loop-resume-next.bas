' A loop in which every statement fails and is passed over.
' stops: OutOfFuel; limit: fuel_per_turn

ON ERROR RESUME NEXT
DO ' stops here
    n = 1 / 0 ' stops here
LOOP ' stops here
