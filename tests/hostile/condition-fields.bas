' A condition of ten thousand fields, each one level deeper than the one before it.
' stops: BadArgument; limit: query_operators

wanted = {}
FOR i = 1 TO 10000
    wanted["k" + i] = i
NEXT i
found = FILTER([{ "k1": 1 }], wanted) ' stops here
TALK LEN(found)
