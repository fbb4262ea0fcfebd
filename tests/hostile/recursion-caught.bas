' Recursion that catches each failure and goes on.
' stops: OutOfFuel; limit: fuel_per_turn

DO ' stops here
    TRY ' stops here
        CALL deeper(1) ' stops here
    CATCH problem ' stops here
        n = n + 1 ' stops here
    END TRY ' stops here
LOOP ' stops here

SUB deeper(n)
    CALL deeper(n + 1) ' stops here
END SUB
