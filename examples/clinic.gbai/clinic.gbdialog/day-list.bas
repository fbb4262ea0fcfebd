' Every evening the list of the next day is written for the reception.

SET SCHEDULE "0 18 * * 0-4"

tomorrow = FORMAT(DATEADD(TODAY(), 1, "day"), "YYYY-MM-DD")
lines = []

' One heading a doctor, under it the visits by the clock.
FOR EACH doctor IN FIND "doctors.csv" ORDER BY name
    visits = FIND "appointments"
        WHERE doctor = doctor.code AND day = tomorrow AND status = "booked" ORDER BY slot
    IF NOT visits THEN CONTINUE

    lines.PUSH("== " + doctor.name + " ==")
    FOR EACH visit IN visits
        lines.PUSH(visit.slot + "  " + visit.patient + "  " + visit.reason)
    NEXT
NEXT

IF NOT lines THEN lines = ["No appointments."]

' A drive that is full must not stop the scheduler: the failure is logged and that is all.
ON ERROR RESUME NEXT
WRITE "lists/" + tomorrow + ".txt", JOIN(lines, "\n")
IF ERROR THEN PRINT "day-list: could not be written: " + ERROR MESSAGE
ON ERROR GOTO 0
