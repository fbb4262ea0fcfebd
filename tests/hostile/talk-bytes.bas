' Saying very long things.
' stops: LimitReached; limit: output_bytes_per_turn

text = REPEAT("hello ", 10000)
DO
    TALK text ' stops here
LOOP
