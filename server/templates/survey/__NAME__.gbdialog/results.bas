' A tool: a button or a language model may call it.
DESCRIPTION "Tells how many people answered and what they gave on average."

answers = FIND "answers"
IF LEN(answers) = 0 THEN
    TALK "Nobody has answered yet."
ELSE
    sum = 0
    FOR EACH answer IN answers
        sum = sum + answer.stars
    NEXT
    TALK "${LEN(answers)} answers, ${FORMAT(sum / LEN(answers), "0.0")} stars on average."
END IF
