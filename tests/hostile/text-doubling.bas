' A text that doubles until it is larger than a text may be.
' stops: LimitReached; limit: text_bytes

text = "x"
DO
    text = text + text ' stops here
LOOP
