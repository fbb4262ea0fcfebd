' A number as a text of a billion digits.
' stops: LimitReached | BadArgument; limit: text_bytes

text = PADLEFT("7", 1000000000, "0") ' stops here
TALK LEN(text)
