' Clientes do clube e encomendas. O CPF identifica o cliente.

TABLE clientes
    cpf string(14) key
    nome string(100)
    email string(120)
    celular string(30)
END TABLE

TABLE encomendas
    numero string(12) key
    cpf string(14)
    retirada string(20)
    cep string(9)
    endereco string(200)
    dia date
    hora string(5)
    total double
    situacao string(20)
END TABLE

TABLE itens
    numero string(12)
    produto string(80)
    quantidade double
    preco double
END TABLE
