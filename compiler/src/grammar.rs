//! The parser that lalrpop makes of `grammar.lalrpop`.

#![allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    reason = "generated code"
)]
#![allow(unused, reason = "generated code")]

include!(concat!(env!("OUT_DIR"), "/grammar.rs"));
