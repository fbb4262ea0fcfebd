' Asks three questions and keeps the answers in a table.

TALK "Hello! This takes a minute and is anonymous."
HEAR stars AS INTEGER WITH "How many stars would you give us, from 1 to 5?"
DO WHILE stars < 1 OR stars > 5
    HEAR stars AS INTEGER WITH "Please choose a number from 1 to 5."
LOOP

HEAR again AS BOOLEAN WITH "Would you come again?"

' A good mark asks for praise, a bad one for help.
IF stars >= 4 THEN
    HEAR words WITH "What did you like best?"
ELSE
    HEAR words WITH "I am sorry. What should we do better?"
END IF

SAVE "answers", stars, again, words
TALK "Thank you! Your answer helps us."
