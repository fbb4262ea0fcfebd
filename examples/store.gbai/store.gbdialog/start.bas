' The Corner Store: this script only sets the table and then ends.
' From here on the tools do the work: a model calls them, or the person presses a
' suggestion, which runs the tool directly and asks for what it still needs.

' What the model may do.
ADD TOOL "browse"
ADD TOOL "search"
ADD TOOL "add-to-cart"
ADD TOOL "remove-from-cart"
ADD TOOL "view-cart"
ADD TOOL "checkout"
ADD TOOL "order-status"

BEGIN SYSTEM PROMPT
You are the friendly shopkeeper of the Corner Store.
Recommend only products that the tools browse and search return, with their price.
Put something into the cart only when the person clearly asks for it.
Shipping costs ${FORMAT(shipping_fee, "0.00")} and is free from ${FORMAT(free_shipping_from, "0.00")}.
Never invent an order number: use the tool order-status.
END SYSTEM PROMPT

SET CONTEXT "shop" AS "Today is " + TODAY() + ". The store has " + COUNT(FIND "products.csv") +
    " products."

' What the person may press. Each runs its tool without a detour through the model.
CLEAR SUGGESTIONS
ADD SUGGESTION TOOL "browse" AS "Browse the shelves"
ADD SUGGESTION TOOL "search" AS "Search"
ADD SUGGESTION TOOL "view-cart" AS "My cart"
ADD SUGGESTION TOOL "order-status" AS "Where is my order?"

' A cart may be left from an earlier visit in this conversation.
saved = GET SESSION "cart"
IF saved THEN
    cart = JSON PARSE saved
    TALK "Welcome back! Your cart still holds " + UBOUND(cart) + " product(s)."
    ADD SUGGESTION TOOL "checkout" AS "Check out"
ELSE
BEGIN TALK
**Welcome to the Corner Store!**

We have fruit, bakery, dairy and pantry.
Delivery costs ${FORMAT(shipping_fee, "$0.00")}, and nothing from ${FORMAT(free_shipping_from, "$0.00")}.
END TALK
END IF
