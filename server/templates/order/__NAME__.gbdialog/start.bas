' Takes an order. The prices are rows of a table that comes with the bot: __NAME__.gbdata/menu.csv

TALK "Welcome to __TITLE__! What may I bring you?"
total = 0
DO
    HEAR wish AS "Coffee", "Tea", "Cake", "That is all" WITH "Choose as often as you like."
    IF wish = "That is all" THEN EXIT DO
    HEAR cups AS INTEGER WITH "How many?"
    item = FIND "menu.csv" WHERE name = wish FIRST
    price = item.price * cups
    total = total + price
    TALK "${cups} × ${wish}: ${FORMAT(price, "0.00")}"
LOOP

IF total = 0 THEN
    TALK "Perhaps another time. Goodbye!"
ELSE
    HEAR guest AS NAME WITH "What is your name?"
    SAVE "orders", guest, total
    TALK "Thank you, ${guest}. That makes ${FORMAT(total, "0.00")}."
END IF
