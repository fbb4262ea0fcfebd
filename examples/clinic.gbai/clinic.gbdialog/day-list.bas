' Every evening the list of the next day is written for the reception.

SET SCHEDULE "0 18 * * 0-4"

tomorrow = FORMAT(DATEADD(TODAY(), 1, "day"), "YYYY-MM-DD")
visits = FIND "appointments" WHERE day = tomorrow AND status = "booked" ORDER BY doctor, slot

lines = []
previous = ""
FOR EACH visit IN visits
    ' A heading whenever the doctor changes.
    IF visit.doctor <> previous THEN
        lines.PUSH("== " + visit.doctor + " ==")
        previous = visit.doctor
    END IF
    lines.PUSH(visit.slot + "  " + visit.patient + "  " + visit.reason)
END FOR

IF NOT lines THEN lines = ["No appointments."]

' A drive that is full must not stop the scheduler: the failure is logged and that is all.
ON ERROR RESUME NEXT
WRITE "lists/" + tomorrow + ".txt", JOIN(lines, "\n")
IF ERROR THEN PRINT "day-list: could not be written: " + ERROR MESSAGE
ON ERROR GOTO 0
