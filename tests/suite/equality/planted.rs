//! Machine code with a planted defect is noticed, where it tells of its accesses to memory.
//!
//! Each defect is tried in a process of its own, because it ends that. With `BASILECT_SANITIZED`,
//! it must be the compiler's sanitizer that has ended it.

use super::source::Node;
use super::{cases_of, difference, install};
use basilect_native::checked::{self, Defect};
use std::process::Command;

/// The environment variable that names the defect to plant.
const DEFECT: &str = "BASILECT_TEST_DEFECT";
/// Names of defects; without one, nothing is wrong.
const DEFECTS: [(&str, Option<Defect>); 3] =
    [("none", None), ("elements", Some(Defect::Elements)), ("registers", Some(Defect::Registers))];

/// One element behind a list is asked for, after those within were often enough.
const ELEMENTS: &str = "l = SPLIT(\"a,b,c,d,e,f,g,h\", \",\")\nFOR i = 1 TO 400\n\
     t = l[IIF(i < 390, i MOD 8, 8)]\nNEXT\nTALK t";

/// Calls nest deep, and each of them has many registers.
fn registers() -> String {
    let set = (0..90).map(|number| format!("v{number} = n * {number} + 0.5\n"));
    let sum: Vec<String> = (0..90).map(|number| format!("v{number}")).collect();
    format!(
        "FUNCTION f(n)\n{}IF n > 0 THEN x = f(n - 1)\nRETURN ({}) MOD 1000 + x\nEND FUNCTION\n\
         FOR i = 1 TO 3\nt = t + f(i)\nNEXT\nTALK f(150)\nTALK t",
        set.collect::<String>(),
        sum.join(" + ")
    )
}

/// Runs both programs with checked code, in every way.
fn run(defect: Option<Defect>) {
    install();
    checked::turn_on();
    if let Some(defect) = defect {
        checked::plant(defect);
    }
    for script in [ELEMENTS, &registers()] {
        let cases = cases_of(0, &[Node::line(script)]).expect("it can be compiled");
        assert_eq!(difference(&cases), None, "{script}");
    }
    assert!(checked::seen() > 1_000, "accesses are told of: {}", checked::seen());
}

#[test]
fn planted_defects_of_machine_code_are_seen() {
    if let Ok(name) = std::env::var(DEFECT) {
        let named = DEFECTS.iter().find(|(known, _)| *known == name);
        return run(named.expect("a defect of that name").1);
    }
    let sign = match std::env::var_os("BASILECT_SANITIZED") {
        Some(_) => "ERROR: AddressSanitizer: heap-buffer-overflow",
        None => "which the machine does not have",
    };
    let test = std::env::current_exe().expect("a path");
    let own = "equality::planted::planted_defects_of_machine_code_are_seen";
    for (name, defect) in DEFECTS {
        let mut child = Command::new(&test);
        let ended = child.args([own, "--exact", "--nocapture"]).env(DEFECT, name).output();
        let ended = ended.expect("it starts");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.success(), defect.is_none(), "{name}: {said}");
        assert_eq!(said.contains(sign), defect.is_some(), "{name}: {said}");
    }
}
