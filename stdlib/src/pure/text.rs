//! Text functions and how values are written out.
use crate::Data;

/// A value as TALK shows it.
pub fn display_data(_data: &Data) -> String {
    String::new()
}
