' A small value that is seventeen million values when it is a tree.
' stops: OutOfMemory; limit: heap_bytes

value = [1, "x"]
FOR i = 1 TO 24
    value = [value, value]
NEXT i
text = XML(value) ' stops here
TALK LEN(text)
