' The dialog of this bot begins here.
' A line that begins with ' is a comment. The words in capitals are the words of the language.

TALK "Hello! I am ${bot_title}."

HEAR name AS NAME WITH "What is your name?"
SET SESSION "name", name
TALK "Nice to meet you, ${name}."

' A menu shows buttons. The person may press one or type it.
leaving = FALSE
DO WHILE NOT leaving
    HEAR choice AS "Opening hours", "Leave a message", "Goodbye" WITH "What can I do for you?"

    SELECT CASE choice
        CASE "Opening hours"
            CALL "opening-hours.bas"
        CASE "Leave a message"
            HEAR note WITH "What shall I pass on?"
            SAVE "messages", name, note
            TALK "Thank you, I have noted it."
        CASE ELSE
            leaving = TRUE
    END SELECT
LOOP

TALK "See you soon, ${name}!"
