' Buttons without an end.
' stops: LimitReached; limit: host_calls_per_turn

DO
    ADD SUGGESTION "again" ' stops here
LOOP
