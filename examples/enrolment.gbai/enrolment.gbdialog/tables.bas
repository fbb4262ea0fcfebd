' Students and the courses they are enrolled in. One student may take several courses.

TABLE students
    id integer key
    name string(100)
    email string(120)
    mobile string(30)
    birth_date date
    created_at datetime
END TABLE

TABLE enrolments
    enrolment_number string(12) key
    student_id integer references students
    course string(10)
    seats integer
    schedule string(20)
    status string(20)
    enrolled_on date
END TABLE
