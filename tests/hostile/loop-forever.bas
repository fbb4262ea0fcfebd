' A loop without an end. Its slices (fuel_per_slice) let others have their turn.
' stops: OutOfFuel; limit: fuel_per_turn

DO ' stops here
    n = n + 1 ' stops here
LOOP ' stops here
