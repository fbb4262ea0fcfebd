' The store's own tables. They are created when the bot is deployed.

TABLE orders
    order_number string(12) key
    customer string(80)
    email string(120)
    delivery string(20)
    address string(200)
    goods double
    shipping double
    total double
    status string(20)
    placed_on date
END TABLE

TABLE order_lines
    order_number string(12) references orders
    sku string(10)
    product string(80)
    quantity integer
    price double
END TABLE
