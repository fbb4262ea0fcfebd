PARAM order_number AS STRING LIKE "SO-7001" DESCRIPTION "Which order number?"

DESCRIPTION "Tells what is in an order, its status and when it ships."

order = FIND "sales_orders" WHERE order_number = UCASE(order_number) FIRST

IF NOT order THEN
    TALK "There is no order " + order_number + "."
    RETURN #{ ok: FALSE, reason: "unknown order" }
END IF

TALK "${order.order_number}: ${order.quantity} x ${order.part}, " +
    FORMAT(order.total, "$#,##0.00") + ", ${order.status}."

IF order.status = "confirmed" OR order.status = "backorder" THEN
    remaining = DATEDIFF(TODAY(), order.ships_on, "day")
    IF remaining > 0 THEN
        TALK "It ships on " + FORMAT(order.ships_on, "YYYY-MM-DD") + ", in ${remaining} day(s)."
    ELSE
        TALK "It has left the warehouse."
    END IF
END IF

RETURN order
