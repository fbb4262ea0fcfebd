' Aliases of aliases that unfold to a billion words.
' stops: OutOfMemory | OutOfFuel | LimitReached; limit: heap_bytes

text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
FOR i = 1 TO 12
    text = text + "a" + i + ": &a" + i + " [" + JOIN(NEW_ARRAY(10, "*a" + (i - 1)), ", ") + "]\n"
NEXT
value = YAML PARSE text ' stops here
TALK LEN(value.a12)
