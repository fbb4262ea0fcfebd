# Welcomes whoever comes in.
USE KB "faq"
USE TOOL "bakery-order"
USE TOOL "lead-capture"
ADD TOOL "opening-hours"
SET CONTEXT "shop" AS "You help in a bakery. Answer in one or two sentences."
USE MODEL "fast"

visits = GET USER MEMORY("visits") OR 0
visits = visits + 1
SET USER MEMORY "visits", visits

ADD SUGGESTION TOOL "bakery-order" AS "Order something"
ADD SUGGESTION TEXT "When are you open?" AS "Opening hours"
ADD SWITCHER "short" AS "Short answers"

greeting = IIF(HOUR(NOW()) < 12, "Good morning", "Hello")
IF visits > 1 THEN
    TALK greeting + ", nice to see you again!"
ELSE
    TALK greeting + "! I am the bakery's helper."
END IF

BEGIN SYSTEM PROMPT
You work in a bakery.
# Rules
- Never promise a discount.
- 'Fresh' means: baked today, ${FORMAT(TODAY(), "DD/MM/YYYY")}.
END SYSTEM PROMPT
