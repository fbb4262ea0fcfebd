' Appointments of a clinic. What may go wrong is thrown as an error by the function that notices
' it, and caught in one place, so that the way through the dialogue stays readable.

doctors = FIND "doctors.csv" ORDER BY name
ADD TOOL "opening-hours"

BEGIN TALK
**${clinic}**
I can book, show and cancel appointments. In an emergency please call 112.
END TALK

' A notice of the day may lie in the drive; usually there is none, and that is no failure.
ON ERROR RESUME NEXT
notice = READ "notice.txt"
IF ERROR THEN
    notice = ""
    CLEAR ERROR
END IF
ON ERROR GOTO 0
IF notice THEN TALK "Please note: " + notice

wish = ""
DO UNTIL wish = "Nothing else"
    TALK "What would you like to do?"
    HEAR wish AS "Book", "My appointments", "Cancel", "Nothing else"

    TRY
        SELECT CASE wish
            CASE "Book"
                CALL book_visit
            CASE "My appointments"
                CALL show_visits
            CASE "Cancel"
                CALL cancel_visit
        END SELECT
    CATCH problem
        TALK "I am sorry: " + problem
    END TRY
LOOP

TALK "Take care!"
EXIT

' ---------------------------------------------------------------- booking

SUB book_visit
    TALK "Which doctor would you like to see?"
    HEAR wanted AS MENU "Dr. Adams", "Dr. Baker", "Dr. Chen"
    doctor = doctor_by_name(wanted)

    HEAR day AS DATE WITH "On which day?"
    CALL check_day(doctor, day)

    slots = free_slots(doctor.code, day)
    IF NOT slots THEN
        TALK "${doctor.name} has no free time on that day."
        day = ask_other_day(doctor, day)
        IF NOT day THEN EXIT SUB
        slots = free_slots(doctor.code, day)
    END IF

    TALK "Free at: " + JOIN(slots, ", ")
    slot = ask_slot(slots)

    HEAR patient AS NAME WITH "The patient's full name?"
    HEAR mobile AS MOBILE WITH "A mobile number, in case something changes?"
    HEAR reason WITH "In a few words, what is it about?" DEFAULT "not said"

    ' Minutes may have passed since the question: somebody else may hold the slot by now.
    IF NOT is_free(doctor.code, day, slot) THEN THROW "that time has just been taken."

    code = make_code(doctor.code)
    WITH visit
        code = code
        doctor = doctor.code
        patient = patient
        mobile = mobile
        day = day
        slot = slot
        reason = reason
        status = "booked"
    END WITH
    SAVE "appointments", visit

    TALK "Booked: ${doctor.name}, " + FORMAT(day, "DD/MM/YYYY") +
        " at ${slot}. Your code is **${code}**."
END SUB

FUNCTION doctor_by_name(wanted)
    FOR EACH candidate IN doctors
        IF candidate.name = wanted THEN RETURN candidate
    NEXT
    THROW "there is no doctor ${wanted}."
END FUNCTION

' Refuses days that make no sense. WEEKDAY counts from 1 = Sunday.
SUB check_day(doctor, day)
    distance = DATEDIFF(TODAY(), day, "day")
    IF distance < 1 THEN
        THROW "appointments start tomorrow."
    ELSE IF distance > days_ahead THEN
        THROW "I book ${days_ahead} days ahead at most."
    END IF

    weekday_number = WEEKDAY(day)
    IF weekday_number = 1 OR weekday_number = 7 THEN
        THROW "the clinic is closed at weekends."
    ELSE IF weekday_number = VAL(doctor.off_day) THEN
        THROW "${doctor.name} does not work on that day of the week."
    END IF

    iso_day = FORMAT(day, "YYYY-MM-DD")
    holiday = FIND "holidays.csv" WHERE day = iso_day FIRST
    IF holiday THEN THROW "the clinic is closed on ${holiday.name}."
END SUB

' ---------------------------------------------------------------- availability

' All slots of a day that nobody has booked.
FUNCTION free_slots(doctor_code, day)
    free = []
    minute_of_day = first_hour * 60
    DO WHILE minute_of_day <= last_hour * 60
        slot = clock_text(minute_of_day)
        IF is_free(doctor_code, day, slot) THEN free.PUSH(slot)
        minute_of_day = minute_of_day + slot_minutes
    LOOP
    RETURN free
END FUNCTION

FUNCTION is_free(doctor_code, day, slot)
    IF slot = "12:00" OR slot = "13:00" THEN RETURN FALSE
    taken = FIND "appointments"
        WHERE doctor = doctor_code AND day = day AND slot = slot AND status = "booked"
    RETURN UBOUND(taken) = 0
END FUNCTION

' 570 -> "09:30"
FUNCTION clock_text(minutes)
    full = INT(minutes / 60)
    RETURN RIGHT("0" + full, 2) + ":" + RIGHT("0" + (minutes MOD 60), 2)
END FUNCTION

' Looks for the next days with room, within the days that can be booked.
FUNCTION ask_other_day(doctor, day)
    offers = []
    FOR i = 1 TO days_ahead
        candidate = FORMAT(DATEADD(day, i, "day"), "YYYY-MM-DD")
        IF UBOUND(offers) >= max_offers THEN EXIT FOR
        IF works_on(doctor, candidate) AND free_slots(doctor.code, candidate) THEN
            offers.PUSH(candidate)
        END IF
    NEXT i

    IF NOT offers THEN THROW "there is no free day within ${days_ahead} days."

    TALK "The next days with free time: " + JOIN(offers, ", ")
    HEAR answer WITH "Which of them (or \"none\")?"
    IF offers CONTAINS TRIM(answer) THEN RETURN TRIM(answer)
    TALK "Then perhaps another time."
    RETURN ""
END FUNCTION

' check_day throws; here only yes or no is wanted.
FUNCTION works_on(doctor, day)
    TRY
        CALL check_day(doctor, day)
        RETURN TRUE
    CATCH reason
        RETURN FALSE
    END TRY
END FUNCTION

' A slot may be said as 9, 9:00 or 09:00.
FUNCTION ask_slot(slots)
    FOR attempt = 1 TO 3
        HEAR answer WITH "At what time?"
        said = TRIM(answer)
        IF NOT said CONTAINS ":" THEN said = said + ":00"
        IF LEN(said) = 4 THEN said = "0" + said
        IF slots CONTAINS said THEN RETURN said
        TALK "${said} is not free."
    NEXT attempt
    THROW "we did not find a time."
END FUNCTION

FUNCTION make_code(doctor_code)
    RETURN LEFT(doctor_code, 1) + (201 + COUNT(FIND "appointments"))
END FUNCTION

' ---------------------------------------------------------------- showing and cancelling

SUB show_visits
    HEAR patient AS NAME WITH "The patient's full name?"
    visits = FIND "appointments" WHERE patient = patient AND status = "booked" ORDER BY code
    IF NOT visits THEN THROW "there are no appointments for ${patient}."

    FOR EACH visit IN visits
        doctor = FIND "doctors.csv" WHERE code = visit.doctor FIRST
        TALK "${visit.code}: " + doctor.name + ", " + FORMAT(visit.day, "DD/MM/YYYY") +
            " at ${visit.slot}"
    NEXT visit
END SUB

SUB cancel_visit
    HEAR code WITH "What is the code of the appointment?"
    code = UCASE(TRIM(code))

    visit = FIND "appointments" WHERE code = code AND status = "booked" FIRST
    IF visit IS NULL THEN THROW "there is no appointment with the code ${code}."

    HEAR sure AS BOOLEAN WITH "Cancel ${visit.patient} at ${visit.slot}?"
    IF sure THEN
        UPDATE "appointments" SET status = "cancelled" WHERE code = code
        TALK "${code} is cancelled."
    ELSE
        TALK "It stays as it is."
    END IF
END SUB
