//! What tests of pure functions share.

use crate::Value;
use crate::pure::{Call, Env};
pub use crate::scratch::Scratch as TestHeap;

/// 2024-03-15 14:05:09 in São Paulo, seed 7.
pub fn env() -> Env {
    Env::new(1_710_522_309_000, "America/Sao_Paulo", 7)
}

/// The value as TALK shows it, or the message of the fault.
pub fn shown(heap: &mut TestHeap, value: Value) -> String {
    crate::pure::display::display(heap, value, &env()).unwrap_or_else(|fault| fault.message)
}

/// Calls a function with arguments written in JSON, and shows the answer or the fault.
pub fn call(name: &str, arguments: &str) -> String {
    let mut heap = TestHeap::default();
    let data = crate::pure::json::parse_data(arguments, 64).expect("arguments in JSON");
    let crate::Data::List(list) = data else { panic!("arguments are a list") };
    let args: Vec<Value> = list
        .iter()
        .map(|data| crate::pure::json::data_to_value(&mut heap, data, 64).expect("an argument"))
        .collect();
    let function = crate::words::function(name).unwrap_or_else(|| panic!("no function {name}"));
    let run = function.run.expect("a pure function");
    let mut env = env();
    let answer = run(&mut Call { heap: &mut heap, args: &args, env: &mut env });
    answer.map_or_else(|fault| fault.message, |value| shown(&mut heap, value))
}
