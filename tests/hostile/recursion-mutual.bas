' Two functions that call each other.
' stops: TooDeep; limit: call_depth

TALK odd(1)

FUNCTION odd(n)
    RETURN even(n + 1) ' stops here
END FUNCTION

FUNCTION even(n)
    RETURN odd(n + 1) ' stops here
END FUNCTION
