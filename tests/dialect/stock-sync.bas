' Brings the stock of a supplier over, page by page.
SET SCHEDULE "0 0 */2 * * *"
let page = 1
let more = true
host = "https://supplier.example/api"
SET HEADER "Accept", "application/json"

WHILE more = true
    answer = GET host + "/products?page=" + page + "&size=100"
    IF answer.status != 200 && answer.data IS NULL THEN
        PRINT "page ${page} failed"
        EXIT WHILE
    END IF
    FOR EACH item IN answer.data
        code = item["code"]
        IF code STARTS WITH "X" OR item.name CONTAINS "sample" THEN CONTINUE
        product = FIND "products" WHERE code = code FIRST
        quantity = item?.stock?.total ?? 0
        IF product THEN
            UPDATE "products" SET stock = quantity, price = item.price * 1.2 WHERE code = code
        ELSE
            SAVE "products", { code: code, name: TRIM(item.name), stock: quantity, price: item.price * 1.2 }
        END IF
    NEXT
    more = answer.data.length = 100
    page = page + 1
    WAIT 0.5
END WHILE
CLEAR HEADERS
low = FIND "products", "stock < 5 AND active = true ORDER BY stock LIMIT 20"
IF UBOUND(low) > 0 THEN
    names = JOIN(MAP(low, "name"), ", ")
    TALK TO admin, "Running low: " + names
END IF
