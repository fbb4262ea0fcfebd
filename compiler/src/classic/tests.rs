//! Tests of the reader of classic programs.

use super::*;
use crate::source::SourceFile;

fn listing(text: &str) -> crate::ast::Listing {
    let (script, diagnostics) = parse(text).expect("a classic program");
    assert!(diagnostics.is_empty(), "{text}\n{diagnostics:?}");
    *script.listing.expect("what is known of it")
}

#[test]
fn a_program_keeps_to_the_standard_or_goes_beyond_it() {
    for minimal in [
        "10 LET A = 1\n20 PRINT A, TAB(3); \"X\"\n30 IF A > 0 THEN 20\n40 END",
        "10 OPTION BASE 1\n20 DIM A(5), B(2, 2)\n\
         30 ON RND * 2 GOTO 20, 30\n40 INPUT A$, X1\n50 END",
        "10 DEF FNA(X) = X ^ 2\n20 FOR I = 1 TO 3 STEP FNA(1)\n30 NEXT I\n40 END",
    ] {
        assert!(listing(minimal).minimal, "{minimal}");
    }
    for beyond in [
        "10 A = 1",
        "10 LET A = 1: LET B = 2",
        "10 LET AB = 1",
        "10 PRINT LEN(\"A\")",
        "10 IF 1 = 1 THEN PRINT 2",
        "10 IF \"A\" < \"B\" THEN 10",
        "10 LET A$ = \"A\" + \"B\"",
        "10 LET A(1, 1, 1) = 2",
        "10 PRINT \"A\" \"B\"",
        "10 INPUT \"A\"; B",
        "10 LET X = RND(1)",
    ] {
        assert!(!listing(beyond).minimal, "{beyond}");
    }
}

#[test]
fn nexts_find_their_loops() {
    let ends = |text: &str| {
        let listing = listing(text);
        listing.nexts.iter().map(|n| (n.loops.clone(), n.exits.clone())).collect::<Vec<_>>()
    };
    assert_eq!(
        ends("10 FOR I=1 TO 2:FOR J=1 TO 2:NEXT:NEXT"),
        [(vec![1], vec![1]), (vec![0], vec![0])]
    );
    // Two loops with one variable that a jump mixes up: NEXT asks which runs.
    let mixed = "10 FOR I=1 TO 2\n20 IF I=2 THEN 50\n30 NEXT I\n40 FOR I=1 TO 3\n50 NEXT I";
    assert_eq!(ends(mixed), [(vec![0, 1], vec![0]), (vec![0, 1], vec![1])]);
    let early = "10 FOR I=1 TO 5\n20 IF I=2 THEN NEXT I:GOTO 40\n30 NEXT I\n40 END";
    assert_eq!(ends(early), [(vec![0], vec![]), (vec![0], vec![0])]);
}

#[test]
fn other_scripts_with_numbers_are_no_classic_programs() {
    assert!(parse("10 TALK \"hi\"\n20 HEAR name").is_none());
    assert!(parse("10 PRINT \"hi\"").is_some());
}

#[test]
fn a_long_glued_program_is_read_in_time() {
    let lines = [
        "FORI=1TO10:PRINTI;:NEXTI",
        "IFA=BTHEN10",
        "LETC=A*2+B:PRINT\"VALUE\";C",
        "A$=LEFT$(B$,3)+MID$(C$,2,1)",
        "GOSUB10:X(1)=X(2)+1",
        "DATA1,2,THREE:READZ,Y,Z$",
    ];
    let text: String = (0..20_000)
        .map(|n| format!("{}{}\n", 10 + n, lines.get(n % lines.len()).unwrap_or(&"")))
        .collect();
    assert!(text.len() < 1 << 20);
    let file = SourceFile::new("long.bas", text);
    let (program, diagnostics) = crate::lower::compile_script(&file);
    assert!(program.is_some(), "{:?}", diagnostics.first());
}

#[test]
fn pieces_have_their_colours() {
    use crate::highlight::Kind;
    let text = "10 IFA=1THENPRINT\"X\":REM note";
    let shown: Vec<(String, &str)> = crate::highlight::highlight(text)
        .iter()
        .map(|piece| {
            let kind = match piece.kind {
                Kind::Label => "label",
                Kind::Word => "word",
                Kind::Number => "number",
                Kind::Text => "text",
                Kind::Comment => "comment",
                _ => "other",
            };
            (text[piece.span.start as usize..piece.span.end as usize].to_string(), kind)
        })
        .collect();
    let wanted = [
        ("10", "label"),
        ("IF", "word"),
        ("1", "number"),
        ("THEN", "word"),
        ("PRINT", "word"),
        ("\"X\"", "text"),
    ];
    for (piece, wanted) in shown.iter().zip(wanted) {
        assert_eq!((piece.0.as_str(), piece.1), wanted, "{shown:?}");
    }
    assert_eq!(shown.last().map(|p| p.1), Some("comment"), "{shown:?}");
}
