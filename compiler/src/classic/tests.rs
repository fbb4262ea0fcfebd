//! Tests of the reader of classic programs.
