//! Every instruction.

use basilect_stdlib::{Data, TrapCode};
use basilect_vm::program::{Instr, Op};

use crate::asm::{Asm, Run, done, run};

/// Runs a main of 20 registers whose result is R[0].
fn result_of(body: impl FnOnce(&mut Asm)) -> Run {
    let mut asm = Asm::new();
    asm.function("main", 0, 20).line();
    body(&mut asm);
    asm.line().op(Op::Return, 0, 0, 0);
    run(asm)
}

fn value(body: impl FnOnce(&mut Asm)) -> Data {
    result_of(body).end.unwrap()
}

fn fails(body: impl FnOnce(&mut Asm)) -> TrapCode {
    result_of(body).end.unwrap_err().code
}

/// R[0] = left op right.
fn binary(op: Op, left: impl Fn(&mut Asm) -> u16, right: impl Fn(&mut Asm) -> u16) -> Data {
    value(|asm| {
        let (left, right) = (left(asm), right(asm));
        asm.op(op, 0, left, right);
    })
}

fn ints(op: Op, l: i64, r: i64) -> Data {
    binary(op, |asm| asm.int(l), |asm| asm.int(r))
}

fn nums(op: Op, l: f64, r: f64) -> Data {
    binary(op, |asm| asm.num(l), |asm| asm.num(r))
}

fn texts(op: Op, l: &str, r: &str) -> Data {
    binary(op, |asm| asm.text(l), |asm| asm.text(r))
}

#[test]
fn moving() {
    assert_eq!(value(|a| done(a.set_int(1, -5).op(Op::Move, 0, 1, 0))), Data::Int(-5));
    assert_eq!(value(|a| done(a.set_text(0, "oi"))), Data::text("oi"));
    assert_eq!(value(|a| done(a.set_int(0, 1).op(Op::Null, 0, 0, 0))), Data::Null);
    assert_eq!(value(|a| done(a.op(Op::Bool, 0, 1, 0))), Data::Bool(true));
    let shared = value(|a| {
        a.set_int(1, 9).op(Op::EnvSet, 1, 3, 0).op(Op::EnvGet, 0, 3, 0);
    });
    assert_eq!(shared, Data::Int(9));
}

#[test]
fn arithmetic() {
    assert_eq!(ints(Op::Add, 2, 3), Data::Int(5));
    assert_eq!(ints(Op::Sub, 2, 3), Data::Int(-1));
    assert_eq!(ints(Op::Mul, 7, 6), Data::Int(42));
    assert_eq!(ints(Op::IntDiv, -7, 2), Data::Int(-3));
    assert_eq!(ints(Op::Mod, -7, 2), Data::Int(-1));
    assert_eq!(nums(Op::Add, 0.5, 0.25), Data::Num(0.75));
    assert_eq!(nums(Op::Div, 7.0, 2.0), Data::Num(3.5));
    assert_eq!(ints(Op::Div, 7, 2), Data::Num(3.5));
    assert_eq!(binary(Op::Mul, |a| a.int(2), |a| a.num(1.5)), Data::Num(3.0));
    assert!(matches!(ints(Op::Add, i64::MAX, 1), Data::Num(n) if n > 9.2e18));
    assert!(matches!(ints(Op::Pow, 2, 10), Data::Int(1024) | Data::Num(1024.0)));
    let negated = value(|a| {
        let five = a.int(5);
        a.op(Op::Neg, 0, five, 0);
    });
    assert_eq!(negated, Data::Int(-5));
}

#[test]
fn division_by_zero_is_an_error() {
    for op in [Op::Div, Op::IntDiv, Op::Mod] {
        let code = fails(|a| {
            let (one, zero) = (a.int(1), a.int(0));
            a.op(op, 0, one, zero);
        });
        assert_eq!(code, TrapCode::DivisionByZero, "{op:?}");
    }
}

#[test]
fn texts_join() {
    assert_eq!(texts(Op::Add, "a", "b"), Data::text("ab"));
    assert_eq!(texts(Op::Concat, "a", ""), Data::text("a"));
    assert_eq!(binary(Op::Add, |a| a.text("n="), |a| a.int(7)), Data::text("n=7"));
    let joined = value(|a| {
        a.set_text(1, "é").set_int(2, 2).set_text(3, "ü").op(Op::ConcatRange, 0, 1, 3);
    });
    assert_eq!(joined, Data::text("é2ü"));
}

#[test]
fn bits() {
    for (which, want) in [(0, 8), (1, 14), (2, 6), (3, !6), (4, !12 | 10)] {
        let got = value(|a| {
            let (l, r) = (a.int(12), a.int(10));
            a.instr(Instr { op: Op::Bits, a: 0, b: l, c: r, d: which });
        });
        assert_eq!(got, Data::Int(want), "{which}");
    }
    let not = value(|a| {
        let zero = a.int(0);
        a.op(Op::BitNot, 0, zero, 0);
    });
    assert_eq!(not, Data::Int(-1));
}

#[test]
fn comparing() {
    assert_eq!(ints(Op::Eq, 2, 2), Data::Bool(true));
    assert_eq!(ints(Op::Ne, 2, 2), Data::Bool(false));
    assert_eq!(ints(Op::Lt, 1, 2), Data::Bool(true));
    assert_eq!(nums(Op::Le, 2.0, 2.0), Data::Bool(true));
    assert_eq!(texts(Op::Lt, "a", "b"), Data::Bool(true));
    assert_eq!(texts(Op::Eq, "a", "a"), Data::Bool(true));
    assert_eq!(binary(Op::Eq, |a| a.int(2), |a| a.num(2.0)), Data::Bool(true));
    assert_eq!(binary(Op::Lt, |a| a.int(2), |a| a.num(2.5)), Data::Bool(true));
}

#[test]
fn truth() {
    let unary = |op: Op, text: &'static str| {
        value(move |a| {
            let text = a.text(text);
            a.op(op, 0, text, 0);
        })
    };
    assert_eq!(unary(Op::Truth, "yes"), Data::Bool(true));
    assert_eq!(unary(Op::Truth, ""), Data::Bool(false));
    assert_eq!(unary(Op::Not, ""), Data::Bool(true));
    assert_eq!(unary(Op::ClassicTruth, "yes"), Data::Int(-1));
    assert_eq!(unary(Op::ClassicTruth, ""), Data::Int(0));
    assert_eq!(unary(Op::IsNull, ""), Data::Bool(true));
    assert_eq!(unary(Op::IsNull, "x"), Data::Bool(false));
    assert_eq!(value(|a| done(a.op(Op::IsNull, 0, 1, 0))), Data::Bool(true));
}

#[test]
fn text_tests() {
    assert_eq!(texts(Op::Contains, "conversation", "vers"), Data::Bool(true));
    assert_eq!(texts(Op::StartsWith, "conversation", "con"), Data::Bool(true));
    assert_eq!(texts(Op::EndsWith, "conversation", "con"), Data::Bool(false));
    assert_eq!(texts(Op::In, "vers", "conversation"), Data::Bool(true));
    let member = value(|a| {
        a.set_int(1, 4).set_text(2, "x").op(Op::NewList, 3, 1, 2);
        let x = a.text("x");
        a.op(Op::In, 4, x, 3).op(Op::Contains, 5, 3, x).op(Op::NewList, 0, 4, 2);
    });
    assert_eq!(member, Data::List(vec![Data::Bool(true), Data::Bool(true)]));
}

/// 1 when the jump is taken, 0 otherwise.
fn taken(op: Op, left: impl Fn(&mut Asm), right: impl Fn(&mut Asm) -> u16) -> bool {
    let result = value(|a| {
        left(a);
        let right = right(a);
        a.jump(op, 1, right, "there");
        a.set_int(0, 0).jump(Op::Jump, 0, 0, "end");
        a.at("there").set_int(0, 1).at("end");
    });
    result == Data::Int(1)
}

#[test]
fn jumps() {
    let int = |n: i16| move |a: &mut Asm| done(a.set_int(1, n));
    let text = |t: &'static str| move |a: &mut Asm| done(a.set_text(1, t));
    let none = |_: &mut Asm| 0;
    for (op, on_one, on_zero) in [(Op::JumpIf, true, false), (Op::JumpIfNot, false, true)] {
        assert_eq!(taken(op, int(1), none), on_one, "{op:?}");
        assert_eq!(taken(op, int(0), none), on_zero, "{op:?}");
        assert_eq!(taken(op, text("x"), none), on_one, "{op:?}");
        assert_eq!(taken(op, text(""), none), on_zero, "{op:?}");
    }
    assert!(taken(Op::JumpIfNull, |_| (), none));
    assert!(taken(Op::JumpIfNotNull, int(0), none));
    let cases = [
        (Op::JumpEq, [false, true, false]),
        (Op::JumpNe, [true, false, true]),
        (Op::JumpLt, [true, false, false]),
        (Op::JumpNotLt, [false, true, true]),
        (Op::JumpLe, [true, true, false]),
        (Op::JumpNotLe, [false, false, true]),
    ];
    for (op, want) in cases {
        for (left, want) in [1, 2, 3].into_iter().zip(want) {
            assert_eq!(taken(op, int(left), |a| a.int(2)), want, "{op:?} {left}");
            assert_eq!(taken(op, int(left), |a| a.num(2.0)), want, "{op:?} {left} mixed");
            let digits = ["1", "2", "3"][left as usize - 1];
            assert_eq!(taken(op, text(digits), |a| a.text("2")), want, "{op:?} {left} text");
        }
    }
}

/// The values of R[5] in a FOR loop.
fn for_loop(start: f64, limit: f64, step: f64, whole: bool) -> Data {
    value(|a| {
        a.op(Op::NewList, 0, 0, 0);
        for (register, n) in [(1, start), (2, limit), (3, step)] {
            let operand = if whole { a.int(n as i64) } else { a.num(n) };
            a.load(register, operand);
        }
        a.jump(Op::ForPrep, 1, 5, "end").at("body");
        let length = a.name("length");
        a.op(Op::GetField, 6, 0, length).op(Op::SetIndex, 0, 6, 5);
        a.jump(Op::ForLoop, 1, 5, "body").at("end");
    })
}

#[test]
fn for_loops() {
    let list = |values: &[i64]| Data::List(values.iter().map(|&i| Data::Int(i)).collect());
    assert_eq!(for_loop(1.0, 3.0, 1.0, true), list(&[1, 2, 3]));
    assert_eq!(for_loop(3.0, 1.0, -2.0, true), list(&[3, 1]));
    assert_eq!(for_loop(2.0, 1.0, 1.0, true), list(&[]));
    let halves = [1.0, 1.5, 2.0].map(Data::Num).to_vec();
    assert_eq!(for_loop(1.0, 2.0, 0.5, false), Data::List(halves));
    for (limit, step, ends) in [(3, 1, 4), (5, 3, 7), (0, 1, 1)] {
        let after = value(|a| {
            a.set_int(1, 1).set_int(2, limit).set_int(3, step).jump(Op::ForPrep, 1, 5, "end");
            a.at("body").jump(Op::ForLoop, 1, 5, "body").at("end").op(Op::Move, 0, 1, 0);
        });
        assert_eq!(after, Data::Int(ends), "the counter ends past the limit");
    }
    let changed = value(|a| {
        a.set_int(0, 0).set_int(1, 1).set_int(2, 5).set_int(3, 1).jump(Op::ForPrep, 1, 5, "end");
        let one = a.int(1);
        a.at("body").op(Op::Add, 0, 0, one).set_text(1, "4");
        a.jump(Op::ForLoop, 1, 5, "body2").jump(Op::Jump, 0, 0, "end").at("body2");
        a.op(Op::Add, 0, 0, one).jump(Op::ForLoop, 1, 5, "body2").at("end");
    });
    assert_eq!(changed, Data::Int(2), "a counter that the body made a text counts on");
    let edge = value(|a| {
        for (register, n) in [(1, i64::MAX - 1), (2, i64::MAX), (3, 1)] {
            let operand = a.int(n);
            a.load(register, operand);
        }
        a.set_int(0, 0).jump(Op::ForPrep, 1, 5, "end").at("body");
        let one = a.int(1);
        a.op(Op::Add, 0, 0, one).jump(Op::ForLoop, 1, 5, "body").at("end");
    });
    assert_eq!(edge, Data::Int(2), "a loop up to the largest integer ends");
    assert_eq!(
        fails(|a| done(
            a.set_int(1, 1).set_int(2, 2).set_int(3, 0).jump(Op::ForPrep, 1, 5, "end").at("end")
        )),
        TrapCode::BadArgument
    );
}

/// What FOR EACH gives over R[1].
fn each(last: Option<i16>, source: impl FnOnce(&mut Asm)) -> Data {
    value(|a| {
        source(a);
        a.op(Op::NewList, 0, 0, 0);
        if let Some(last) = last {
            a.set_int(3, last);
        }
        a.op(Op::IterPrep, 2, 1, u16::from(last.is_some()));
        a.at("next").jump(Op::IterNext, 2, 4, "end");
        let length = a.name("length");
        a.op(Op::GetField, 5, 0, length).op(Op::SetIndex, 0, 5, 4);
        a.jump(Op::Jump, 0, 0, "next").at("end");
    })
}

#[test]
fn iterating() {
    let numbers = |a: &mut Asm| {
        a.set_int(6, 10).set_int(7, 11).set_int(8, 12).op(Op::NewList, 1, 6, 3);
    };
    let list = |values: &[i64]| Data::List(values.iter().map(|&i| Data::Int(i)).collect());
    assert_eq!(each(None, numbers), list(&[10, 11, 12]));
    assert_eq!(each(Some(2), numbers), list(&[11, 12]));
    assert_eq!(each(Some(9), numbers), list(&[10, 11, 12]));
    assert_eq!(each(None, |_| ()), list(&[]));
    let letters = ["a", "é", "z"].map(Data::text).to_vec();
    assert_eq!(each(None, |a| done(a.set_text(1, "aéz"))), Data::List(letters));
    let keys = each(None, |a| {
        let (b, a_) = (a.name("b"), a.name("a"));
        let one = a.int(1);
        a.op(Op::NewMap, 1, 0, 0).op(Op::SetField, 1, b, one).op(Op::SetField, 1, a_, one);
    });
    assert_eq!(keys, Data::List(vec![Data::text("b"), Data::text("a")]));
}

#[test]
fn lists() {
    let grown = value(|a| {
        let (zero, one, x) = (a.int(0), a.int(1), a.text("x"));
        a.op(Op::NewList, 0, 0, 0).op(Op::SetIndex, 0, zero, x).op(Op::SetIndex, 0, one, zero);
        a.op(Op::GetIndex, 1, 0, zero).op(Op::SetIndex, 0, one, 1);
    });
    assert_eq!(grown, Data::List(vec![Data::text("x"), Data::text("x")]));
    for index in [-1, 1, 5] {
        let code = fails(|a| {
            let index = a.int(index);
            a.set_int(1, 7).op(Op::NewList, 0, 1, 1).op(Op::GetIndex, 0, 0, index);
        });
        assert_eq!(code, TrapCode::BadIndex);
    }
    let null = value(|a| {
        let zero = a.int(0);
        a.op(Op::GetIndex, 0, 5, zero);
    });
    assert_eq!(null, Data::Null);
}

#[test]
fn maps() {
    let map = value(|a| {
        let (name, age) = (a.name("Name"), a.name("age"));
        let (ana, key) = (a.text("Ana"), a.text("x y"));
        a.op(Op::NewMap, 0, 0, 0).op(Op::SetField, 0, name, ana).op(Op::SetIndex, 0, key, 9);
        let lower = a.name("name");
        a.op(Op::GetField, 1, 0, lower).op(Op::SetField, 0, age, 1);
    });
    let want = [("Name", "Ana"), ("x y", ""), ("age", "Ana")];
    let Data::Map(map) = map else { panic!("{map:?}") };
    assert_eq!(map.keys().collect::<Vec<_>>(), want.map(|(k, _)| k));
    assert_eq!(map["age"], Data::text("Ana"));
    let many = value(|a| {
        a.op(Op::NewMap, 0, 0, 0).set_int(1, 0).set_int(2, 199).set_int(3, 1);
        a.jump(Op::ForPrep, 1, 4, "end").at("body");
        let k = a.text("Key");
        a.op(Op::Concat, 5, k, 4).op(Op::SetIndex, 0, 5, 4).jump(Op::ForLoop, 1, 4, "body");
        a.at("end").set_text(5, "key150").op(Op::GetIndex, 0, 0, 5);
    });
    assert_eq!(many, Data::Int(150), "large maps are found in any letter case");
}

#[test]
fn arrays() {
    let array = value(|a| {
        a.set_int(1, 1).set_int(2, 2);
        a.instr(Instr { op: Op::NewArray, a: 0, b: 1, c: 2, d: 1 << 8 });
    });
    let row = Data::List(vec![Data::text(""); 3]);
    assert_eq!(array, Data::List(vec![row.clone(), row]));
}

#[test]
fn pseudo_fields() {
    let field = |name: &str, source: fn(&mut Asm)| {
        value(|a| {
            source(a);
            let name = a.name(name);
            a.op(Op::GetField, 0, 1, name);
        })
    };
    let rows = |a: &mut Asm| {
        let (f, five) = (a.name("total"), a.int(5));
        a.op(Op::NewMap, 2, 0, 0).op(Op::SetField, 2, f, five).op(Op::NewList, 1, 2, 1);
    };
    assert_eq!(field("length", rows), Data::Int(1));
    assert_eq!(field("Count", rows), Data::Int(1));
    assert_eq!(field("total", rows), Data::Int(5), "a field of the only row");
    assert_eq!(field("items", rows), field("raw", rows));
    assert_eq!(field("length", |a| done(a.set_text(1, "çã"))), Data::Int(2));
    assert_eq!(field("anything", |_| ()), Data::Null);
    assert_eq!(
        fails(|a| {
            let name = a.name("x");
            a.set_int(1, 3).op(Op::GetField, 0, 1, name);
        }),
        TrapCode::TypeMismatch
    );
}

#[test]
fn characters_of_a_text() {
    let third = value(|a| {
        let two = a.int(2);
        a.set_text(1, "caça").op(Op::GetIndex, 0, 1, two);
    });
    assert_eq!(third, Data::text("ç"));
}
