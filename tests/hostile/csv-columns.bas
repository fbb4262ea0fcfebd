' A table with a million columns.
' stops: LimitReached; limit: table_columns

rows = CSV PARSE REPEAT(",", 1000000) ' stops here
TALK COUNT(rows)
