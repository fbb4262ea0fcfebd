' Every Monday at six: notices older than four weeks leave the board by themselves.

SET SCHEDULE "0 6 * * 1"

stored = GET BOT MEMORY("notices")
IF NOT stored THEN EXIT

fresh = []
FOR EACH notice IN JSON_PARSE(stored)
    age = DATEDIFF(notice.posted_on, TODAY(), "day")
    IF age <= 28 THEN fresh.PUSH(notice)
NEXT

SET BOT MEMORY "notices", TOJSON(fresh)
PRINT "tidy-board: " + UBOUND(fresh) + " notice(s) stay"
