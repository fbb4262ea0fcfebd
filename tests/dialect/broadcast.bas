PARAM file AS FILE DESCRIPTION "A table of phone numbers"
PARAM template AS STRING LIKE "hello_world"
DESCRIPTION "Sends a message to everyone in a table."
list = FIND file
IF NOT list THEN
    TALK "The table is empty."
    RETURN
END IF
index = 1
sent = 0
failed = 0
DO WHILE index < UBOUND(list)
    row = list[index]
    phone = REPLACE(row.phone, " ", "")
    IF phone = "" OR LEN(phone) < 8 THEN
        failed = failed + 1
    ELSE
        SEND TEMPLATE TO phone, template, [row.name, row.city]
        sent = sent + 1
    END IF
    index = index + 1
    IF index MOD 50 = 0 THEN WAIT 5
LOOP
TALK "${sent} sent, ${failed} failed."
PUBLISH EVENT "broadcast-done"
