' Elements inside one another, a hundred thousand deep.
' stops: LimitReached; limit: data_depth

value = XML PARSE REPEAT("<a>", 100000) ' stops here
TALK "read"
