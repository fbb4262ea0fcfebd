' Once a night: throws away what was done or cancelled more than 90 days ago.

SET SCHEDULE "0 3 * * *"

limit_day = DATEADD(NOW(), -90, "day")

DELETE FROM "reminders" WHERE status = "cancelled" AND due_at < limit_day
DELETE FROM "reminders" WHERE status = "done" AND due_at < limit_day

PRINT "tidy: reminders older than " + FORMAT(limit_day, "YYYY-MM-DD") + " are gone"
