' A word that is looked for among a hundred thousand numbers.
' stops: OutOfFuel; limit: fuel_per_turn

list = RANGE(1, 100000)
DO ' stops here
    IF "a word" IN list THEN found = found + 1 ' stops here
LOOP ' stops here
