' What to do when services fail.
ON ERROR RESUME NEXT
rates = GET "https://rates.example/latest"
IF ERROR THEN
    PRINT ERROR MESSAGE
    CLEAR ERROR
    rates = { eur: 5.1 }
END IF
ON ERROR GOTO 0

TRY
    amount = VAL(GET SESSION "amount")
    ASSERT amount > 0, "The amount must be positive."
    IF rates.eur = 0 THEN THROW "no rate"
    TALK FORMAT(amount / rates.eur, "C2[pt]")
CATCH problem
    TALK "That did not work: ${problem}"
FINALLY
    SET SESSION "amount", NULL
END TRY

attempt = 0
again:
attempt = attempt + 1
reply = POST "https://rates.example/log", { attempt: attempt }
IF reply.status <> 200 AND attempt < 3 THEN GOTO again
TALK attempt = 1 ? "At once." : "After " + attempt + " attempts."
