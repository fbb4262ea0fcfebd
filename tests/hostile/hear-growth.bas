' A text that doubles with every answer.
' stops: LimitReached | OutOfMemory; limit: snapshot_bytes
' answers: 40

text = "x"
DO
    HEAR more ' stops here
    text = text + text + more
LOOP
