' An expression that unfolds to a billion states.
' stops: BadArgument; limit: heap_bytes

found = REGEX_MATCH("a", "((a{1000}){1000}){1000}") ' stops here
TALK found
