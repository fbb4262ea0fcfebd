' One row a reminder. status is open, due, done or cancelled.

TABLE reminders
    id integer key
    owner string(80)
    note string(200)
    due_at datetime
    repeats string(10)
    status string(10)
END TABLE
