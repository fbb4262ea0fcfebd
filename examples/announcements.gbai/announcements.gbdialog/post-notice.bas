' The editors' desk. The code in the settings keeps everybody else out; it is asked here and not
' taken as a PARAM, so that a model can never pass it on.

DESCRIPTION "Posts a notice. Only for editors, who are asked for their code."

IF NOT editor() THEN RETURN

TALK "What shall I do?"
HEAR task AS "Write a notice", "Change the motto", "Show the figures"

SELECT CASE task
    CASE "Write a notice"
        CALL write_it()
    CASE "Change the motto"
        HEAR motto WITH "What is the new motto?"
        SET BOT MEMORY "motto", motto
        TALK "The motto is changed."
    CASE "Show the figures"
        reads = GET BOT MEMORY("reads") OR 0
        TALK "The board was read ${reads} times."
END SELECT

' An editor has three attempts.
FUNCTION editor()
    attempts = 0
    DO
        HEAR code WITH "Your editor code, please?"
        IF LCASE(TRIM(code)) = editor_code THEN RETURN TRUE
        attempts = attempts + 1
        TALK "That is not the code."
    LOOP UNTIL attempts >= 3
    TALK "Please ask at the reception."
    RETURN FALSE
END FUNCTION

SUB write_it()
    HEAR title WITH "The title?"
    HEAR kind AS "News", "Repair", "Event" WITH "What kind of notice is it?"
    TALK "Now the text. Send as many lines as you like, and \"done\" after the last."
    text = several_lines()

BEGIN TALK
This is how it will look:
**${title}** (${kind})
${text}
END TALK

    HEAR fine AS BOOLEAN WITH "Shall I post it?"
    IF NOT fine THEN
        TALK "Thrown away."
        EXIT SUB
    END IF

    stored = GET BOT MEMORY("notices")
    notices = stored ? JSON_PARSE(stored) : []
    number = VAL(GET BOT MEMORY("last_number") OR 0) + 1

    entry = NEW OBJECT
    entry.id = number
    entry.title = title
    entry.kind = kind
    entry.text = text
    entry.posted_on = FORMAT(TODAY(), "YYYY-MM-DD")

    ' The newest comes first, and only so many are kept.
    kept = [entry] + notices
    IF UBOUND(kept) > keep_notices THEN kept = SLICE(kept, 0, keep_notices)

    SET BOT MEMORY "notices", TOJSON(kept)
    SET BOT MEMORY "last_number", number
    TALK "Posted as number ${number}. The board shows " + UBOUND(kept) + " notice(s)."
END SUB

' Collects what is said until "done".
FUNCTION several_lines()
    lines = []
    said = HEAR
    DO WHILE LCASE(TRIM(said)) <> "done"
        APPEND lines, TRIM(said)
        said = HEAR
    LOOP
    RETURN JOIN(lines, "\n")
END FUNCTION
