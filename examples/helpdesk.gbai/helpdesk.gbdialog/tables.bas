' Tickets and their notes. A ticket lives through open, working, solved.

TABLE tickets
    ticket_number string(12) key
    reporter string(80)
    email string(120)
    category string(30)
    problem text
    urgency string(10)
    status string(10)
    agent string(80)
    opened_at datetime
    due_at datetime
END TABLE

TABLE ticket_notes
    ticket_number string(12) references tickets
    author string(80)
    note text
    written_at datetime
END TABLE
