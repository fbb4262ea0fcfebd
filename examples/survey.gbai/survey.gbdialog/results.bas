' Shows the results: totals with AGGREGATE, groups with GROUP BY. It runs as part of the survey
' (CALL "results.bas"), as a tool of the model, and as a command.

DESCRIPTION "Shows the results of the survey so far: votes, average score, favourite dish, comments."

rows = FIND "answers" WHERE survey = survey_name ORDER BY id
total = UBOUND(rows)

' A mean of two says nothing about the food and too much about the two.
IF total < minimum_answers THEN
    TALK "Answers so far: ${total}. Results are shown from ${minimum_answers} on."
    RETURN #{ answers: total }
END IF

mean = AGGREGATE "AVG", rows, "score"
visits = AGGREGATE "SUM", rows, "visits"
best = AGGREGATE "answers", "MAX", "score"
pleased = COUNT(FILTER(rows, "score >= 3"))

BEGIN TALK
**${survey_name}**: ${total} answers
Mean score ${FORMAT(mean, "0.00")} of 4, best ${best}
${visits} lunches a week in ${place}
${FORMAT(pleased * 100 / total, "0")}% say Good or better
END TALK

' GROUP_BY gives a map from each dish to its rows.
groups = GROUP BY rows, "dish"
favourite = ""
most = 0

FOR EACH course IN FIND "dishes.csv"
    votes = groups[course.dish] ?? []
    IF votes THEN
        share = UBOUND(votes) * 10 / total
        score = FORMAT(AVG(votes, "score"), "0.0")
        TALK course.dish + ": " + bar(share) + " " + UBOUND(votes) + " vote(s), score " + score
    END IF
    IF UBOUND(votes) > most THEN
        most = UBOUND(votes)
        favourite = course.dish
    END IF
NEXT course

TALK "The favourite is **${favourite}**."

' The comments, newest last; empty ones were stored as empty text.
FOR EACH row IN rows
    IF NOT row.comment THEN CONTINUE
    TALK "> " + row.comment
NEXT

RETURN #{ answers: total, mean: mean, favourite: favourite }

' A bar of ten places.
FUNCTION bar(filled)
    blocks = ""
    FOR n = 1 TO 10
        blocks = blocks + IIF(n <= filled, "#", ".")
    NEXT n
    RETURN blocks
END FUNCTION
