' Every Friday at 14:00 the figures of the week go into a CSV file in the bot's drive.

SET SCHEDULE "0 14 * * 5"

since = DATEADD(NOW(), -7, "day")
rows = FIND "answers" WHERE survey = survey_name AND answered_at >= since

IF NOT rows THEN
    PRINT "weekly-report: nobody answered this week"
    EXIT
END IF

lines = ["dish,score,visits,again"]
FOR EACH row IN rows
    lines = lines + [row.dish + "," + row.score + "," + row.visits + "," + row.again]
NEXT

file_name = "reports/" + FORMAT(TODAY(), "YYYY-MM-DD") + ".csv"
WRITE file_name, JOIN(lines, "\n")
PRINT "weekly-report: " + UBOUND(rows) + " answers written to " + file_name
