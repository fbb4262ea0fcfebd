' A list that grows by one, for ever.
' stops: OutOfMemory | LimitReached | OutOfFuel; limit: list_elements

list = []
DO ' stops here
    PUSH list, list ' stops here
LOOP ' stops here
