//! Whole scripts and their trees.

mod coverage;
mod dump;
pub(crate) mod fuzz;
mod slips;

use super::*;

fn messages(text: &str) -> (Script, Vec<String>) {
    let file = SourceFile::new("t.bas", text);
    let (script, diagnostics) = parse(&file);
    let lines = diagnostics.iter().map(|d| crate::diagnostics::render::line(&file, d)).collect();
    (script, lines)
}
/// Checks each pair of source and tree; sources must have no diagnostics.
fn check(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (source, tree) in cases {
        let (script, shown) = messages(source);
        let made = dump::script(&script);
        if made != *tree || !shown.is_empty() {
            wrong.push(format!("{source}\n  made {made}\n  want {tree}\n  {shown:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}
/// Checks the messages of each source, in order, by code and a part of the text.
fn check_errors(cases: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (source, wanted) in cases {
        let (_, shown) = messages(source);
        let fits = shown.len() == wanted.len()
            && shown.iter().zip(*wanted).all(|(s, w)| w.split('…').all(|part| s.contains(part)));
        if !fits {
            wrong.push(format!("{source}\n  {shown:#?}\n  want {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

#[test]
fn expressions() {
    check(&[
        ("x = 1 + 2 * 3", "x := (Add 1 (Mul 2 3))"),
        ("x = -2 ^ 2", "x := (Neg (Pow 2 2))"),
        ("x = 2 ^ -1", "x := (Pow 2 -1)"),
        ("x = a OR b AND NOT c = 3", "x := (Or a (And b (Not (Eq c 3))))"),
        ("x = i.category = \"x\" ? \"a\" : \"b\"", "x := ((Eq i.category \"x\") ? \"a\" : \"b\")"),
        ("x = a ? b : c ? d : e", "x := (a ? b : (c ? d : e))"),
        ("x = a IS NOT NULL", "x := (a is not null)"),
        ("x = NOT a CONTAINS b", "x := (Not (Contains a b))"),
        ("x = a NOT IN (1, 2)", "x := (NotIn a [1, 2])"),
        ("x = a IN (b)", "x := (In a b)"),
        ("x = a BETWEEN 1 AND 2 AND c", "x := (And (a between 1 2) c)"),
        ("x = line?.quantity ?? 0", "x := (Coalesce line?.quantity 0)"),
        ("x = a MOD 2 \\ 3", "x := (IntDiv (Mod a 2) 3)"),
        ("x = a && b || !c", "x := (Or (And a b) (Not c))"),
        ("x = s.trim().length", "x := s.trim().length"),
        ("a[k].f = m[\"key\" + i]", "a[k].f := m[(Add \"key\" i)]"),
        ("x = [1, [2], {}]", "x := [1, [2], {}]"),
        ("x = #{ a: 1, \"b c\": 2, }", "x := {a: 1, b c: 2}"),
        ("x = {\n  status: \"new\",\n  end: 2\n}", "x := {status: \"new\", end: 2}"),
        ("x = 0x3C + &HFF + .5 + 1e3", "x := (Add (Add (Add 60 255) 0.5) 1000.0)"),
        ("x += 1", "x := (Add x 1)"),
        ("let x = 1;", "x := 1"),
        ("LET MSG$ = \"hi\"", "MSG$ := \"hi\""),
        ("SET o.f = 2", "o.f := 2"),
        (
            "x = a STARTS WITH \"b\" OR name LIKE \"%c\"",
            "x := (Or (StartsWith a \"b\") (Like name \"%c\"))",
        ),
        ("x = a IS NULL ? 1 : 2", "x := ((a is null) ? 1 : 2)"),
    ]);
}

#[test]
fn texts() {
    check(&[
        ("TALK \"a\\n\\\"b\\\" \"\"c\"\"\"", "<TALK \"a\\n\\\"b\\\" \\\"c\\\"\">"),
        ("TALK \"Hi ${name}!\"", "<TALK t(\"Hi \" ${name} \"!\")>"),
        ("TALK \"${FORMAT(total, \"0.00\")}\"", "<TALK t(${FORMAT(total, \"0.00\")})>"),
        ("TALK \"$${x} ${{amount}} $ $#\"", "<TALK \"${x} ${{amount}} $ $#\">"),
        ("TALK 'f' + '\"'", "<TALK (Add \"f\" \"\\\"\")>"),
        ("x = 1 ' it's a comment", "x := 1"),
        ("TALK \"it's\" ' said 'he'", "<TALK \"it's\">"),
        ("x = \u{201c}curly\u{201d}", "x := \"curly\""),
        ("x = \"two\nlines ' REM\"", "x := \"two\\nlines ' REM\""),
        ("# note\n// note\nREM note\nREMEMBERED = 1", "REMEMBERED := 1"),
        ("x = 1\r\ny = 2\r\n", "x := 1; y := 2"),
        ("REWRITE \"a\" ${f(x)}", "<REWRITE (Add \"a\" f(x))>"),
    ]);
}

#[test]
fn keywords_and_their_arguments() {
    check(&[
        ("TALK (1 + 2) * 3", "<TALK (Mul (Add 1 2) 3)>"),
        ("TALK talk", "<TALK talk>"),
        ("x = get + 1\nlist = 3\nstatus.x = 1", "x := (Add get 1); list := 3; status.x := 1"),
        ("x = GET \"session.x\" OR \"Unknown\"", "x := (Or <GET \"session.x\"> \"Unknown\")"),
        ("x = GET host + \"/x\"", "x := <GET (Add host \"/x\")>"),
        ("x = GET(\"a\") + GET(\"b\")", "x := (Add <GET \"a\"> <GET \"b\">)"),
        ("x = (GET \"s\" OR \"U\") + 1", "x := (Add (Or <GET \"s\"> \"U\") 1)"),
        (
            "x = {\"h\": FIND \"t\" WHERE user_id = user.id, \"i\": 2}",
            "x := {h: <FIND \"t\" WHERE: (Eq user_id user.id)>, i: 2}",
        ),
        (
            "x = FIND \"t\" WHERE a = b AND c > 1 ORDER BY n DESC LIMIT 5",
            "x := <FIND \"t\" WHERE: (And (Eq a b) (Gt c 1)) ORDER BY: n DESC: ! LIMIT: 5>",
        ),
        (
            "x = FIND \"t\" WHERE email = email FIRST",
            "x := <FIND \"t\" WHERE: (Eq email email) FIRST: !>",
        ),
        ("HEAR name AS NAME WITH \"Who?\"", "<HEAR name AS: NAME WITH: \"Who?\">"),
        ("HEAR with AS EMAIL", "<HEAR with AS: EMAIL>"),
        ("HEAR x AS \"a\", \"b\", *", "<HEAR x AS: \"a\", \"b\", *>"),
        ("HEAR x AS MENU \"a\", \"b\"", "<HEAR x AS MENU: \"a\", \"b\">"),
        ("v = HEAR", "v := <HEAR>"),
        ("SEND_MAIL \"a\", \"b\", \"c\"", "<SEND MAIL \"a\", \"b\", \"c\">"),
        ("USE_KB(\"x\")", "<USE KB \"x\">"),
        ("SET_BOT_MEMORY(\"k\", 1)", "<SET BOT MEMORY \"k\", 1>"),
        ("SET BOT MEMORY \"k\", a + b", "<SET BOT MEMORY \"k\", (Add a b)>"),
        ("x = GET BOT MEMORY(\"k\") + 1", "x := (Add <GET BOT MEMORY \"k\"> 1)"),
        ("x = GET BOT MEMORY \"k\" + id", "x := <GET BOT MEMORY (Add \"k\" id)>"),
        (
            "x = ANALYZE SENTIMENT sid, GET SESSION sid, \"k\"",
            "x := <ANALYZE SENTIMENT sid, <GET SESSION sid, \"k\">>",
        ),
        ("SAVE \"t\" WITH a AS 1, b AS x + 2", "<SAVE \"t\" WITH: a AS: 1, b AS: (Add x 2)>"),
        (
            "x = UPDATE \"t\" SET a = 1, b = 2 WHERE id = 3",
            "x := <UPDATE \"t\" SET: (Eq a 1), (Eq b 2) WHERE: (Eq id 3)>",
        ),
        ("ADD SUGGESTION TOOL \"t\" AS \"L\"", "<ADD SUGGESTION TOOL \"t\" AS: \"L\">"),
        (
            "SET CONTEXT \"n\" AS \"Today \" + TODAY()",
            "<SET CONTEXT \"n\" AS: (Add \"Today \" TODAY())>",
        ),
        ("CLEAR SUGGESTIONS", "<CLEAR SUGGESTIONS>"),
        (
            "SET SCHEDULE \"0 9 * * *\" \"s.bas\" \"x\"",
            "<SET SCHEDULE \"0 9 * * *\" \"s.bas\" \"x\">",
        ),
        (
            "x = LLM \"p\"\n    WITH OPTIMIZE FOR \"quality\"",
            "x := <LLM \"p\" WITH OPTIMIZE FOR: \"quality\">",
        ),
        ("list.push(1)", "call list.push(1)"),
        ("x = POST url, {\n \"a\": 1\n}", "x := <POST url, {a: 1}>"),
        ("PRINT \"a\" + b", "<PRINT (Add \"a\" b)>"),
    ]);
}

#[test]
fn branches_and_loops() {
    check(&[
        (
            "IF a THEN\n x = 1\nELSE IF b THEN\n x = 2\nELSE\n x = 3\nEND IF",
            "if a -> {x := 1} | b -> {x := 2} else {x := 3}",
        ),
        ("if (data) THEN\nx = 1\nendif", "if data -> {x := 1}"),
        ("IF a THEN x = 1 ELSE x = 2\ny = 3", "if a -> {x := 1} else {x := 2}; y := 3"),
        ("IF a THEN x = 1: y = 2\nz = 3", "if a -> {x := 1; y := 2}; z := 3"),
        ("IF a = 1 THEN GOTO done", "if (Eq a 1) -> {goto done}"),
        ("IF a GOTO done", "if a -> {goto done}"),
        ("IF a THEN TALK \"x\" ELSE TALK \"y\"", "if a -> {<TALK \"x\">} else {<TALK \"y\">}"),
        (
            "IF GET \"session.tier\" = \"vip\" THEN\nEND IF",
            "if (Eq <GET \"session.tier\"> \"vip\") -> {}",
        ),
        (
            "if x > 1 {\n y = 1\n} else if z {\n y = 2\n} else {\n y = 3\n}",
            "if (Gt x 1) -> {y := 1} | z -> {y := 2} else {y := 3}",
        ),
        ("FOR i = 1 TO 10 STEP 2\nNEXT i", "for i = 1 to 10 step 2 {}"),
        ("FOR i = 1 TO 3: PRINT i: NEXT", "for i = 1 to 3 step - {<PRINT i>}"),
        (
            "FOR EACH case IN cases DO\n TALK case.status\nEND For",
            "each case in cases last - {<TALK case.status>}",
        ),
        (
            "FOR EACH x IN FIND \"t\" ORDER BY n\nNEXT x",
            "each x in <FIND \"t\" ORDER BY: n> last - {}",
        ),
        ("FOR x IN items LAST 5 DO\nEND FOR", "each x in items last 5 {}"),
        ("WHILE a < 3\nWEND\nWHILE b DO\nEND WHILE", "loop (Lt a 3) {} -; loop b {} -"),
        ("DO\nLOOP UNTIL a\nDO WHILE b\nLOOP", "loop - {} until a; loop b {} -"),
        (
            "SELECT CASE x\nCASE 1, 2\n y = 1\nCASE 3 TO 5\nCASE IS > 7\nCASE ELSE\n y = 2\n\
             END SELECT",
            "select x: 1, 2 -> {y := 1} | 3 to 5 -> {} | is Gt 7 -> {} else {y := 2}",
        ),
        (
            "SWITCH x\nCASE \"a\"\nDEFAULT\n y = 2\nEND SWITCH",
            "select x: \"a\" -> {} else {y := 2}",
        ),
    ]);
}

#[test]
fn procedures_and_blocks() {
    check(&[
        (
            "SUB a\nEND SUB\nSUB b()\nEND SUB\nFUNCTION get(x, y)\nRETURN x\nEND FUNCTION",
            "sub a() {}; sub b() {}; function get(x,y) {return x}",
        ),
        (
            "TRY\n x = 1\nCATCH e\n y = 1\nFINALLY\nEND TRY",
            "try {x := 1} catch e {y := 1} finally {}",
        ),
        ("WITH v\n .a = 1\n email = email\nEND WITH", "with v {a=1, email=email}"),
        (
            "SCHEDULE IN 600 SECONDS DO\n TALK \"x\"\nEND SCHEDULE",
            "later 600 SECONDS {<TALK \"x\">}",
        ),
        (
            "BEGIN TALK\n Hi ${name}\n\n 'x'\nEND TALK\nx = 1",
            "text <TALK> t(\" Hi \" ${name} \"\\n\\n 'x'\"); x := 1",
        ),
        ("BEGIN MAIL to\nSubject: x\n\nHi\nEND MAIL", "text <MAIL to> \"Subject: x\\n\\nHi\""),
        ("RETURN WITH a AS 1, b AS x + 1", "return {a: 1, b: (Add x 1)}"),
        (
            "RETURN\nRETURN FIND \"t\"\nEXIT\nEXIT SUB",
            "return -; return <FIND \"t\">; exit Script; exit Procedure",
        ),
        ("again:\nGOTO again\nLABEL x", "label again; goto again; label x"),
        (
            "ON ERROR GOTO 0\nASSERT a, \"m\"\nTHROW \"x\"",
            "OnError(Off); assert a \"m\"; throw \"x\"",
        ),
        (
            "CALL name\nCALL f(1, 2)\nCALL \"a.bas\", 1\nx = CALL f(1)",
            "CALL name (); CALL f (1, 2); CALL \"a.bas\" (1); x := CALL f(1)",
        ),
        (
            "x = SELECT a,\n  b\nFROM t\nWHERE c = 1\ny = 1",
            "x := query \"SELECT a,\\n  b\\nFROM t\\nWHERE c = 1\"; y := 1",
        ),
        ("x = SELECT a FROM t GROUP BY a", "x := query \"SELECT a FROM t GROUP BY a\""),
        ("#workflow\nx = 1", "pragma workflow; x := 1"),
        (
            "TABLE t ON maria\n id integer key ' the key\n\n n VARCHAR(20) DEFAULT 'x'\nEND TABLE",
            "table t on Some(\"maria\"): id integer key / n VARCHAR(20) DEFAULT 'x'",
        ),
    ]);
}

#[test]
fn declarations() {
    check(&[
        (
            "PARAM n AS STRING LIKE \"x\" DESCRIPTION \"d\"",
            "param n STRING [] like Some(\"x\") says Some(\"d\") optional false default -",
        ),
        (
            "PARAM n AS integer OPTIONAL DEFAULT 6 ' note",
            "param n INTEGER [] like None says None optional true default 6",
        ),
        (
            "PARAM n AS \"a\", \"b\"",
            "param n STRING [a|b] like None says None optional false default -",
        ),
        (
            "PARAM n AS \"free text\"",
            "param n STRING [] like None says Some(\"free text\") optional false default -",
        ),
        (
            "PARAM n AS STRING ENUM [\"a\", \"b\"]",
            "param n STRING [a|b] like None says None optional false default -",
        ),
        (
            "DESCRIPTION \"It does.\"\nDESCRIPTION no quotes here",
            "description \"It does.\"; description \"no quotes here\"",
        ),
        ("DIM a(4), n AS INTEGER", "dim a(4) None, n() Some(\"INTEGER\")"),
        ("CONST max = 3", "const max 3"),
        ("OPTION BASE 1", "pragma OPTION BASE 1"),
    ]);
}

#[test]
fn classic_programs() {
    check(&[
        (
            "10 PRINT \"A\"; X, TAB(5); Y;\n20 GOTO 10",
            "label 10; print \"A\"; X, TAB 5; Y; using -; label 20; goto 10",
        ),
        (
            "10 INPUT \"Name\"; N$\n20 IF N$ = \"\" THEN 10\n30 END",
            "label 10; input Some(\"Name\") true N$ false; label 20; if (Eq N$ \"\") -> {goto 10}; \
          label 30; exit Script",
        ),
        (
            "10 DATA 1, \"two\", three\n20 READ A, B$, C$\n30 RESTORE",
            "label 10; data 1|\"two\"|three; label 20; read A, B$, C$; label 30; restore -",
        ),
        (
            "10 DEF FNA(X) = X * 2\n20 ON K GOSUB 10, 20: STOP",
            "label 10; def FNA(X) (Mul FNA@X 2); label 20; on K gosub 10,20; exit Stop",
        ),
        (
            "10 FOR I = 1 TO 3: FOR J = 1 TO 2: NEXT J, I",
            "label 10; for#0 I 1 3; for#1 J 1 2; next [0, 1]",
        ),
        (
            "10 FOR I = 1 TO 3\n20 IF I = 2 THEN NEXT I\n30 NEXT I",
            "label 10; for#0 I 1 3; label 20; if (Eq I 2) -> {next [0]}; label 30; next [1]",
        ),
        ("10 A(3) = 5: REM note\n20 PRINT", "label 10; A()[3] := 5; label 20; print _ using -"),
    ]);
}

#[test]
fn mistakes_are_reported_once() {
    check_errors(&[
        ("TLAK \"hi\"", &["B0108…TLAK"]),
        ("x = = 3\ny = 2", &["B0101…1:5"]),
        ("IF a = = 1 THEN\n x = 1\nEND IF", &["B0101"]),
        ("IF a THEN\n x = 1", &["B0109…1:1…IF"]),
        ("TALK \"abc\nx = 1", &["B0102…1:6"]),
        ("x = (1 + 2\ny = 3", &["B0104…1:5"]),
        ("x = 1)\ny = 3", &["B0104…1:6"]),
        ("END SUB", &["B0110"]),
        ("FOR EACH x IN y\nEND FOR\nEND FOR", &["B0111…warning"]),
        ("FOR EACH x IN y\nNEXT z", &["B0112…warning"]),
        ("TALK \"${resumo de historico)}\"", &["B0106…warning"]),
        ("x = 5 §", &["B0103"]),
        ("FOR i 1 TO 3\nNEXT", &["B0101"]),
        ("x", &["B0108"]),
        ("WHILE a\nEND IF\nWEND", &["B0116"]),
        ("TALK", &[]),
        ("x = 1 +", &["B0101"]),
    ]);
}

#[test]
fn prose_is_told_apart() {
    check_errors(&[(
        "You are a kind assistant of the shop.\nAnswer every question in a short way.\n",
        &["B0113"],
    )]);
}

#[test]
fn each_arm_with_its_own_end_if() {
    check(&[(
        "IF a THEN\n x = 1\nEND IF\nELSE IF b THEN\n x = 2\nEND IF",
        "if a -> {x := 1} | b -> {x := 2}",
    )]);
}

#[test]
fn a_suggestion_comes_with_a_fix() {
    let file = SourceFile::new("t.bas", "TLAK \"hi\"");
    let (_, diagnostics) = parse(&file);
    let fix = diagnostics.first().and_then(|d| d.fix.clone()).expect("a fix");
    assert_eq!(fix.edits, [(Span::new(0, 4), "TALK".to_owned())]);
}

#[test]
fn examples_parse() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");
    let mut folders = vec![std::path::PathBuf::from(root)];
    let mut failures = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "bas") {
                let text = std::fs::read_to_string(&path).expect("a script");
                let file = SourceFile::new(path.display().to_string(), text);
                let (_, diagnostics) = parse(&file);
                let shown = diagnostics.iter();
                let shown = shown.map(|d| crate::diagnostics::render::text(&file, d, false));
                failures.extend(shown);
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
