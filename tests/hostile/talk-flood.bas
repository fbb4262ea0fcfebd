' Saying something without an end.
' stops: LimitReached; limit: messages_per_turn

DO
    TALK "hello" ' stops here
LOOP
