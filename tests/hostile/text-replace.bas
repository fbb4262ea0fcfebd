' Each letter is replaced by a thousand.
' stops: LimitReached; limit: text_bytes

text = REPEAT("a", 20000)
long = REPEAT("b", 1000)
text = REPLACE(text, "a", long) ' stops here
TALK LEN(text)
