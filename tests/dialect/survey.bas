' Asks a few questions, and goes back when an answer makes no sense.
questions = [
    { id: "taste", text: "How did it taste?", low: 1, high: 5 },
    { id: "service", text: "How was the service?", low: 1, high: 5 },
    { id: "age", text: "How old are you?", low: 10, high: 110 }
]
answers = NEW OBJECT
i = 0
DO WHILE i < UBOUND(questions)
    question = questions[i]
    HEAR value AS NUMBER WITH "${i + 1}/${UBOUND(questions)}: ${question.text}"
    IF value < question.low OR value > question.high THEN
        TALK "Please give a number from ${question.low} to ${question.high}."
    ELSE
        answers[question.id] = value
        i = i + 1
    END IF
LOOP
HEAR remark WITH "Anything else?"
mood = ANALYZE SENTIMENT remark
SAVE "survey", answers.taste, answers.service, answers.age, remark
SWITCH mood.overall
    CASE "negative"
        NOTIFY ATTENDANT "quality", "Bad survey: " + remark
    CASE "positive", "neutral"
        TALK "Thank you!"
    DEFAULT
        TALK "Thank you for your time."
END SWITCH
