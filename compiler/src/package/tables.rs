//! TABLE declarations: both ways of writing columns, as one list.

use crate::ast::{Script, StmtKind, Table};
use crate::diagnostics::{Diagnostic, codes};
use crate::lower::script::each_stmt;
use crate::source::Span;
use serde::{Deserialize, Serialize};

/// A table that the bot declares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Its name.
    pub name: String,
    /// The connection it lives on, if not the bot's own.
    pub connection: Option<String>,
    /// Roles that may read it, separated by `;`.
    pub read_by: Option<String>,
    /// Roles that may write it.
    pub write_by: Option<String>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The columns of the primary key.
    pub primary_key: Vec<String>,
    /// Groups of columns whose values together occur only once.
    pub unique: Vec<Vec<String>>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub ty: ColumnType,
    /// Characters of a text, digits of a number.
    pub length: Option<u32>,
    /// Digits behind the point.
    pub scale: Option<u32>,
    /// Whether every row must have a value.
    pub required: bool,
    /// Whether a value occurs only once.
    pub unique: bool,
    /// What it is when a row does not give it, as written.
    pub default: Option<String>,
    /// The table (and column) whose rows it points to.
    pub references: Option<Reference>,
    /// An expression that computes it, as written.
    pub generated: Option<String>,
    /// A condition on its value, as written.
    pub check: Option<String>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// Text.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// A moment.
    Moment,
    /// A time of the day.
    Time,
    /// A tree.
    Json,
    /// A universally unique identifier.
    Uuid,
    /// Bytes.
    Bytes,
}

/// Where a column points to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// The table.
    pub table: String,
    /// The column; the primary key when absent.
    pub column: Option<String>,
    /// `CASCADE`, `SET NULL` …
    pub on_delete: Option<String>,
}

/// Reads a TABLE block.
pub(crate) fn read(table: &Table, diagnostics: &mut Vec<Diagnostic>) -> TableEntry {
    let mut entry = TableEntry {
        name: table.name.name.to_string(),
        connection: table.connection.clone(),
        read_by: table.read_by.clone(),
        write_by: table.write_by.clone(),
        ..TableEntry::default()
    };
    for (text, span) in &table.lines {
        let mut line = Line::new(text);
        if line.words.is_empty() {
            continue;
        }
        if let Err(message) = line.read_into(&mut entry) {
            diagnostics.push(bad_line(*span, message));
        }
    }
    entry
}

/// The columns that the tables of a script declare, lower case.
pub(crate) fn column_names(script: &Script) -> Vec<String> {
    let mut names = Vec::new();
    each_stmt(&script.body, &mut |stmt| {
        if let StmtKind::Table(table) = &stmt.kind {
            let columns = read(table, &mut Vec::new()).columns;
            names.extend(columns.into_iter().map(|column| column.name.to_lowercase()));
        }
    });
    names
}

fn bad_line(span: Span, message: String) -> Diagnostic {
    let help = "write a column as `name type`, for example `email string(120) unique`";
    Diagnostic::error(codes::BAD_COLUMN, span, message).help(help)
}

/// The words of one line; what stands in brackets is one word.
struct Line {
    words: Vec<String>,
    at: usize,
}

impl Line {
    fn new(text: &str) -> Line {
        Line { words: words(text.trim().trim_end_matches(',')), at: 0 }
    }

    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn next(&mut self) -> Option<String> {
        let word = self.words.get(self.at).cloned();
        self.at += usize::from(word.is_some());
        word
    }

    /// Goes on when the next words are these.
    fn take(&mut self, wanted: &str) -> bool {
        let count = wanted.split(' ').count();
        let here = self.words.iter().skip(self.at).take(count);
        let matches = here.map(|word| word.to_uppercase()).eq(wanted.split(' '));
        self.at += if matches { count } else { 0 };
        matches
    }

    fn bracket(&mut self) -> Option<String> {
        let inner = self.peek()?.strip_prefix('(')?.strip_suffix(')')?.to_string();
        self.at += 1;
        Some(inner)
    }

    fn read_into(&mut self, entry: &mut TableEntry) -> Result<(), String> {
        if self.take("CONSTRAINT") {
            self.next();
        }
        if self.take("PRIMARY KEY") {
            entry.primary_key = names(&self.bracket().unwrap_or_default());
        } else if self.peek_is_group("UNIQUE") {
            self.next();
            entry.unique.push(names(&self.bracket().unwrap_or_default()));
        } else if self.take("FOREIGN KEY") {
            self.foreign_key(entry)?;
        } else if self.peek_is_group("CHECK") || self.take("CREATE") {
            // Kept in the source; the store checks single columns only.
        } else {
            self.column(entry)?;
        }
        Ok(())
    }

    fn peek_is_group(&self, word: &str) -> bool {
        let bracket = self.words.get(self.at + 1).is_some_and(|next| next.starts_with('('));
        self.peek().is_some_and(|first| first.eq_ignore_ascii_case(word)) && bracket
    }

    fn foreign_key(&mut self, entry: &mut TableEntry) -> Result<(), String> {
        let columns = names(&self.bracket().unwrap_or_default());
        if !self.take("REFERENCES") {
            return Err("FOREIGN KEY needs REFERENCES and a table".into());
        }
        let reference = self.reference()?;
        for column in entry.columns.iter_mut().filter(|c| columns.contains(&c.name)) {
            column.references = Some(reference.clone());
        }
        Ok(())
    }

    fn column(&mut self, entry: &mut TableEntry) -> Result<(), String> {
        self.take("FIELD");
        let written = self.next().ok_or("a column needs a name")?;
        let name = written.trim_matches(['"', '`', '*']).to_string();
        let mut column = Column { name, required: written.ends_with('*'), ..Column::default() };
        self.take("AS");
        self.column_type(&mut column)?;
        while self.peek().is_some() {
            self.property(entry, &mut column)?;
        }
        if entry.columns.iter().any(|other| other.name.eq_ignore_ascii_case(&column.name)) {
            return Err(format!("the column {} stands twice", column.name));
        }
        entry.columns.push(column);
        Ok(())
    }

    /// A type that is none names the table that the column points to.
    fn column_type(&mut self, column: &mut Column) -> Result<(), String> {
        let Some(word) = self.next() else { return Err("a column needs a type".into()) };
        self.take("PRECISION");
        if let Some(sizes) = self.bracket() {
            let mut sizes = sizes.split(',').map(|size| size.trim().parse().ok());
            (column.length, column.scale) = (sizes.next().flatten(), sizes.next().flatten());
        }
        match column_type(&word) {
            Some(ty) => column.ty = ty,
            None if word.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                column.ty = ColumnType::Integer;
                column.references = Some(Reference { table: word, column: None, on_delete: None });
            }
            None => return Err(format!("{word} is no type of a column")),
        }
        Ok(())
    }

    fn property(&mut self, entry: &mut TableEntry, column: &mut Column) -> Result<(), String> {
        if self.take("PRIMARY KEY") || self.take("KEY") {
            entry.primary_key.push(column.name.clone());
        } else if self.take("NOT NULL") || self.take("REQUIRED") {
            column.required = true;
        } else if self.take("NULL") || self.take("AUTOINCREMENT") || self.take("STORED") {
        } else if self.take("UNIQUE") {
            column.unique = true;
        } else if self.take("DEFAULT") {
            column.default = Some(self.default_value());
        } else if self.take("REFERENCES") {
            column.references = Some(self.reference()?);
        } else if self.take("GENERATED ALWAYS AS") {
            column.generated = self.bracket();
        } else if self.take("CHECK") {
            column.check = self.bracket();
        } else if self.take("READ BY") || self.take("WRITE BY") {
            self.next();
        } else {
            let word = self.next().unwrap_or_default();
            return Err(format!("{word} means nothing in a column"));
        }
        Ok(())
    }

    /// A literal, or a function with its brackets.
    fn default_value(&mut self) -> String {
        let mut value = self.next().unwrap_or_default();
        if let Some(inner) = self.bracket() {
            value = format!("{value}({inner})");
        }
        value
    }

    fn reference(&mut self) -> Result<Reference, String> {
        let table = self.next().ok_or("REFERENCES needs a table")?;
        let column = self.bracket().map(|inner| inner.trim().to_string());
        let mut on_delete = None;
        while self.take("ON") {
            let delete = self.take("DELETE");
            if !delete {
                self.next();
            }
            let first = self.next().unwrap_or_default().to_uppercase();
            let two = matches!(first.as_str(), "SET" | "NO");
            let action = match self.next().filter(|_| two) {
                Some(second) => format!("{first} {}", second.to_uppercase()),
                None => first,
            };
            if delete {
                on_delete = Some(action);
            }
        }
        Ok(Reference { table, column, on_delete })
    }
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(|name| name.trim().trim_matches(['"', '`']).to_string()).collect()
}

fn column_type(word: &str) -> Option<ColumnType> {
    Some(match word.to_uppercase().as_str() {
        "STRING" | "TEXT" | "VARCHAR" | "CHAR" | "NVARCHAR" | "EMAIL" | "PHONE" | "URL"
        | "NAME" | "CHARACTER" | "CLOB" | "FILE" | "IMAGE" => ColumnType::Text,
        "INTEGER" | "INT" | "BIGINT" | "SMALLINT" | "LONG" | "SERIAL" | "BIGSERIAL" => {
            ColumnType::Integer
        }
        "NUMBER" | "DOUBLE" | "FLOAT" | "DECIMAL" | "NUMERIC" | "REAL" | "MONEY" | "CURRENCY" => {
            ColumnType::Number
        }
        "BOOLEAN" | "BOOL" | "BIT" => ColumnType::Boolean,
        "DATE" => ColumnType::Date,
        "DATETIME" | "TIMESTAMP" | "TIMESTAMPTZ" => ColumnType::Moment,
        "TIME" => ColumnType::Time,
        "JSON" | "JSONB" | "OBJECT" | "ARRAY" => ColumnType::Json,
        "UUID" | "GUID" => ColumnType::Uuid,
        "BLOB" | "BYTEA" | "BINARY" => ColumnType::Bytes,
        _ => return None,
    })
}

/// Splits at blanks; quoted texts and everything in brackets stay whole.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let (mut depth, mut quote) = (0u32, None);
    for c in text.chars() {
        let outside = depth == 0 && quote.is_none();
        if outside && (c.is_whitespace() || c == '(') && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if outside && c.is_whitespace() {
            continue;
        }
        word.push(c);
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => {}
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::Ident;

    fn table(lines: &[&str]) -> (TableEntry, Vec<Diagnostic>) {
        let name = Ident { name: "t".into(), span: Span::default() };
        let lines = lines.iter().map(|line| ((*line).to_string(), Span::default())).collect();
        let table = Table { name, connection: None, read_by: None, write_by: None, lines };
        let mut diagnostics = Vec::new();
        (read(&table, &mut diagnostics), diagnostics)
    }

    #[test]
    fn reads_the_short_notation() {
        let lines =
            ["id integer key", "name string(100)", "UnitPrice* double", "CustomerId Customers"];
        let (entry, diagnostics) = table(&lines);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert_eq!(entry.primary_key, ["id"]);
        assert_eq!(entry.columns[1].length, Some(100));
        assert!(entry.columns[2].required);
        let reference = entry.columns[3].references.as_ref().expect("a reference");
        assert_eq!(reference.table, "Customers");
    }

    #[test]
    fn reads_the_notation_of_sql() {
        let (entry, diagnostics) = table(&[
            "id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),",
            "email VARCHAR(255) UNIQUE NOT NULL,",
            "total DECIMAL(15,2) DEFAULT 0,",
            "owner UUID REFERENCES users(id) ON DELETE SET NULL,",
            "net DECIMAL(15,2) GENERATED ALWAYS AS (total - tax) STORED,",
            "status VARCHAR(20) CHECK (status IN ('a', 'b')),",
            "UNIQUE(email, owner)",
            "FIELD note AS TEXT",
        ]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert_eq!(entry.columns[0].default.as_deref(), Some("uuid_generate_v4()"));
        assert!(entry.columns[1].unique && entry.columns[1].required);
        assert_eq!((entry.columns[2].length, entry.columns[2].scale), (Some(15), Some(2)));
        let owner = entry.columns[3].references.as_ref().expect("a reference");
        assert_eq!(owner.on_delete.as_deref(), Some("SET NULL"));
        assert_eq!(entry.columns[4].generated.as_deref(), Some("total - tax"));
        assert_eq!(entry.unique, [["email", "owner"]]);
        assert_eq!(entry.columns[6].name, "note");
    }

    #[test]
    fn says_what_it_cannot_read() {
        let (_, diagnostics) = table(&["name string sparkling"]);
        assert_eq!(diagnostics[0].code, "B0370");
    }
}
