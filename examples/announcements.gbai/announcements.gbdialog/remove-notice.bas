' Takes a notice off the board.

PARAM id AS INTEGER LIKE 3 DESCRIPTION "What is the number of the notice?"

DESCRIPTION "Removes a notice by its number. Only for editors, who are asked for their code."

stored = GET BOT MEMORY("notices")
notices = stored ? JSON_PARSE(stored) : []

found = NULL
rest = []
FOR EACH notice IN notices
    IF notice.id = id THEN
        found = notice
    ELSE
        rest.PUSH(notice)
    END IF
NEXT

IF found IS NULL THEN
    TALK "There is no notice with the number ${id}."
    RETURN
END IF

TALK "This is \"${found.title}\"."
HEAR code WITH "Your editor code, please?"
IF LCASE(TRIM(code)) <> editor_code THEN
    TALK "That is not the code."
    RETURN
END IF

SET BOT MEMORY "notices", TOJSON(rest)
TALK "Notice ${id} is off the board."
