' Shows one shelf. The values of ENUM become buttons when a person is asked for them.

PARAM category AS STRING LIKE "fruit" DESCRIPTION "Which shelf would you like to see?" ENUM [
    "fruit", "bakery", "dairy", "pantry"
]

DESCRIPTION "Lists the products of one shelf with price and stock."

' In WHERE the left side is always a column and the right side a value, so this compares the
' column `category` with the parameter of the same name.
products = FIND "products.csv" WHERE category = category ORDER BY name

IF NOT products THEN
    TALK "The shelf " + category + " is empty."
    RETURN
END IF

lines = []
FOR EACH item IN products
    line = "- **" + item.name + "** " + FORMAT(VAL(item.price), "$#,##0.00")
    IF VAL(item.stock) = 0 THEN
        line = line + " (sold out)"
    ELSE IF VAL(item.stock) < 10 THEN
        line = line + " (only " + item.stock + " left)"
    END IF
    APPEND lines, line
NEXT item

TALK "On the shelf " + category + ":\n" + JOIN(lines, "\n")

CLEAR SUGGESTIONS
ADD SUGGESTION TOOL "add-to-cart" AS "Add to cart"
ADD SUGGESTION TOOL "browse" AS "Another shelf"
ADD SUGGESTION TOOL "view-cart" AS "My cart"

RETURN products
