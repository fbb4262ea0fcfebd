//! A recorded conversation in a session: from a file, from a data folder, or from a server, where
//! it may still go on. The person never waits for whoever debugs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use basilect_compiler::package::Package;
use basilect_runtime::bots::script_key;
use basilect_runtime::conversation::{Event, Step};
use basilect_runtime::debug::view::StackView;
use basilect_runtime::debug::{Breakpoints, Code, Codes, Landed, Moment, Recording, Stride};
use basilect_runtime::ports::store::JournalEntry;
use basilect_stdlib::Fault;
use tokio::task::JoinHandle;

use super::target::{Direction, Happened};

/// How often a conversation that goes on is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(700);

/// What was added to a conversation since.
pub struct More {
    /// The whole journal.
    pub journal: Vec<JournalEntry>,
    /// Packages that were not known.
    pub packages: Vec<Package>,
}

/// Fetches a conversation again; it is given the packages that are known.
pub type Fetch = Arc<dyn Fn(&Codes) -> anyhow::Result<More> + Send + Sync>;

type Moved = (Moment, Option<Fault>, basilect_runtime::Result<Landed>);

/// See the module.
pub struct RecordedTarget {
    recording: Arc<RwLock<Recording>>,
    moment: Option<Moment>,
    /// What is shown at the end, where nothing runs any more: the last statement.
    shown: Option<Moment>,
    breakpoints: Arc<Breakpoints>,
    interrupt: Arc<AtomicBool>,
    going: Option<JoinHandle<Moved>>,
    /// The error at which it halts, and whether the program handles it.
    fault: Option<(Fault, bool)>,
    fetch: Option<Fetch>,
    fetching: Option<JoinHandle<anyhow::Result<More>>>,
    /// Rows of the journal that are in the recording.
    rows: usize,
    /// Whether somebody wants to go on at the end, when more comes.
    waits: bool,
}

impl RecordedTarget {
    /// At the end of a recording of so many rows; with `fetch` more of it may come.
    pub fn new(recording: Recording, rows: usize, fetch: Option<Fetch>) -> RecordedTarget {
        let moment = recording.end_moment().ok();
        let shown = shown_at(&recording, moment.as_ref());
        RecordedTarget {
            recording: Arc::new(RwLock::new(recording)),
            moment,
            shown,
            breakpoints: Arc::default(),
            interrupt: Arc::default(),
            going: None,
            fault: None,
            fetch,
            fetching: None,
            rows,
            waits: false,
        }
    }
    /// Reads the recording.
    pub fn read<T>(&self, read: impl FnOnce(&Recording) -> T) -> T {
        read(&self.recording.read().unwrap_or_else(PoisonError::into_inner))
    }
    /// The packages.
    pub fn codes(&self) -> Codes {
        self.read(|recording| recording.codes().clone())
    }
    /// Looks at the scripts that stand.
    pub fn look<T>(&self, look: impl FnOnce(&StackView<'_>) -> T) -> Option<T> {
        let moment = self.moment.as_ref()?;
        Some(look(&self.shown.as_ref().unwrap_or(moment).stack()))
    }
    fn stand(&mut self, moment: Moment) {
        self.shown = self.read(|recording| shown_at(recording, Some(&moment)));
        self.moment = Some(moment);
    }
    /// Sets the breakpoints anew.
    pub fn set_breakpoints(&mut self, mut breakpoints: Breakpoints) {
        breakpoints.go_on_from(&self.breakpoints);
        self.breakpoints = Arc::new(breakpoints);
    }
    /// The breakpoints at which it halts.
    pub fn breakpoint_ids(&self) -> Vec<i64> {
        self.breakpoints.ids()
    }
    /// The error at which it halts.
    pub fn fault(&self) -> Option<(Fault, bool)> {
        self.fault.clone()
    }
    /// Goes to a statement, or to the end.
    pub fn seek(&mut self, statement: u64) -> Result<(), String> {
        let moment = self.read(|recording| recording.moment(statement));
        self.stand(moment.map_err(|error| error.to_string())?);
        self.fault = None;
        Ok(())
    }
    /// Goes to where a call began; calls are counted from the outermost.
    pub fn restart_call(&mut self, call: usize) -> Result<(), String> {
        let moment = self.shown.as_ref().or(self.moment.as_ref()).ok_or("it is on its way")?;
        let frame = moment.stack().frame(call).ok_or("there is no such call")?;
        let (recording, step) = (self.recording.clone(), moment.step());
        let recording = recording.read().unwrap_or_else(PoisonError::into_inner);
        let start = match frame.main {
            true => {
                let before = recording.steps().get(..step).unwrap_or(&[]).iter();
                let name = |path: &str| script_key(path.rsplit('/').next().unwrap_or(path));
                before.rev().find_map(|step| match &step.recorded {
                    Step::Begin { script, .. } if name(script) == name(&frame.script) => {
                        Some(step.statement.max(1))
                    }
                    _ => None,
                })
            }
            false => recording.start_of_call(moment, call).map_err(|error| error.to_string())?,
        };
        drop(recording);
        self.seek(start.ok_or("the recording does not hold where this call began")?)
    }
    /// The first statement of a turn that is counted from 1.
    pub fn turn_start(&self, turn: usize) -> Option<u64> {
        self.read(|recording| {
            let steps = recording.steps_of(turn.checked_sub(1)?);
            steps.first().map(|step| step.statement.max(1))
        })
    }
    /// Where in the conversation it stands, for people.
    pub fn place(&self) -> Option<String> {
        let moment = self.moment.as_ref()?;
        self.read(|recording| {
            let (step, all) = (moment.step(), recording.turns().len());
            let turns = recording.turns().iter();
            let turn = turns.filter(|turn| turn.first < step.max(1)).count();
            let said = recording.turns().get(turn.checked_sub(1)?).and_then(|t| t.event.as_ref());
            let about = match said {
                Some(Event::Say { text, .. }) => format!(": “{}”", shortened(text)),
                Some(Event::Run { script, .. }) => format!(": {script}"),
                _ => String::new(),
            };
            let (now, last) = (moment.statement(), recording.statements());
            Some(match now > last {
                true => format!("the end of the recording, turn {all} of {all}{about}"),
                false => format!("turn {turn} of {all}{about}, statement {now} of {last}"),
            })
        })
    }
    /// The step under way, and all steps.
    pub fn steps(&self) -> (usize, Vec<Step>) {
        let at = self.moment.as_ref().map_or(0, Moment::step);
        let steps = |r: &Recording| r.steps().iter().map(|step| step.recorded.clone()).collect();
        (at, self.read(steps))
    }
    /// The package of the script that stands here, or of the one that began last.
    pub fn code_there(&self) -> Option<Arc<Code>> {
        let moment = self.moment.as_ref()?;
        moment.code().or_else(|| {
            self.read(|recording| {
                let before = recording.steps().get(..moment.step())?;
                let hash = before.iter().rev().find_map(|step| match &step.recorded {
                    Step::Begin { program, .. } => Some(program.clone()),
                    _ => None,
                });
                hash.and_then(|hash| recording.codes().of(&hash))
                    .or_else(|| recording.codes().all().last().cloned())
            })
        })
    }
    /// Interrupts what is going on; true where it stands at once.
    pub fn pause(&mut self) -> bool {
        self.interrupt.store(true, Ordering::Relaxed);
        std::mem::take(&mut self.waits)
    }

    /// Goes forward or back.
    pub fn go(&mut self, stride: Stride, direction: Direction) -> Result<(), String> {
        if self.waits {
            return Err("it waits for the conversation to go on".into());
        }
        let Some(mut moment) = self.moment.take() else { return Err("it is on its way".into()) };
        self.interrupt.store(false, Ordering::Relaxed);
        self.fault = None;
        let (recording, breakpoints) = (self.recording.clone(), self.breakpoints.clone());
        let interrupt = self.interrupt.clone();
        self.going = Some(tokio::task::spawn_blocking(move || {
            let recording = recording.read().unwrap_or_else(PoisonError::into_inner);
            let landed = match direction {
                Direction::Forward => {
                    recording.forward(&mut moment, stride, &breakpoints, &interrupt)
                }
                Direction::Back => {
                    recording.backward(&mut moment, stride, &breakpoints, &interrupt)
                }
            };
            let fault = moment.fault();
            (moment, fault, landed)
        }));
        Ok(())
    }

    /// The next thing that happens.
    pub async fn next(&mut self) -> Vec<Happened> {
        loop {
            tokio::select! {
                Some(moved) = finished(&mut self.going) => return self.arrived(moved),
                Some(more) = finished(&mut self.fetching) => {
                    let happened = self.added(more);
                    if !happened.is_empty() {
                        return happened;
                    }
                }
                () = tokio::time::sleep(LOOK_EVERY), if self.may_look() => self.look_for_more(),
            }
        }
    }
    fn may_look(&self) -> bool {
        self.fetch.is_some() && self.fetching.is_none() && self.going.is_none()
    }
    fn look_for_more(&mut self) {
        let Some(fetch) = self.fetch.clone() else { return };
        let codes = self.codes();
        self.fetching = Some(tokio::task::spawn_blocking(move || fetch(&codes)));
    }
    fn arrived(&mut self, moved: Moved) -> Vec<Happened> {
        let (moment, fault, landed) = moved;
        let at_end = self.read(|recording| moment.statement() > recording.statements());
        self.stand(moment);
        let messages = self.breakpoints.messages().into_iter();
        let mut happened: Vec<Happened> =
            messages.map(|text| Happened::Output("console", text)).collect();
        match landed {
            Ok(Landed::End) if at_end && self.fetch.is_some() => {
                self.waits = true;
                let text = "the recording ends here; the next turn of the conversation goes on";
                happened.push(Happened::Output("console", text.into()));
            }
            Ok(landed) => {
                if let Landed::Error(caught) = landed {
                    self.fault = fault.map(|fault| (fault, caught));
                }
                happened.push(Happened::Halted(landed));
            }
            Err(error) => {
                happened.push(Happened::Output("stderr", error.to_string()));
                happened.push(Happened::Halted(Landed::Interrupted));
            }
        }
        happened
    }
    /// Takes up what came since.
    fn added(&mut self, more: anyhow::Result<More>) -> Vec<Happened> {
        let more = match more {
            Ok(more) => more,
            Err(error) => {
                self.fetch = None;
                let text = format!("the conversation is not followed any more: {error:#}");
                return vec![Happened::Output("stderr", text)];
            }
        };
        let new = more.journal.get(self.rows..).unwrap_or(&[]).to_vec();
        if new.is_empty() {
            return Vec::new();
        }
        self.rows += new.len();
        let extended = {
            let mut recording = self.recording.write().unwrap_or_else(PoisonError::into_inner);
            more.packages.into_iter().for_each(|package| recording.add_package(package));
            recording.extend(&new)
        };
        if let Err(error) = extended {
            self.fetch = None;
            return vec![Happened::Output("stderr", error.to_string())];
        }
        let mut happened = vec![Happened::Output("console", "the conversation went on".into())];
        if std::mem::take(&mut self.waits)
            && let Err(text) = self.go(Stride::Continue, Direction::Forward)
        {
            happened.push(Happened::Output("stderr", text));
        }
        happened
    }
}

/// The last statement, where a moment is the end and nothing runs any more.
fn shown_at(recording: &Recording, moment: Option<&Moment>) -> Option<Moment> {
    let over = moment.is_some_and(|moment| moment.stack().depth() == 0 && moment.statement() > 0);
    over.then(|| recording.moment(recording.statements()).ok()).flatten()
}

/// What a task gives, once there is one.
async fn finished<T>(task: &mut Option<JoinHandle<T>>) -> Option<T> {
    let Some(running) = task.as_mut() else { return std::future::pending().await };
    let finished = running.await.ok();
    *task = None;
    finished
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_string(),
    }
}
