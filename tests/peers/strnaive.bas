text = ""
FOR i = 1 TO 50000
    text = text + "ab"
NEXT i
TALK LEN(text)
