' A schedule for every minute of the year.
' stops: LimitReached; limit: host_calls_per_turn

DO
    n = n + 1
    SET SCHEDULE "0 9 * * *" "schedule-flood.bas" "run ${n}" ' stops here
LOOP
