' Maps without an end, all kept.
' stops: OutOfMemory; limit: heap_bytes

rows = []
DO ' stops here
    rows.PUSH(#{ a: UBOUND(rows), b: "text", c: [1, 2, 3] }) ' stops here
LOOP ' stops here
