//! What the functions of a program share while it is built: constants and tables.

use crate::hashed::HashMap;
use crate::hashed::IndexSet;
use basilect_vm::Program;
use basilect_vm::program::{Const, Function, Instr};

/// A program under construction.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    consts: Vec<Const>,
    ints: HashMap<i64, u32>,
    nums: HashMap<u64, u32>,
    texts: HashMap<String, u32>,
    keywords: IndexSet<String>,
    pures: IndexSet<String>,
    functions: Vec<Finished>,
}

/// A function whose places count from its own first instruction.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    pub function: Function,
    pub code: Vec<Instr>,
    /// The instructions with a target.
    pub jumps: Vec<usize>,
}

impl Pool {
    /// The place of an integer constant.
    pub(crate) fn int(&mut self, value: i64) -> u32 {
        let next = self.consts.len() as u32;
        let index = *self.ints.entry(value).or_insert(next);
        self.add(index, || Const::Int(value))
    }
    /// The place of a float constant; every bit pattern is its own constant.
    pub(crate) fn num(&mut self, value: f64) -> u32 {
        let next = self.consts.len() as u32;
        let index = *self.nums.entry(value.to_bits()).or_insert(next);
        self.add(index, || Const::Num(value))
    }
    /// The place of a text constant.
    pub(crate) fn text(&mut self, value: &str) -> u32 {
        if let Some(index) = self.texts.get(value) {
            return *index;
        }
        let index = self.consts.len() as u32;
        self.texts.insert(value.to_string(), index);
        self.add(index, || Const::Text(value.to_string()))
    }
    fn add(&mut self, index: u32, value: impl FnOnce() -> Const) -> u32 {
        if index as usize == self.consts.len() {
            self.consts.push(value());
        }
        index
    }

    /// The place of a host keyword.
    pub(crate) fn keyword(&mut self, words: &str) -> u16 {
        self.keywords.insert_full(words.to_string()).0 as u16
    }
    /// The place of a pure function.
    pub(crate) fn pure(&mut self, name: &str) -> u16 {
        self.pures.insert_full(name.to_string()).0 as u16
    }

    /// Reserves the place of a function, so that calls to it can be made before it exists.
    pub(crate) fn reserve_function(&mut self) -> u32 {
        self.functions.push(Finished::default());
        self.functions.len() as u32 - 1
    }
    /// Puts a finished function into its reserved place.
    pub(crate) fn define(&mut self, index: u32, finished: Finished) {
        if let Some(place) = self.functions.get_mut(index as usize) {
            *place = finished;
        }
    }

    /// The program with these scripts: all code one after another.
    pub(crate) fn finish(self, scripts: Vec<basilect_vm::program::Script>) -> Program {
        let mut functions = Vec::new();
        let mut code: Vec<Instr> = Vec::new();
        for finished in self.functions {
            let start = code.len() as u32;
            let Finished { function, code: own, jumps } = finished;
            code.extend(own);
            for at in jumps {
                if let Some(instr) = code.get_mut(start as usize + at) {
                    *instr = Instr::jump(instr.op, instr.a, instr.b, instr.target() + start);
                }
            }
            functions.push(moved(function, start));
        }
        Program {
            scripts,
            functions,
            code,
            consts: self.consts,
            keywords: self.keywords.into_iter().collect(),
            pures: self.pures.into_iter().collect(),
        }
    }
}

/// The function with its code `start` instructions further on.
fn moved(mut function: Function, start: u32) -> Function {
    function.start += start;
    function.end += start;
    function.lines.iter_mut().for_each(|(at, _)| *at += start);
    function.statements.iter_mut().for_each(|at| *at += start);
    function
}
