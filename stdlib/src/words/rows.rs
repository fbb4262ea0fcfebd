//! Tables: finding, saving, changing and deleting rows.

use crate::keyword::{Condition, Pairs, Rows, Symbol, Word};
use crate::{Data, keywords};

keywords! {
    family "rows";

    /// Finds rows of a table or of a CSV file.
    ///
    /// The answer is a list; the fields of its first row can be read from it directly.
    Find: Read, Data -> List = "FIND" as [
        "FIND {table} [WHERE {condition}] [ORDER BY {order} [<DESC:descending>] \
         [<ASC:ascending>]] [LIMIT {limit}] [<FIRST:first>] [LAST {last}]",
        "FIND {table} WITH {condition} [ORDER BY {order} [<DESC:descending>] [<ASC:ascending>]] \
         [LIMIT {limit}] [<FIRST:first>]",
        "FIND {table}, {condition} [ORDER BY {order} [<DESC:descending>] [<ASC:ascending>]] \
         [LIMIT {limit}] [<FIRST:first>]",
        "FIND {table}, {column}, {value} [LIMIT {limit}]",
    ] {
        /// The table, or a `.csv` file of the bot.
        table: String,
        /// Which rows.
        condition: Option<Condition>,
        /// The column that must have the value.
        column: Option<String>,
        /// The value of the column.
        value: Option<Data>,
        /// The column to sort by.
        order: Option<Symbol>,
        /// Largest first.
        descending: bool,
        /// Smallest first, as without it.
        ascending: bool,
        /// At most so many rows.
        limit: Option<i64>,
        /// Only the first row: a map, or null.
        first: bool,
        /// Only so many rows of the end.
        last: Option<i64>,
    }

    /// Finds rows as FIND does, and always answers a list of all that match.
    FindAll: Read, Data -> List = "FIND ALL" as [
        "FIND ALL {table} [WHERE {condition}] [ORDER BY {order} [<DESC:descending>] \
         [<ASC:ascending>]] [LIMIT {limit}]",
        "FIND ALL {table}, {condition} [ORDER BY {order} [<DESC:descending>] [<ASC:ascending>]] \
         [LIMIT {limit}]",
    ] {
        /// The table, or a `.csv` file of the bot.
        table: String,
        /// Which rows.
        condition: Option<Condition>,
        /// The column to sort by.
        order: Option<Symbol>,
        /// Largest first.
        descending: bool,
        /// Smallest first, as without it.
        ascending: bool,
        /// At most so many rows.
        limit: Option<i64>,
    }

    /// Saves a row: changes the row with the same key, or adds it.
    ///
    /// The names of the variables are the names of the columns. A list of maps saves many rows.
    Save: Write, Data -> Any = "SAVE" as [
        "SAVE {table} WITH {values}",
        "SAVE {table}, {values}",
        "SAVE {table}, {id}, {row}",
        "SAVE {table}, {list...}",
        "SAVE {row} TO {table}",
        "SAVE {row} AS {table}",
    ] {
        /// The table, or a `.csv` file of the bot.
        table: String,
        /// Column and value, or whole rows.
        values: Option<Rows>,
        /// The key of the row.
        id: Option<Data>,
        /// The row.
        row: Option<Data>,
        /// Values in the order of the columns.
        list: Vec<Data>,
    }

    /// Adds a row; a row with the same key is an error.
    Insert: Write, Data -> Map = "INSERT" as [
        "INSERT {table} WITH {values}",
        "INSERT {table}, {values}",
        "INSERT {table}, {list...}",
    ] {
        /// The table.
        table: String,
        /// Column and value, or whole rows.
        values: Option<Rows>,
        /// Values in the order of the columns.
        list: Vec<Data>,
    }

    /// Adds a row, in the spelling of SQL.
    InsertInto: Write, Data -> Map = "INSERT INTO" as [
        "INSERT INTO {table} [ON {connection}] VALUES {values}",
        "INSERT INTO {table} [ON {connection}] VALUES {list...}",
        "INSERT INTO {table} [ON {connection}] WITH {values}",
        "INSERT INTO {table}, {values}",
        "INSERT INTO {table}, {list...}",
    ] {
        /// The table.
        table: String,
        /// The connection of the table.
        connection: Option<String>,
        /// Column and value, or whole rows.
        values: Option<Rows>,
        /// Values in the order of the columns.
        list: Vec<Data>,
    }

    /// Changes rows and answers how many. `SET stock = stock - 1` begins with the row's own column
    /// where no variable of that name is set.
    Update: Write, Data -> Int = "UPDATE" as [
        "UPDATE {table} SET {values} [WHERE {condition}]",
        "UPDATE {table} WITH {values} [WHERE {condition}]",
        "UPDATE {table}, {filter}, {values}",
        "UPDATE {table}, {filter}, {column}, {value}",
        "UPDATE {table}, {filter}, {list...}",
    ] {
        /// The table.
        table: String,
        /// What changes.
        values: Option<Pairs>,
        /// Which rows change.
        condition: Option<Condition>,
        /// The key of a row, a filter text, or a row.
        filter: Option<Data>,
        /// The column that changes.
        column: Option<String>,
        /// Its new value.
        value: Option<Data>,
        /// New values in the order of the columns.
        list: Vec<Data>,
    }

    /// Deletes rows, a file, or what lies at an address, by the kind of its argument.
    Delete: Write, Data -> Any = "DELETE" as [
        "DELETE {subject} WHERE {condition}",
        "DELETE {subject}, {condition}",
        "DELETE {subject}",
    ] {
        /// A table, a path in the drive, an address, or a row.
        subject: Data,
        /// Which rows.
        condition: Option<Condition>,
    }

    /// Deletes rows and answers how many.
    DeleteFrom: Write, Data -> Int = "DELETE FROM" as [
        "DELETE FROM {table} [WHERE {condition}]",
        "DELETE FROM {table}, {condition}",
    ] {
        /// The table.
        table: String,
        /// Which rows.
        condition: Option<Condition>,
    }

    /// Saves many rows by key and answers how many were added and changed; or joins two lists.
    Merge: Write, Data -> Any = "MERGE" as [
        "MERGE {table} WITH {rows} BY {key}",
        "MERGE {table} WITH {rows}",
        "MERGE {table}, {rows}, {key}",
        "MERGE {table}, {rows}",
    ] {
        /// The table, or the first list.
        table: Data,
        /// The rows, or the second list.
        rows: Data,
        /// The column that tells rows apart.
        key: Option<Word>,
    }

    /// Computes SUM, AVG, MIN, MAX or COUNT over a column of a table or a field of a list.
    ///
    /// `AGGREGATE "SUM", orders, "total"` and `AGGREGATE "orders", "SUM", "total"` are both
    /// understood: whichever argument names the operation is taken for it.
    Aggregate: Read, Data -> Num = "AGGREGATE" as [
        "AGGREGATE {source} WHERE {condition}",
        "AGGREGATE {source} SUM {sum} [WHERE {condition}]",
        "AGGREGATE {source} AVG {avg} [WHERE {condition}]",
        "AGGREGATE {source} MIN {min} [WHERE {condition}]",
        "AGGREGATE {source} MAX {max} [WHERE {condition}]",
        "AGGREGATE {source} COUNT [{count}] [WHERE {condition}]",
        "AGGREGATE {source}, {operation}[, {field}] [WHERE {condition}]",
        "AGGREGATE {source}, {operation}, {field}, {condition}",
    ] {
        /// A table, a list, or the operation.
        source: Data,
        /// The operation, or a list.
        operation: Option<Data>,
        /// The column or field.
        field: Option<String>,
        /// The column to add up.
        sum: Option<Symbol>,
        /// The column whose average is wanted.
        avg: Option<Symbol>,
        /// The column whose least value is wanted.
        min: Option<Symbol>,
        /// The column whose greatest value is wanted.
        max: Option<Symbol>,
        /// The column to count.
        count: Option<Symbol>,
        /// Which rows.
        condition: Option<Condition>,
    }

    /// Runs a reading query over the bot's own tables and answers its rows.
    Query: Read, Data -> List = "QUERY" as ["QUERY {query}[, {parameters...}]"] {
        /// `SELECT … FROM … WHERE …`
        query: String,
        /// The values of `?` marks, in order.
        parameters: Vec<Data>,
    }

    /// Fills a table from pages of an address until no more rows come.
    Synchronize: Write, Data -> Map = "SYNCHRONIZE"
    as ["SYNCHRONIZE {endpoint}, {table}, {key}[, {page}[, {limit}]]"] {
        /// Where the rows come from.
        endpoint: Word,
        /// The table.
        table: Word,
        /// The column that tells rows apart.
        key: Word,
        /// The parameter that counts pages.
        page: Option<Word>,
        /// The parameter that bounds a page.
        limit: Option<Word>,
    }

    /// Makes an index over columns of a table.
    CreateIndex: Write, Data = "CREATE INDEX" as ["CREATE INDEX {name} ON {table}"] {
        /// The index.
        name: Symbol,
        /// The table with its columns in parentheses.
        table: Data,
    }

    /// Gives the newest row of a table or event log.
    GetLast: Read, Data -> Map = "GET LAST" as ["GET LAST {table}"] {
        /// The table.
        table: String,
    }
}
