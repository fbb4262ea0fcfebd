' A script that has itself run twice, each of which has itself run twice.
' stops: LimitReached; limit: host_calls_per_turn

DO
    n = n + 1
    SCHEDULE IN n SECONDS DO ' stops here
        TALK n
    END SCHEDULE
LOOP
