' A script that has itself run twice, each of which has itself run twice.
' stops: LimitReached; limit: schedules_per_bot

DO
    n = n + 1
    SCHEDULE IN n SECONDS DO ' stops here
        TALK n
    END SCHEDULE
LOOP
