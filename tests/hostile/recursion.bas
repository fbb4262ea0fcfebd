' A SUB that calls itself.
' stops: TooDeep; limit: call_depth

CALL deeper(1)

SUB deeper(n)
    CALL deeper(n + 1) ' stops here
END SUB
