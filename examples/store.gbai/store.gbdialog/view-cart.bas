' Shows the cart with its total.

DESCRIPTION "Shows what is in the cart, the shipping and the total."

saved = GET SESSION "cart"
IF NOT saved THEN
    TALK "Your cart is empty."
    CLEAR SUGGESTIONS
    ADD SUGGESTION TOOL "browse" AS "Browse the shelves"
    RETURN
END IF

cart = JSON PARSE saved
goods = 0
text = ""
FOR i = 0 TO UBOUND(cart) - 1
    line = cart[i]
    amount = line.price * line.quantity
    goods = goods + amount
    text = text + "${i + 1}. ${line.quantity} x ${line.product} = " + FORMAT(amount, "$0.00") + "\n"
NEXT i

shipping = goods >= free_shipping_from ? 0 : shipping_fee

BEGIN TALK
**Your cart**
${text}Goods: ${FORMAT(goods, "$#,##0.00")}
Shipping, when delivered: ${IIF(shipping = 0, "free", FORMAT(shipping, "$0.00"))}
END TALK

CLEAR SUGGESTIONS
ADD SUGGESTION TOOL "checkout" AS "Check out"
ADD SUGGESTION TOOL "remove-from-cart" AS "Take something out"
ADD SUGGESTION TOOL "browse" AS "Keep browsing"

RETURN cart
