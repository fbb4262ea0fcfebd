//! The machine.
pub struct Machine;
pub struct Outcome;
pub struct Trap;
