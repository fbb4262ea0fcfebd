' A text of millions of pieces.
' stops: LimitReached | OutOfMemory | OutOfFuel; limit: list_elements

text = REPEAT("a,", 5000000)
list = SPLIT(text, ",") ' stops here
TALK UBOUND(list)
