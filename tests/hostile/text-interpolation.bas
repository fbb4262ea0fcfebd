' A text that holds itself twice.
' stops: LimitReached; limit: text_bytes

text = "0123456789"
DO
    text = "${text} and ${text}" ' stops here
LOOP
