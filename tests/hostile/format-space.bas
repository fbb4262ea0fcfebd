' A text of blanks as long as the largest number.
' stops: LimitReached | BadArgument; limit: text_bytes

text = SPACE(9223372036854775807) ' stops here
TALK LEN(text)
