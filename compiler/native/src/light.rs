//! Which functions can be called without a frame.

use std::collections::BTreeSet;

use crate::known::Known;
use basilect_vm::native::{Facts, Order};
use basilect_vm::program::{Function, Op};

/// Functions whose pure calls read their arguments and answer at once.
const QUICK: [&str; 8] = ["SQR", "ABS", "INT", "LEN", "MID", "INSTR", "ASC", "PUSH"];

/// The functions that do nothing but what machine code does itself, as far as was seen: the rest is
/// left to the interpreter.
pub fn light(order: &Order, candidates: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut light = candidates.clone();
    loop {
        let before = light.len();
        let stays = |number: &u32| {
            let function = order.program().functions.get(*number as usize);
            function.is_some_and(|function| is_light(order, function, &light))
        };
        light = light.iter().copied().filter(stays).collect();
        if light.len() == before {
            return light;
        }
    }
}

fn is_light(order: &Order, function: &Function, light: &BTreeSet<u32>) -> bool {
    let watched = order.facts().results(function.start) & Facts::RAN != 0;
    (function.start..function.end).all(|pc| {
        let Some(i) = order.program().code.get(pc as usize) else { return false };
        let seen = order.facts().results(pc);
        let rare = watched && seen & Facts::RAN == 0;
        let fast = match i.op {
            // What these do takes long in the interpreter only.
            Op::Call | Op::Return | Op::ReturnNull | Op::IterNext => true,
            Op::ForPrep => !watched || Known::expected(seen) == Known::Int,
            _ => seen & Facts::LONG == 0,
        };
        rare || fast
            && match i.op {
                Op::Call => light.contains(&u32::from(i.b)),
                Op::CallPure => order.function_at(pc).is_some_and(|name| QUICK.contains(&name)),
                op => is_short(op),
            }
    })
}

/// Whether the machine has a short rule, which takes no memory.
fn is_short(op: Op) -> bool {
    use Op::*;
    let value = matches!(op, Move | Const | Null | Bool | SmallInt | EnvGet | EnvSet);
    let number = matches!(op, Add | Sub | Mul | Div | IntDiv | Mod | Eq | Ne | Lt | Le);
    let memory = matches!(op, GetField | SetField | GetIndex | SetIndex);
    let control = matches!(op, ForPrep | ForLoop | IterNext | Return | ReturnNull) || op.jumps();
    value || number || memory || control
}
