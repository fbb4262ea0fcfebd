PARAM order_number AS STRING LIKE "SO-7001" DESCRIPTION "Which order number?"
PARAM quantity AS INTEGER LIKE 20 DESCRIPTION "What is the new quantity?"

DESCRIPTION "Changes the quantity of an order that has not been shipped."

order = FIND "sales_orders" WHERE order_number = UCASE(order_number) FIRST

IF order IS NULL THEN
    TALK "There is no order " + order_number + "."
    RETURN #{ ok: FALSE }
END IF

IF order.status = "cancelled" THEN
    TALK order.order_number + " is cancelled and cannot be changed."
    RETURN #{ ok: FALSE }
END IF

IF quantity < 1 THEN
    TALK "The quantity must be at least 1. Shall I cancel the order instead?"
    RETURN #{ ok: FALSE }
END IF

' The discount follows the quantity, so the price is worked out anew.
item = FIND "parts.csv" WHERE part = order.part FIRST
unit_price = VAL(item.unit_price)
IF quantity >= bulk_from THEN
    unit_price = ROUND(unit_price * (1 - bulk_discount), 2)
END IF
total = ROUND(unit_price * quantity, 2) + IIF(order.priority = "express", 25, 0)

UPDATE "sales_orders" SET quantity = quantity, unit_price = unit_price, total = total
    WHERE order_number = order.order_number

TALK order.order_number + " is now " + quantity + " x " + order.part + ", " +
    FORMAT(total, "$#,##0.00") + "."
RETURN #{ ok: TRUE, total: total }
