' A template that repeats itself a billion times.
' stops: LimitReached | OutOfFuel; limit: text_bytes

items = RANGE(1, 1000)
part = "{{#each items}}{{#each items}}{{#each items}}x{{/each}}{{/each}}{{/each}}"
text = RENDER(part, { "items": items }) ' stops here
TALK LEN(text)
