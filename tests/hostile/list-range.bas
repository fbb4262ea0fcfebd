' A list of a billion numbers in one call.
' stops: LimitReached; limit: list_elements

list = RANGE(1, 1000000000) ' stops here
TALK UBOUND(list)
