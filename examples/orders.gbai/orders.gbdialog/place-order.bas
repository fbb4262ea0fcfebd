PARAM customer AS STRING LIKE "K-01" DESCRIPTION "What is your customer number?"
PARAM part AS STRING LIKE "GW-100" DESCRIPTION "Which part number?"
PARAM quantity AS INTEGER LIKE 10 DESCRIPTION "How many pieces?"
PARAM priority AS STRING LIKE "normal" DESCRIPTION "How fast must it be?" OPTIONAL DEFAULT "normal" ENUM ["normal", "express"]
PARAM remark AS STRING LIKE "Deliver to gate 4" DESCRIPTION "Anything the warehouse should know?" OPTIONAL

DESCRIPTION "Places an order of one part. Checks customer, stock, discount and approval. Ask for a clear yes before."

' Every check answers the model with a reason, so that it can explain and offer another way.
buyer = FIND "customers.csv" WHERE customer = UCASE(customer) FIRST
IF buyer IS NULL THEN
    RETURN refuse("There is no customer number " + customer + ".")
ELSE IF buyer.blocked = "yes" THEN
    RETURN refuse("The account of " + buyer.name + " is blocked. Please call accounting.")
END IF

item = FIND "parts.csv" WHERE part = UCASE(part) FIRST
IF item IS NULL THEN RETURN refuse("There is no part " + part + ".")
IF quantity < 1 THEN RETURN refuse("The quantity must be at least 1.")

unit_price = VAL(item.unit_price)
IF quantity >= bulk_from THEN unit_price = ROUND(unit_price * (1 - bulk_discount), 2)
total = ROUND(unit_price * quantity, 2)
IF priority = "express" THEN total = total + 25

' What is in stock ships tomorrow, the rest after the lead time.
enough = quantity <= VAL(item.stock)
wait_days = enough ? 1 : VAL(item.lead_days)

SELECT CASE TRUE
    CASE total > approval_limit
        status = "waits for approval"
    CASE enough
        status = "confirmed"
    CASE ELSE
        status = "backorder"
END SELECT

order_number = "SO-" + (7001 + COUNT(FIND "sales_orders"))
WITH order
    order_number = order_number
    customer = buyer.customer
    part = item.part
    quantity = quantity
    unit_price = unit_price
    total = total
    priority = priority
    remark = remark ?? ""
    status = status
    ordered_on = TODAY()
    ships_on = DATEADD(TODAY(), wait_days, "day")
END WITH
SAVE "sales_orders", order

BEGIN TALK
Order **${order_number}** for ${buyer.name}
${quantity} x ${item.name} at ${FORMAT(unit_price, "$#,##0.00")}
Total ${FORMAT(total, "$#,##0.00")}, ${status}
END TALK

RETURN order

FUNCTION refuse(reason)
    TALK reason
    RETURN #{ "ok": FALSE, "reason": reason }
END FUNCTION
