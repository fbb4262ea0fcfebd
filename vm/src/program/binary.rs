//! A program as bytes: the same program always gives the same bytes, whose hash names it.
//!
//! `BASILECT` `version u32` `sections` `checksum u64`. The checksum is the first half of SHA-256 of
//! all before it: it finds damage, it does not prove who wrote the program. The reader checks only
//! the form; what instructions may do is the business of [`verify`](super::verify).

use sha2::{Digest, Sha256};

use super::{Const, Function, Instr, Op, Place, Program, Script};
use crate::bytes::{Broken, Reader, Writer};

const MAGIC: &[u8; 8] = b"BASILECT";
const VERSION: u32 = 1;
const INSTR_BYTES: usize = 8;
/// Marks a script whose line numbers follow.
const NUMBERED: u8 = 2;

impl Program {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.out.extend_from_slice(MAGIC);
        w.u32(VERSION);
        write_texts(&mut w, &self.keywords);
        write_texts(&mut w, &self.pures);
        w.len(self.consts.len());
        self.consts.iter().for_each(|c| write_const(&mut w, c));
        w.len(self.scripts.len());
        self.scripts.iter().for_each(|s| write_script(&mut w, s));
        w.len(self.functions.len());
        self.functions.iter().for_each(|f| write_function(&mut w, f));
        w.len(self.code.len());
        self.code.iter().for_each(|i| write_instr(&mut w, i));
        let sum = checksum(&w.out);
        w.u64(sum);
        w.out
    }

    /// Reads what [`Program::to_bytes`] wrote. Never takes more memory than a small multiple of
    /// the bytes given.
    pub fn from_bytes(bytes: &[u8]) -> Result<Program, Broken> {
        let body = bytes.len().checked_sub(8).and_then(|end| bytes.split_at_checked(end));
        let (body, sum) = body.ok_or(Broken("the program ends too early"))?;
        if Reader::new(sum).u64()? != checksum(body) {
            return Err(Broken("the program is damaged"));
        }
        let mut r = Reader::new(body);
        if r.take(MAGIC.len())? != MAGIC {
            return Err(Broken("this is no program"));
        }
        if r.u32()? != VERSION {
            return Err(Broken("the program is of another version"));
        }
        let program = Program {
            keywords: read_many(&mut r, 1, read_text)?,
            pures: read_many(&mut r, 1, read_text)?,
            consts: read_many(&mut r, 2, read_const)?,
            scripts: read_many(&mut r, 6, read_script)?,
            functions: read_many(&mut r, 9, read_function)?,
            code: read_many(&mut r, INSTR_BYTES, read_instr)?,
        };
        r.finish()?;
        Ok(program)
    }

    /// SHA-256 of the canonical bytes: what conversations are pinned to.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.to_bytes()).into()
    }
}

fn checksum(bytes: &[u8]) -> u64 {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.first_chunk::<8>().map_or(0, |head| u64::from_le_bytes(*head))
}

fn read_many<'a, T>(
    r: &mut Reader<'a>,
    least: usize,
    read: impl Fn(&mut Reader<'a>) -> Result<T, Broken>,
) -> Result<Vec<T>, Broken> {
    let count = r.count(least)?;
    (0..count).map(|_| read(r)).collect()
}

fn write_texts(w: &mut Writer, texts: &[String]) {
    w.len(texts.len());
    texts.iter().for_each(|t| w.text(t));
}
fn read_text(r: &mut Reader<'_>) -> Result<String, Broken> {
    Ok(r.text()?.to_string())
}

fn write_const(w: &mut Writer, constant: &Const) {
    match constant {
        Const::Int(i) => {
            w.u8(0);
            w.signed(*i);
        }
        Const::Num(n) => {
            w.u8(1);
            w.u64(n.to_bits());
        }
        Const::Text(text) => {
            w.u8(2);
            w.text(text);
        }
    }
}
fn read_const(r: &mut Reader<'_>) -> Result<Const, Broken> {
    match r.u8()? {
        0 => Ok(Const::Int(r.signed()?)),
        1 => Ok(Const::Num(f64::from_bits(r.u64()?))),
        2 => Ok(Const::Text(read_text(r)?)),
        _ => Err(Broken("a constant of no known kind")),
    }
}

fn write_script(w: &mut Writer, script: &Script) {
    w.text(&script.name);
    w.text(&script.path);
    w.var(u64::from(script.main));
    w.var(u64::from(script.env_slots));
    let numbered = u8::from(!script.numbers.is_empty());
    w.u8(u8::from(script.classic) + numbered * NUMBERED);
    w.len(script.inputs.len());
    for (name, place) in &script.inputs {
        w.text(name);
        match place {
            Place::Register(register) => w.var(u64::from(*register) << 1),
            Place::Env(slot) => w.var(u64::from(*slot) << 1 | 1),
        }
    }
    if numbered > 0 {
        write_pairs(w, &script.numbers);
    }
}
fn write_pairs(w: &mut Writer, pairs: &[(u32, u32)]) {
    w.len(pairs.len());
    for &(first, second) in pairs {
        w.var(u64::from(first));
        w.var(u64::from(second));
    }
}
fn read_pairs(r: &mut Reader<'_>) -> Result<Vec<(u32, u32)>, Broken> {
    read_many(r, 2, |r| Ok((r.var32()?, r.var32()?)))
}
fn read_script(r: &mut Reader<'_>) -> Result<Script, Broken> {
    let (name, path) = (read_text(r)?, read_text(r)?);
    let (main, env_slots, flags) = (r.var32()?, r.var16()?, r.u8()?);
    if flags > 1 | NUMBERED {
        return Err(Broken("a flag is neither set nor clear"));
    }
    let inputs = read_many(r, 2, |r| Ok((read_text(r)?, read_place(r)?)))?;
    let numbers = if flags & NUMBERED == 0 { Vec::new() } else { read_pairs(r)? };
    if flags & NUMBERED != 0 && numbers.is_empty() {
        return Err(Broken("a script whose lines have numbers has none"));
    }
    Ok(Script { name, path, main, env_slots, inputs, classic: flags & 1 == 1, numbers })
}
fn read_place(r: &mut Reader<'_>) -> Result<Place, Broken> {
    let place = r.var32()?;
    let wrong = |_| Broken("an input lies nowhere");
    if place & 1 == 1 {
        return u16::try_from(place >> 1).map(Place::Env).map_err(wrong);
    }
    u8::try_from(place >> 1).map(Place::Register).map_err(wrong)
}

fn write_function(w: &mut Writer, function: &Function) {
    w.text(&function.name);
    w.var(u64::from(function.script));
    w.u8(function.params);
    w.u8(function.registers);
    w.var(u64::from(function.start));
    w.var(u64::from(function.end));
    write_pairs(w, &function.lines);
    w.len(function.statements.len());
    function.statements.iter().for_each(|&s| w.var(u64::from(s)));
    w.len(function.variables.len());
    for (register, name) in &function.variables {
        w.u8(*register);
        w.text(name);
    }
}
fn read_function(r: &mut Reader<'_>) -> Result<Function, Broken> {
    Ok(Function {
        name: read_text(r)?,
        script: r.var32()?,
        params: r.u8()?,
        registers: r.u8()?,
        start: r.var32()?,
        end: r.var32()?,
        lines: read_pairs(r)?,
        statements: read_many(r, 1, Reader::var32)?,
        variables: read_many(r, 2, |r| Ok((r.u8()?, read_text(r)?)))?,
    })
}

fn write_instr(w: &mut Writer, i: &Instr) {
    w.u8(i.op as u8);
    w.u8(i.a);
    for operand in [i.b, i.c, i.d] {
        w.out.extend_from_slice(&operand.to_le_bytes());
    }
}
fn read_instr(r: &mut Reader<'_>) -> Result<Instr, Broken> {
    let op = Op::from_number(r.u8()?).ok_or(Broken("an instruction of no known kind"))?;
    let a = r.u8()?;
    let mut operand = || {
        let pair = r.take(2)?;
        Ok(pair.iter().rev().fold(0u16, |n, &byte| n << 8 | u16::from(byte)))
    };
    Ok(Instr { op, a, b: operand()?, c: operand()?, d: operand()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program has one form, so a mark for line numbers without any is refused.
    #[test]
    fn marks_without_line_numbers_are_refused() {
        let (name, path): (String, String) = ("a".into(), "a.bas".into());
        let (inputs, numbers) = (Vec::new(), Vec::new());
        let script = Script { name, path, main: 0, env_slots: 0, inputs, classic: false, numbers };
        let mut w = Writer::default();
        write_script(&mut w, &script);
        assert_eq!(read_script(&mut Reader::new(&w.out)).ok(), Some(script));
        let flags = w.out.len() - 2;
        w.out[flags] |= NUMBERED;
        w.var(0);
        assert!(read_script(&mut Reader::new(&w.out)).is_err());
    }
}
