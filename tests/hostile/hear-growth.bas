' A text that doubles with every answer.
' stops: LimitReached | OutOfMemory; limit: text_bytes
' answers: 40

text = "x"
DO
    HEAR more
    text = text + text + more ' stops here
LOOP
