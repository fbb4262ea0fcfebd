//! Reading a query. The grammar is that of SQL; the functions are those of the vocabulary.

use super::ast::{Aggregate, Expr, Item, Join, Kind, Op, Rows, Select, Source};
use super::lex::{Spot, Token, tokens};
use crate::words;
use crate::{Fault, TrapCode};

/// Words that end a name without AS, and so cannot be one there.
const RESERVED: [&str; 31] = [
    "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "UNION", "JOIN",
    "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "OUTER", "ON", "USING", "AS", "AND", "OR", "NOT",
    "WHEN", "THEN", "ELSE", "END", "ASC", "DESC", "BETWEEN", "IN", "IS",
];

/// The words of queries: those above, and those that are none where a name can stand.
pub fn words() -> impl Iterator<Item = &'static str> {
    const OTHERS: [&str; 9] =
        ["BY", "CASE", "DISTINCT", "ALL", "LIKE", "CONTAINS", "EXISTS", "NULLS", "FIRST"];
    RESERVED.into_iter().chain(OTHERS)
}

/// Reads `SELECT …`, of at most so many operators, functions and inner queries: trees that are no
/// larger are no deeper either.
pub fn select(text: &str, most: usize) -> Result<Select, Fault> {
    let mut parser = Parser::new(text, most)?;
    let select = parser.select()?;
    parser.skip_mark(";");
    parser.end()?;
    Ok(select)
}

/// Reads values under names: `price * 2 AS double, name`, or `price * 2 -> double`.
pub fn items(text: &str, most: usize) -> Result<Vec<Item>, Fault> {
    let mut parser = Parser::new(text, most)?;
    let items = parser.items()?;
    parser.end()?;
    Ok(items)
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Spot>,
    at: usize,
    /// How many operators, functions and inner queries may still come.
    left: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, most: usize) -> Result<Parser<'t>, Fault> {
        Ok(Parser { text, tokens: tokens(text)?, at: 0, left: most })
    }

    // ------------------------------------------------------------------ tokens

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|spot| &spot.token)
    }
    fn is_word_at(&self, ahead: usize, word: &str) -> bool {
        match self.tokens.get(self.at + ahead).map(|spot| &spot.token) {
            Some(Token::Word(found)) => found.eq_ignore_ascii_case(word),
            _ => false,
        }
    }
    fn is_word(&self, word: &str) -> bool {
        self.is_word_at(0, word)
    }
    fn skip_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }
    /// Skips two words that stand one after the other.
    fn skip_words(&mut self, first: &str, second: &str) -> bool {
        let found = self.is_word(first) && self.is_word_at(1, second);
        self.at += 2 * usize::from(found);
        found
    }
    fn is_mark(&self, mark: &str) -> bool {
        matches!(self.peek(), Some(Token::Mark(found)) if *found == mark)
    }
    fn skip_mark(&mut self, mark: &str) -> bool {
        let found = self.is_mark(mark);
        self.at += usize::from(found);
        found
    }
    fn need_word(&mut self, word: &str) -> Result<(), Fault> {
        if self.skip_word(word) { Ok(()) } else { Err(self.wrong(&format!("{word} is missing"))) }
    }
    fn need_mark(&mut self, mark: &str) -> Result<(), Fault> {
        if self.skip_mark(mark) { Ok(()) } else { Err(self.wrong(&format!("`{mark}` is missing"))) }
    }
    fn end(&self) -> Result<(), Fault> {
        if self.peek().is_none() { Ok(()) } else { Err(self.wrong("this has no meaning here")) }
    }
    /// What is wrong where the parser stands.
    fn wrong(&self, what: &str) -> Fault {
        let rest = self.tokens.get(self.at).and_then(|spot| self.text.get(spot.at..));
        let place = match rest {
            Some(rest) => format!("at `{}`", rest.chars().take(30).collect::<String>().trim_end()),
            None => "at its end".to_string(),
        };
        Fault::argument(format!("the query cannot be read {place}: {what}"))
    }
    /// One more operator, function or inner query.
    fn one_more(&mut self) -> Result<(), Fault> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(Fault::new(
                TrapCode::LimitReached,
                "the query has too many operators; put parts of it into queries of their own",
            )),
        }
    }

    // ------------------------------------------------------------------ clauses

    /// A query with the order and bounds that follow all of its parts.
    fn select(&mut self) -> Result<Select, Fault> {
        let mut select = self.part()?;
        while self.skip_word("UNION") {
            let all = self.skip_word("ALL");
            let part = self.part()?;
            select.unions.push((part, all));
        }
        if self.skip_words("ORDER", "BY") {
            select.order = self.order()?;
        }
        if self.skip_word("LIMIT") {
            select.limit = Some(self.expr()?);
        }
        if self.skip_word("OFFSET") {
            select.offset = Some(self.expr()?);
        }
        Ok(select)
    }

    fn part(&mut self) -> Result<Select, Fault> {
        self.one_more()?;
        self.need_word("SELECT")?;
        let distinct = self.skip_word("DISTINCT");
        self.skip_word("ALL");
        let limit = if self.skip_word("TOP") { Some(self.primary()?) } else { None };
        let items = self.items()?;
        self.need_word("FROM")?;
        let from = self.source()?;
        let joins = self.joins()?;
        let filter = if self.skip_word("WHERE") { Some(self.expr()?) } else { None };
        let group = if self.skip_words("GROUP", "BY") { self.list()? } else { Vec::new() };
        let having = if self.skip_word("HAVING") { Some(self.expr()?) } else { None };
        let (order, offset, unions) = (Vec::new(), None, Vec::new());
        Ok(Select {
            distinct,
            items,
            from,
            joins,
            filter,
            group,
            having,
            order,
            limit,
            offset,
            unions,
        })
    }

    fn items(&mut self) -> Result<Vec<Item>, Fault> {
        let mut items = vec![self.item()?];
        while self.skip_mark(",") {
            items.push(self.item()?);
        }
        Ok(items)
    }

    fn item(&mut self) -> Result<Item, Fault> {
        if self.skip_mark("*") {
            return Ok(Item::All(None));
        }
        if let [Token::Word(of) | Token::Name(of), Token::Mark("."), Token::Mark("*")] =
            self.ahead()
        {
            let of = of.clone();
            self.at += 3;
            return Ok(Item::All(Some(of)));
        }
        let from = self.at;
        let value = self.expr()?;
        let written = self.written(from);
        let name = match self.alias()? {
            Some(alias) => alias,
            None => match &value {
                Expr::Column(_, name) => name.clone(),
                _ => written,
            },
        };
        Ok(Item::Value(value, name))
    }

    /// The next three tokens; fewer where there are no more.
    fn ahead(&self) -> [&Token; 3] {
        static NONE: Token = Token::Mark("");
        let token = |ahead: usize| self.tokens.get(self.at + ahead).map_or(&NONE, |s| &s.token);
        [token(0), token(1), token(2)]
    }

    /// The text of the tokens since one of them.
    fn written(&self, from: usize) -> String {
        let start = self.tokens.get(from).map_or(0, |spot| spot.at);
        let end = self.tokens.get(self.at).map_or(self.text.len(), |spot| spot.at);
        self.text.get(start..end).unwrap_or("").trim().to_string()
    }

    /// `AS name`, `-> name`, or a name alone.
    fn alias(&mut self) -> Result<Option<String>, Fault> {
        if self.skip_word("AS") || self.skip_mark("->") {
            return self.name().map(Some);
        }
        let name = match self.peek() {
            Some(Token::Name(name)) => name.clone(),
            Some(Token::Word(word)) if !is_reserved(word) => word.clone(),
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(name))
    }

    fn name(&mut self) -> Result<String, Fault> {
        let name = match self.peek() {
            Some(
                Token::Word(name) | Token::Name(name) | Token::Double(name) | Token::Text(name),
            ) => name.clone(),
            _ => return Err(self.wrong("a name is missing")),
        };
        self.at += 1;
        Ok(name)
    }

    fn source(&mut self) -> Result<Source, Fault> {
        let rows = match self.skip_mark("(") {
            true => {
                let query = self.select()?;
                self.need_mark(")")?;
                Rows::Query(Box::new(query))
            }
            false => match self.peek().cloned() {
                Some(Token::Variable(name)) => {
                    self.at += 1;
                    Rows::Name(name)
                }
                _ => Rows::Name(self.name()?),
            },
        };
        let alias = match (self.alias()?, &rows) {
            (Some(alias), _) => alias,
            (None, Rows::Name(name)) => name.clone(),
            (None, Rows::Query(_)) => String::new(),
        };
        Ok(Source { rows, alias })
    }

    fn joins(&mut self) -> Result<Vec<Join>, Fault> {
        let mut joins = Vec::new();
        loop {
            let kind = if self.skip_mark(",") {
                let source = self.source()?;
                joins.push(Join { kind: Kind::Inner, source, on: None });
                continue;
            } else if self.is_word("LEFT") {
                Kind::Left
            } else if self.is_word("RIGHT") {
                Kind::Right
            } else if self.is_word("FULL") {
                Kind::Full
            } else if ["INNER", "CROSS", "JOIN"].iter().any(|word| self.is_word(word)) {
                Kind::Inner
            } else {
                return Ok(joins);
            };
            if !self.is_word("JOIN") {
                self.at += 1;
            }
            self.skip_word("OUTER");
            self.need_word("JOIN")?;
            let source = self.source()?;
            let on = self.on(&source)?;
            joins.push(Join { kind, source, on });
        }
    }

    /// `ON condition`, or `USING (column, …)`.
    fn on(&mut self, source: &Source) -> Result<Option<Expr>, Fault> {
        if self.skip_word("ON") {
            return self.expr().map(|on| Some(of_both(on, &source.alias)));
        }
        if !self.skip_word("USING") {
            return Ok(None);
        }
        let brackets = self.skip_mark("(");
        let mut all = Vec::new();
        loop {
            let column = self.name()?;
            let left = Box::new(Expr::Column(None, column.clone()));
            let right = Box::new(Expr::Column(Some(source.alias.clone()), column));
            all.push(Expr::Binary(Op::Eq, left, right));
            if !(brackets && self.skip_mark(",")) {
                break;
            }
        }
        if brackets {
            self.need_mark(")")?;
        }
        Ok(Some(Expr::All(all)))
    }

    fn order(&mut self) -> Result<Vec<(Expr, bool)>, Fault> {
        let mut order = Vec::new();
        loop {
            let value = self.expr()?;
            let descending = self.skip_word("DESC");
            self.skip_word("ASC");
            if self.skip_word("NULLS") {
                self.name()?;
            }
            order.push((value, descending));
            if !self.skip_mark(",") {
                return Ok(order);
            }
        }
    }

    fn list(&mut self) -> Result<Vec<Expr>, Fault> {
        let mut list = vec![self.element()?];
        while self.skip_mark(",") {
            list.push(self.element()?);
        }
        Ok(list)
    }

    /// An element of a list; a number or text alone is no operator, so lists of them may be long.
    fn element(&mut self) -> Result<Expr, Fault> {
        match self.ahead() {
            [Token::Number(_) | Token::Text(_), Token::Mark("," | ")"), _] => self.primary(),
            _ => self.expr(),
        }
    }

    // ------------------------------------------------------------------ values

    fn expr(&mut self) -> Result<Expr, Fault> {
        self.one_more()?;
        let first = self.and()?;
        if !(self.is_word("OR")) {
            return Ok(first);
        }
        let mut any = vec![first];
        while self.skip_word("OR") {
            any.push(self.and()?);
        }
        Ok(Expr::Any(any))
    }

    fn and(&mut self) -> Result<Expr, Fault> {
        let first = self.not()?;
        if !(self.is_word("AND") || self.is_mark("&&")) {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.skip_word("AND") || self.skip_mark("&&") {
            all.push(self.not()?);
        }
        Ok(Expr::All(all))
    }

    fn not(&mut self) -> Result<Expr, Fault> {
        if !self.skip_word("NOT") {
            return self.comparison();
        }
        self.one_more()?;
        Ok(Expr::Not(Box::new(self.not()?)))
    }

    fn comparison(&mut self) -> Result<Expr, Fault> {
        let left = self.sum()?;
        self.one_more()?;
        if self.skip_word("IS") {
            let not = self.skip_word("NOT");
            self.need_word("NULL")?;
            return Ok(negated(Expr::IsNull(Box::new(left)), not));
        }
        let not = self.skip_word("NOT");
        let compared = if self.skip_word("BETWEEN") {
            let low = self.sum()?;
            self.need_word("AND")?;
            Expr::Between(Box::new(left), Box::new(low), Box::new(self.sum()?))
        } else if self.skip_word("IN") {
            self.among(left)?
        } else if let Some(op) = self.comparing() {
            let right = self.sum()?;
            binary(op, left.clone(), own_variable(op, &left, right))
        } else if not {
            return Err(self.wrong("LIKE, IN or BETWEEN is missing after NOT"));
        } else {
            return Ok(left);
        };
        Ok(negated(compared, not))
    }

    fn comparing(&mut self) -> Option<Op> {
        if self.skip_words("STARTS", "WITH") {
            return Some(Op::StartsWith);
        }
        let op = match self.peek()? {
            Token::Mark("=" | "==") => Op::Eq,
            Token::Mark("<>" | "!=") => Op::Ne,
            Token::Mark("<") => Op::Lt,
            Token::Mark("<=") => Op::Le,
            Token::Mark(">") => Op::Gt,
            Token::Mark(">=") => Op::Ge,
            Token::Word(word) => match word.to_ascii_uppercase().as_str() {
                "LIKE" | "ILIKE" => Op::Like,
                "CONTAINS" => Op::Contains,
                "STARTSWITH" => Op::StartsWith,
                _ => return None,
            },
            _ => return None,
        };
        self.at += 1;
        Some(op)
    }

    /// `IN (a, b)`, `IN (SELECT …)`, `IN variable`.
    fn among(&mut self, left: Expr) -> Result<Expr, Fault> {
        if !self.skip_mark("(") {
            let list = self.primary()?;
            return Ok(Expr::In(Box::new(left), vec![list]));
        }
        let list = match self.is_word("SELECT") {
            true => vec![Expr::Query(Box::new(self.select()?))],
            false if self.is_mark(")") => Vec::new(),
            false => self.list()?,
        };
        self.need_mark(")")?;
        Ok(Expr::In(Box::new(left), list))
    }

    fn sum(&mut self) -> Result<Expr, Fault> {
        let mut left = self.product()?;
        loop {
            let op = match self.peek() {
                Some(Token::Mark("+")) => Op::Add,
                Some(Token::Mark("-")) => Op::Sub,
                Some(Token::Mark("||")) => Op::Concat,
                _ => return Ok(left),
            };
            self.at += 1;
            self.one_more()?;
            left = binary(op, left, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Expr, Fault> {
        let mut left = self.sign()?;
        loop {
            let op = match self.peek() {
                Some(Token::Mark("*")) => Op::Mul,
                Some(Token::Mark("/")) => Op::Div,
                Some(Token::Mark("%")) => Op::Mod,
                Some(Token::Word(word)) if word.eq_ignore_ascii_case("MOD") => Op::Mod,
                _ => return Ok(left),
            };
            self.at += 1;
            self.one_more()?;
            left = binary(op, left, self.sign()?);
        }
    }

    fn sign(&mut self) -> Result<Expr, Fault> {
        if self.skip_mark("-") {
            self.one_more()?;
            return Ok(Expr::Neg(Box::new(self.sign()?)));
        }
        self.skip_mark("+");
        self.primary()
    }

    fn primary(&mut self) -> Result<Expr, Fault> {
        let Some(token) = self.peek().cloned() else {
            return Err(self.wrong("a value is missing"));
        };
        self.at += 1;
        Ok(match token {
            Token::Number(digits) => number(&digits),
            Token::Text(text) => Expr::Text(text, false),
            Token::Double(text) => Expr::Text(text, true),
            Token::Variable(name) => Expr::Variable(name),
            Token::Name(name) => self.column(name)?,
            Token::Mark("(") => {
                let inner = match self.is_word("SELECT") {
                    true => Expr::Query(Box::new(self.select()?)),
                    false => self.expr()?,
                };
                self.need_mark(")")?;
                inner
            }
            Token::Word(word) => return self.word(&word),
            Token::Mark(_) => {
                self.at -= 1;
                return Err(self.wrong("a value is missing"));
            }
        })
    }

    fn word(&mut self, word: &str) -> Result<Expr, Fault> {
        match word.to_ascii_uppercase().as_str() {
            "NULL" => return Ok(Expr::Null),
            "TRUE" => return Ok(Expr::Bool(true)),
            "FALSE" => return Ok(Expr::Bool(false)),
            "CASE" => return self.case(),
            "CAST" if self.is_mark("(") => return self.cast(),
            "CURRENT_DATE" | "CURRENT_TIME" | "CURRENT_TIMESTAMP" if !self.is_mark("(") => {
                return self.called(word, Vec::new());
            }
            upper if is_reserved(upper) && !self.is_mark("(") => {
                self.at -= 1;
                return Err(self.wrong("a value is missing"));
            }
            _ => {}
        }
        if self.is_mark("(") { self.call(word) } else { self.column(word.to_string()) }
    }

    /// `name`, `source.name`, `source.name.field`.
    fn column(&mut self, first: String) -> Result<Expr, Fault> {
        if !self.skip_mark(".") {
            return Ok(Expr::Column(None, first));
        }
        let mut name = self.name()?;
        while self.skip_mark(".") {
            name.push('.');
            name.push_str(&self.name()?);
        }
        Ok(Expr::Column(Some(first), name))
    }

    fn case(&mut self) -> Result<Expr, Fault> {
        self.one_more()?;
        let of = if self.is_word("WHEN") { None } else { Some(Box::new(self.expr()?)) };
        let mut when = Vec::new();
        while self.skip_word("WHEN") {
            let condition = self.expr()?;
            self.need_word("THEN")?;
            when.push((condition, self.expr()?));
        }
        let other = if self.skip_word("ELSE") { Some(Box::new(self.expr()?)) } else { None };
        self.need_word("END")?;
        Ok(Expr::Case(of, when, other))
    }

    /// `CAST(value AS type)`
    fn cast(&mut self) -> Result<Expr, Fault> {
        self.need_mark("(")?;
        let value = self.expr()?;
        self.need_word("AS")?;
        let ty = self.name()?.to_ascii_uppercase();
        if self.skip_mark("(") {
            self.list()?;
            self.need_mark(")")?;
        }
        self.need_mark(")")?;
        let function = match ty.as_str() {
            "INT" | "INTEGER" | "BIGINT" | "SMALLINT" => "TOINT",
            "REAL" | "FLOAT" | "DOUBLE" | "DECIMAL" | "NUMERIC" | "NUMBER" => "VAL",
            "TEXT" | "CHAR" | "VARCHAR" | "STRING" => "STR",
            "DATE" => "DATEVALUE",
            "DATETIME" | "TIMESTAMP" => "CDATE",
            "BOOL" | "BOOLEAN" => "BOOL",
            _ => return Err(self.wrong("this type is not known")),
        };
        self.called(function, vec![value])
    }

    fn call(&mut self, name: &str) -> Result<Expr, Fault> {
        self.need_mark("(")?;
        if let Some(of) = aggregate(name) {
            return self.aggregate(of, name);
        }
        let args = if self.is_mark(")") { Vec::new() } else { self.list()? };
        self.need_mark(")")?;
        self.called(name, args)
    }

    fn called(&self, name: &str, args: Vec<Expr>) -> Result<Expr, Fault> {
        let upper = name.to_ascii_uppercase();
        let plain = upper.trim_end_matches('$');
        let found = words::function(plain).or_else(|| words::function(&plain.replace('_', " ")));
        let Some(function) = found else {
            return Err(Fault::argument(format!("the query calls {name}, which is no function")));
        };
        let (least, most) = function.arity();
        if args.len() < least || most.is_some_and(|most| args.len() > most) {
            let count = args.len();
            let text =
                format!("{} cannot be called with {count} arguments in a query", function.name);
            return Err(Fault::argument(text));
        }
        Ok(Expr::Call(function, args))
    }

    fn aggregate(&mut self, of: Aggregate, name: &str) -> Result<Expr, Fault> {
        let distinct = self.skip_word("DISTINCT");
        if self.skip_mark("*") {
            self.need_mark(")")?;
            return Ok(Expr::Aggregate { of, distinct, arg: None, more: None });
        }
        let mut args = if self.is_mark(")") { Vec::new() } else { self.list()? };
        self.need_mark(")")?;
        // MIN(a, b) compares two values of one row.
        let joins = of == Aggregate::Concat;
        if args.len() > 1 && !joins {
            return self.called(name, args);
        }
        let more = if args.len() > 1 { args.pop().map(Box::new) } else { None };
        let arg = args.pop().map(Box::new);
        if arg.is_none() && of != Aggregate::Count {
            return Err(self.wrong(&format!("{name} needs a value")));
        }
        Ok(Expr::Aggregate { of, distinct, arg, more })
    }
}

fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}

fn binary(op: Op, left: Expr, right: Expr) -> Expr {
    Expr::Binary(op, Box::new(left), Box::new(right))
}

fn negated(inner: Expr, not: bool) -> Expr {
    if not { Expr::Not(Box::new(inner)) } else { inner }
}

/// In `email = email` the right side is a variable of the script, as in WHERE of FIND.
fn own_variable(op: Op, left: &Expr, right: Expr) -> Expr {
    match (left, &right) {
        (Expr::Column(None, a), Expr::Column(None, b)) if a == b && op != Op::Like => {
            Expr::Variable(b.clone())
        }
        _ => right,
    }
}

fn is_column(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Column(None, own) if own == name)
}

/// In `ON id = id` the right side is the column of what is joined.
fn of_both(on: Expr, alias: &str) -> Expr {
    match on {
        Expr::All(all) => Expr::All(all.into_iter().map(|on| of_both(on, alias)).collect()),
        Expr::Binary(op, left, right) => {
            let right = match *right {
                Expr::Variable(name) if is_column(&left, &name) => {
                    Box::new(Expr::Column(Some(alias.to_string()), name))
                }
                right => Box::new(right),
            };
            Expr::Binary(op, left, right)
        }
        other => other,
    }
}

fn number(digits: &str) -> Expr {
    digits.parse().map_or_else(|_| Expr::Num(digits.parse().unwrap_or(0.0)), Expr::Int)
}

fn aggregate(name: &str) -> Option<Aggregate> {
    Some(match name.to_ascii_uppercase().as_str() {
        "COUNT" => Aggregate::Count,
        "SUM" | "TOTAL" => Aggregate::Sum,
        "AVG" | "AVERAGE" | "MEAN" => Aggregate::Avg,
        "MIN" => Aggregate::Min,
        "MAX" => Aggregate::Max,
        "FIRST" => Aggregate::First,
        "LAST" => Aggregate::Last,
        "MEDIAN" => Aggregate::Median,
        "STDDEV" | "STDEV" => Aggregate::StdDev,
        "VARIANCE" | "VAR" => Aggregate::Variance,
        "GROUP_CONCAT" | "STRING_AGG" | "LISTAGG" => Aggregate::Concat,
        "ARRAY_AGG" | "COLLECT" | "JSON_AGG" => Aggregate::Collect,
        _ => return None,
    })
}
