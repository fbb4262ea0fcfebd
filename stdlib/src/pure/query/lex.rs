//! The words and marks of a query.

use crate::Fault;

/// A word or mark.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A name or a word of the language.
    Word(String),
    /// A name between backticks or square brackets.
    Name(String),
    /// A text between single quotes.
    Text(String),
    /// A text, or a name, between double quotes.
    Double(String),
    /// A number.
    Number(String),
    /// `${name}`, `:name`, `@name`: a variable of the script.
    Variable(String),
    /// A mark.
    Mark(&'static str),
}

/// A token and where it begins.
#[derive(Clone, Debug)]
pub struct Spot {
    /// What.
    pub token: Token,
    /// Its first byte in the query.
    pub at: usize,
}

const MARKS: [&str; 22] = [
    "<>", "!=", "<=", ">=", "==", "||", "&&", "->", "=", "<", ">", "(", ")", ",", "+", "-", "*",
    "/", "%", ".", ";", "?",
];

/// The tokens of a query.
pub fn tokens(text: &str) -> Result<Vec<Spot>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            at += blank;
            continue;
        }
        if let Some(comment) = comment(rest) {
            at += comment;
            continue;
        }
        let (token, length) = token(rest).ok_or_else(|| {
            let shown: String = rest.chars().take(20).collect();
            Fault::argument(format!("the query cannot be read at `{shown}`"))
        })?;
        tokens.push(Spot { token, at });
        at += length;
    }
    Ok(tokens)
}

/// The length of a comment: `-- …` to the end of the line, `/* … */`.
fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("--") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    rest.strip_prefix("/*").map(|inner| inner.find("*/").map_or(rest.len(), |end| end + 4))
}

fn token(rest: &str) -> Option<(Token, usize)> {
    let first = rest.chars().next()?;
    match first {
        '\'' => quoted(rest, '\'').map(|(text, length)| (Token::Text(text), length)),
        '"' => quoted(rest, '"').map(|(text, length)| (Token::Double(text), length)),
        '`' => quoted(rest, '`').map(|(text, length)| (Token::Name(text), length)),
        '[' => {
            let end = rest.find(']')?;
            Some((Token::Name(rest.get(1..end)?.trim().to_string()), end + 1))
        }
        '$' => {
            let end = rest.find('}').filter(|_| rest.starts_with("${"))?;
            Some((Token::Variable(rest.get(2..end)?.trim().to_string()), end + 1))
        }
        ':' | '@' => {
            let name = word(rest.get(1..)?)?;
            Some((Token::Variable(name.to_string()), name.len() + 1))
        }
        c if c.is_ascii_digit() => Some(number(rest)),
        c if c.is_alphabetic() || c == '_' => {
            let name = word(rest)?;
            Some((Token::Word(name.to_string()), name.len()))
        }
        _ => {
            let mark = MARKS.iter().find(|mark| rest.starts_with(**mark))?;
            Some((Token::Mark(mark), mark.len()))
        }
    }
}

fn word(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
    text.get(..end.unwrap_or(text.len())).filter(|word| !word.is_empty())
}

fn number(text: &str) -> (Token, usize) {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or("");
        from + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let mut end = digits(0);
    if text.get(end..).is_some_and(|rest| rest.starts_with('.')) && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    (Token::Number(text.get(..end).unwrap_or("").to_string()), end)
}

/// A quoted text, in which a doubled quote is one, and its length.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            out.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            out.push(quote);
        } else {
            return Some((out, at + 1));
        }
    }
    None
}
