' Writing far behind the end of a list.
' stops: LimitReached | BadIndex | OutOfMemory; limit: list_elements

list = []
list[2000000000] = 1 ' stops here
TALK UBOUND(list)
