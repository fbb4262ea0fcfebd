' A GOSUB that never returns.
' stops: TooDeep; limit: call_depth

10 GOSUB 10 ' stops here
