' A conversation that keeps everything it hears, many times over.
' stops: OutOfMemory; limit: heap_bytes
' answers: 40

kept = []
DO
    HEAR more
    FOR i = 1 TO 20 ' stops here
        kept.PUSH(REPEAT(more, 100000)) ' stops here
    NEXT i ' stops here
LOOP
