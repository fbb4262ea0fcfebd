//! A query as a tree.

/// `SELECT … FROM …` with its clauses.
#[derive(Clone, Debug)]
pub struct Select {
    /// Whether equal rows are given once.
    pub distinct: bool,
    /// What is answered.
    pub items: Vec<Item>,
    /// Where rows come from.
    pub from: Source,
    /// What is joined to them.
    pub joins: Vec<Join>,
    /// Which rows.
    pub filter: Option<Expr>,
    /// What makes a group.
    pub group: Vec<Expr>,
    /// Which groups.
    pub having: Option<Expr>,
    /// The order, with whether it descends.
    pub order: Vec<(Expr, bool)>,
    /// At most so many rows.
    pub limit: Option<Expr>,
    /// So many rows are passed over.
    pub offset: Option<Expr>,
    /// Queries whose rows follow, and whether equal ones are kept.
    pub unions: Vec<(Select, bool)>,
}

/// What a query answers in one column, or in several.
#[derive(Clone, Debug)]
pub enum Item {
    /// `*`, or `t.*`.
    All(Option<String>),
    /// A value under a name.
    Value(Expr, String),
}

/// Where rows come from.
#[derive(Clone, Debug)]
pub struct Source {
    /// A variable, or another query.
    pub rows: Rows,
    /// What it is called in the query.
    pub alias: String,
}

/// The rows of a source.
#[derive(Clone, Debug)]
pub enum Rows {
    /// A variable.
    Name(String),
    /// Another query.
    Query(Box<Select>),
}

/// What happens to rows that find no partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// They are left out.
    Inner,
    /// Those on the left stay.
    Left,
    /// Those on the right stay.
    Right,
    /// All stay.
    Full,
}

/// Rows joined to those before.
#[derive(Clone, Debug)]
pub struct Join {
    /// What happens to rows that find no partner.
    pub kind: Kind,
    /// What is joined.
    pub source: Source,
    /// Which rows belong together; all where nothing is said.
    pub on: Option<Expr>,
}

/// How two values are combined or compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// =
    Eq,
    /// <>
    Ne,
    /// <
    Lt,
    /// <=
    Le,
    /// >
    Gt,
    /// >=
    Ge,
    /// LIKE
    Like,
    /// CONTAINS
    Contains,
    /// STARTS WITH
    StartsWith,
    /// +
    Add,
    /// -
    Sub,
    /// ||
    Concat,
    /// *
    Mul,
    /// /
    Div,
    /// %
    Mod,
}

/// A figure of many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// COUNT
    Count,
    /// SUM
    Sum,
    /// AVG
    Avg,
    /// MIN
    Min,
    /// MAX
    Max,
    /// FIRST
    First,
    /// LAST
    Last,
    /// MEDIAN
    Median,
    /// STDDEV
    StdDev,
    /// VARIANCE
    Variance,
    /// GROUP_CONCAT, STRING_AGG: the second argument parts the texts.
    Concat,
    /// ARRAY_AGG, COLLECT: a list
    Collect,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Expr {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Num(f64),
    /// A text; between double quotes it may also be the name of a column.
    Text(String, bool),
    /// A column, with the source that it is of.
    Column(Option<String>, String),
    /// A variable of the script.
    Variable(String),
    /// All hold: AND.
    All(Vec<Expr>),
    /// One holds: OR.
    Any(Vec<Expr>),
    /// NOT
    Not(Box<Expr>),
    /// The negative.
    Neg(Box<Expr>),
    /// Two values combined.
    Binary(Op, Box<Expr>, Box<Expr>),
    /// IS NULL
    IsNull(Box<Expr>),
    /// BETWEEN
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// IN (…)
    In(Box<Expr>, Vec<Expr>),
    /// A query that answers a value, or a list of them.
    Query(Box<Select>),
    /// CASE: a value to compare with, conditions and answers, and the answer otherwise.
    Case(Option<Box<Expr>>, Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// A function of the vocabulary.
    Call(&'static crate::Keyword, Vec<Expr>),
    /// A figure of the rows of a group; nothing is `*`.
    Aggregate {
        /// Which figure.
        of: Aggregate,
        /// Whether equal values count once.
        distinct: bool,
        /// Of what.
        arg: Option<Box<Expr>>,
        /// A second argument.
        more: Option<Box<Expr>>,
    },
}

impl Expr {
    /// Whether a figure of many rows is in it.
    pub fn has_aggregate(&self) -> bool {
        match self {
            Expr::Aggregate { .. } => true,
            Expr::Not(a) | Expr::Neg(a) | Expr::IsNull(a) => a.has_aggregate(),
            Expr::Binary(_, a, b) => a.has_aggregate() || b.has_aggregate(),
            Expr::All(list) | Expr::Any(list) => list.iter().any(Expr::has_aggregate),
            Expr::Between(a, b, c) => [a, b, c].iter().any(|e| e.has_aggregate()),
            Expr::In(a, list) => a.has_aggregate() || list.iter().any(Expr::has_aggregate),
            Expr::Call(_, args) => args.iter().any(Expr::has_aggregate),
            Expr::Case(of, when, other) => {
                let both = |(a, b): &(Expr, Expr)| a.has_aggregate() || b.has_aggregate();
                of.as_ref().is_some_and(|e| e.has_aggregate())
                    || when.iter().any(both)
                    || other.as_ref().is_some_and(|e| e.has_aggregate())
            }
            _ => false,
        }
    }
}
