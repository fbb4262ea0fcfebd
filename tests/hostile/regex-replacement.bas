' A replacement that grows with every match.
' stops: LimitReached | OutOfMemory; limit: text_bytes

text = REPEAT("a", 100000)
DO
    text = REGEX_REPLACE(text, "a", "aaaaaaaaaa") ' stops here
LOOP
