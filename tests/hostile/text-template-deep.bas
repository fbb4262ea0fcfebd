' A template with ten thousand parts in one another.
' stops: BadArgument; limit: data_depth

text = RENDER(REPEAT("{{#if a}}", 10000) + REPEAT("{{/if}}", 10000), {}) ' stops here
TALK LEN(text)
