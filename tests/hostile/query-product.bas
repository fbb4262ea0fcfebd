' Every row with every row with every row.
' stops: LimitReached | OutOfMemory | OutOfFuel; limit: list_elements

rows = RANGE(1, 2000)
x = SELECT COUNT(*) AS n FROM rows a, rows b, rows c ' stops here
TALK x
