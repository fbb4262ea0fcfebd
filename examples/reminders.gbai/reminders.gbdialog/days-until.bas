' A small tool with date arithmetic: how long is it until a day?

PARAM day AS DATE LIKE "2026-12-24" DESCRIPTION "Until which day?"

DESCRIPTION "Tells how many days and weeks lie between today and a day."

distance = DATEDIFF(TODAY(), day, "day")

IF distance = 0 THEN
    TALK "That is today."
ELSE IF distance < 0 THEN
    TALK "That was " + ABS(distance) + " days ago."
ELSE
    full_weeks = INT(distance / 7)
    rest = distance MOD 7
    TALK "In ${distance} days (${full_weeks} weeks and ${rest} days)."
END IF

RETURN distance
