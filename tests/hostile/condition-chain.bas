' A condition of seven thousand comparisons in a row.
' stops: BadArgument; limit: query_operators

text = "a = 1" + REPEAT(" AND a=1", 7000)
found = FILTER([{ "a": 1 }], text) ' stops here
TALK LEN(found)
