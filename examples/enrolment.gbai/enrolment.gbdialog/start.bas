' Student enrolment as one dialogue from top to bottom. The typed HEARs do the checking:
' a wrong answer is refused and asked again before the script ever sees it.

courses = FIND "courses.csv" ORDER BY title
ADD TOOL "new-courses"

BEGIN TALK
Welcome to **${college}**!

I can enrol you in a course. It takes about two minutes.
END TALK

DO
    TALK "What would you like to do?"
    HEAR choice AS "Enrol", "My enrolments", "Course list", "Leave"

    SELECT CASE choice
        CASE "Enrol"
            CALL enrol
        CASE "My enrolments"
            CALL show_enrolments
        CASE "Course list"
            CALL list_courses
    END SELECT
LOOP UNTIL choice = "Leave"

TALK "Goodbye, and see you at ${college}!"

' ---------------------------------------------------------------- courses

SUB list_courses
    FOR EACH course IN courses
        TALK course.title + ": " + course.weeks + " weeks, " +
            FORMAT(VAL(course.fee), "$#,##0") + ", starts on " +
            FORMAT(course.starts, "DD/MM/YYYY") + ", " +
            places_left(course.code) + " place(s) left"
    NEXT
END SUB

' How many people a course still takes. SUM over a field of the rows found.
FUNCTION places_left(code)
    taken = FIND "enrolments" WHERE course = code AND status = "confirmed"
    IF NOT taken THEN RETURN places_per_course
    RETURN places_per_course - SUM(taken, "seats")
END FUNCTION

FUNCTION course_by_title(title)
    FOR EACH course IN courses
        IF course.title = title THEN RETURN course
    NEXT
    RETURN NULL
END FUNCTION

' ---------------------------------------------------------------- enrolling

SUB enrol
    TALK "Which course is it?"
    HEAR title AS MENU "Data Analysis", "Graphic Design", "Web Development"
    chosen = course_by_title(title)

    free = places_left(chosen.code)
    IF free <= 0 THEN
        TALK "I am sorry, ${title} is full."
        EXIT SUB
    END IF

    HEAR email AS EMAIL WITH "Your e-mail address, please?"
    student = FIND "students" WHERE email = email FIRST

    IF student IS NULL THEN
        student = new_student(email)
        IF student IS NULL THEN EXIT SUB
    ELSE
        TALK "Welcome back, ${student.name}!"
    END IF

    ' Nobody needs the same course twice.
    before = FIND "enrolments" WHERE student_id = student.id AND course = chosen.code
    IF before THEN
        TALK "You are enrolled in ${title} already, with the number " +
            before[0].enrolment_number + "."
        EXIT SUB
    END IF

    seats = ask_seats(free)

    TALK "Which days suit you?"
    HEAR schedule AS "Mornings", "Evenings", "Saturdays"

    CALL confirm(student, chosen, seats, schedule)
END SUB

' Asks for what is known only of new people and stores them.
FUNCTION new_student(email)
    TALK "We have not met yet, so I need three more things."
    HEAR name AS NAME WITH "What is your full name?"
    HEAR birth_date AS DATE WITH "When were you born (day/month/year)?"

    age = DATEDIFF(birth_date, TODAY(), "year")
    IF age < minimum_age THEN
        TALK "You must be at least ${minimum_age} years old to enrol."
        RETURN NULL
    END IF

    HEAR mobile AS MOBILE WITH "And your mobile number, with area code?"

    WITH student
        .id = COUNT(FIND "students") + 1
        .name = name
        .email = email
        .mobile = mobile
        .birth_date = birth_date
        .created_at = NOW()
    END WITH
    SAVE "students", student
    RETURN student
END FUNCTION

' A HEAR may stand in a loop in a function: the conversation stops and goes on right here.
FUNCTION ask_seats(free)
    DO WHILE TRUE
        HEAR seats AS INTEGER WITH "For how many people (1 to ${free})?"
        IF seats >= 1 AND seats <= free THEN RETURN seats
        TALK "That does not fit: there are " + free + " place(s) left."
    LOOP
END FUNCTION

SUB confirm(student, course, seats, schedule)
    fee = VAL(course.fee) * seats

BEGIN TALK
**Please check your enrolment**
Name: ${student.name}
Course: ${course.title}, ${LCASE(schedule)}
People: ${seats}
Fee: ${FORMAT(fee, "$#,##0.00")}
END TALK

    HEAR sure AS BOOLEAN WITH "Is everything right?"
    IF NOT sure THEN
        TALK "Then nothing is stored. You can start again."
        EXIT SUB
    END IF

    enrolment_number = course.code + "-" + (101 + COUNT(FIND "enrolments"))
    status = "confirmed"
    INSERT INTO "enrolments" VALUES {
        "enrolment_number": enrolment_number,
        "student_id": student.id,
        "course": course.code,
        "seats": seats,
        "schedule": schedule,
        "status": status,
        "enrolled_on": TODAY()
    }

    TALK "You are enrolled! Your number is **${enrolment_number}**."
    days_left = DATEDIFF(TODAY(), course.starts, "day")
    TALK "The course starts in ${days_left} days."
END SUB

' ---------------------------------------------------------------- looking up

SUB show_enrolments
    HEAR email AS EMAIL WITH "With which e-mail address did you enrol?"
    student = FIND "students" WHERE email = email FIRST
    IF NOT student THEN
        TALK "I know nobody with the address ${email}."
        EXIT SUB
    END IF

    mine = FIND "enrolments" WHERE student_id = student.id ORDER BY enrolment_number
    IF NOT mine THEN
        TALK "${student.name}, you are in no course yet."
        EXIT SUB
    END IF

    FOR EACH enrolment IN mine
        TALK enrolment.enrolment_number + ": " + LCASE(enrolment.schedule) + ", " + enrolment.status
    NEXT enrolment

    HEAR cancel AS "Keep", "Cancel one" WITH "Keep them, or cancel one?"
    IF cancel = "Cancel one" THEN CALL cancel_enrolment(student)
END SUB

SUB cancel_enrolment(student)
    HEAR wanted AS TEXT WITH "Which number shall I cancel?"
    wanted = UCASE(TRIM(wanted))

    ' The student is part of the condition: people may cancel only what is theirs.
    changed = UPDATE "enrolments" SET status = "cancelled"
        WHERE enrolment_number = wanted AND student_id = student.id
    IF changed > 0 THEN
        TALK "${wanted} is cancelled."
    ELSE
        TALK "You have no enrolment ${wanted}."
    END IF
END SUB
