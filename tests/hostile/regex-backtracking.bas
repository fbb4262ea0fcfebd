' An expression over which other engines think for years.
' stops: OutOfFuel; limit: fuel_per_turn

text = REPEAT("a", 100000) + "!"
DO ' stops here
    found = REGEX_MATCH(text, "^(a+)+$") ' stops here
LOOP ' stops here
