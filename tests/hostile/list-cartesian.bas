' Every list of one element of each of six long lists.
' stops: LimitReached | OutOfMemory; limit: list_elements

a = RANGE(1, 1000)
x = CARTESIAN(a, a, a, a, a, a) ' stops here
TALK UBOUND(x)
