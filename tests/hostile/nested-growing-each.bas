' A list that grows while a loop runs over it.
' stops: OutOfFuel | OutOfMemory | LimitReached; limit: list_elements

list = [1]
FOR EACH item IN list ' stops here
    list.PUSH(item) ' stops here
NEXT item ' stops here
TALK UBOUND(list)
DO ' stops here
    list = list + list ' stops here
LOOP ' stops here
