' An array of a size that is known only when the program runs.
' stops: LimitReached; limit: list_elements

10 N = 1E9
20 DIM A(N) ' stops here
