' Lists inside one another, a hundred thousand deep.
' stops: BadArgument | BadData | LimitReached | TooDeep; limit: data_depth

value = JSON PARSE REPEAT("[", 100000) + REPEAT("]", 100000) ' stops here
TALK "read"
