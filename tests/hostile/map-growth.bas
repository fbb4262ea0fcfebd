' A map with ever more keys.
' stops: OutOfMemory | OutOfFuel | LimitReached; limit: heap_bytes

map = #{}
DO ' stops here
    n = n + 1 ' stops here
    map["key " + n] = n ' stops here
LOOP ' stops here
