' Ferramenta: como está a minha encomenda?

PARAM numero AS STRING LIKE "E301" DESCRIPTION "Qual é o número da encomenda?"

DESCRIPTION "Diz a situação de uma encomenda da padaria pelo número."

numero = UCASE(TRIM(numero))
encomenda = FIND "encomendas" WHERE numero = numero FIRST

IF encomenda IS NULL THEN
    TALK "Não encontrei a encomenda ${numero}."
    RETURN
END IF

faltam = DATEDIFF(TODAY(), encomenda.dia, "day")
quando = faltam = 0 ? "hoje" : "em " + FORMAT(encomenda.dia, "DD/MM/YYYY")
TALK "A encomenda ${numero} está ${encomenda.situacao} e fica pronta ${quando} às ${encomenda.hora}."
RETURN encomenda
