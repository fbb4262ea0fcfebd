' The model reads this description to know when to call the script.
DESCRIPTION "Tells when we are open on a day of the week."
PARAM day AS STRING LIKE "Monday" DESCRIPTION "the day in English"

SELECT CASE LOWER(day)
    CASE "saturday", "sunday"
        TALK "We are closed on ${day}."
    CASE ELSE
        TALK "On ${day} we are open from 9:00 to 17:30."
END SELECT
