' Takes a product out of the cart.

PARAM product AS STRING LIKE "Apples" DESCRIPTION "Which product shall I take out?"

DESCRIPTION "Removes a product from the cart."

saved = GET SESSION "cart"
IF NOT saved THEN
    TALK "Your cart is empty, there is nothing to take out."
    RETURN
END IF

cart = JSON PARSE saved
kept = []
removed = ""

FOR EACH line IN cart
    IF LCASE(line.product) = LCASE(TRIM(product)) THEN
        removed = line.product
    ELSE
        APPEND kept, line
    END IF
NEXT

IF removed = "" THEN
    TALK "There is no \"${product}\" in your cart."
    RETURN
END IF

' An empty text counts as false, so an emptied cart is stored as no cart at all.
SET SESSION "cart", IIF(UBOUND(kept) > 0, TOJSON(kept), "")
TALK "${removed} is out of your cart. " + UBOUND(kept) + " product(s) remain."
