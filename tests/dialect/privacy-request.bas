' A person wants to see, correct or delete what is stored of them.
TALK "You can ask for your data, or have them deleted."
HEAR wish AS MENU "See my data", "Delete my data", "Nothing"
IF wish = "Nothing" THEN RETURN
HEAR address AS EMAIL WITH "Your mail address?"
code = GENERATE CODE 6
SEND EMAIL address, "Your code", "Your code is ${code}.

It is valid for ten minutes.
'Somebody else?' Then do nothing."
HEAR given WITH "Please write the code that we sent."
IF given <> code THEN
    TALK "That is not the code."
    RETURN #{ success: FALSE }
END IF
customer = FIND "customers" WHERE email = address
IF customer IS NULL THEN
    TALK "Nothing is stored of you."
ELSE IF wish = "See my data" THEN
    records = [customer] + (FIND "orders" WHERE customer = customer.id)
    path = "export-" + customer.id + ".json"
    WRITE path, TOJSON(records)
    SEND FILE path
ELSE
    DELETE FROM "orders" WHERE customer = customer.id AND status != "open"
    DELETE "customers", "id = 0"
    TALK "Your data are deleted" + (IF(customer.newsletter, ", the newsletter too", "")) + "."
END IF
