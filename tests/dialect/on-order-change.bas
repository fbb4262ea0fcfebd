' Reacts to what happens elsewhere.
ON UPDATE OF "orders"
    IF row.status = "ready" THEN
        TALK TO row.phone, "Your order ${row.id} is ready."
    END IF
END ON

ON FORM SUBMIT "contact"
    SAVE "messages", { name: fields.name, text: fields.text, at: NOW() }
    SEND MAIL "shop@example.org", "A message of ${fields.name}", fields.text
END ON

ON EMAIL "orders@example.org" SUBJECT "order"
    mail = GET LAST "email_received_events"
    info = LLM "Read the order, answer as JSON with item and quantity: " + mail.body
    SAVE "orders", { item: info.item, quantity: info.quantity, status: "mail" }
END ON
