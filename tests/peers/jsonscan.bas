SUB blanks()
    DO WHILE INSTR(" \n\t", MID(text, at, 1)) > 0
        at = at + 1
    LOOP
END SUB
FUNCTION word()
    start = at + 1
    at = INSTR(start, text, "\"") + 1
    RETURN MID(text, start, at - 1 - start)
END FUNCTION
FUNCTION value()
    CALL blanks()
    SELECT CASE MID(text, at, 1)
        CASE "{"
            o = {}
            at = at + 1
            CALL blanks()
            IF MID(text, at, 1) = "}" THEN
                at = at + 1
                RETURN o
            END IF
            DO
                CALL blanks()
                key = word()
                CALL blanks()
                at = at + 1
                o[key] = value()
                CALL blanks()
                ends = MID(text, at, 1) = "}"
                at = at + 1
            LOOP UNTIL ends
            RETURN o
        CASE "["
            list = []
            at = at + 1
            CALL blanks()
            IF MID(text, at, 1) = "]" THEN
                at = at + 1
                RETURN list
            END IF
            DO
                PUSH list, value()
                CALL blanks()
                ends = MID(text, at, 1) = "]"
                at = at + 1
            LOOP UNTIL ends
            RETURN list
        CASE "\""
            RETURN word()
        CASE "t"
            at = at + 4
            RETURN TRUE
        CASE "f"
            at = at + 5
            RETURN FALSE
        CASE "n"
            at = at + 4
            RETURN NULL
    END SELECT
    start = at
    DO WHILE INSTR("0123456789-+.eE", MID(text, at, 1)) > 0
        at = at + 1
    LOOP
    RETURN VAL(MID(text, start, at - start))
END FUNCTION
active = 0
tags = 0
total = 0.0
counts = {}
sums = {}
at = 1
text = ""
FOR i = 0 TO 9
    counts["c" + i] = 0
    sums["c" + i] = 0.0
NEXT i
FOR i = 0 TO 19999
    text = "{\"id\":" + i + ",\"name\":\"user" + i + "\",\"age\":" + (18 + i MOD 60) + ",\"tags\":[\"t" + (i MOD 7) + "\",\"t" + (i MOD 11) + "\"],\"score\":" + (i MOD 100) + ".5,\"active\":" + IIF(i MOD 3 <> 0, "true", "false") + ",\"addr\":{\"city\":\"c" + (i MOD 10) + "\",\"zip\":\"" + (10000 + i) + "\"}}"
    at = 1
    record = value()
    IF record.active AND record.age >= 30 THEN
        active = active + 1
        total = total + record.score
        city = record.addr.city
        counts[city] = counts[city] + 1
        sums[city] = sums[city] + record.score
        FOR EACH tag IN record.tags
            tags = tags + 1
        NEXT tag
    END IF
NEXT i
TALK active + "\t" + FORMAT(total, "0.0") + "\t" + tags + "\t" + counts["c3"] + "\t" + FORMAT(sums["c7"], "0.0")
