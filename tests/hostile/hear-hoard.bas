' A conversation that keeps everything it hears, many times over.
' stops: LimitReached; limit: snapshot_bytes
' answers: 40

kept = []
DO
    HEAR more ' stops here
    FOR i = 1 TO 20
        kept.PUSH(REPEAT(more, 100000))
    NEXT i
LOOP
