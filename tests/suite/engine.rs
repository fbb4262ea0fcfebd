//! The proof that all ways of running a program agree, without the product around it: what is tried
//! under a sanitizer.
#![allow(clippy::unwrap_used, reason = "all of this is tests, helpers included")]
#![allow(clippy::print_stdout, reason = "measurements are printed")]

mod equality;
