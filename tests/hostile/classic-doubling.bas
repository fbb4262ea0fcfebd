' A text that grows by itself.
' stops: LimitReached|OutOfMemory; limit: text_bytes

10 A$ = "X"
20 A$ = A$ + A$: GOTO 20 ' stops here
