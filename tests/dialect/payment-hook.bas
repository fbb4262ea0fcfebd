WEBHOOK "payment"
' A payment service calls this address.
order_id = body.order_id
state = body.status

IF order_id IS NULL OR state IS NULL THEN
    result_status = 400
    result_data = #{ error: "order_id and status are needed" }
    EXIT
END IF

order = FIND "orders" WHERE id = order_id FIRST
IF NOT order THEN
    result_status = 404
    result_data = { "error": "unknown order" }
    EXIT
END IF

SELECT CASE LCASE(state)
    CASE "paid", "captured"
        UPDATE "orders" SET status = "paid", paid_at = NOW() WHERE id = order_id
        TALK TO order.phone, "We have received your payment. Thank you!"
    CASE "failed"
        UPDATE "orders" SET status = "failed" WHERE id = order_id
    CASE ELSE
        PRINT "payment " + order_id + " is " + state
END SELECT
result_status = 200
result_data = #{ ok: true }
