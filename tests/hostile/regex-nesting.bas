' An expression of thousands of brackets.
' stops: BadArgument; limit: data_depth

found = REGEX_MATCH("a", REPEAT("(", 2000) + "a" + REPEAT(")", 2000)) ' stops here
TALK found
