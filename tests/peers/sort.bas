n = 500000
x = 42
items = []
FOR i = 0 TO n - 1
    x = x * 16807 MOD 2147483647
    PUSH items, { key: x MOD 100000, id: i }
NEXT i
sorted = SORT(items, "key")
sum = 0
FOR EACH item IN sorted
    sum = (sum * 31 + item.id) MOD 1000003
NEXT item
TALK sorted[0].key + "\t" + sorted[n - 1].key + "\t" + sum
