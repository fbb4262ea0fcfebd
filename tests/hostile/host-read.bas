' Asking for what is not there, and passing over every refusal.
' stops: LimitReached | OutOfFuel; limit: host_calls_per_turn

ON ERROR RESUME NEXT
DO ' stops here
    x = GET BOT MEMORY("nothing") ' stops here
LOOP ' stops here
