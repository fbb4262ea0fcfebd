' Runs every hour by itself: what is overdue becomes urgent. No person is there, so this script
' never asks anything; it writes to the log and into the tickets.

SET SCHEDULE "0 * * * *"

late = FIND "tickets" WHERE status = "open" AND urgency <> "high" AND due_at < NOW()
raised = 0

FOR EACH ticket IN late
    UPDATE "tickets" SET urgency = "high" WHERE ticket_number = ticket.ticket_number
    SAVE "ticket_notes", #{
        ticket_number: ticket.ticket_number,
        author: "help desk",
        note: "This ticket waits too long and is urgent now.",
        written_at: NOW()
    }
    raised = raised + 1
NEXT

PRINT "escalate: " + raised + " of " + COUNT(late) + " late tickets are urgent now"
