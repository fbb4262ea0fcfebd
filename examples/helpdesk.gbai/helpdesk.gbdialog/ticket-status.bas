' The tool behind "what about my ticket?", for a model or as a direct command.

PARAM ticket_number AS STRING LIKE "T-5001" DESCRIPTION "What is the ticket number?"

DESCRIPTION "Tells the state of a help desk ticket by its number."

wanted = UCASE(TRIM(ticket_number))
ticket = FIND "tickets" WHERE ticket_number = wanted FIRST

IF NOT ticket THEN
    TALK "There is no ticket ${wanted}."
    RETURN
END IF

SELECT CASE ticket.status
    CASE "open"
        state = "waits for an agent"
    CASE "working"
        state = "is with " + ticket.agent
    CASE ELSE
        state = "is solved"
END SELECT

TALK "Ticket ${wanted} ${state}."
RETURN ticket
