' A filter inside a loop: the work hides in a function.
' stops: OutOfFuel; limit: fuel_per_turn

rows = []
FOR i = 1 TO 10000
    rows.PUSH(#{ n: i })
NEXT i
FOR EACH row IN rows ' stops here
    found = FILTER(rows, "n > 5 AND n < 1000000") ' stops here
NEXT row ' stops here
