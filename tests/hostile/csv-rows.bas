' A table of two million rows.
' stops: LimitReached | OutOfMemory | OutOfFuel; limit: list_elements

text = "a\n" + REPEAT("1\n", 2000000)
rows = CSV PARSE text ' stops here
TALK COUNT(rows)
