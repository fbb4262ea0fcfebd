' Runs at night, and mails what happened.
SET SCHEDULE "30 6 * * 1-5"

yesterday = DATEADD(TODAY(), -1, "day")
orders = FIND "orders" WHERE created_at >= yesterday ORDER BY total DESC
sum = 0
count = 0
best = NULL
FOR EACH order IN orders
    sum = sum + order.total
    count = count + 1
    IF best IS NULL OR order.total > best.total THEN
        best = order
    END IF
NEXT order

IF count = 0 THEN
    PRINT "nothing was sold"
    EXIT
END IF

average = ROUND(sum / count, 2)
body = "Orders: " + count + "\nSum: " + FORMAT(sum, "R$ #,##0.00") + "\nAverage: " + average
IF best IS NOT NULL THEN body = body + "\nBest: " + best.id
admins = FIND "users" WHERE role = "admin" AND active = TRUE
FOR EACH person IN admins DO
    SEND MAIL person.email, "Report of ${yesterday}", body
END FOR
SET BOT MEMORY "last_report", FORMAT(NOW(), "YYYY-MM-DD HH:mm")
LOG "report", { orders: count, sum: sum }
