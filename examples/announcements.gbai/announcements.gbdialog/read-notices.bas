' Reads the notices out, and remembers for each person how far they have read.

PARAM only_new AS "all", "new" DESCRIPTION "All notices, or only those you have not read?"

DESCRIPTION "Reads the notices of the house to the person."

stored = GET BOT MEMORY("notices")
IF NOT stored THEN
    TALK "There are no notices."
    RETURN []
END IF

' User memory belongs to the person, not to the conversation.
seen = VAL(GET USER MEMORY("last_notice") OR 0)

shown = []
FOR EACH notice IN JSON_PARSE(stored)
    IF only_new = "new" AND notice.id <= seen THEN CONTINUE
    shown.PUSH(notice)
NEXT notice

IF NOT shown THEN
    TALK "You have read everything."
    RETURN []
END IF

FOR EACH notice IN shown
BEGIN TALK
**${notice.title}** (${notice.kind}, ${notice.posted_on})
${notice.text}
END TALK
    IF notice.id > seen THEN seen = notice.id
NEXT notice

SET USER MEMORY "last_notice", seen

' How often the board is read interests the editors.
SET BOT MEMORY "reads", VAL(GET BOT MEMORY("reads") OR 0) + 1

RETURN shown
