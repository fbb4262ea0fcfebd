' A script that is longer than a script may be: its last line is repeated.
' stops: B0114; limit: source_bytes
' repeated: 40000

TALK "and again, and again, and again"
