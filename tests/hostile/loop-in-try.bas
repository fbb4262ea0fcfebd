' A loop that hopes to catch its own end: the end of the fuel cannot be caught.
' stops: OutOfFuel; limit: fuel_per_turn

TRY
    WHILE TRUE ' stops here
        n = n + 1 ' stops here
    WEND ' stops here
CATCH problem
    TALK "caught " + problem
END TRY
TALK "still here"
