' A small value that is a billion values when it is written out.
' stops: LimitReached | OutOfMemory; limit: text_bytes

value = ["ha"]
FOR i = 1 TO 30
    value = [value, value, value]
NEXT i
text = TOJSON(value) ' stops here
TALK LEN(text)
