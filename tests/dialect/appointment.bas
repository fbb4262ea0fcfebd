PARAM day AS DATE LIKE "2026-04-01" DESCRIPTION "The day of the visit"
PARAM hour AS HOUR LIKE "14:30"
PARAM reason AS STRING OPTIONAL
DESCRIPTION "Books a visit at the practice."

FUNCTION is_free(day, hour)
    taken = FIND "visits" WHERE day = day AND hour = hour
    RETURN COUNT(taken) = 0
END FUNCTION

SUB confirm(day, hour)
    TALK "Your visit: ${FORMAT(day, "DD/MM/YYYY")} at ${hour}."
    HEAR sure AS BOOLEAN WITH "Is that right?"
    IF NOT sure THEN
        TALK "Nothing was booked."
        EXIT SUB
    END IF
    BOOK "Visit", day, hour, 30, "Room 1"
    booked = TRUE
END SUB

booked = FALSE
tries = 0
WHILE NOT is_free(day, hour) AND tries < 3
    TALK "That time is taken."
    HEAR hour AS HOUR WITH "Which other time?"
    tries = tries + 1
WEND
IF is_free(day, hour) THEN
    CALL confirm(day, hour)
ELSE
    TALK "Please call us."
END IF
IF booked THEN
    SAVE "visits" WITH day AS day, hour AS hour, reason AS reason
    SCHEDULE IN 600 SECONDS DO
        TALK "See you soon!"
    END SCHEDULE
END IF
