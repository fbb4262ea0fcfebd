' Summarises a document for the person.
USE WEBSITE "https://bakery.example" REFRESH "1d"
HEAR question WITH "What do you want to know?"
found = THINK KB question
text = ""
FOR EACH hit IN found.results LAST 3
    text = text + hit.content + "\n"
END FOR
answer = LLM "Answer in one sentence, from this text only: " + text + " Question: " + question
    WITH OPTIMIZE FOR "quality"
    WITH MAX_COST 0.05
IF answer = "" OR ISEMPTY(text) THEN
    answer = "I do not know."
END IF
SAVE_FROM_UNSTRUCTURED "questions", question + " " + answer
SET BOT MEMORY "last_question", question
TALK answer
GENERATE PDF "answer.pdf" WITH TEMPLATE "answer.html" DATA { question: question, answer: answer }
SEND FILE "answer.pdf", "For your records"
picture = QR CODE "https://bakery.example/q/" + GUID(), 200
TALK IMAGE picture
CHART "bar", [["Mon", 3], ["Tue", 5]]
