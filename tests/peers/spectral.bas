FUNCTION element(i, j)
    ij = i + j
    RETURN 1.0 / (ij * (ij + 1) * 0.5 + i + 1)
END FUNCTION
SUB times(v, r)
    FOR i = 0 TO n - 1
        sum = 0.0
        FOR j = 0 TO n - 1
            sum = sum + element(i, j) * v[j]
        NEXT j
        r[i] = sum
    NEXT i
END SUB
SUB times_transposed(v, r)
    FOR i = 0 TO n - 1
        sum = 0.0
        FOR j = 0 TO n - 1
            sum = sum + element(j, i) * v[j]
        NEXT j
        r[i] = sum
    NEXT i
END SUB
n = 300
u = NEW ARRAY(n)
v = NEW ARRAY(n)
t = NEW ARRAY(n)
FOR i = 0 TO n - 1
    u[i] = 1.0
    v[i] = 0.0
    t[i] = 0.0
NEXT i
FOR round = 1 TO 10
    CALL times(u, t)
    CALL times_transposed(t, v)
    CALL times(v, t)
    CALL times_transposed(t, u)
NEXT round
a = 0.0
b = 0.0
FOR i = 0 TO n - 1
    a = a + u[i] * v[i]
    b = b + v[i] * v[i]
NEXT i
TALK FORMAT(SQR(a / b), "0.000000000")
