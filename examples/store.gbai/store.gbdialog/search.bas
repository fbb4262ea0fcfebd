' Finds products by a word in their name or description.

PARAM term AS STRING LIKE "apple" DESCRIPTION "What are you looking for?"

DESCRIPTION "Searches all products by a word in the name or the description."

wanted = TRIM(term)
IF LEN(wanted) < 2 THEN
    TALK "Please give me at least two letters to search for."
    RETURN
END IF

' LIKE ignores letter case; % stands for any text.
hits = FIND "products.csv" WHERE name LIKE "%" + wanted + "%" OR
    description LIKE "%" + wanted + "%" ORDER BY name

SELECT CASE UBOUND(hits)
    CASE 0
        TALK "Nothing matches \"${wanted}\". Try a shorter word."
    CASE 1
        only = hits[0]
        TALK "There is one: **${only.name}**, ${FORMAT(VAL(only.price), "$0.00")}. ${only.description}."
    CASE ELSE
        TALK "I found " + UBOUND(hits) + " products:"
        n = 1
        FOR EACH hit IN hits
            TALK n + ". " + hit.name + " " + FORMAT(VAL(hit.price), "$0.00")
            n = n + 1
        NEXT
END SELECT

CLEAR SUGGESTIONS
IF hits THEN ADD SUGGESTION TOOL "add-to-cart" AS "Add to cart"
ADD SUGGESTION TOOL "search" AS "Search again"
ADD SUGGESTION TOOL "view-cart" AS "My cart"

RETURN hits
