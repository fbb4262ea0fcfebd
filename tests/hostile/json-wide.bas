' A text of many small values, each larger in memory than as text.
' stops: OutOfMemory | LimitReached; limit: heap_bytes

text = "[" + REPEAT("[],", 1500000) + "[]]"
value = JSON PARSE text ' stops here
TALK UBOUND(value)
