size = 400
total = 0
FOR y = 0 TO size - 1
    FOR x = 0 TO size - 1
        cr = 2.0 * x / size - 1.5
        ci = 2.0 * y / size - 1.0
        zr = 0.0
        zi = 0.0
        k = 0
        DO WHILE k < 50 AND zr * zr + zi * zi <= 4.0
            t = zr * zr - zi * zi + cr
            zi = 2 * zr * zi + ci
            zr = t
            k = k + 1
        LOOP
        total = total + k
    NEXT x
NEXT y
TALK total
