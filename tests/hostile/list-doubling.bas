' A list that is put behind itself.
' stops: OutOfMemory | LimitReached; limit: list_elements

list = [1, 2, 3, 4]
DO
    list = list + list ' stops here
LOOP
