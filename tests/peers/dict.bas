d = {}
n = 0
FOR i = 0 TO 999999
    d["k" + i] = i
    n = n + 1
NEXT i
sum = 0
FOR i = 0 TO 999999
    sum = sum + d["k" + (i * 7919 MOD 1000000)]
NEXT i
TALK sum + " " + n
