parts = []
FOR i = 0 TO 999999
    PUSH parts, (i MOD 1000) + ","
NEXT i
text = JOIN(parts, "")
TALK LEN(text) + "\t" + RIGHT(text, 6)
