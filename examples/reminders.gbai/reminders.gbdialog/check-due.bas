' Runs every five minutes, without a person: marks the reminders whose time has come.
' It never asks anything, because nobody is there to answer.

SET SCHEDULE "*/5 * * * *"

arrived = FIND "reminders" WHERE status = "open" AND due_at <= NOW()

FOR EACH reminder IN arrived
    UPDATE "reminders" SET status = "due" WHERE id = reminder.id
NEXT

IF arrived THEN PRINT "check-due: " + UBOUND(arrived) + " reminder(s) are due"
