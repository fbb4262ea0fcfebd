FUNCTION fannkuch(n)
    p = NEW ARRAY(n + 2)
    q = NEW ARRAY(n + 2)
    s = NEW ARRAY(n + 2)
    FOR i = 1 TO n
        p[i] = i
        q[i] = i
        s[i] = i
    NEXT i
    sign = 1
    most = 0
    sum = 0
    DO
        first = p[1]
        IF first <> 1 THEN
            FOR i = 2 TO n
                q[i] = p[i]
            NEXT i
            flips = 1
            DO
                top = q[first]
                IF top = 1 THEN
                    sum = sum + sign * flips
                    IF flips > most THEN most = flips
                    EXIT DO
                END IF
                q[first] = first
                IF first >= 4 THEN
                    i = 2
                    j = first - 1
                    DO
                        x = q[i]
                        q[i] = q[j]
                        q[j] = x
                        i = i + 1
                        j = j - 1
                    LOOP UNTIL i >= j
                END IF
                first = top
                flips = flips + 1
            LOOP
        END IF
        IF sign = 1 THEN
            x = p[1]
            p[1] = p[2]
            p[2] = x
            sign = -1
        ELSE
            x = p[2]
            p[2] = p[3]
            p[3] = x
            sign = 1
            FOR i = 3 TO n
                IF s[i] <> 1 THEN
                    s[i] = s[i] - 1
                    EXIT FOR
                END IF
                IF i = n THEN RETURN sum + "\t" + most
                s[i] = i
                x = p[1]
                FOR j = 1 TO i
                    p[j] = p[j + 1]
                NEXT j
                p[i + 1] = x
            NEXT i
        END IF
    LOOP
END FUNCTION
TALK fannkuch(9)
