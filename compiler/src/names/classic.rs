//! Names of classic programs: every variable belongs to the whole program, and its name says what
//! it is.

use super::Names;
use crate::ast::Listing;
use crate::hashed::HashSet;
use crate::hashed::IndexMap;

/// What a loop keeps beside its variable: where it ends, how it counts, and, where there are
/// several with one variable that jumps mix up, which of them runs.
pub(crate) const LIMIT: &str = " limit";
/// See [`LIMIT`].
pub(crate) const STEP: &str = " step";
/// See [`LIMIT`].
pub(crate) const LOOP: &str = " loop";
/// The items of DATA.
pub(crate) const DATA: &str = " data";
/// The number of the next one.
pub(crate) const DATUM: &str = " datum";

/// The names of a program. What loops need stands first and in one piece, so that it finds
/// neighbouring registers.
pub(super) fn names(listing: &Listing) -> Names {
    let mut locals = IndexMap::default();
    let mut add = |name: String| {
        locals.insert(super::fold(&name), name.into());
    };
    let mut seen = HashSet::default();
    for counted in listing.fors.iter().filter(|counted| seen.insert(&counted.var)) {
        for part in ["", LIMIT, STEP] {
            add(format!("{}{part}", counted.var));
        }
    }
    for counted in listing.fors.iter().filter(|counted| counted.asked) {
        add(format!("{}{LOOP}", counted.var));
    }
    listing.variables.iter().cloned().for_each(&mut add);
    listing.arrays.keys().cloned().for_each(&mut add);
    [DATA, DATUM].into_iter().map(str::to_string).for_each(&mut add);
    Names::of_program(locals)
}
