PARAM order_number AS STRING LIKE "SO-7001" DESCRIPTION "Which order shall I cancel?"
PARAM reason AS STRING LIKE "ordered twice" DESCRIPTION "Why is it cancelled?" ENUM [
    "ordered twice", "no longer needed", "takes too long", "other"
]

DESCRIPTION "Cancels an order. It cannot be undone, so ask before."

order = FIND "sales_orders" WHERE order_number = UCASE(order_number) FIRST

IF NOT order THEN
    TALK "There is no order " + order_number + "."
    RETURN #{ ok: FALSE }
ELSE IF order.status = "cancelled" THEN
    TALK order.order_number + " is cancelled already."
    RETURN #{ ok: FALSE }
ELSE IF DATEDIFF(TODAY(), order.ships_on, "day") <= 0 THEN
    TALK order.order_number + " has left the warehouse and cannot be cancelled."
    RETURN #{ ok: FALSE }
END IF

UPDATE "sales_orders" SET status = "cancelled", remark = "Cancelled: " + reason
    WHERE order_number = order.order_number

TALK order.order_number + " is cancelled (" + reason + ")."
RETURN #{ ok: TRUE }
