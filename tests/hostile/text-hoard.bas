' Texts that are each small enough, all kept.
' stops: OutOfMemory; limit: heap_bytes

kept = []
DO ' stops here
    kept.PUSH(REPEAT("x", 100000) + UBOUND(kept)) ' stops here
LOOP ' stops here
