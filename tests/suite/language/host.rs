//! The smallest host: one person, a memory, nothing else.

use basilect_stdlib::pure::Env;
use basilect_stdlib::words::{chat, memory};
use basilect_stdlib::{Data, Fault, HostCall, Limits};
use basilect_vm::{Machine, Outcome, Program};
use std::collections::{HashMap, VecDeque};
use std::fmt::Write;
use std::sync::Arc;

/// 2026-03-02T09:30:15Z, a Monday.
const NOW_MS: i64 = 1_772_443_815_000;

/// How long a script may run.
const STOPS: usize = 10_000;

/// Runs the first script of a program; gives what it said, and how it ended if not quietly.
pub fn run(program: Program, answers: &str) -> String {
    let script = program.scripts.first().map(|s| s.name.clone()).unwrap_or_default();
    let env = Env::new(NOW_MS, "UTC", 7);
    let mut host = Host {
        out: String::new(),
        answers: answers.lines().map(str::to_string).collect(),
        memory: HashMap::new(),
    };
    match Machine::new(Arc::new(program), &script, Limits::default(), env) {
        Ok(mut machine) => host.drive(&mut machine),
        Err(fault) => host.note("does not start", &fault.message),
    }
    host.out
}

struct Host {
    out: String,
    answers: VecDeque<String>,
    memory: HashMap<String, Data>,
}

impl Host {
    fn drive(&mut self, machine: &mut Machine) {
        for _ in 0..STOPS {
            match machine.run(100_000) {
                Outcome::OutOfFuelSlice => {}
                Outcome::Done(Data::Null) => return,
                Outcome::Done(value) => return self.note("result", &shown(&value)),
                Outcome::Trap(trap) => {
                    if let Some(unsaid) = &trap.unsaid {
                        self.say(unsaid);
                    }
                    let text = format!("{} ({}:{})", trap.message, trap.script, trap.line);
                    return self.note("error", &text);
                }
                Outcome::Host(call) => match self.serve(call, machine) {
                    Some(answer) => machine.resume(answer).expect("a call waits"),
                    None => return self.note("waits", "for an answer"),
                },
            }
        }
        self.note("error", "the script does not end");
    }

    fn note(&mut self, what: &str, text: &str) {
        let _ = writeln!(self.out, "=> {what}: {text}");
    }

    fn say(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}");
    }

    /// The answer of a call, `None` when the person has nothing more to say. Keywords that need
    /// a server are only shown, with their arguments in the order of their fields.
    fn serve(&mut self, call: HostCall, machine: &Machine) -> Option<Result<Data, Fault>> {
        match call {
            HostCall::Chat(chat::Call::Hear(hear)) => return self.hear(hear),
            HostCall::Chat(chat::Call::TalkVerbatim(lines)) => self.say(&lines.text),
            HostCall::Chat(chat::Call::Talk(talk)) => self.say(&shown(&talk.text)),
            HostCall::Chat(chat::Call::Print(print)) => {
                let items: Vec<_> = print.items.iter().map(shown).collect();
                self.say(&items.join(" "));
            }
            HostCall::Memory(call) if self.keeps(&call) => return Some(Ok(self.remember(call))),
            _ => self.show_call(machine),
        }
        Some(Ok(Data::Null))
    }

    fn show_call(&mut self, machine: &Machine) {
        let Some(pending) = machine.pending() else { return };
        let (words, args) = (pending.words.to_string(), Data::List(pending.args.to_vec()));
        self.say(&format!("[{words}] {}", shown(&args)));
    }

    fn hear(&mut self, hear: chat::Hear) -> Option<Result<Data, Fault>> {
        let question = hear.question.as_ref().map(|question| &question.0);
        if let Some(prompt) = hear.prompt.as_ref().or(question) {
            self.say(prompt);
        }
        if !hear.choices.is_empty() {
            let choices: Vec<_> = hear.choices.iter().map(shown).collect();
            self.say(&format!("[{}]", choices.join(" | ")));
        }
        let answer = self.answers.pop_front()?;
        self.say(&format!("> {answer}"));
        let kind = hear.kind.map(|kind| kind.0.to_uppercase()).unwrap_or_default();
        Some(Ok(match kind.as_str() {
            "INTEGER" => answer.trim().parse().map_or(Data::Null, Data::Int),
            "BOOLEAN" => Data::Bool(answer.trim().eq_ignore_ascii_case("yes")),
            _ => Data::Text(answer),
        }))
    }

    fn keeps(&self, call: &memory::Call) -> bool {
        use memory::Call;
        matches!(
            call,
            Call::SetBotMemory(_)
                | Call::GetBotMemory(_)
                | Call::SetSession(_)
                | Call::GetSession(_)
        )
    }

    fn remember(&mut self, call: memory::Call) -> Data {
        let (key, value) = match call {
            memory::Call::SetBotMemory(set) => (set.key, Some(set.value)),
            memory::Call::GetBotMemory(get) => (get.key, None),
            memory::Call::SetSession(set) => (set.key, Some(set.value)),
            memory::Call::GetSession(get) => (get.key, None),
            _ => return Data::Null,
        };
        match value {
            Some(value) => {
                self.memory.insert(key, value);
                Data::Null
            }
            None => self.memory.get(&key).cloned().unwrap_or_default(),
        }
    }
}

fn shown(data: &Data) -> String {
    basilect_stdlib::pure::text::display_data(data)
}
