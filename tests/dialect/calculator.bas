PARAM expression AS STRING LIKE "area" DESCRIPTION "What to work out"
PARAM a AS NUMBER
PARAM b AS NUMBER OPTIONAL
DESCRIPTION "Works out simple things."
CONST PI = 3.14159
DIM history(10)
FOR k = 0 TO UBOUND(history)
    history(k) = 0
NEXT k
IF expression = "area" THEN
    result = PI * a ^ 2
ELSE IF expression = "share" THEN
    IF b IS NULL OR b = 0 THEN
        RETURN #{ error: "b must not be 0" }
    END IF
    result = a / b
ELSEIF expression = "rest" THEN
    result = a MOD b
ELSE
    result = (a + (b ?? 0)) * -1
ENDIF
FOR n = 10 TO 1 STEP -3
    history(n MOD 10) = result / n
NEXT
text = "Result: " + ROUND(result, 2) + " (" + SUM(history) + ")"
IF result = INT(result) THEN text = text + " exactly"
TALK text
RETURN WITH result AS result, text AS text
