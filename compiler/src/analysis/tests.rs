//! Names and kinds of small scripts.

use super::*;

fn indexed(text: &str) -> (Parsed, Index) {
    let parsed = Parsed::new(Arc::new(SourceFile::new("start.bas", text)));
    let index = index(&parsed, &Surroundings::default());
    (parsed, index)
}

/// `line:text entity role` of each mention.
fn shown(text: &str) -> Vec<String> {
    let (parsed, index) = indexed(text);
    let show = |m: &Mention| {
        let (line, _) = parsed.file.position(m.span.start);
        format!("{line}:{} {:?} {:?}", parsed.file.slice(m.span), m.entity, m.role)
    };
    index.mentions.iter().map(show).collect()
}

#[test]
fn variables_belong_to_their_scopes() {
    assert_eq!(
        shown(
            "total = 1\nSUB add(n)\n  total = total + n\n  DIM own\n  own = n\nEND SUB\n\
             CALL add(2)\n"
        ),
        [
            r#"1:total Variable(0, "total") Writes"#,
            r#"2:add Procedure("add") Declares"#,
            r#"2:n Variable(1, "n") Declares"#,
            r#"3:total Variable(0, "total") Writes"#,
            r#"3:total Variable(0, "total") Reads"#,
            r#"3:n Variable(1, "n") Reads"#,
            r#"4:own Variable(1, "own") Declares"#,
            r#"5:own Variable(1, "own") Writes"#,
            r#"5:n Variable(1, "n") Reads"#,
            r#"7:add Procedure("add") Reads"#,
        ]
    );
}

#[test]
fn names_inside_texts_are_names() {
    assert_eq!(
        shown("é = \"😀\"\nTALK \"olá ${é}!\"\n"),
        [r#"1:é Variable(0, "é") Writes"#, r#"2:é Variable(0, "é") Reads"#]
    );
}

#[test]
fn tables_columns_scripts_and_labels_are_named() {
    let text = "TABLE Orders\n  Id integer key\n  total number\nEND TABLE\n\
                row = FIND \"orders\" WHERE total > 5 FIRST\nTALK row.total\n\
                ADD TOOL \"Check-Out\"\nGOTO done\ndone:\n";
    assert_eq!(
        shown(text),
        [
            r#"1:Orders Table("orders") Declares"#,
            r#"2:Id Column("orders", "id") Declares"#,
            r#"3:total Column("orders", "total") Declares"#,
            r#"5:row Variable(0, "row") Writes"#,
            r#"5:orders Table("orders") Reads"#,
            r#"5:total Column("orders", "total") Reads"#,
            r#"6:row Variable(0, "row") Reads"#,
            r#"6:total Column("orders", "total") Reads"#,
            r#"7:Check-Out Script("check-out") Reads"#,
            r#"8:done Label(0, "done") Reads"#,
            r#"9:done Label(0, "done") Declares"#,
        ]
    );
}

#[test]
fn kinds_follow_values() {
    let text = "a = 1\nb = a + 2\nc = \"x\" & b\nHEAR d AS INTEGER\ne = { \"Name\": c }\n\
                f = FIND \"orders\"\nFOR EACH g IN f\n  TALK g.id\nNEXT\nh = unknown(1)\n";
    let (_, index) = indexed(text);
    let phrase = |name: &str| index.known[&Entity::Variable(0, name.into())].phrase();
    let some = |text: &str| Some(text.to_string());
    assert_eq!(
        ["a", "b", "c", "d"].map(phrase),
        [some("number"), some("number"), some("text"), some("number")]
    );
    assert_eq!(
        ["e", "f", "g", "h"].map(phrase),
        [some("map"), some("list of orders"), some("map of orders"), None]
    );
    assert_eq!(index.known[&Entity::Variable(0, "e".into())].fields["name"], "Name");
}

#[test]
fn what_is_wrong_is_what_compiling_says() {
    for text in ["TALK\n", "x = y\nIF x THEN\n", "GOTO nowhere\n", "10 PRINT A\n20 GOTO 99\n"] {
        let (parsed, _) = indexed(text);
        let standing = Standing { name: "start", taken: &[] };
        let found = diagnose(&parsed, &standing, &Surroundings::default());
        assert_eq!(found, lower::compile_script(&parsed.file).1, "{text}");
    }
}
