//! `basilect check --fix` and `--diff`: what they change on the disk, what they leave, and how they
//! exit.

use std::path::Path;

use basilect_tests::process::TemporaryFolder;

use super::cli::basilect;

fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("created");
    std::fs::write(path, text).expect("written");
}

fn get(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("there")
}

#[test]
fn a_difference_is_shown_and_nothing_changed() {
    let folder = TemporaryFolder::new("fix").expect("a folder");
    let text = "FOR i = 1 TO 2\n    TLAK i\nNEXT j\n";
    put(folder.path(), "a.bas", text);
    let ran = basilect(folder.path(), &["check", "--diff", "a.bas"], "");
    assert_eq!(ran.code, 1, "{}", ran.err);
    let wanted = "--- a.bas\n+++ a.bas (fixed)\n@@ -1,3 +1,3 @@\n FOR i = 1 TO 2\n-    TLAK i\n\
                  -NEXT j\n+    TALK i\n+NEXT i\n";
    assert_eq!(ran.out, wanted);
    assert_eq!(ran.err, "2 fixes can be made; then 0 errors, 0 warnings, 0 hints\n");
    assert_eq!(get(folder.path(), "a.bas"), text);
    put(folder.path(), "good.bas", "TALK 1\n");
    let ran = basilect(folder.path(), &["check", "--diff", "good.bas"], "");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
}

#[test]
fn fixes_are_made_and_what_remains_is_told() {
    let folder = TemporaryFolder::new("fix").expect("a folder");
    put(folder.path(), "a.bas", "TLAK 1\nx = 1\nTALK xx + + 2\nCALL\n");
    let ran = basilect(folder.path(), &["check", "--fix", "a.bas"], "");
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.err.starts_with("a.bas: 1 fix\n1 fix made; "), "{}", ran.err);
    assert!(ran.out.contains("a.bas:4:1") && !ran.out.contains("TLAK"), "{}", ran.out);
    assert!(get(folder.path(), "a.bas").starts_with("TALK 1\nx = 1\n"));
    let before = get(folder.path(), "a.bas");
    let ran = basilect(folder.path(), &["check", "--fix", "a.bas"], "");
    assert!(ran.err.starts_with("0 fixes made; "), "{}", ran.err);
    assert_eq!(get(folder.path(), "a.bas"), before);
}

#[test]
fn line_ends_marks_permissions_and_links_stay() {
    let folder = TemporaryFolder::new("fix").expect("a folder");
    let text = "\u{feff}IF 1 = 1 THEN\r\n    TLAK \"é\"\r\n\r\nTALK 2\r\n";
    put(folder.path(), "a.bas", text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let mode = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(folder.path().join("a.bas"), mode).expect("changed");
        symlink("a.bas", folder.path().join("link.bas")).expect("a link");
        let ran = basilect(folder.path(), &["check", "--fix", "link.bas"], "");
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let about = std::fs::metadata(folder.path().join("a.bas")).expect("there");
        assert_eq!(about.permissions().mode() & 0o777, 0o640);
        let link = std::fs::symlink_metadata(folder.path().join("link.bas")).expect("there");
        assert!(link.file_type().is_symlink());
    }
    let ran = basilect(folder.path(), &["check", "--fix", "a.bas"], "");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let fixed = "\u{feff}IF 1 = 1 THEN\r\n    TALK \"é\"\r\nEND IF\r\n\r\nTALK 2\r\n";
    assert_eq!(get(folder.path(), "a.bas"), fixed);
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, if cfg!(unix) { 2 } else { 1 }, "nothing is left beside it");
}

#[test]
fn a_whole_bot_is_fixed_by_what_its_scripts_know_of_one_another() {
    let folder = TemporaryFolder::new("fix").expect("a folder");
    put(folder.path(), "shop.gbai/shop.gbdialog/start.bas", "CALL ordr\nTALK 1\n");
    put(folder.path(), "shop.gbai/shop.gbdialog/order.bas", "TLAK 2\n");
    put(folder.path(), "shop.gbai/shop.gbdialog/good.bas", "TALK 3\n");
    let ran = basilect(folder.path(), &["check", "--fix", "shop.gbai"], "");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(get(folder.path(), "shop.gbai/shop.gbdialog/start.bas"), "CALL order\nTALK 1\n");
    assert_eq!(get(folder.path(), "shop.gbai/shop.gbdialog/order.bas"), "TALK 2\n");
    assert!(ran.err.contains("shop.gbai/shop.gbdialog/order.bas: 1 fix\n"), "{}", ran.err);
    assert!(!ran.err.contains("good.bas"), "{}", ran.err);
}

#[test]
fn doubtful_fixes_are_made_only_on_demand() {
    let folder = TemporaryFolder::new("fix").expect("a folder");
    let text = "customer = \"Ada\"\nTALK custmer\n";
    put(folder.path(), "a.bas", text);
    basilect(folder.path(), &["check", "--fix", "a.bas"], "");
    assert_eq!(get(folder.path(), "a.bas"), text);
    let ran = basilect(folder.path(), &["check", "--doubtful", "a.bas"], "");
    assert!(ran.code == 2 && ran.err.contains("--fix"), "{}", ran.err);
    let ran = basilect(folder.path(), &["check", "--diff", "--doubtful", "a.bas"], "");
    assert!(ran.code == 1 && ran.out.contains("+TALK customer\n"), "{}", ran.out);
}

#[test]
fn programs_are_told_which_fixes_are_sure() {
    let folder = TemporaryFolder::new("fix").expect("a folder");
    let fixable = |text: &str| {
        put(folder.path(), "a.bas", text);
        let ran = basilect(folder.path(), &["check", "--json", "a.bas"], "");
        let found = ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        let mut found: Vec<serde_json::Value> = found.collect();
        found.pop().map(|last| (last["code"].clone(), last["fixable"].clone()))
    };
    assert_eq!(fixable("TLAK 1\n"), Some(("B0108".into(), true.into())));
    let doubtful = "customer = 1\nTALK customer\nTALK custmer\n";
    assert_eq!(fixable(doubtful), Some(("B0301".into(), false.into())));
}
