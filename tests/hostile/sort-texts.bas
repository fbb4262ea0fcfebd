' Sorting texts that differ in their last letter only.
' stops: OutOfFuel; limit: fuel_per_turn

long = REPEAT("x", 2000)
list = []
FOR i = 1 TO 4000
    list.PUSH(long + i)
NEXT i
DO ' stops here
    SORT list BY "length" DESC ' stops here
    other = SORT(list, "DESC") ' stops here
LOOP ' stops here
