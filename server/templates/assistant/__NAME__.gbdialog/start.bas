' A language model answers what people ask, and may call the scripts that are added here.
' Which model that is stands in __NAME__.gbot/config.csv, what it is told in PROMPT.md beside it.

ADD TOOL "opening-hours"
ADD SUGGESTION "When are you open?"
ADD SUGGESTION "What do you do?"
TALK "Hello! I am __TITLE__. Ask me anything."
