' Answers "where is my order?".

PARAM order_number AS STRING LIKE "C1001" DESCRIPTION "What is your order number?"

DESCRIPTION "Tells the status and the contents of an order by its number."

order_number = UCASE(TRIM(order_number))
order = FIND "orders" WHERE order_number = order_number FIRST

IF order IS NULL THEN
    TALK "I know no order " + order_number +
        ". The number stands in your receipt, for example C1001."
    RETURN
END IF

SELECT CASE order.status
    CASE "received"
        news = "we are packing it"
    CASE "sent"
        news = "it is on its way"
    CASE "delivered", "picked up"
        news = "it has arrived"
    CASE ELSE
        news = "its status is " + order.status
END SELECT

TALK "Order ${order_number} of " + FORMAT(order.placed_on, "YYYY-MM-DD") + ": " + news + "."

lines = FIND "order_lines" WHERE order_number = order_number ORDER BY product
FOR EACH line IN lines
    TALK "- " + line.quantity + " x " + line.product
NEXT
TALK "Total: " + FORMAT(order.total, "$#,##0.00")

RETURN order
