' Saying something without an end and passing over every refusal.
' stops: LimitReached | OutOfFuel; limit: host_calls_per_turn

ON ERROR RESUME NEXT
DO ' stops here
    TALK "hello" ' stops here
LOOP ' stops here
