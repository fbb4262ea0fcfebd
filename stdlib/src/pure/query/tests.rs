//! Queries over small tables.

use crate::testing::call;

const TABLES: &str = r#"{
    "orders": [
        {"id": 1, "customer": 10, "total": 50, "state": "paid", "at": "2024-01-05"},
        {"id": 2, "customer": 11, "total": "20", "state": "open", "at": "2024-02-05"},
        {"id": 3, "customer": 10, "total": 30, "state": "Closed Won", "at": "2024-02-10"},
        {"id": 4, "customer": 12, "total": null, "state": "open", "at": "2024-03-01"}
    ],
    "customers": [
        {"id": 10, "name": "Ana", "city": "Rio"},
        {"id": "11", "name": "Bo", "city": "Lima"},
        {"id": 13, "name": "Cy", "city": "Rio"}
    ],
    "numbers": [3, 1, 2, 2],
    "nobody": null,
    "least": 30,
    "state": "open"
}"#;

fn query(text: &str) -> String {
    let text = serde_json::Value::from(text).to_string();
    call("QUERY LISTS", &format!("[{text}, {TABLES}]"))
}

#[test]
fn columns_and_conditions() {
    for (text, rows) in [
        ("SELECT id FROM orders WHERE total >= 30", r#"[{"id":1},{"id":3}]"#),
        ("select Id as n from ORDERS where state = 'open' and total is not null", r#"[{"n":2}]"#),
        ("SELECT id FROM orders WHERE total > least", r#"[{"id":1}]"#),
        ("SELECT id FROM orders WHERE state = state", r#"[{"id":2},{"id":4}]"#),
        ("SELECT id FROM orders WHERE state = \"Closed Won\"", r#"[{"id":3}]"#),
        ("SELECT id FROM orders WHERE total BETWEEN 20 AND ${least}", r#"[{"id":2},{"id":3}]"#),
        (
            "SELECT id FROM orders WHERE state LIKE 'clo%' OR id IN (1, 2)",
            r#"[{"id":1},{"id":2},{"id":3}]"#,
        ),
        ("SELECT id FROM orders WHERE NOT (id IN (1, 2, 3))", r#"[{"id":4}]"#),
        ("SELECT id FROM orders WHERE state NOT LIKE '%e%' ", r#"[{"id":1}]"#),
        ("SELECT id, total * 2 AS t FROM orders WHERE id = 2", r#"[{"id":2,"t":40}]"#),
        (
            "SELECT UPPER(state) FROM orders WHERE YEAR(at) = 2024 AND MONTH(at) = 1",
            r#"[{"UPPER(state)":"PAID"}]"#,
        ),
        ("SELECT item FROM numbers WHERE item > 1", r#"[{"item":3},{"item":2},{"item":2}]"#),
        ("SELECT id FROM nobody", "[]"),
    ] {
        assert_eq!(query(text), rows, "{text}");
    }
}

#[test]
fn order_bounds_and_repetition() {
    for (text, rows) in [
        (
            "SELECT DISTINCT item FROM numbers ORDER BY item DESC",
            r#"[{"item":3},{"item":2},{"item":1}]"#,
        ),
        ("SELECT id FROM orders ORDER BY state, id DESC LIMIT 2", r#"[{"id":3},{"id":4}]"#),
        ("SELECT id FROM orders ORDER BY 1 DESC LIMIT 2 OFFSET 1", r#"[{"id":3},{"id":2}]"#),
        ("SELECT TOP 1 id, total FROM orders ORDER BY total DESC", r#"[{"id":1,"total":50}]"#),
        (
            "SELECT id AS n FROM orders UNION SELECT id FROM orders ORDER BY n DESC LIMIT 1",
            r#"[{"n":4}]"#,
        ),
        (
            "SELECT 1 AS a FROM customers UNION ALL SELECT 2 AS a FROM customers LIMIT 4",
            r#"[{"a":1},{"a":1},{"a":1},{"a":2}]"#,
        ),
    ] {
        assert_eq!(query(text), rows, "{text}");
    }
}

#[test]
fn joins_of_every_kind() {
    for (text, rows) in [
        (
            "SELECT o.id, c.name FROM orders o JOIN customers c ON o.customer = c.id",
            r#"[{"id":1,"name":"Ana"},{"id":2,"name":"Bo"},{"id":3,"name":"Ana"}]"#,
        ),
        (
            "SELECT o.id, name FROM orders o LEFT JOIN customers c ON c.id = o.customer \
             WHERE name IS NULL",
            r#"[{"id":4,"name":null}]"#,
        ),
        (
            "SELECT name FROM orders o RIGHT JOIN customers c ON c.id = o.customer \
             WHERE o.id IS NULL",
            r#"[{"name":"Cy"}]"#,
        ),
        (
            "SELECT COUNT(*) AS n FROM orders FULL OUTER JOIN customers c ON customer = c.id",
            r#"[{"n":5}]"#,
        ),
        ("SELECT COUNT(*) AS n FROM orders, customers", r#"[{"n":12}]"#),
        (
            "SELECT COUNT(*) AS n FROM numbers a CROSS JOIN numbers b WHERE a.item < b.item",
            r#"[{"n":5}]"#,
        ),
        ("SELECT a.id FROM orders a JOIN orders b USING (id) WHERE b.id = 2", r#"[{"id":2}]"#),
        (
            "SELECT c.* FROM customers c JOIN orders o ON o.customer = c.id AND o.total > 40",
            r#"[{"id":10,"name":"Ana","city":"Rio"}]"#,
        ),
    ] {
        assert_eq!(query(text), rows, "{text}");
    }
}

#[test]
fn groups_and_figures() {
    for (text, rows) in [
        (
            "SELECT state, COUNT(*) AS n, SUM(total) AS s FROM orders GROUP BY state \
             ORDER BY n DESC, state LIMIT 2",
            r#"[{"state":"open","n":2,"s":20},{"state":"Closed Won","n":1,"s":30}]"#,
        ),
        (
            "SELECT city, GROUP_CONCAT(name, '+') AS who FROM customers GROUP BY city \
             HAVING COUNT(*) > 1",
            r#"[{"city":"Rio","who":"Ana+Cy"}]"#,
        ),
        ("SELECT COUNT(total) AS a, COUNT(DISTINCT state) AS b FROM orders", r#"[{"a":3,"b":3}]"#),
        (
            "SELECT AVG(total), MAX(total) FROM orders WHERE id > 100",
            r#"[{"AVG(total)":null,"MAX(total)":null}]"#,
        ),
        (
            "SELECT MONTH(at) AS m, SUM(total) AS s FROM orders GROUP BY m HAVING s > 30",
            r#"[{"m":1,"s":50},{"m":2,"s":50}]"#,
        ),
        ("SELECT SUM(total) * 2 + 1 AS x FROM orders", r#"[{"x":201}]"#),
        ("SELECT MEDIAN(item) AS m, COLLECT(item) AS l FROM numbers", r#"[{"m":2,"l":[3,1,2,2]}]"#),
        ("SELECT MAX(1, 2) AS m FROM customers LIMIT 1", r#"[{"m":2}]"#),
    ] {
        assert_eq!(query(text), rows, "{text}");
    }
}

#[test]
fn values_of_every_kind() {
    for (text, rows) in [
        (
            "SELECT id, CASE WHEN total > 40 THEN 'big' WHEN total > 25 THEN 'mid' \
             ELSE 'small' END AS size FROM orders LIMIT 3",
            r#"[{"id":1,"size":"big"},{"id":2,"size":"small"},{"id":3,"size":"mid"}]"#,
        ),
        (
            "SELECT CASE state WHEN 'paid' THEN 1 END AS p FROM orders LIMIT 2",
            r#"[{"p":1},{"p":null}]"#,
        ),
        ("SELECT CAST('12' AS INTEGER) + 1 AS n FROM customers LIMIT 1", r#"[{"n":13}]"#),
        ("SELECT name || '!' AS n FROM customers WHERE id = 10", r#"[{"n":"Ana!"}]"#),
        (
            "SELECT name FROM customers WHERE id IN \
             (SELECT customer FROM orders WHERE state = 'open')",
            r#"[{"name":"Bo"}]"#,
        ),
        ("SELECT id FROM orders WHERE total = (SELECT MAX(total) FROM orders)", r#"[{"id":1}]"#),
        ("SELECT t.n FROM (SELECT COUNT(*) AS n FROM orders) t", r#"[{"n":4}]"#),
        (
            "SELECT -id + 10 % 3 AS n -- a comment\nFROM orders /* and another */ WHERE id = 1",
            r#"[{"n":0}]"#,
        ),
        ("SELECT COALESCE(total, 0) AS t FROM orders WHERE id = 4", r#"[{"t":0}]"#),
    ] {
        assert_eq!(query(text), rows, "{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (text, part) in [
        ("SELECT id FORM orders", "at `orders`: FROM is missing"),
        ("SELECT id FROM", "at its end: a name is missing"),
        ("SELECT id FROM ships", "no variable of this name holds a list"),
        ("SELECT id FROM least", "no variable of this name holds a list"),
        ("SELECT id FROM orders WHERE", "a value is missing"),
        ("SELECT id FROM orders WHERE total >", "a value is missing"),
        ("SELECT FROB(id) FROM orders", "FROB, which is no function"),
        ("SELECT LEFT() FROM orders", "cannot be called with 0 arguments"),
        ("SELECT x.id FROM orders", "nothing in it is called x"),
        ("SELECT id FROM orders WHERE SUM(total) > 1", "cannot stand in WHERE"),
        ("SELECT id FROM orders LIMIT x", "need a number"),
        ("SELECT id FROM orders WHERE 'open", "cannot be read at `'open"),
        ("SELECT id FROM orders extra words", "at `words`"),
        ("SELECT SUM() FROM orders", "SUM needs a value"),
    ] {
        assert!(query(text).contains(part), "{text}: {}", query(text));
    }
}

#[test]
fn hostile_queries_end() {
    let chain = "1 + ".repeat(20_000);
    assert!(query(&format!("SELECT {chain} 1 FROM orders")).contains("too many operators"));
    let deep = "(".repeat(20_000) + "1" + &")".repeat(20_000);
    assert!(query(&format!("SELECT {deep} FROM orders")).contains("too many operators"));
    let nots = "NOT ".repeat(20_000);
    assert!(query(&format!("SELECT id FROM orders WHERE {nots} 1")).contains("too many operators"));
    let joins = ", numbers".repeat(30);
    let text = query(&format!("SELECT COUNT(*) AS n FROM numbers {joins}"));
    assert!(["too many rows", "fuel", "memory"].iter().any(|limit| text.contains(limit)), "{text}");
    let list = "1, ".repeat(5_000);
    let text = format!("SELECT COUNT(*) AS n FROM orders WHERE id IN ({list} 2)");
    assert_eq!(query(&text), r#"[{"n":2}]"#);
}
