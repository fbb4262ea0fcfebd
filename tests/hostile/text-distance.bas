' The distance of two long texts, which costs their lengths multiplied.
' stops: OutOfFuel; limit: fuel_per_turn

text = REPEAT("ab", 500000)
TALK LEVENSHTEIN(text, REVERSE(text)) ' stops here
