' Lists inside one another, a hundred thousand deep.
' stops: LimitReached | BadData; limit: data_depth

value = YAML PARSE REPEAT("[", 100000) ' stops here
TALK "read"
