' Turns the cart into an order. A tool may hold a whole dialogue: each HEAR waits, for days if
' need be, and the conversation goes on right behind it.

DESCRIPTION "Checks out: asks for name, e-mail and delivery, and places the order."

saved = GET SESSION "cart"
IF NOT saved THEN
    TALK "Your cart is empty, so there is nothing to check out."
    RETURN
END IF

cart = JSON PARSE saved
goods = 0
FOR EACH line IN cart
    goods = goods + line.price * line.quantity
NEXT

CLEAR SUGGESTIONS
TALK "Let us check out. Your goods come to " + FORMAT(goods, "$#,##0.00") + "."

HEAR customer AS NAME WITH "What is your name?"
HEAR email AS EMAIL WITH "Where shall I send the receipt?"

TALK "Thank you, ${customer}. How would you like to get it?"
HEAR delivery AS "Pick up", "Home delivery"

shipping = 0
address = ""
IF delivery = "Home delivery" THEN
    IF goods < free_shipping_from THEN shipping = shipping_fee
    HEAR address WITH "Which address do we deliver to?"
END IF

total = goods + shipping

BEGIN TALK
${customer}, please check your order:
Goods: ${FORMAT(goods, "$#,##0.00")}
Shipping: ${FORMAT(shipping, "$#,##0.00")}
**Total: ${FORMAT(total, "$#,##0.00")}**
END TALK

HEAR sure AS BOOLEAN WITH "Shall I place the order?"
IF NOT sure THEN
    TALK "Nothing was ordered. Your cart stays as it is."
    RETURN
END IF

' COUNT of a FIND is a small running number, enough for one store.
next_number = "C" + (1001 + COUNT(FIND "orders"))

WITH order
    order_number = next_number
    customer = customer
    email = email
    delivery = delivery
    address = address
    goods = goods
    shipping = shipping
    total = total
    status = "received"
    placed_on = TODAY()
END WITH
SAVE "orders", order

FOR EACH line IN cart
    SAVE "order_lines", #{
        order_number: next_number,
        sku: line.sku,
        product: line.product,
        quantity: line.quantity,
        price: line.price
    }
NEXT

SET SESSION "cart", ""
TALK "Your order **${next_number}** is placed. The receipt goes to ${email}."
ADD SUGGESTION TOOL "order-status" AS "Where is my order?"
ADD SUGGESTION TOOL "browse" AS "Browse the shelves"

RETURN order
