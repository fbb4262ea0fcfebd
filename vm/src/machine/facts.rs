//! What was seen of a program as bytes: machine code is kept together with what it was made of.

use std::collections::BTreeMap;

use super::native::Facts;
use crate::bytes::{Broken, Reader, Writer};
use crate::program::Program;

impl Facts {
    /// Writes what was seen.
    pub fn write(&self, w: &mut Writer) {
        write_sets(w, &self.results);
        write_sets(w, &self.params);
        w.len(self.arrivals.len());
        for (&pc, kinds) in &self.arrivals {
            w.u32(pc);
            write_sets(w, kinds);
        }
    }
    /// Reads what was seen of a program.
    ///
    /// # Errors
    /// The bytes end too early, or are about another program.
    pub fn read(r: &mut Reader<'_>, program: &Program) -> Result<Facts, Broken> {
        let none = Facts::none(program);
        let results = read_sets(r)?;
        let params = read_sets(r)?;
        if results.len() != none.results.len() || params.len() != none.params.len() {
            return Err(Broken("what was seen is of another program"));
        }
        let mut arrivals = BTreeMap::new();
        for _ in 0..r.count(5)? {
            let (pc, kinds) = (r.u32()?, read_sets(r)?);
            arrivals.insert(pc, kinds);
        }
        Ok(Facts { results, params, arrivals, ..none })
    }
}

fn write_sets(w: &mut Writer, sets: &[u16]) {
    w.len(sets.len());
    sets.iter().for_each(|set| w.out.extend_from_slice(&set.to_le_bytes()));
}

fn read_sets(r: &mut Reader<'_>) -> Result<Vec<u16>, Broken> {
    let count = r.count(2)?;
    let (pairs, _) = r.take(count * 2)?.as_chunks::<2>();
    Ok(pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Function, Instr, Op};

    #[test]
    fn what_was_seen_is_read_back_for_the_same_program_only() {
        let code = vec![Instr::new(Op::Null, 0, 0, 0), Instr::new(Op::ReturnNull, 0, 0, 0)];
        let function = Function { params: 3, registers: 3, end: 2, ..Function::default() };
        let mut program = Program { code, functions: vec![function], ..Program::default() };
        let mut facts = Facts::none(&program);
        facts.ran(0);
        facts.arrivals.insert(1, vec![2, 4, 8]);
        let mut w = Writer::default();
        facts.write(&mut w);
        let read = |bytes: &[u8], program: &Program| Facts::read(&mut Reader::new(bytes), program);
        assert_eq!(read(&w.out, &program), Ok(facts));
        for end in 0..w.out.len() {
            assert!(read(&w.out[..end], &program).is_err(), "{end} bytes");
        }
        program.code.pop();
        assert!(read(&w.out, &program).is_err());
    }
}
