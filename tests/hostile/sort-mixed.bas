' Sorting values that have no order among them.
' stops: OutOfFuel; limit: fuel_per_turn

list = []
FOR i = 1 TO 20000
    list.PUSH(i MOD 3 = 0 ? "x" + i : (i MOD 3 = 1 ? NULL : i))
    list.PUSH([i])
NEXT i
DO ' stops here
    sorted = SORT(list) ' stops here
LOOP ' stops here
