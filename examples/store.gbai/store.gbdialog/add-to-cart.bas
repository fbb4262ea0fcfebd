' Puts a product into the cart of this conversation. The cart is a list of maps that lives as
' JSON in the session, because every tool is a program of its own.

PARAM product AS STRING LIKE "Apples" DESCRIPTION "Which product would you like to add?"
PARAM quantity AS INTEGER LIKE 2 DESCRIPTION "How many of them?"

DESCRIPTION "Adds a product to the cart. Use it when the person wants to buy something."

IF quantity < 1 OR quantity > max_quantity THEN
    TALK "I can add between 1 and " + max_quantity + " of a product."
    RETURN
END IF

item = find_product(TRIM(product))
IF item IS NULL THEN
    TALK "We have no \"${product}\". Try the search."
    RETURN
END IF

saved = GET SESSION "cart"
cart = saved ? JSON_PARSE(saved) : []

' The same product twice is one line with the sum of both.
line = NULL
FOR EACH entry IN cart
    IF entry.sku = item.sku THEN
        line = entry
        EXIT FOR
    END IF
NEXT

already = line?.quantity ?? 0
IF already + quantity > VAL(item.stock) THEN
    TALK "Sorry, only " + item.stock + " of " + item.name + " are in stock."
    RETURN
END IF

IF line THEN
    line.quantity = already + quantity
ELSE
    APPEND cart, #{
        sku: item.sku,
        product: item.name,
        price: VAL(item.price),
        quantity: quantity
    }
END IF

SET SESSION "cart", TOJSON(cart)
goods = goods_of(cart)
TALK "Added ${quantity} x ${item.name}. The goods come to " + FORMAT(goods, "$#,##0.00") + "."

CLEAR SUGGESTIONS
ADD SUGGESTION TOOL "checkout" AS "Check out"
ADD SUGGESTION TOOL "view-cart" AS "My cart"
ADD SUGGESTION TOOL "browse" AS "Keep browsing"

RETURN #{ lines: UBOUND(cart), goods: goods }

' The exact name first, so that "Apples" does not find "Apple pie".
FUNCTION find_product(wanted)
    exact = FIND "products.csv" WHERE name LIKE wanted FIRST
    IF exact THEN RETURN exact
    RETURN FIND "products.csv" WHERE name LIKE wanted + "%" ORDER BY name FIRST
END FUNCTION

FUNCTION goods_of(lines)
    sum = 0
    FOR EACH entry IN lines
        sum = sum + entry.price * entry.quantity
    NEXT
    RETURN sum
END FUNCTION
