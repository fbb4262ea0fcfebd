' A list that holds itself.
' stops: BadArgument | LimitReached | TooDeep | OutOfMemory | BadData; limit: data_depth

list = [1]
list.PUSH(list)
text = TOJSON(list) ' stops here
TALK LEN(text)
