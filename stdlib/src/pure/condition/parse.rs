//! Filter texts: `stage != Closed Won AND age > 18 ORDER BY age DESC LIMIT 5`.

use super::{DEPTH_MAX, Filter, Op, PARTS_MAX, Query, computed};
use crate::pure::formula::Formula;
use crate::pure::numbers::text_to_number;
use crate::{Data, Fault, words};

/// The longest filter text, in bytes.
const TEXT_BYTES_MAX: usize = 64 << 10;

/// Parses a filter text with its ORDER BY and LIMIT. Values may be quoted or not; an unquoted one
/// goes on to the next AND, OR, closing parenthesis or clause.
pub fn parse_query(text: &str) -> Result<Query, Fault> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Fault::argument("the condition is too long"));
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, parts: 0 };
    parser.skip_word("where");
    let filter = if parser.clause_or_end() { Filter::All } else { parser.or()? };
    let order = parser.order()?;
    let limit = parser.limit()?;
    match parser.peek() {
        None => Ok(Query { filter, order, limit }),
        Some(token) => Err(unexpected(&token.text())),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Symbol(&'static str),
}

impl Token {
    fn is_word(&self, word: &str) -> bool {
        matches!(self, Token::Word(w) if w.eq_ignore_ascii_case(word))
    }
    fn is(&self, symbol: &str) -> bool {
        matches!(self, Token::Symbol(s) if *s == symbol)
    }
    fn text(&self) -> String {
        match self {
            Token::Word(text) | Token::Quoted(text) => text.clone(),
            Token::Symbol(symbol) => (*symbol).to_string(),
        }
    }
}

const SYMBOLS: [&str; 13] =
    ["<>", "!=", "<=", ">=", "==", "=", "<", ">", "(", ")", ",", "&&", "||"];

fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '\'' || first == '"' {
            let (quoted, after) = quoted(rest, first)?;
            tokens.push(Token::Quoted(quoted));
            rest = after;
        } else if let Some(symbol) = SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
            tokens.push(Token::Symbol(symbol));
            rest = rest.get(symbol.len()..).unwrap_or("");
        } else {
            let end = word_end(rest);
            tokens.push(Token::Word(rest.get(..end).unwrap_or("").to_string()));
            rest = rest.get(end..).unwrap_or("");
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// Where an unquoted word ends. `!`, `&` and `|` end it only as a part of an operator, and a quote
/// inside a word is an apostrophe.
fn word_end(text: &str) -> usize {
    let operator = |at: usize| {
        let rest = text.get(at..).unwrap_or("");
        rest.starts_with("!=") || rest.starts_with("&&") || rest.starts_with("||")
    };
    let mut chars = text.char_indices().skip(1);
    chars
        .find(|(at, c)| c.is_whitespace() || "=<>(),\"".contains(*c) || operator(*at))
        .map_or(text.len(), |(at, _)| at)
}

/// A quoted text; a doubled quote is one. A quote that is never closed is an apostrophe.
fn quoted(text: &str, quote: char) -> Result<(String, &str), Fault> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((index, c)) = chars.next() {
        if c != quote {
            out.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            out.push(quote);
        } else {
            return Ok((out, text.get(index + quote.len_utf8()..).unwrap_or("")));
        }
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    Ok((text.get(..end).unwrap_or("").to_string(), text.get(end..).unwrap_or("")))
}

fn unexpected(what: &str) -> Fault {
    Fault::argument(format!("the condition cannot be read at `{what}`"))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Comparisons so far.
    parts: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }
    fn word_at(&self, offset: usize, word: &str) -> bool {
        self.tokens.get(self.at + offset).is_some_and(|token| token.is_word(word))
    }
    fn skip_word(&mut self, word: &str) -> bool {
        let found = self.word_at(0, word);
        self.at += usize::from(found);
        found
    }
    fn skip(&mut self, symbol: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is(symbol));
        self.at += usize::from(found);
        found
    }
    fn clause_or_end(&self) -> bool {
        self.peek().is_none()
            || (self.word_at(0, "order") && self.word_at(1, "by"))
            || self.word_at(0, "limit")
    }

    fn or(&mut self) -> Result<Filter, Fault> {
        let mut left = self.and()?;
        while self.skip_word("or") || self.skip("||") {
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Filter, Fault> {
        let mut left = self.not()?;
        while self.skip_word("and") || self.skip("&&") {
            left = Filter::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Filter, Fault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Fault::argument("the condition is nested too deep"));
        }
        let filter = if self.skip_word("not") {
            Filter::Not(Box::new(self.not()?))
        } else if self.skip("(") {
            let inner = self.or()?;
            match self.skip(")") {
                true => inner,
                false => return Err(unexpected("(")),
            }
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(filter)
    }

    fn comparison(&mut self) -> Result<Filter, Fault> {
        self.parts += 1;
        if self.parts > PARTS_MAX {
            let text = format!("a condition has at most {PARTS_MAX} comparisons");
            return Err(Fault::argument(text));
        }
        if self.function_here() {
            let left = self.function(true)?;
            return self.compared(left);
        }
        let column = match self.peek() {
            Some(Token::Word(word) | Token::Quoted(word)) => word.clone(),
            Some(token) => return Err(unexpected(&token.text())),
            None => return Err(unexpected("the end")),
        };
        self.at += 1;
        self.compared(Formula::Column(column))
    }

    fn compared(&mut self, left: Formula) -> Result<Filter, Fault> {
        let negated = self.skip_word("not");
        let filter = match self.operator() {
            Some(Op::In) => {
                let list = self.list()?;
                computed(left, Op::In, joined(list))
            }
            Some(Op::IsNull) => {
                let not = self.skip_word("not");
                self.skip_word("null");
                computed(left, Op::IsNull, Formula::Value(Data::Bool(!not)))
            }
            Some(Op::Between) => {
                let low = self.value(true)?;
                self.skip_word("and");
                let high = self.value(false)?;
                computed(left, Op::Between, joined(vec![low, high]))
            }
            Some(op) => {
                let right = self.value(false)?;
                computed(left, op, right)
            }
            // A lone value is the row's identifier.
            None if !negated => {
                let value = match left {
                    Formula::Column(text) => Formula::Value(typed(&text)),
                    formula => formula,
                };
                computed(Formula::Column("id".into()), Op::Eq, value)
            }
            None => return Err(unexpected("NOT")),
        };
        Ok(if negated { Filter::Not(Box::new(filter)) } else { filter })
    }

    /// Whether a function of a database stands here: `DATE(`, `LOWER(`.
    fn function_here(&self) -> bool {
        let called = self.tokens.get(self.at + 1).is_some_and(|token| token.is("("));
        match self.peek() {
            Some(Token::Word(word)) => called && function_named(word).is_some(),
            _ => false,
        }
    }

    /// `NAME(a, b)`; on the left side of a comparison a bare word in it is a column.
    fn function(&mut self, columns: bool) -> Result<Formula, Fault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Fault::argument("the condition is nested too deep"));
        }
        let written = self.peek().map(Token::text).unwrap_or_default();
        self.at += 2;
        let mut args = Vec::new();
        while !self.skip(")") {
            if self.peek().is_none() {
                return Err(unexpected(&written));
            }
            if self.skip_word("interval") {
                // `INTERVAL 90 DAY`: a number and its unit.
                for _ in 0..2 {
                    let word = self.peek().map(Token::text).ok_or_else(|| unexpected(&written))?;
                    self.at += 1;
                    args.push(Formula::Value(typed(&word)));
                }
            } else {
                args.push(self.operand(columns)?);
            }
            self.skip(",");
        }
        self.depth -= 1;
        Ok(applied(&written, args))
    }

    fn operand(&mut self, columns: bool) -> Result<Formula, Fault> {
        match self.peek() {
            _ if self.function_here() => self.function(columns),
            Some(Token::Word(word)) if columns && matches!(typed(word), Data::Text(_)) => {
                let column = Formula::Column(word.clone());
                self.at += 1;
                Ok(column)
            }
            _ => self.value(true),
        }
    }

    fn operator(&mut self) -> Option<Op> {
        let op = match self.peek()? {
            Token::Symbol("=" | "==") => Op::Eq,
            Token::Symbol("<>" | "!=") => Op::Ne,
            Token::Symbol("<") => Op::Lt,
            Token::Symbol("<=") => Op::Le,
            Token::Symbol(">") => Op::Gt,
            Token::Symbol(">=") => Op::Ge,
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "like" => Op::Like,
                "contains" => Op::Contains,
                "startswith" => Op::StartsWith,
                "starts" if self.word_at(1, "with") => {
                    self.at += 1;
                    Op::StartsWith
                }
                "in" => Op::In,
                "is" => Op::IsNull,
                "between" => Op::Between,
                _ => return None,
            },
            _ => return None,
        };
        self.at += 1;
        Some(op)
    }

    fn list(&mut self) -> Result<Vec<Formula>, Fault> {
        let mut list = Vec::new();
        if !self.skip("(") {
            return Err(unexpected("IN"));
        }
        while !self.skip(")") {
            if self.peek().is_none() {
                return Err(unexpected("IN ("));
            }
            list.push(self.value(true)?);
            self.skip(",");
        }
        Ok(list)
    }

    /// A value: quoted as it is, unquoted up to the next connective (`one` word when it is part of
    /// a list).
    fn value(&mut self, one: bool) -> Result<Formula, Fault> {
        if let Some(Token::Quoted(text)) = self.peek() {
            let text = text.clone();
            self.at += 1;
            return Ok(Formula::Value(Data::Text(text)));
        }
        if self.function_here() {
            return self.function(false);
        }
        self.value_text(one).map(|text| Formula::Value(typed(&text)))
    }

    fn value_text(&mut self, one: bool) -> Result<String, Fault> {
        let mut words: Vec<String> = Vec::new();
        while let Some(token) = self.peek() {
            let ends = token.is(")") || token.is(",") || token.is("&&") || token.is("||");
            let connective = token.is_word("and") || token.is_word("or") || self.clause_or_end();
            if ends || (connective && !words.is_empty()) {
                break;
            }
            words.push(token.text());
            self.at += 1;
            if one && !words.is_empty() && !self.continues() {
                break;
            }
        }
        Ok(words.join(" "))
    }

    /// Whether an unquoted value of a list goes on with another word.
    fn continues(&self) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if !word.eq_ignore_ascii_case("and"))
    }

    fn order(&mut self) -> Result<Vec<(String, bool)>, Fault> {
        let mut order = Vec::new();
        if !(self.word_at(0, "order") && self.word_at(1, "by")) {
            return Ok(order);
        }
        self.at += 2;
        while let Some(Token::Word(column) | Token::Quoted(column)) = self.peek() {
            let column = column.clone();
            self.at += 1;
            let descending = self.skip_word("desc");
            self.skip_word("asc");
            order.push((column, descending));
            if !self.skip(",") {
                break;
            }
        }
        Ok(order)
    }

    fn limit(&mut self) -> Result<Option<u64>, Fault> {
        if !self.skip_word("limit") {
            return Ok(None);
        }
        let Some(Token::Word(number)) = self.peek() else { return Err(unexpected("LIMIT")) };
        let number = number.parse().map_err(|_| unexpected("LIMIT"))?;
        self.at += 1;
        Ok(Some(number))
    }
}

/// The function of the language that a function of SQL means.
fn function_named(word: &str) -> Option<&'static str> {
    let upper = word.to_ascii_uppercase();
    let plain = match upper.as_str() {
        "DATE" | "CAST_DATE" => "DATEVALUE",
        "CURDATE" | "CURRENT_DATE" => "TODAY",
        "CURRENT_TIMESTAMP" | "GETDATE" => "NOW",
        "DATE_SUB" | "DATE_ADD" => "DATEADD",
        "CHAR_LENGTH" => "LEN",
        "SUBSTRING" | "SUBSTR" => "MID",
        "CEILING" => "CEIL",
        other => other,
    };
    words::function(plain).or_else(|| words::function(&plain.replace('_', " "))).map(|f| f.name)
}
/// A function with its arguments; `DATE_SUB` goes back.
fn applied(written: &str, mut args: Vec<Formula>) -> Formula {
    if written.eq_ignore_ascii_case("DATE_SUB")
        && let Some(count) = args.get_mut(1)
    {
        *count = Formula::Apply("NEG".into(), vec![count.clone()]);
    }
    Formula::Apply(function_named(written).unwrap_or(written).to_string(), args)
}
/// Several values as a list.
fn joined(values: Vec<Formula>) -> Formula {
    let known = |value: &Formula| match value {
        Formula::Value(data) => Some(data.clone()),
        _ => None,
    };
    match values.iter().map(known).collect::<Option<Vec<_>>>() {
        Some(list) => Formula::Value(Data::List(list)),
        None => Formula::Apply("LIST".into(), values),
    }
}

/// An unquoted value: number, true, false, null, or text.
fn typed(text: &str) -> Data {
    match text.to_ascii_lowercase().as_str() {
        "true" => return Data::Bool(true),
        "false" => return Data::Bool(false),
        "null" => return Data::Null,
        _ => {}
    }
    match (text.parse::<i64>(), text_to_number(text)) {
        (Ok(int), _) => Data::Int(int),
        (_, Some(number)) => Data::Num(number),
        _ => Data::text(text),
    }
}
