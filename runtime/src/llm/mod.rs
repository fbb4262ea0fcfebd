//! Language models and what is said to them.

pub mod openai;
