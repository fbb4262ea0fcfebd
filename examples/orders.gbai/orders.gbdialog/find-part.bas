PARAM text AS STRING LIKE "timing belt" DESCRIPTION "Which part are you looking for (number or words)?"
PARAM in_stock AS BOOLEAN LIKE TRUE DESCRIPTION "Only parts that are in stock?" OPTIONAL DEFAULT FALSE

DESCRIPTION "Finds parts by number or by words in their name. Returns number, name, price, stock and lead time."

wanted = TRIM(text)
hits = FIND "parts.csv" WHERE part LIKE wanted + "%" OR name LIKE "%" + wanted + "%" ORDER BY part

IF in_stock THEN hits = FILTER(hits, "stock > 0")

IF NOT hits THEN
    TALK "No part matches \"${wanted}\"."
    RETURN #{ found: 0, reason: "nothing matches" }
END IF

FOR EACH hit IN hits
    supply = VAL(hit.stock) > 0 ? hit.stock + " in stock" : "in " + hit.lead_days + " days"
    TALK "${hit.part} ${hit.name}: " + FORMAT(VAL(hit.unit_price), "$#,##0.00") + ", " + supply
NEXT hit

RETURN #{ found: UBOUND(hits), parts: hits }
