' A small value that is many lines, each behind many blanks.
' stops: LimitReached | OutOfMemory; limit: text_bytes

value = [1, "x"]
FOR i = 1 TO 40
    value = [value, value]
NEXT i
text = JSONPRETTY(value, 8) ' stops here
TALK LEN(text)
