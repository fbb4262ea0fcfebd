REM Keeps a contact, and hands hot ones to a person.
PARAM name AS NAME LIKE "Ada Lovelace" DESCRIPTION "Full name"
PARAM email AS EMAIL LIKE "ada@example.org" DESCRIPTION "Where to write"
PARAM phone AS PHONE OPTIONAL
PARAM interest AS "demo", "price", "support"
PARAM budget AS NUMBER LIKE 5000 OPTIONAL DEFAULT 0

DESCRIPTION "Stores a lead and rates it."

existing = FIND "leads" WHERE email = email
IF existing THEN
    UPDATE "leads" SET name = name, interest = interest, last_contact = NOW() WHERE email = email
    lead_id = existing.id
ELSE
    lead_id = UUID()
    INSERT INTO "leads" VALUES #{ id: lead_id, name: name, email: email, phone: phone, interest: interest, budget: budget, created_at: NOW() }
END IF

score = 10
IF interest = "price" THEN
    score = score + 20
ELSE IF interest = "demo" THEN
    score = score + 40
END IF
IF budget >= 10000 THEN
    score = score + 30
END IF

' The text keeps its line breaks.
SEND MAIL email, "Welcome, ${name}", "Hello ${name},

thank you for your interest in ${interest}.
We call you soon.

The team's address: team@example.org"

IF score >= 60 THEN
    result = TRANSFER TO HUMAN "sales", "high", "Lead ${name} with score ${score}"
    IF result.status = "queued" THEN
        TALK "You are number " + result.queue_position + " in the queue."
    END IF
ELSE
    CREATE TASK "Call " + name, "sales", DATEADD(TODAY(), 2, "day")
    TALK "We will call you within two days."
END IF
RETURN lead_id
