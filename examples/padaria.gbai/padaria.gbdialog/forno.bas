' Toda madrugada: as encomendas do dia passam a "no forno" e o padeiro recebe a lista.

SET SCHEDULE "0 4 * * 1-6"

hoje = FORMAT(TODAY(), "YYYY-MM-DD")
de_hoje = FIND "encomendas" WHERE dia = hoje AND situacao = "recebida" ORDER BY hora

lista = []
FOR EACH encomenda IN de_hoje
    FOR EACH linha IN FIND "itens" WHERE numero = encomenda.numero
        lista.PUSH(encomenda.hora + "  " + linha.quantidade + " x " + linha.produto)
    NEXT
    UPDATE "encomendas" SET situacao = "no forno" WHERE numero = encomenda.numero
NEXT

IF lista THEN WRITE "forno/" + hoje + ".txt", JOIN(lista, "\n")
PRINT "forno: " + UBOUND(de_hoje) + " encomendas"
