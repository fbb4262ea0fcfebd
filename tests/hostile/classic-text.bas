' A text that is longer than what PRINT may write at once.
' stops: LimitReached; limit: teletype_bytes

10 A$ = STRING$(60000, "X")
20 PRINT A$ ' stops here
