' Reminders: add, list, cancel, snooze. The script check-due.bas, which runs by schedule,
' marks what has become due; this dialogue shows it whenever the person comes back.

ADD TOOL "days-until"

HEAR owner AS NAME WITH "Hello! Under which name do I keep your reminders?"

TALK "Nice to see you, ${owner}."
CALL show_due

DO
    TALK "What shall I do?"
    HEAR wish AS "New", "List", "Cancel", "Due", "Bye"

    SELECT CASE wish
        CASE "New"
            CALL new_reminder
        CASE "List"
            CALL list_reminders
        CASE "Cancel"
            CALL cancel_reminder
        CASE "Due"
            CALL show_due
    END SELECT
LOOP UNTIL wish = "Bye"

TALK "Bye, " + owner + ". I keep an eye on the clock."
RETURN

' ---------------------------------------------------------------- adding

SUB new_reminder
    IF UBOUND(open_reminders()) >= max_open THEN
        TALK "You have ${max_open} open reminders already. Please cancel one first."
        EXIT SUB
    END IF

    HEAR note AS TEXT WITH "What is it about?"
    TALK "When?"
    HEAR span AS "In an hour", "Tomorrow morning", "In a week", "On a date"

    due_at = moment_of(span)
    IF DATEDIFF(NOW(), due_at, "minute") < 0 THEN
        TALK "That moment has passed already."
        EXIT SUB
    END IF

    HEAR repeats AS "Once", "Daily", "Weekly", "Monthly" WITH "How often?"

    SAVE "reminders", #{
        id: fresh_id(),
        owner: owner,
        note: note,
        due_at: due_at,
        repeats: LCASE(repeats),
        status: "open"
    }
    TALK "I will remind you of \"${note}\" on " + FORMAT due_at AS "YYYY-MM-DD" +
        " at " + FORMAT due_at AS "HH:mm" + "."
END SUB

' Turns what the person chose into a moment.
FUNCTION moment_of(span)
    IF span = "In an hour" THEN
        RETURN DATEADD(NOW(), 1, "hour")
    ELSE IF span = "Tomorrow morning" THEN
        RETURN at_clock(DATEADD(TODAY(), 1, "day"), "08:00")
    ELSE IF span = "In a week" THEN
        RETURN DATEADD(NOW(), 1, "week")
    END IF

    HEAR day AS DATE WITH "On which day?"
    HEAR clock_time AS HOUR WITH "At what time?"
    RETURN at_clock(day, clock_time)
END FUNCTION

' A day and a time such as "14:30" as one moment.
FUNCTION at_clock(day, clock_time)
    parts = SPLIT(clock_time, ":")
    full_hour = DATEADD(day, VAL(parts[0]), "hour")
    RETURN DATEADD(full_hour, VAL(parts[1]), "minute")
END FUNCTION

' One more than the highest number so far. Counting the rows would not do: tidy.bas deletes some.
FUNCTION fresh_id()
    newest = FIND "reminders" ORDER BY id DESC FIRST
    RETURN (newest?.id ?? 0) + 1
END FUNCTION

' ---------------------------------------------------------------- listing

FUNCTION open_reminders()
    RETURN FIND "reminders" WHERE owner = owner AND status = "open" ORDER BY due_at
END FUNCTION

SUB list_reminders
    mine = open_reminders()
    IF NOT mine THEN
        TALK "You have no open reminders."
        EXIT SUB
    END IF

    FOR EACH reminder IN mine
        TALK reminder.id + ". " + reminder.note + ", " + when_text(reminder.due_at) +
            repeat_text(reminder)
    NEXT
END SUB

' "today", "tomorrow", "in 5 days": the distance in days reads better than a date.
FUNCTION when_text(moment)
    days_off = DATEDIFF(TODAY(), FORMAT(moment, "YYYY-MM-DD"), "day")
    at_time = " at " + FORMAT(moment, "HH:mm")

    SELECT CASE days_off
        CASE 0
            RETURN "today" + at_time
        CASE 1
            RETURN "tomorrow" + at_time
        CASE 2, 3, 4, 5, 6, 7
            RETURN "in " + days_off + " days" + at_time
        CASE ELSE
            RETURN "on " + FORMAT(moment, "YYYY-MM-DD") + at_time
    END SELECT
END FUNCTION

FUNCTION repeat_text(reminder)
    RETURN reminder.repeats = "once" ? "" : " (" + reminder.repeats + ")"
END FUNCTION

' ---------------------------------------------------------------- cancelling

SUB cancel_reminder
    mine = open_reminders()
    IF NOT mine THEN
        TALK "There is nothing to cancel."
        EXIT SUB
    END IF

    CALL list_reminders
    HEAR number AS INTEGER WITH "Which number shall I cancel (0 for none)?"
    IF number = 0 THEN
        TALK "All right, everything stays."
        EXIT SUB
    END IF

    ' Only open reminders of this person: the number alone would not be enough.
    FOR EACH reminder IN mine
        IF reminder.id = number THEN
            UPDATE "reminders" SET status = "cancelled" WHERE id = number
            TALK "Cancelled: ${reminder.note}."
            EXIT SUB
        END IF
    NEXT
    TALK "You have no open reminder with the number ${number}."
END SUB

' ---------------------------------------------------------------- what is due

SUB show_due
    due = FIND "reminders" WHERE owner = owner AND status = "due" ORDER BY due_at
    IF NOT due THEN
        TALK "Nothing is due."
        EXIT SUB
    END IF

    FOR EACH reminder IN due
        TALK "⏰ **${reminder.note}**"
        HEAR answer AS "Done", "Snooze"
        IF answer = "Done" THEN
            CALL finish(reminder)
        ELSE
            later = DATEADD(NOW(), snooze_minutes, "minute")
            UPDATE "reminders" SET status = "open", due_at = later WHERE id = reminder.id
            TALK "I will ask again in ${snooze_minutes} minutes."
        END IF
    NEXT reminder
END SUB

' A reminder that repeats moves on by its step; the others are done for good.
SUB finish(reminder)
    SELECT CASE reminder.repeats
        CASE "daily"
            again = DATEADD(reminder.due_at, 1, "day")
        CASE "weekly"
            again = DATEADD(reminder.due_at, 7, "day")
        CASE "monthly"
            again = DATEADD(reminder.due_at, 1, "month")
        CASE ELSE
            UPDATE "reminders" SET status = "done" WHERE id = reminder.id
            TALK "Done."
            EXIT SUB
    END SELECT

    UPDATE "reminders" SET status = "open", due_at = again WHERE id = reminder.id
    TALK "Done. The next time is " + when_text(again) + "."
END SUB
