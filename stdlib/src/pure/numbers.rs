//! Number functions.
use crate::Data;

/// The number that `data` is or spells.
pub fn data_to_number(_data: &Data) -> Option<f64> {
    None
}
