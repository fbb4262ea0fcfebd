' Sales orders of the desk. One order holds one part, as the paper form did.

TABLE sales_orders
    order_number string(12) key
    customer string(10)
    part string(10)
    quantity integer
    unit_price double
    total double
    priority string(10)
    remark string(200)
    status string(20)
    ordered_on date
    ships_on date
END TABLE
