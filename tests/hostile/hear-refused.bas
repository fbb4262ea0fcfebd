' A question that no answer satisfies.
' stops: BadAnswer; limit: host_calls_per_turn
' answers: 10

HEAR number AS INTEGER ' stops here
TALK number
