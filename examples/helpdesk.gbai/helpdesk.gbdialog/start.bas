REM The help desk: one menu loop, one SUB for each thing that people come for.
REM The person is asked for name and address only once, when they are needed first.

reporter = ""
email = ""
ADD TOOL "ticket-status"

BEGIN TALK
This is the IT help desk of ${company}.
I know some quick fixes, and I open a ticket for everything else.
END TALK

running = TRUE
DO WHILE running
    TALK "How can I help?"
    HEAR wish AS "Report a problem", "My tickets", "Add a note", "Agent desk", "Done"

    SELECT CASE wish
        CASE "Report a problem"
            CALL report_problem
        CASE "My tickets"
            CALL list_tickets
        CASE "Add a note"
            CALL note_down
        CASE "Agent desk"
            CALL agent_desk
        CASE ELSE
            running = FALSE
    END SELECT
LOOP

TALK "Have a quiet day" + IIF(reporter <> "", ", " + reporter, "") + "!"
EXIT

REM ---------------------------------------------------------------- the person

' Asks who is speaking, unless that is known. SUBs read and write the script's variables.
SUB identify
    IF reporter <> "" THEN EXIT SUB
    HEAR reporter AS NAME WITH "Who am I talking to?"
    HEAR email AS EMAIL WITH "And your e-mail address?"
END SUB

REM ---------------------------------------------------------------- reporting

SUB report_problem
    HEAR problem WITH "Please describe the problem in one or two sentences."

    fix = quick_fix(problem)
    IF fix IS NOT NULL THEN
        TALK "Try this first: " + fix.advice
        HEAR helped AS BOOLEAN WITH "Did that help?"
        IF helped THEN
            TALK "Wonderful, no ticket needed."
            EXIT SUB
        END IF
    END IF

    CALL identify

    category = fix?.category ?? "Other"
    TALK "How urgent is it?"
    HEAR urgency AS "I cannot work", "It disturbs me", "Just a question"

    answer_in = hours_for(urgency)
    ticket_number = "T-" + (5001 + COUNT(FIND "tickets"))

    WITH ticket
        ticket_number = ticket_number
        reporter = reporter
        email = email
        category = category
        problem = problem
        urgency = IIF(answer_in <= urgent_hours, "high", "normal")
        status = "open"
        agent = ""
        opened_at = NOW()
        due_at = DATEADD(NOW(), answer_in, "hour")
    END WITH
    SAVE "tickets", ticket

    TALK "I opened the ticket **${ticket_number}** (${category}). Somebody answers within ${answer_in} hours."
END SUB

' The first fix whose word occurs in the description.
FUNCTION quick_fix(problem)
    said = LCASE(problem)
    FOR EACH candidate IN FIND "fixes.csv"
        IF said CONTAINS candidate.word THEN RETURN candidate
    NEXT
    RETURN NULL
END FUNCTION

FUNCTION hours_for(urgency)
    SELECT CASE urgency
        CASE "I cannot work"
            RETURN urgent_hours
        CASE "It disturbs me"
            RETURN normal_hours
        CASE ELSE
            RETURN normal_hours * 2
    END SELECT
END FUNCTION

REM ---------------------------------------------------------------- looking at tickets

SUB list_tickets
    CALL identify
    tickets = FIND "tickets" WHERE email = email ORDER BY ticket_number

    IF NOT tickets THEN
        TALK "You have no tickets."
        EXIT SUB
    END IF

    FOR EACH ticket IN tickets
        CALL show_ticket(ticket)
    NEXT ticket
END SUB

SUB show_ticket(ticket)
    IF ticket.status = "solved" THEN
        mark = "[x]"
    ELSE IF ticket.status = "working" THEN
        mark = "[~]"
    ELSE
        mark = "[ ]"
    END IF
    TALK mark + " " + ticket.ticket_number + " " + ticket.category + ": " + ticket.problem

    notes = FIND "ticket_notes" WHERE ticket_number = ticket.ticket_number
    FOR EACH entry IN notes
        TALK "    " + entry.author + ": " + entry.note
    NEXT
END SUB

SUB note_down
    CALL identify
    HEAR wanted WITH "Which ticket is it about?"
    wanted = UCASE(TRIM(wanted))

    ticket = FIND "tickets" WHERE ticket_number = wanted AND email = email FIRST
    IF ticket IS NULL THEN
        TALK "You have no ticket ${wanted}."
    ELSE IF ticket.status = "solved" THEN
        TALK "${wanted} is solved already. Please report the problem anew."
    ELSE
        HEAR text WITH "What shall I note?"
        CALL keep_note(wanted, reporter, text)
        TALK "Noted."
    END IF
END SUB

SUB keep_note(ticket_number, author, note)
    SAVE "ticket_notes", #{
        ticket_number: ticket_number,
        author: author,
        note: note,
        written_at: NOW()
    }
END SUB

REM ---------------------------------------------------------------- the agents' side

' Agents take the oldest open ticket, urgent ones first, and close it or put it back.
SUB agent_desk
    HEAR code WITH "Your agent code?"
    IF code <> agent_code THEN
        TALK "That is not an agent code."
        EXIT SUB
    END IF

    HEAR agent AS NAME WITH "Which agent are you?"

    DO
        ticket = next_ticket()
        IF ticket IS NULL THEN
            TALK "No open tickets. Well done, ${agent}."
            EXIT DO
        END IF

        TALK "**${ticket.ticket_number}** (${ticket.urgency}) from ${ticket.reporter}: ${ticket.problem}"
        HEAR action AS "Solve", "Take over", "Stop"

        IF action = "Solve" THEN
            HEAR solution WITH "How did you solve it?"
            CALL mark_ticket(ticket.ticket_number, "solved", agent)
            CALL keep_note(ticket.ticket_number, agent, solution)
            TALK ticket.ticket_number + " is solved."
        ELSE IF action = "Take over" THEN
            CALL mark_ticket(ticket.ticket_number, "working", agent)
            TALK "You are working on ${ticket.ticket_number}."
        END IF
    LOOP WHILE action <> "Stop"
END SUB

FUNCTION next_ticket()
    urgent = FIND "tickets" WHERE status = "open" AND urgency = "high" ORDER BY ticket_number FIRST
    IF urgent THEN RETURN urgent
    RETURN FIND "tickets" WHERE status = "open" ORDER BY ticket_number FIRST
END FUNCTION

SUB mark_ticket(ticket_number, status, agent)
    UPDATE "tickets" SET
        status = status,
        agent = agent
        WHERE ticket_number = ticket_number
END SUB
