' Writing rows without an end.
' stops: LimitReached; limit: host_calls_per_turn

TABLE junk
    n integer key
END TABLE
DO
    n = n + 1
    SAVE "junk", #{ n: n } ' stops here
LOOP
