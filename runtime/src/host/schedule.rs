//! SET SCHEDULE, WAIT and deferred scripts.

use basilect_stdlib::words::schedule::{Call, ScheduleIn, SetSchedule};
use basilect_stdlib::{Data, Fault, TrapCode};

use super::data::unit_seconds;
use super::not_configured;
use crate::conversation::state::{Question, Waiting};
use crate::conversation::{Served, Turn, key_hash};
use crate::error::Result;
use crate::ports::store::Schedule;
use crate::schedule::rule::Rule;

/// The longest WAIT, in seconds: a year.
const WAIT_MAX: f64 = 366.0 * 86_400.0;
/// The inputs that carry the arguments of SET SCHEDULE.
const ARGUMENT: &str = "argument";

impl Turn<'_> {
    pub(super) async fn serve_schedule(&mut self, call: Call) -> Result<Served> {
        Ok(match call {
            Call::Wait(wait) => self.wait(wait.seconds, wait.unit.map(|unit| unit.0)),
            Call::SetSchedule(set) => self.set_schedule(set).await?,
            Call::ScheduleIn(later) => self.schedule_in(later).await?,
            Call::WaitForResponse(wait) if wait.timeout.is_none() => {
                Served::Wait(self.ask(Question::default(), None))
            }
            // What a package declares is registered when it is deployed; running the line again
            // changes nothing.
            Call::Webhook(hook) if hook.url.is_none() => Served::nothing(),
            Call::OnEmail(_)
            | Call::OnChange(_)
            | Call::OnEvent(_)
            | Call::OnFormSubmit(_)
            | Call::OnInsert(_)
            | Call::OnUpdate(_)
            | Call::OnDelete(_) => Served::nothing(),
            other => not_configured(other.words()),
        })
    }

    fn wait(&mut self, amount: f64, unit: Option<String>) -> Served {
        let unit = unit.unwrap_or_default();
        let Some(seconds) = unit_seconds(&unit).map(|each| each * amount) else {
            return Served::fault(TrapCode::BadArgument, format!("WAIT does not know {unit}"));
        };
        if !(0.0..=WAIT_MAX).contains(&seconds) {
            return Served::fault(TrapCode::BadArgument, "WAIT takes from 0 seconds to a year");
        }
        Served::Wait(Waiting::Until(self.now() + (seconds * 1_000.0).round() as i64))
    }

    async fn set_schedule(&mut self, set: SetSchedule) -> Result<Served> {
        let when = match rule_text(&set) {
            Ok(rule) => rule,
            Err(message) => return Ok(Served::fault(TrapCode::BadArgument, message)),
        };
        let script = match self.scheduled_script(set.script.as_deref()) {
            Ok(script) => script,
            Err(fault) => return Ok(Served::Answer(Err(fault))),
        };
        let start = set.start.as_ref().and_then(moment_of).unwrap_or(i64::MIN);
        let zone = self.bot.settings.zone().to_string();
        let from = self.now().max(start.saturating_sub(1));
        let next_at = match &when {
            When::Rule(rule, _) => rule.next_after(from, &zone),
            When::Once(at) => Some(*at),
        };
        let Some(next_at) = next_at else {
            return Ok(Served::fault(TrapCode::BadArgument, "this schedule never comes"));
        };
        let rule = match when {
            When::Rule(_, text) => text,
            When::Once(_) => String::new(),
        };
        let args = set.argument.map(|value| (ARGUMENT, value));
        self.keep_schedule(script, rule, zone, Data::map(args), next_at).await
    }

    async fn schedule_in(&mut self, later: ScheduleIn) -> Result<Served> {
        let unit = later.unit.map(|unit| unit.0).unwrap_or_default();
        let Some(seconds) = unit_seconds(&unit).map(|each| each * later.delay) else {
            return Ok(Served::fault(
                TrapCode::BadArgument,
                format!("{unit} is not a unit of time"),
            ));
        };
        let script = match self.scheduled_script(Some(&later.script)) {
            Ok(script) => script,
            Err(fault) => return Ok(Served::Answer(Err(fault))),
        };
        let zone = self.bot.settings.zone().to_string();
        let next_at = self.now() + (seconds * 1_000.0) as i64;
        self.keep_schedule(script, String::new(), zone, later.inputs.unwrap_or_default(), next_at)
            .await
    }

    /// The script that is to run; the one that runs now when none is named.
    fn scheduled_script(&mut self, name: Option<&str>) -> std::result::Result<String, Fault> {
        let current = self.current_script();
        let wanted = name.map(str::to_string).or(current).unwrap_or_else(|| "start".into());
        self.bot.script(&wanted).map(str::to_string).ok_or_else(|| {
            Fault::new(TrapCode::NotFound, format!("there is no script {wanted} to schedule"))
        })
    }

    /// The same script with the same rule and arguments is one schedule, however often it is set.
    async fn keep_schedule(
        &mut self,
        script: String,
        rule: String,
        zone: String,
        args: Data,
        next_at: i64,
    ) -> Result<Served> {
        let once = if rule.is_empty() { next_at.to_string() } else { String::new() };
        let args_text = super::data::json_text(&args);
        let id = key_hash(&[&*script, &*rule, &*args_text, &*once].join("\0"));
        let bot = self.bot.name.clone();
        let id = format!("set:{id}");
        let schedule = Schedule { id, bot, script, rule, zone, args, next_at, declared: false };
        if let Some(denied) = self.no_room_for(&schedule).await? {
            return Ok(denied);
        }
        self.out.schedules.push(schedule);
        Ok(Served::nothing())
    }

    /// The refusal of one schedule more than a bot may have.
    async fn no_room_for(&mut self, schedule: &Schedule) -> Result<Option<Served>> {
        let most = self.services().limits.schedules_per_bot;
        if self.out.stored_schedules.is_none() {
            let stored = self.services().store.schedules(&schedule.bot).await?;
            self.out.stored_schedules = Some(stored.into_iter().map(|stored| stored.id).collect());
        }
        let stored = self.out.stored_schedules.as_deref().unwrap_or_default();
        let full = stored.len() + self.out.schedules.len() >= most;
        if !full || stored.contains(&schedule.id) {
            return Ok(None);
        }
        let text = format!("a bot may have at most {most} schedules and deferred scripts");
        Ok(Some(Served::fault(TrapCode::LimitReached, text)))
    }

    fn current_script(&self) -> Option<String> {
        self.state.frames.iter().rev().find_map(|frame| match frame {
            crate::conversation::state::Frame::Script(frame) => Some(frame.script.clone()),
            _ => None,
        })
    }
}

/// When something is to run.
enum When {
    Rule(Box<Rule>, String),
    Once(i64),
}

fn rule_text(set: &SetSchedule) -> std::result::Result<When, String> {
    let text = match (&set.when, &set.unit) {
        (Some(Data::Moment(at)), _) => return Ok(When::Once(*at)),
        (Some(Data::Date(day)), _) => return Ok(When::Once(day * 86_400_000)),
        (Some(when), _) => basilect_stdlib::pure::text::display_data(when),
        (None, Some(unit)) => {
            let unit = unit.0.to_lowercase();
            match set.count {
                Some(count) => format!("every {count} {unit}"),
                None => format!("every {unit}"),
            }
        }
        (None, None) => return Err("SET SCHEDULE needs a time".into()),
    };
    Rule::parse(&text).map(|rule| When::Rule(Box::new(rule), text))
}

fn moment_of(data: &Data) -> Option<i64> {
    match data {
        Data::Moment(ms) => Some(*ms),
        Data::Date(days) => Some(days * 86_400_000),
        _ => None,
    }
}
