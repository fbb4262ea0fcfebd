' Saying more than can be handed over at once.
' stops: LimitReached; limit: host_call_bytes

text = REPEAT("x", 5000000)
TALK text ' stops here
