' What the bakery keeps.
TABLE products
    id integer key
    name string(80) required
    price number
    stock integer
    baked date
END TABLE

TABLE orders
    id VARCHAR(40) PRIMARY KEY,
    customer UUID REFERENCES customers(id) ON DELETE SET NULL,
    items TEXT NOT NULL,
    total DECIMAL(15,2) DEFAULT 0,
    status VARCHAR(20) DEFAULT 'new', -- new, paid, done
    created_at TIMESTAMP DEFAULT now()
END TABLE

TABLE customers READ BY "staff;admin" WRITE BY "admin"
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4()
    FIELD name AS STRING
    email string unique
    UnitPrice* double
    CustomerId Customers
    UNIQUE(name, email)
END TABLE
