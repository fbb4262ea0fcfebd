' Groups and orders of long lists, for ever.
' stops: OutOfFuel | OutOfMemory; limit: fuel_per_turn

rows = RANGE(1, 20000)
DO ' stops here
    x = SELECT item % 7 AS k, SUM(item) AS s FROM rows GROUP BY k ORDER BY s DESC ' stops here
LOOP ' stops here
