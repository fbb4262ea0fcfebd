' A tool for the model: which courses start in the weeks to come?

PARAM weeks AS INTEGER LIKE 6 DESCRIPTION "How many weeks ahead shall I look?" DEFAULT 6

DESCRIPTION "Lists the courses that start within the given number of weeks."

last_day = DATEADD(TODAY(), weeks * 7, "day")
soon = []
FOR EACH course IN FIND "courses.csv" ORDER BY starts
    distance = DATEDIFF(course.starts, last_day, "day")
    IF distance >= 0 THEN soon.PUSH(course)
NEXT

IF NOT soon THEN
    TALK "No course starts within ${weeks} weeks."
    RETURN []
END IF

FOR EACH course IN soon
    TALK course.title + " starts on " + FORMAT(course.starts, "DD/MM/YYYY")
NEXT
RETURN soon
