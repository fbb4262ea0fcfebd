' A query of twenty thousand operators.
' stops: LimitReached; limit: query_operators

rows = [1]
text = "SELECT " + REPEAT("1 + ", 20000) + "1 FROM rows"
x = QUERY_LISTS(text, { "rows": rows }) ' stops here
TALK x
