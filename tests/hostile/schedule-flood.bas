' A schedule for every minute of the year.
' stops: LimitReached; limit: schedules_per_bot

DO
    n = n + 1
    SET SCHEDULE "0 9 * * *" "schedule-flood.bas" "run ${n}" ' stops here
LOOP
