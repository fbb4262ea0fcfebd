' The notice board. It prepares the conversation and ends: knowledge, context, tools and buttons.
' What the editors posted lies in the bot's memory, which all conversations of this bot share.

' Questions about the house are answered from these folders of documents.
USE KB "handbook"
USE KB "building"

ADD TOOL "read-notices"
ADD TOOL "post-notice"
ADD TOOL "remove-notice"

' Bot memory holds text, so the list of notices is kept as JSON.
stored = GET BOT MEMORY("notices")
notices = stored ? JSON_PARSE(stored) : []

SET CONTEXT "house" AS "The house is called " + house + ". Today is " +
    FORMAT(TODAY(), "YYYY-MM-DD") + "."
SET CONTEXT "notices" AS IIF(
    UBOUND(notices) = 0,
    "There are no notices now.",
    "Current notices: " + stored
)

' The motto is the editors' to change; OR gives what stands until they do.
motto = GET BOT MEMORY("motto")

BEGIN TALK
**${house}**
${motto OR "Good neighbours make a good house."}
END TALK

IF UBOUND(notices) = 0 THEN
    TALK "There is no news at the moment."
ELSE
    newest = notices[0]
    TALK "Newest of " + UBOUND(notices) + ": **" + newest.title + "** (" + newest.posted_on + ")"
END IF

' REMEMBER keeps something about this person, in whatever conversation they come back.
last_visit = GET USER MEMORY("last_visit")
IF last_visit THEN SET CONTEXT "visit" AS "The person was last here on " + last_visit + "."
REMEMBER "last_visit" = FORMAT(TODAY(), "YYYY-MM-DD")

CLEAR SUGGESTIONS
ADD SUGGESTION TOOL "read-notices" AS "Read the notices"
ADD SUGGESTION TOOL "post-notice" AS "Post a notice"
ADD SUGGESTION TOOL "remove-notice" AS "Remove a notice"
ADD SUGGESTION "When are the quiet hours?" AS "Quiet hours"
