active = 0
tags = 0
total = 0.0
counts = {}
sums = {}
FOR i = 0 TO 9
    counts["c" + i] = 0
    sums["c" + i] = 0.0
NEXT i
FOR i = 0 TO 19999
    text = "{\"id\":" + i + ",\"name\":\"user" + i + "\",\"age\":" + (18 + i MOD 60) + ",\"tags\":[\"t" + (i MOD 7) + "\",\"t" + (i MOD 11) + "\"],\"score\":" + (i MOD 100) + ".5,\"active\":" + IIF(i MOD 3 <> 0, "true", "false") + ",\"addr\":{\"city\":\"c" + (i MOD 10) + "\",\"zip\":\"" + (10000 + i) + "\"}}"
    o = JSON PARSE(text)
    IF o.active AND o.age >= 30 THEN
        active = active + 1
        total = total + o.score
        city = o.addr.city
        counts[city] = counts[city] + 1
        sums[city] = sums[city] + o.score
        FOR EACH tag IN o.tags
            tags = tags + 1
        NEXT tag
    END IF
NEXT i
TALK active + "\t" + FORMAT(total, "0.0") + "\t" + tags + "\t" + counts["c3"] + "\t" + FORMAT(sums["c7"], "0.0")
