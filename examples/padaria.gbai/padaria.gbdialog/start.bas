' Encomendas de uma padaria, com os formatos do Brasil: CPF, CEP, celular, reais e datas.
' Os HEARs com tipo recusam o que não é válido e perguntam de novo.

produtos = FIND "produtos.csv" ORDER BY nome
ADD TOOL "situacao"

BEGIN TALK
Olá! Aqui é a **${padaria}**.

Faço a sua encomenda para os próximos dias. Sócios do clube têm ${FORMAT(desconto_clube * 100, "0")}% de desconto.
END TALK

fazendo = TRUE
WHILE fazendo
    TALK "O que você deseja?"
    HEAR opcao AS "Encomendar", "Ver preços", "Entrar no clube", "Sair"

    IF opcao = "Encomendar" THEN
        CALL encomendar
    ELSE IF opcao = "Ver preços" THEN
        CALL ver_precos
    ELSE IF opcao = "Entrar no clube" THEN
        CALL entrar_no_clube
    ELSE
        fazendo = FALSE
    END IF
WEND

TALK "Até logo! Volte sempre à ${padaria}."
EXIT

' ---------------------------------------------------------------- preços

' Reais como se escrevem no Brasil: ponto nos milhares, vírgula nos centavos.
' Primeiro o formato inglês, depois os dois sinais trocam de lugar.
FUNCTION reais(valor)
    texto = FORMAT(valor, "#,##0.00")
    texto = REPLACE(texto, ",", "_")
    texto = REPLACE(texto, ".", ",")
    RETURN "R$ " + REPLACE(texto, "_", ".")
END FUNCTION

SUB ver_precos
    linhas = []
    FOR EACH produto IN produtos
        linhas.PUSH("- " + produto.nome + ": " + reais(VAL(produto.preco)) + " por " +
            produto.unidade)
    NEXT produto
    TALK JOIN(linhas, "\n")
END SUB

' Procura pelo começo do nome, sem diferença entre maiúsculas e minúsculas.
FUNCTION achar_produto(dito)
    FOR EACH produto IN produtos
        IF LCASE(produto.nome) STARTS WITH LCASE(TRIM(dito)) THEN RETURN produto
    NEXT
    RETURN NULL
END FUNCTION

' ---------------------------------------------------------------- clube

SUB entrar_no_clube
    HEAR cpf AS CPF WITH "Qual é o seu CPF?"
    cliente = FIND "clientes" WHERE cpf = cpf FIRST
    IF cliente THEN
        TALK "${cliente.nome}, você já é do clube!"
        EXIT SUB
    END IF

    HEAR nome AS NAME WITH "Seu nome completo?"
    HEAR email AS EMAIL WITH "Seu e-mail?"
    HEAR celular AS MOBILE WITH "Seu celular com DDD?"

    WITH socio
        cpf = cpf
        nome = nome
        email = email
        celular = celular
    END WITH
    SAVE "clientes", socio
    TALK "Bem-vindo ao clube, ${nome}! Seu CPF ${cpf} agora vale desconto."
END SUB

' ---------------------------------------------------------------- encomenda

SUB encomendar
    itens = escolher_itens()
    IF NOT itens THEN
        TALK "Sem itens não há encomenda."
        EXIT SUB
    END IF

    HEAR cpf AS CPF WITH "Qual é o seu CPF?"
    socio = FIND "clientes" WHERE cpf = cpf FIRST

    dia = perguntar_dia()
    HEAR hora AS HOUR WITH "A que horas?"

    TALK "Como você quer receber?"
    HEAR retirada AS "Retirar na loja", "Entrega"
    cep = ""
    endereco = ""
    IF retirada = "Entrega" THEN
        HEAR cep AS CEP WITH "Qual é o CEP?"
        HEAR endereco WITH "Rua, número e complemento?"
    END IF

    soma = soma_de(itens)
    desconto = socio ? ROUND(soma * desconto_clube, 2) : 0
    taxa = retirada = "Entrega" ? taxa_entrega : 0
    total = soma - desconto + taxa

BEGIN TALK
**Confira a sua encomenda**
Itens: ${reais(soma)}
Desconto: ${reais(desconto)}
Entrega: ${reais(taxa)}
**Total: ${reais(total)}**
Para ${FORMAT(dia, "DD/MM/YYYY")} às ${hora}
END TALK

    HEAR certo AS BOOLEAN WITH "Está certo?"
    IF NOT certo THEN
        TALK "Tudo bem, nada foi encomendado."
        EXIT SUB
    END IF

    numero = "E" + (301 + COUNT(FIND "encomendas"))
    SAVE "encomendas", {
        "numero": numero,
        "cpf": cpf,
        "retirada": retirada,
        "cep": cep,
        "endereco": endereco,
        "dia": dia,
        "hora": hora,
        "total": total,
        "situacao": "recebida"
    }
    FOR EACH linha IN itens
        SAVE "itens" WITH
            numero AS numero,
            produto AS linha.produto,
            quantidade AS linha.quantidade,
            preco AS linha.preco
    NEXT linha

    TALK "Encomenda **${numero}** anotada. Obrigado" + IIF(socio, ", " + socio?.nome, "") + "!"
END SUB

' Pergunta produto e quantidade até a pessoa dizer "pronto".
FUNCTION escolher_itens()
    lista = []
    DO WHILE TRUE
        HEAR dito WITH "Qual produto? (ou \"pronto\")"
        IF LCASE(TRIM(dito)) = "pronto" THEN RETURN lista

        produto = achar_produto(dito)
        IF produto IS NULL THEN
            TALK "Não temos \"${dito}\"."
            CONTINUE
        END IF

        IF produto.unidade = "kg" THEN
            HEAR quantidade AS FLOAT WITH "Quantos quilos de ${produto.nome}?"
        ELSE
            HEAR quantidade AS INTEGER WITH "Quantas unidades de ${produto.nome}?"
        END IF

        IF quantidade <= 0 THEN
            TALK "A quantidade deve ser maior que zero."
        ELSE
            preco = VAL(produto.preco)
            lista.PUSH(#{ produto: produto.nome, quantidade: quantidade, preco: preco })
            TALK "Anotado: ${quantidade} ${produto.unidade} de ${produto.nome}, " +
                reais(preco * quantidade) + "."
        END IF
    LOOP
END FUNCTION

FUNCTION soma_de(itens)
    soma = 0
    FOR EACH linha IN itens
        soma = soma + linha.preco * linha.quantidade
    NEXT
    RETURN ROUND(soma, 2)
END FUNCTION

' A padaria precisa de um dia para preparar e não abre aos domingos.
FUNCTION perguntar_dia()
    DO WHILE TRUE
        HEAR dia AS DATE WITH "Para que dia? (dia/mês/ano)"
        faltam = DATEDIFF(TODAY(), dia, "day")
        IF faltam < antecedencia THEN
            TALK "Preciso de pelo menos ${antecedencia} dia de antecedência."
        ELSE IF WEEKDAY(dia) = 1 THEN
            TALK "Aos domingos estamos fechados."
        ELSE
            RETURN dia
        END IF
    LOOP
END FUNCTION
