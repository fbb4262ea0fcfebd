' The survey: five questions, each with the HEAR that fits, and then the results so far.
' Who only wants to look may skip the questions.

ADD TOOL "results"

BEGIN TALK
Hello! This is the survey **${survey_name}**.

It has five questions and takes one minute. Nobody asks for your name.
END TALK

HEAR wish AS MENU "Take the survey", "See the results", "Not now"

IF wish = "Not now" THEN
    TALK "No problem. Enjoy your meal!"
    RETURN
ELSE IF wish = "Take the survey" THEN
    answer = ask_questions()
    CALL store(answer)
END IF

CALL "results.bas"

' ---------------------------------------------------------------- the questions

FUNCTION ask_questions()
    ' The menu comes from a table: a list is as good as choices written out.
    dishes = []
    FOR EACH row IN FIND "dishes.csv"
        dishes.PUSH(row.dish)
    NEXT

    TALK "1/5 What did you have today?"
    FOR EACH dish IN dishes
        ADD SUGGESTION dish
    NEXT
    dish = one_of(dishes)
    CLEAR SUGGESTIONS

    TALK "2/5 How was it?"
    HEAR rating AS "Excellent", "Good", "Fair", "Poor"
    score = score_of(rating)

    ' Only who was disappointed is asked why.
    comment = ""
    IF score <= 2 THEN
        HEAR comment WITH "What went wrong?"
    ELSE
        TALK "3/5 Anything you would like to tell the cook?"
        HEAR comment AS "Nothing", *
        IF comment = "Nothing" THEN comment = ""
    END IF

    visits = ask_visits()
    HEAR again AS BOOLEAN WITH "5/5 Would you come again?"

    RETURN {
        "dish": dish,
        "score": score,
        "visits": visits,
        "again": again,
        "comment": comment
    }
END FUNCTION

' Asks until the answer is one of the list; letter case and spaces do not matter.
FUNCTION one_of(allowed)
    DO WHILE TRUE
        said = HEAR
        FOR EACH option IN allowed
            IF LCASE(TRIM(said)) = LCASE(option) THEN RETURN option
        NEXT option
        TALK "Please choose one of these: " + JOIN(allowed, ", ")
    LOOP
END FUNCTION

FUNCTION score_of(rating)
    SELECT CASE rating
        CASE "Excellent"
            RETURN 4
        CASE "Good"
            RETURN 3
        CASE "Fair"
            RETURN 2
        CASE ELSE
            RETURN 1
    END SELECT
END FUNCTION

FUNCTION ask_visits()
    visits = -1
    WHILE visits < 0 OR visits > 5
        HEAR visits AS INTEGER WITH "4/5 On how many days a week do you eat here (0 to 5)?"
        IF visits < 0 OR visits > 5 THEN TALK "A week has five days with lunch."
    WEND
    RETURN visits
END FUNCTION

' ---------------------------------------------------------------- storing

SUB store(answer)
    WITH row
        id = COUNT(FIND "answers") + 1
        survey = survey_name
        dish = answer.dish
        score = answer.score
        visits = answer.visits
        again = answer.again
        comment = answer.comment
        answered_at = NOW()
    END WITH
    SAVE "answers", row

    IF answer.score = 4 AND answer.again THEN
        TALK "Wonderful, the cook will love to hear that. Thank you!"
    ELSE IF answer.score <= 2 THEN
        TALK "Thank you for being honest. We will pass it on."
    ELSE
        TALK "Thank you!"
    END IF
END SUB
