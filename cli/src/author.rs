//! What the author of a program may do with it.

use basilect_stdlib::Limits;

/// The limits of a program that its own author runs: what one conversation of many may not, this
/// one may.
pub fn author_limits() -> Limits {
    Limits {
        fuel_per_turn: 1 << 50,
        heap_bytes: 1 << 30,
        text_bytes: 256 << 20,
        list_elements: 50_000_000,
        output_bytes_per_turn: 1 << 40,
        messages_per_turn: usize::MAX >> 1,
        host_calls_per_turn: usize::MAX >> 1,
        ..Limits::DEFAULT
    }
}
