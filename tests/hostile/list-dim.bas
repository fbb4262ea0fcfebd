' An array with more elements than memory.
' stops: LimitReached | OutOfMemory; limit: list_elements

DIM board(100000, 100000) ' stops here
TALK "made"
