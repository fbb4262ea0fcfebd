//! The language server as an editor sees it: conversations over the protocol.
//!
//! [`editor`] is the editor, [`fixtures`] runs the files in `tests/fixtures` (texts with marks, the
//! answers beside them), [`session`] what is no single question, [`random`] types at random.
#![allow(clippy::unwrap_used, reason = "all of this is tests, helpers included")]

mod editor;
mod fixtures;
mod random;
mod session;
mod shown;
mod socket;
