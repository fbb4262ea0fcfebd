//! Recordings: every statement can be visited, and what is seen going back is what was there.

use std::sync::atomic::AtomicBool;

use basilect_runtime::conversation::Event;
use basilect_runtime::debug::{Breakpoints, Codes, Landed, Moment, Recording, Stride, Wish};
use basilect_stdlib::limits::DebugLimits;
use basilect_stdlib::{Data, Limits};
use basilect_tests::bots;
use basilect_tests::local::Local;

/// A dialog with loops, procedures, a GOSUB, errors and questions.
const START: &str = "total = 0
names = []
FOR i = 1 TO 40
    IF i MOD 3 = 0 THEN
        add i, \"third\"
    ELSEIF i MOD 5 = 0 THEN
        add i * 2, \"fifth\"
    END IF
NEXT i
TALK \"So far \" + total
HEAR answer AS TEXT
count = 0
WHILE count < 3
    count = count + 1
    GOSUB note
WEND
TRY
    x = 1 / LEN(\"\")
CATCH problem
    PUSH names, \"caught\"
END TRY
HEAR more AS INTEGER
CALL finish
TALK double(more)
END
note:
    PUSH names, answer + count
RETURN

SUB add(n, why)
    total = total + n
    PUSH names, why
END SUB

FUNCTION double(n)
    FOR EACH name IN names
        n = n + LEN(name)
    NEXT name
    RETURN n * 2
END FUNCTION
";
const FINISH: &str = "PARAM kind AS TEXT LIKE \"short\" DESCRIPTION \"How\"
SET CONTEXT \"done\"
note = UCASE(\"end\")
TALK note
";

async fn recorded(scripts: &[(&str, &str)], answers: &[&str]) -> Recording {
    recorded_within(scripts, answers, DebugLimits::DEFAULT).await
}

async fn recorded_within(
    scripts: &[(&str, &str)],
    answers: &[&str],
    most: DebugLimits,
) -> Recording {
    let package = bots::compile("shop", scripts).unwrap();
    let local = Local::start(package.clone(), Limits::DEFAULT).await.unwrap();
    let id = local.open(&Event::Start).await.unwrap();
    for (number, answer) in answers.iter().enumerate() {
        local.say(&id, &format!("say-{number}"), answer).await.unwrap();
    }
    let journal = local.conversations.services().store.journal(&id).await.unwrap();
    let codes = Codes::recorded([package]);
    Recording::open_within(codes, Limits::DEFAULT, most, &journal).unwrap()
}

fn forward(recording: &Recording, moment: &mut Moment, stride: Stride) -> Landed {
    let (none, no) = (Breakpoints::default(), AtomicBool::new(false));
    recording.forward(moment, stride, &none, &no).unwrap()
}

fn backward(recording: &Recording, moment: &mut Moment, stride: Stride) -> Landed {
    let (none, no) = (Breakpoints::default(), AtomicBool::new(false));
    recording.backward(moment, stride, &none, &no).unwrap()
}

fn value(moment: &Moment, text: &str) -> Result<Data, String> {
    let stack = moment.stack();
    stack.evaluate(stack.depth().saturating_sub(1), text, &DebugLimits::DEFAULT)
}

fn place(moment: &Moment) -> (String, u32) {
    let frame = moment.stack().frames(0, 1).pop().unwrap();
    (frame.function, frame.line)
}

/// Every moment, reached by going forward one statement at a time.
fn walked(recording: &Recording) -> Vec<Moment> {
    let mut moments = vec![recording.moment(0).unwrap()];
    let mut moment = recording.moment(0).unwrap();
    while forward(recording, &mut moment, Stride::Into) == Landed::Step {
        moments.push(recording.moment(moment.statement()).unwrap());
        assert_eq!(moments.last().unwrap().view(), moment.view());
    }
    moments
}

#[tokio::test]
async fn going_back_shows_what_was_there() {
    let scripts = [("start", START), ("finish", FINISH)];
    let recording = recorded(&scripts, &["hello", "7"]).await;
    assert_eq!(recording.difference(), None);
    let moments = walked(&recording);
    assert_eq!(moments.len() as u64, recording.statements() + 1);
    assert!(recording.statements() > 200, "{}", recording.statements());

    let mut moment = recording.end_moment().unwrap();
    for was in moments.iter().skip(1).rev() {
        backward(&recording, &mut moment, Stride::Into);
        assert_eq!(moment.view(), was.view());
    }
    assert_eq!(backward(&recording, &mut moment, Stride::Into), Landed::End);
}

#[tokio::test]
async fn over_and_out_go_both_ways() {
    let recording = recorded(&[("start", START), ("finish", FINISH)], &["hello", "7"]).await;
    for start in (1..recording.statements()).step_by(7) {
        for stride in [Stride::Over, Stride::Out] {
            let mut moment = recording.moment(start).unwrap();
            let depth = moment.depth();
            if forward(&recording, &mut moment, stride) != Landed::Step {
                continue;
            }
            let limit = if stride == Stride::Out { depth - 1 } else { depth };
            assert!(moment.depth() <= limit);
            let between = start + 1..moment.statement();
            assert!(between.into_iter().all(|s| recording.moment(s).unwrap().depth() > limit));
            if stride == Stride::Over && moment.depth() == depth {
                backward(&recording, &mut moment, Stride::Over);
                assert_eq!(moment.statement(), start);
            }
        }
    }
}

#[tokio::test]
async fn breakpoints_are_met_in_both_directions() {
    let recording = recorded(&[("start", START), ("finish", FINISH)], &["hello", "7"]).await;
    let program = recording.codes().all().next().unwrap().program.clone();
    let mut breakpoints = Breakpoints::default();
    let line = breakpoints.add(&program, "shop.gbdialog/start.bas", 30, Wish::default());
    assert_eq!(line, Some(31), "the first statement of the SUB");
    let no = AtomicBool::new(false);
    let mut met = Vec::new();
    let mut moment = recording.moment(0).unwrap();
    while recording.forward(&mut moment, Stride::Continue, &breakpoints, &no).unwrap()
        == Landed::Breakpoint
    {
        assert_eq!(place(&moment), ("add".to_string(), 31));
        met.push((moment.statement(), value(&moment, "n").unwrap(), moment.view()));
    }
    assert_eq!(met.len(), 13 + 6);
    for (statement, n, view) in met.iter().rev() {
        let landed = recording.backward(&mut moment, Stride::Continue, &breakpoints, &no);
        assert_eq!(landed.unwrap(), Landed::Breakpoint);
        assert_eq!((moment.statement(), &value(&moment, "n").unwrap()), (*statement, n));
        assert_eq!(moment.view(), *view);
    }
}

#[tokio::test]
async fn a_moment_answers_questions() {
    let recording = recorded(&[("start", START), ("finish", FINISH)], &["hello", "7"]).await;
    let hear = recording.steps().iter().rfind(|s| s.line == 11).unwrap();
    let moment = recording.moment(hear.statement).unwrap();
    assert_eq!(place(&moment), ("start".to_string(), 11));
    assert_eq!(value(&moment, "total"), Ok(Data::Int(543)));
    assert_eq!(value(&moment, "LEN(names) + 1"), Ok(Data::Int(20)));
    assert_eq!(value(&moment, "UCASE(names[0])"), Ok(Data::text("THIRD")));
    assert_eq!(value(&moment, "double(1)"), Ok(Data::Int(192)));
    for (text, reason) in [
        ("nothing + 1", "there is no variable nothing here"),
        ("ASK \"name?\"", "outside"),
        ("total +", ""),
    ] {
        let error = value(&moment, text).unwrap_err();
        assert!(error.contains(reason), "{text}: {error}");
    }
    // Nothing of it changed the recording.
    assert_eq!(value(&moment, "total"), Ok(Data::Int(543)));
}

#[tokio::test]
async fn turns_and_steps_tell_what_happened() {
    let recording = recorded(&[("start", START), ("finish", FINISH)], &["hello", "7"]).await;
    assert_eq!(recording.turns().len(), 3);
    let said = recording.turns()[1].event.clone();
    assert_eq!(said, Some(Event::Say { text: "hello".into(), files: Vec::new() }));
    let lines: Vec<u32> = recording.steps_of(2).iter().map(|step| step.line).collect();
    assert_eq!(lines.first(), Some(&22), "the question that is answered");
    for turn in 0..recording.turns().len() {
        for step in 0..recording.steps_of(turn).len() {
            let moment = recording.at(turn, step).unwrap();
            assert_eq!(moment.statement(), recording.steps_of(turn)[step].statement);
        }
    }
    let text = serde_json::to_string(&recording.steps()).unwrap();
    assert_eq!(text, serde_json::to_string(&recording.steps()).unwrap());
    let view = recording.at(2, 1).unwrap().view();
    let back = serde_json::from_str(&serde_json::to_string(&view).unwrap()).unwrap();
    assert_eq!(view, back);
}

#[tokio::test]
async fn a_recording_keeps_within_its_limits() {
    let script = "a = []\nFOR i = 1 TO 3000\n    PUSH a, i\nNEXT i\nHEAR x\nTALK x\n";
    let most = DebugLimits { recorded_bytes: 100_000, ..DebugLimits::DEFAULT };
    let recording = recorded_within(&[("start", script)], &["1"], most).await;
    assert!(recording.kept_bytes() <= 100_000, "{}", recording.kept_bytes());
    let moment = recording.moment(3_001).unwrap();
    assert_eq!(value(&moment, "LEN(a)"), Ok(Data::Int(1_499)));

    let most = DebugLimits { recorded_statements: 1_000, ..DebugLimits::DEFAULT };
    let recording = recorded_within(&[("start", script)], &["1"], most).await;
    assert!(recording.is_cut());
    assert_eq!(recording.end_moment().unwrap().statement(), recording.statements());
    assert!(recording.statements() <= 1_000);
}

#[tokio::test]
async fn expressions_keep_within_their_limits() {
    let script = "all = []\nFOR i = 1 TO 1000\n    PUSH all, i\nNEXT i\nHEAR x\nTALK x + spin()\n\
                  FUNCTION spin()\n    DO\n        n = n + 1\n    LOOP\nEND FUNCTION\n";
    let recording = recorded(&[("start", script)], &[]).await;
    let moment = recording.end_moment().unwrap();
    let stack = moment.stack();
    let within = |text: &str, most: DebugLimits| stack.evaluate(0, text, &most);
    let few = DebugLimits { expression_fuel: 10_000, ..DebugLimits::DEFAULT };
    assert!(within("spin()", few).unwrap_err().contains("used up"));
    let small = DebugLimits { expression_bytes: 1_000, ..DebugLimits::DEFAULT };
    assert!(within("all", small.clone()).unwrap_err().contains("1000 bytes"));
    assert!(within("LEN(all)", small.clone()).unwrap_err().contains("1000 bytes"));
    assert!(within("REPEAT(\"x\", 100000)", small).is_err());
    assert_eq!(within("LEN(all)", DebugLimits::DEFAULT), Ok(Data::Int(1_000)));
}

/// A conversation goes on with another version of the bot when its script has ended.
#[tokio::test]
async fn a_recording_may_have_several_packages() {
    let first = bots::compile("shop", &[("start", "HEAR x\nTALK \"first\"\n")]).unwrap();
    let second = bots::compile("shop", &[("start", "HEAR x\nTALK \"second\"\n")]).unwrap();
    let local = Local::start(first.clone(), Limits::DEFAULT).await.unwrap();
    let id = local.open(&Event::Start).await.unwrap();
    let services = local.conversations.services().clone();
    services.bots.deploy(second.clone(), 0).await.unwrap();
    local.say(&id, "1", "a").await.unwrap();
    let again = Event::Run { script: "start".into(), inputs: Default::default() };
    local.post(&id, "again", &again).await.unwrap();
    local.say(&id, "2", "b").await.unwrap();
    let journal = services.store.journal(&id).await.unwrap();
    let open = |packages: Vec<basilect_compiler::package::Package>| {
        Recording::open(Codes::recorded(packages), Limits::DEFAULT, &journal).unwrap()
    };
    let recording = open(vec![first.clone(), second]);
    assert_eq!(recording.difference(), None);
    assert_eq!(recording.turns().len(), 4);
    let missing = open(vec![first]);
    assert!(missing.difference().unwrap().now.contains("no package"));
}

/// What was played before is not played again when more of a conversation comes.
#[tokio::test]
async fn a_recording_grows() {
    let scripts = [("start", START), ("finish", FINISH)];
    let package = bots::compile("shop", &scripts).unwrap();
    let local = Local::start(package.clone(), Limits::DEFAULT).await.unwrap();
    let id = local.open(&Event::Start).await.unwrap();
    let journal = async || local.conversations.services().store.journal(&id).await.unwrap();
    let before = journal().await;
    let codes = Codes::recorded([package]);
    let mut recording = Recording::open(codes, Limits::DEFAULT, &before).unwrap();
    let statements = recording.statements();
    assert_eq!(place(&recording.end_moment().unwrap()).1, 11);
    for (number, answer) in ["hello", "7"].iter().enumerate() {
        local.say(&id, &format!("say-{number}"), answer).await.unwrap();
    }
    let after = journal().await;
    recording.extend(&after[before.len()..]).unwrap();
    assert_eq!(recording.difference(), None);
    assert!(recording.statements() > statements);
    let whole = recorded(&scripts, &["hello", "7"]).await;
    assert_eq!(recording.statements(), whole.statements());
    for statement in (0..=whole.statements()).step_by(11) {
        let (one, other) = (recording.moment(statement), whole.moment(statement));
        assert_eq!(one.unwrap().view(), other.unwrap().view());
    }
}
