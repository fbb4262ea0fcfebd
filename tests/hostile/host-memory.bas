' Remembering without an end.
' stops: LimitReached; limit: host_calls_per_turn

DO
    n = n + 1
    SET BOT MEMORY "key ${n}", n ' stops here
LOOP
