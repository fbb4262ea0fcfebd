' PRINT without end, on one line and never listening.
' stops: LimitReached; limit: output_bytes_per_turn

10 PRINT "AGAIN AND AGAIN ";: GOTO 10 ' stops here
