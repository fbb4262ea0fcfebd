' Sorting a long list, again and again.
' stops: OutOfFuel; limit: fuel_per_turn

list = []
FOR i = 1 TO 100000
    list.PUSH((i * 7919) MOD 100003)
NEXT i
DO ' stops here
    list = SORT(list, "DESC") ' stops here
    list = SORT(list) ' stops here
LOOP ' stops here
