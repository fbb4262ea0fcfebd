//! What a keyword is, and the two declarations from which everything about it derives.
//!
//! A keyword is described by its *forms*: patterns in the notation that the manual shows, e.g.
//!
//! ```text
//! SEND MAIL {to}, {subject}, {body}[, {attachments}]
//! HEAR {name} [AS {kind}] [WITH {prompt}] [DEFAULT {default}]
//! FIND {table} [WHERE {condition}] [ORDER BY {order} [<DESC:descending>]] [LIMIT {limit}]
//! ```
//!
//! * `{field}` is an argument; what may stand there follows from the field's Rust type.
//! * `{field...}` takes all remaining arguments that are separated by commas.
//! * `WORD` is a lead word that introduces the argument after it; lead words are reserved only
//!   inside the statement of their keyword.
//! * `<WORD:field>` is a bare word that sets a `bool` field.
//! * `[ … ]` may be left out, and may nest.
//!
//! The first words of a form that stand before any other mark are the keyword itself; forms are
//! tried in order and the first that fits decides.

use crate::pure::PureFn;
use crate::{Data, Fault};

/// What running a keyword may do to the world; decides how the journal treats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Effect {
    /// Computes; never leaves the machine.
    Pure,
    /// Reads from outside; the answer is journalled.
    Read,
    /// Changes something outside; intent, key and answer are journalled.
    Write,
    /// Waits for a person, a time or an event; the conversation is written down and left.
    Suspend,
}

/// What a bot must have been granted before a keyword runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub enum Capability {
    /// Nothing: every bot may.
    None,
    /// Speak with the person of this conversation.
    Chat,
    /// Remember things about the person, the bot or the session.
    Memory,
    /// Read and write the bot's own tables.
    Data,
    /// Read and write the bot's drive.
    Drive,
    /// Ask a language model.
    Models,
    /// Use knowledge bases.
    Knowledge,
    /// Call addresses on the network.
    Network,
    /// Send mail.
    Mail,
    /// Write to people outside this conversation.
    Outreach,
    /// Run by itself at given times or events.
    Schedule,
    /// Calendar, tasks, meetings.
    Office,
    /// Other bots and human operators.
    Agents,
    /// Run foreign code or drive a browser.
    Execution,
    /// Change users, accounts or server settings.
    Administration,
}

/// What may stand in a field, and what a keyword answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Type {
    /// No value (only as a result).
    Nothing,
    /// Any value.
    Any,
    /// A text; numbers and dates are written out.
    Text,
    /// A whole number.
    Int,
    /// A number.
    Num,
    /// True or false.
    Bool,
    /// A list.
    List,
    /// A map.
    Map,
    /// A day, a moment, or a text that is one.
    Date,
    /// A variable or field that receives the answer (`HEAR name`).
    Target,
    /// A bare word, or a text (`AS EMAIL`).
    Symbol,
    /// A variable where the script sets one of that name, else a bare word or a text (`AS JSON`).
    Word,
    /// A text that is a question: `HEAR age AS "How old are you?"`.
    Question,
    /// A condition over columns (`WHERE price > limit`).
    Condition,
    /// Named values: `a = 1, b = 2` or `x AS a, y AS b`, or variables whose names are the fields.
    Pairs,
    /// Named values, or a map, or a list of maps: rows of a table.
    Rows,
}

/// One field of a keyword's request.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name in forms and in the request struct.
    pub name: &'static str,
    /// What may stand there.
    pub ty: Type,
    /// Whether it may be left out.
    pub optional: bool,
    /// One sentence for the manual.
    pub doc: &'static str,
}

/// A keyword or function: all that the lexer, the checker, the machine, the editor and the manual
/// know of it.
#[derive(Debug)]
pub struct Keyword {
    /// The canonical words in upper case, separated by single spaces: `SEND MAIL`.
    pub name: &'static str,
    /// Other spellings that scripts use; each means the same.
    pub aliases: &'static [&'static str],
    /// The family it is declared in (file name under `words/` or `pure/`).
    pub family: &'static str,
    /// What it may do to the world.
    pub effect: Effect,
    /// What a bot must have been granted.
    pub capability: Capability,
    /// What it answers.
    pub result: Type,
    /// Its patterns, in the notation of this module.
    pub forms: &'static [&'static str],
    /// The fields of its request, in the order in which arguments are passed.
    pub fields: &'static [Field],
    /// Whether any number of further arguments may follow the fields.
    pub variadic: bool,
    /// The manual's text (Markdown).
    pub doc: &'static str,
    /// The implementation of a pure function; `None` where the host serves it.
    pub run: Option<PureFn>,
}

impl Keyword {
    /// The field called `name` and its place among the arguments.
    pub fn field(&self, name: &str) -> Option<(usize, &Field)> {
        self.fields.iter().enumerate().find(|(_, f)| f.name == name)
    }
    /// How many arguments a call must at least, and can at most have; `None` means any number.
    pub fn arity(&self) -> (usize, Option<usize>) {
        let least = self.fields.iter().filter(|f| !f.optional).count();
        let variadic = self.variadic || self.forms.iter().any(|form| form.contains("...}"));
        (least, (!variadic).then_some(self.fields.len()))
    }
}

/// A Rust type that a field of a request may have.
pub trait FromData: Sized {
    /// What the checker allows in this field.
    const TYPE: Type;
    /// Whether the field may be left out.
    const OPTIONAL: bool = false;
    /// Reads the argument; the error names what was expected.
    fn from_data(data: Data) -> Result<Self, String>;
}

impl FromData for Data {
    const TYPE: Type = Type::Any;
    fn from_data(data: Data) -> Result<Data, String> {
        Ok(data)
    }
}

impl FromData for String {
    const TYPE: Type = Type::Text;
    fn from_data(data: Data) -> Result<String, String> {
        match data {
            Data::Text(text) => Ok(text),
            other => Ok(crate::pure::text::display_data(&other)),
        }
    }
}

impl FromData for i64 {
    const TYPE: Type = Type::Int;
    fn from_data(data: Data) -> Result<i64, String> {
        match crate::pure::numbers::data_to_number(&data) {
            Some(n) if n.fract() == 0.0 && n.abs() < 9.3e18 => match data {
                Data::Int(i) => Ok(i),
                _ => Ok(n as i64),
            },
            _ => Err("a whole number".into()),
        }
    }
}

impl FromData for f64 {
    const TYPE: Type = Type::Num;
    fn from_data(data: Data) -> Result<f64, String> {
        crate::pure::numbers::data_to_number(&data).ok_or_else(|| "a number".into())
    }
}

impl FromData for bool {
    const TYPE: Type = Type::Bool;
    const OPTIONAL: bool = true;
    fn from_data(data: Data) -> Result<bool, String> {
        Ok(crate::pure::logic::data_is_true(&data))
    }
}

impl FromData for Vec<Data> {
    const TYPE: Type = Type::List;
    const OPTIONAL: bool = true;
    fn from_data(data: Data) -> Result<Vec<Data>, String> {
        match data {
            Data::List(list) => Ok(list),
            Data::Null => Ok(Vec::new()),
            other => Ok(vec![other]),
        }
    }
}

impl<T: FromData> FromData for Option<T> {
    const TYPE: Type = T::TYPE;
    const OPTIONAL: bool = true;
    fn from_data(data: Data) -> Result<Option<T>, String> {
        match data {
            Data::Null => Ok(None),
            data => T::from_data(data).map(Some),
        }
    }
}

/// The written name of the variable that receives the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Target(pub String);

impl FromData for Target {
    const TYPE: Type = Type::Target;
    fn from_data(data: Data) -> Result<Target, String> {
        String::from_data(data).map(Target)
    }
}

/// A bare word or a text, as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol(pub String);

impl FromData for Symbol {
    const TYPE: Type = Type::Symbol;
    fn from_data(data: Data) -> Result<Symbol, String> {
        String::from_data(data).map(Symbol)
    }
}

/// A word as written, or what the variable of that name holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Word(pub String);

impl FromData for Word {
    const TYPE: Type = Type::Word;
    fn from_data(data: Data) -> Result<Word, String> {
        String::from_data(data).map(Word)
    }
}

/// A text that stands in the script and ends as a question does.
#[derive(Clone, Debug, PartialEq)]
pub struct Question(pub String);

impl FromData for Question {
    const TYPE: Type = Type::Question;
    fn from_data(data: Data) -> Result<Question, String> {
        String::from_data(data).map(Question)
    }
}

/// A condition with its values bound, and the order and bound that a filter text may end with; see
/// [`crate::pure::condition`].
#[derive(Clone, Debug, PartialEq)]
pub struct Condition(pub crate::pure::condition::Query);

impl FromData for Condition {
    const TYPE: Type = Type::Condition;
    fn from_data(data: Data) -> Result<Condition, String> {
        crate::pure::condition::Query::from_data(&data).map(Condition)
    }
}

/// Named values in the order written.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs(pub indexmap::IndexMap<String, Data>);

impl FromData for Pairs {
    const TYPE: Type = Type::Pairs;
    fn from_data(data: Data) -> Result<Pairs, String> {
        match data {
            Data::Map(map) => Ok(Pairs(map)),
            _ => Err("named values".into()),
        }
    }
}

/// Column and value, in the order written.
pub type Row = indexmap::IndexMap<String, Data>;

/// One row or several. Rows that the script gives as a value come in a list; named values come as
/// one map.
///
/// `SAVE "t", id, row` reads as two named values of which the second is a map: then the first is
/// the key of the row (see [`Rows::keyed`]).
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// `SAVE "t", name, city` and `SAVE "t" WITH name = "Ada"`
    Named(Row),
    /// `SAVE "t", { name: "Ada" }`
    Given(Vec<Row>),
}

impl Rows {
    /// The key and the row, when exactly two values were named and the second is a map.
    pub fn keyed(&self) -> Option<(&Data, &Row)> {
        let Rows::Named(pairs) = self else { return None };
        match (pairs.len(), pairs.get_index(0), pairs.get_index(1)) {
            (2, Some((_, id)), Some((_, Data::Map(row)))) if !matches!(id, Data::Map(_)) => {
                Some((id, row))
            }
            _ => None,
        }
    }
}

impl FromData for Rows {
    const TYPE: Type = Type::Rows;
    fn from_data(data: Data) -> Result<Rows, String> {
        let list = match data {
            Data::Map(named) => return Ok(Rows::Named(named)),
            Data::List(list) => spread(list),
            one => vec![one],
        };
        let row = |data| match data {
            Data::Map(map) => Ok(map),
            _ => Err("named values, a map, or a list of maps".to_string()),
        };
        list.into_iter().map(row).collect::<Result<_, _>>().map(Rows::Given)
    }
}

/// The values of a `{field...}`: where a single list was given, its elements are meant.
pub fn spread(values: Vec<Data>) -> Vec<Data> {
    match <[Data; 1]>::try_from(values) {
        Ok([Data::List(list)]) => list,
        Ok(one) => one.into(),
        Err(values) => values,
    }
}

/// Decodes one argument; used by the expansion of [`keywords!`].
pub fn decode_field<T: FromData>(
    keyword: &str,
    field: &str,
    data: Option<Data>,
) -> Result<T, Fault> {
    let data = data.unwrap_or_default();
    if data.is_null() && !T::OPTIONAL && T::TYPE != Type::Any && T::TYPE != Type::Text {
        return Err(Fault::argument(format!("{keyword} needs a value for {field}")));
    }
    T::from_data(data)
        .map_err(|expected| Fault::argument(format!("{keyword}: {field} must be {expected}")))
}

/// Declares the keywords of one family that the host serves.
///
/// For each it makes a request struct with typed fields, and for the family an enum `Call`, the
/// table `KEYWORDS` and `decode`. The host matches `Call` exhaustively, so that a keyword without
/// service does not compile.
#[macro_export]
macro_rules! keywords {
    (
        family $family:literal;
        $(
            $(#[doc = $doc:literal])*
            $name:ident: $effect:ident, $capability:ident $(-> $result:ident)?
            = $words:literal $(also [$($alias:literal),* $(,)?])?
            as [$($form:literal),+ $(,)?]
            { $( $(#[doc = $fdoc:literal])* $field:ident: $ty:ty ),* $(,)? }
        )+
    ) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name { $( $(#[doc = $fdoc])* pub $field: $ty ),* }

            impl $name {
                fn decode(
                    args: &mut dyn Iterator<Item = $crate::Data>,
                ) -> Result<$name, $crate::Fault> {
                    let _ = &args;
                    Ok($name { $( $field: $crate::keyword::decode_field(
                        $words,
                        stringify!($field),
                        args.next(),
                    )? ),* })
                }
            }
        )+

        /// A request of this family.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Call { $( $(#[doc = $doc])* $name($name) ),+ }

        /// The keywords of this family.
        pub static KEYWORDS: &[$crate::keyword::Keyword] = &[ $(
            $crate::keyword::Keyword {
                name: $words,
                aliases: &[ $($($alias),*)? ],
                family: $family,
                effect: $crate::keyword::Effect::$effect,
                capability: $crate::keyword::Capability::$capability,
                result: $crate::keywords!(@result $($result)?),
                forms: &[ $($form),+ ],
                fields: &[ $( $crate::keyword::Field {
                    name: stringify!($field),
                    ty: <$ty as $crate::keyword::FromData>::TYPE,
                    optional: <$ty as $crate::keyword::FromData>::OPTIONAL,
                    doc: concat!($($fdoc),*),
                } ),* ],
                variadic: false,
                doc: concat!($($doc, "\n"),*),
                run: None,
            }
        ),+ ];

        /// Reads the arguments of `words` into its request; `None` when it is not of this family.
        pub fn decode(
            words: &str,
            args: &mut dyn Iterator<Item = $crate::Data>,
        ) -> Option<Result<Call, $crate::Fault>> {
            match words {
                $( $words => Some($name::decode(args).map(Call::$name)), )+
                _ => None,
            }
        }

        impl Call {
            /// The keyword's canonical words.
            pub fn words(&self) -> &'static str {
                match self { $( Call::$name(_) => $words ),+ }
            }
        }
    };
    (@result) => { $crate::keyword::Type::Nothing };
    (@result $result:ident) => { $crate::keyword::Type::$result };
}

/// Declares pure functions: name, parameters (those after `;` may be left out), result, Rust
/// function. `more name` takes any number of further arguments.
///
/// Every function can be called as `NAME(a, b)` and as a method of its first argument
/// (`a.name(b)`); `as [...]` adds prefix forms such as `FORMAT {value} AS {pattern}`.
#[macro_export]
macro_rules! functions {
    (
        family $family:literal;
        $(
            $(#[doc = $doc:literal])*
            $words:literal $(also [$($alias:literal),* $(,)?])?
            ( $( $field:ident : $ty:ident ),* $(; $( $ofield:ident : $oty:ident ),* )? )
            $(more $rest:ident)?
            -> $result:ident = $run:path $(, as [$($form:literal),+ $(,)?])? ;
        )+
    ) => {
        /// The functions of this family.
        pub static FUNCTIONS: &[$crate::keyword::Keyword] = &[ $(
            $crate::keyword::Keyword {
                name: $words,
                aliases: &[ $($($alias),*)? ],
                family: $family,
                effect: $crate::keyword::Effect::Pure,
                capability: $crate::keyword::Capability::None,
                result: $crate::keyword::Type::$result,
                forms: &[ $($($form),+)? ],
                fields: &[
                    $( $crate::keyword::Field {
                        name: stringify!($field), ty: $crate::keyword::Type::$ty,
                        optional: false, doc: "",
                    }, )*
                    $($( $crate::keyword::Field {
                        name: stringify!($ofield), ty: $crate::keyword::Type::$oty,
                        optional: true, doc: "",
                    }, )*)?
                ],
                variadic: $crate::functions!(@more $($rest)?),
                doc: concat!($($doc, "\n"),*),
                run: Some($run),
            }
        ),+ ];
    };
    (@more) => { false };
    (@more $rest:ident) => { true };
}
