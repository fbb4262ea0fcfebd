' Entities that unfold to a billion words.
' stops: BadData; limit: text_bytes

text = "<!DOCTYPE a [<!ENTITY a0 'ha'>"
FOR i = 1 TO 30
    text = text + "<!ENTITY a" + i + " '&a" + (i - 1) + ";&a" + (i - 1) + ";'>"
NEXT
value = XML PARSE text + "]><a>&a30;</a>" ' stops here
TALK LEN(value.a)
