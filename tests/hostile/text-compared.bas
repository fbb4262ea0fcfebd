' A text of digits that grows, and is compared with a number each time: it is not read to its end.
' stops: OutOfFuel | LimitReached | OutOfMemory; limit: fuel_per_turn

text = "1"
DO ' stops here
    text = text + 1 ' stops here
    IF text = 5 THEN TALK "never" ' stops here
LOOP ' stops here
