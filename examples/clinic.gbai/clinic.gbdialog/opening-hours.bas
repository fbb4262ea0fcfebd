' A tool: is the clinic open on a day?

PARAM day AS DATE LIKE "2026-04-03" DESCRIPTION "Which day do you mean?"

DESCRIPTION "Tells whether the clinic is open on a day, and its hours."

iso_day = FORMAT(day, "YYYY-MM-DD")
holiday = FIND "holidays.csv" WHERE day = iso_day FIRST

SELECT CASE WEEKDAY(day)
    CASE 1, 7
        TALK "We are closed at weekends."
        RETURN FALSE
    CASE ELSE
        IF holiday THEN
            TALK "We are closed: it is " + holiday.name + "."
            RETURN FALSE
        END IF
END SELECT

TALK "We are open from ${first_hour}:00 to ${last_hour + 1}:00, with a break from 12:00 to 14:00."
RETURN TRUE
