//! Which keywords have a service behind them. The others are understood and checked, and fail at
//! run time with an error that a script may catch; the manual says so.

use basilect_stdlib::Keyword;

/// Families without a service.
const FAMILIES: &[&str] =
    &["agents", "drive", "execution", "mail", "media", "office", "social", "web"];

/// Keywords of other families without a service.
const WORDS: &[&str] = &[
    "ANALYZE SENTIMENT",
    "CALL SERVICE",
    "CONTINUATION TOKEN",
    "DELETE HTTP",
    "GET LEAD SCORE",
    "GRAPHQL",
    "KB COLLECTION STATS",
    "KB DOCUMENTS ADDED SINCE",
    "KB DOCUMENTS COUNT",
    "KB LIST COLLECTIONS",
    "KB STATISTICS",
    "KB STORAGE SIZE",
    "PATCH",
    "POST",
    "PRODUCT",
    "PUBLISH EVENT",
    "PUT",
    "QUALIFY LEAD",
    "QUERY",
    "QUERY METRICS",
    "RECORD METRIC",
    "SAVE FROM UNSTRUCTURED",
    "SCAN BARCODE",
    "SCORE LEAD",
    "SEARCH PRODUCTS",
    "SEE",
    "SEND TO SESSION",
    "SOAP",
    "SYNCHRONIZE",
    "TALK TO",
    "THINK KB",
    "TRIGGER",
    "UPDATE LEAD SCORE",
    "USE WEBSITE",
    "WAIT FOR EVENT",
];

/// Declarations that a package carries, and whose event nothing on this server brings about.
const EVENTS: &[&str] = &[
    "ON CHANGE",
    "ON DELETE OF",
    "ON EMAIL",
    "ON EVENT",
    "ON FORM SUBMIT",
    "ON INSERT OF",
    "ON UPDATE OF",
    "WEBHOOK",
];

/// What stands behind a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// It does its work, or the machine does it alone.
    Here,
    /// A call fails with the error that the service is not configured.
    Missing,
    /// It is declared, and the event never comes.
    Silent,
}

/// What stands behind a keyword on this server.
pub fn service(keyword: &Keyword) -> Service {
    let name = keyword.name;
    match keyword.run {
        Some(_) => Service::Here,
        None if EVENTS.contains(&name) => Service::Silent,
        None if FAMILIES.contains(&keyword.family) || WORDS.contains(&name) => Service::Missing,
        None => Service::Here,
    }
}
