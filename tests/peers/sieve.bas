last = 5000000
composite = NEW ARRAY(last + 1)
count = 0
FOR i = 2 TO last
    IF NOT composite[i] THEN
        count = count + 1
        FOR j = i + i TO last STEP i
            composite[j] = TRUE
        NEXT j
    END IF
NEXT i
TALK count
