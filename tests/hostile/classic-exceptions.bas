' Exceptions that are told and passed over, without end and without PRINT.
' stops: DivisionByZero; limit: teletype_bytes

10 A = 1 / 0: GOTO 10 ' stops here
