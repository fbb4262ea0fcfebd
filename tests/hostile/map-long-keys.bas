' Keys that are as long as a text may be, looked for and set again and again.
' stops: OutOfFuel; limit: fuel_per_turn

key = REPEAT("a", 900000)
map = #{}
map[key + "b"] = 1
map[key + "c"] = 2
sought = key + "d" ' stops here
DO ' stops here
    sum = sum + (map[sought] ?? 1) ' stops here
    map[sought] = NULL ' stops here
LOOP ' stops here
