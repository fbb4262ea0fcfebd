' Takes an order at the counter of a bakery.
DESCRIPTION "Takes an order for bread and cakes."
PARAM pickup AS DATE LIKE "2026-03-05" DESCRIPTION "When the order is picked up" OPTIONAL

CLEAR SUGGESTIONS
ADD SUGGESTION "bread" AS "Bread"
ADD SUGGESTION "cake" AS "Cake"
ADD SUGGESTION "That is all"

items = []
total = 0
DO
    HEAR choice AS "bread", "cake", "That is all", * WITH "What would you like?"
    IF choice = "That is all" THEN EXIT DO
    product = FIND "products" WHERE name = choice FIRST
    IF NOT product THEN
        TALK "We have no ${choice} today."
        CONTINUE
    END IF
    HEAR quantity AS INTEGER WITH "How many?" DEFAULT 1
    line = #{ product: product.name, quantity: quantity, price: product.price }
    items.push(line)
    total = total + quantity * product.price
LOOP

IF COUNT(items) = 0 THEN
    TALK "Perhaps another time."
    RETURN
END IF

BEGIN TALK
Your order:

${TOYAML(items)}
**Total: ${FORMAT(total, "#,##0.00")}**
END TALK

order_id = "O-" + FORMAT NOW() AS "YYYYMMDD" + "-" + RANDOM(100, 999)
WITH order
    id = order_id
    items = TOJSON(items)
    total = total
    pickup = pickup ?? TODAY()
    status = "new"
END WITH
SAVE "orders", order
SET SESSION "last_order", order_id
TALK "Thank you! Your number is " + order_id + "."
RETURN #{ success: true, order: order_id }
