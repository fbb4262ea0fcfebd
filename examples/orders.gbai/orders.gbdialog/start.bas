' The order desk. There is no dialogue here: the script gives the model its role, its tools and
' what it should know, greets and ends. Every further message goes to the model, which calls the
' tools. The rules of the business stand in the tools, not in the prompt, because a prompt can be
' talked out of them.

ADD TOOL "find-part"
ADD TOOL "place-order"
ADD TOOL "order-status"
ADD TOOL "change-order"
ADD TOOL "cancel-order"

BEGIN SYSTEM PROMPT
You are the order desk of ${company}, a supplier of gears, belts and bearings.

How you work:
- Answer in the language of the customer, briefly and politely.
- Look parts up with find-part before you name a price. Never guess a price or a stock.
- Before place-order, repeat customer number, part number and quantity and wait for a yes.
- Use change-order for a new quantity, not cancel-order followed by place-order.
- When a tool refuses, give its reason and offer what is possible instead.

Orders above ${FORMAT(approval_limit, "$#,##0")} wait for approval by a person; say so.
From ${bulk_from} pieces the customer gets ${FORMAT(bulk_discount * 100, "0")} percent off.
END SYSTEM PROMPT

' Facts that change daily are context, so that the prompt itself stays the same.
short_of = FIND "parts.csv" WHERE stock = 0
SET CONTEXT "today" AS "Today is " + FORMAT(TODAY(), "YYYY-MM-DD") +
    ". Out of stock: " + names_of(short_of) + "."

' A text may run over several lines; its line breaks are kept.
SET CONTEXT "terms" AS "Terms of the house:
- Express costs 25 extra and goes before everything else.
- What is out of stock becomes a backorder and ships after the lead time.
- A blocked account is a matter for accounting, not for the order desk."

CLEAR SUGGESTIONS
ADD SUGGESTION TOOL "find-part" AS "Find a part"
ADD SUGGESTION TOOL "place-order" AS "Place an order"
ADD SUGGESTION TOOL "order-status" AS "Order status"
ADD SUGGESTION "Which parts are out of stock?" AS "Out of stock"

TALK "Gearworks order desk, good day. Which part do you need?"

FUNCTION names_of(parts)
    names = []
    FOR EACH entry IN parts
        names.PUSH(entry.part)
    NEXT
    RETURN IIF(UBOUND(names) = 0, "nothing", JOIN(names, ", "))
END FUNCTION
