' A script that runs itself.
' stops: TooDeep | LimitReached; limit: call_depth

x = CALL "recursion-script.bas" ' stops here
