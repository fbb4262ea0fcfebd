' One row an appointment; a cancelled one frees its slot.

TABLE appointments
    code string(12) key
    doctor string(10)
    patient string(100)
    mobile string(30)
    day date
    slot string(5)
    reason text
    status string(12)
END TABLE
