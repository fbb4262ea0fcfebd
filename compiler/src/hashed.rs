//! Maps and sets of the compiler: those of the standard library and of `indexmap` with a hash
//! function that is fast for the short names of which a script is full. Its seed is random in
//! each process, so that a script cannot be written to collide.

use foldhash::fast::RandomState;

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
pub(crate) type HashSet<T> = std::collections::HashSet<T, RandomState>;
pub(crate) type IndexMap<K, V> = indexmap::IndexMap<K, V, RandomState>;
pub(crate) type IndexSet<T> = indexmap::IndexSet<T, RandomState>;
