' A text of a billion characters in one call.
' stops: LimitReached; limit: text_bytes

text = REPEAT("x", 1000000000) ' stops here
TALK LEN(text)
