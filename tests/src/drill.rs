//! People who talk with the bots of the drills while the server dies and comes back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::chat::{Came, ChatClient};
use crate::checker::{self, Seen};
use crate::random::Random;

/// How long the server may be away.
const AWAY: Duration = Duration::from_secs(60);
/// The longest pause between two things that one person says.
const PAUSE: Duration = Duration::from_millis(30);
/// How long nothing comes after the end of a log.
const QUIET: Duration = Duration::from_millis(300);
/// How long a person waits for an answer before saying more.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// The bot of the drills that writes rows: what it counts in a row and in a variable must never
/// differ, whatever happened between the two. Now and then it computes for more than one slice
/// with the row written (a checkpoint in the middle of a turn), and waits for a moment (a timer).
pub const LEDGER_BOT: &str = r#"REM Counts messages in a row and in a variable.
TABLE ledger
    owner string(40) key
    n integer
END TABLE

TALK "ready"
count = 0
me = GUID()
SAVE "ledger", #{ owner: me, n: 0 }

DO WHILE TRUE
    HEAR message
    row = FIND "ledger" WHERE owner = me FIRST
    IF row.n <> count THEN
        TALK "the row says ${row.n}, the variable ${count}"
    END IF
    count = count + 1
    UPDATE "ledger" SET n = count WHERE owner = me
    IF count MOD 5 = 0 THEN
        FOR i = 1 TO 600000
        NEXT i
    END IF
    IF count MOD 7 = 0 THEN
        WAIT 0.05
    END IF
    TALK count + ": " + message
LOOP
"#;

/// The people of a drill.
pub struct Drill {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    people: Vec<JoinHandle<anyhow::Result<Person>>>,
}

/// One person, and what was said.
struct Person {
    name: String,
    bot: String,
    client: ChatClient,
    random: Random,
    sent: Vec<String>,
    answers: usize,
    /// What the server said besides items and acknowledgements.
    complaints: Vec<Value>,
}

/// What came of a drill.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Messages that were accepted.
    pub messages: usize,
    /// Everything that was wrong.
    pub faults: Vec<String>,
}

impl Drill {
    /// Lets people begin to talk, each with the next of these bots.
    pub fn start(address: SocketAddr, bots: &[&str], people: usize, random: &mut Random) -> Drill {
        let stop = Arc::new(AtomicBool::new(false));
        let person = |(number, bot): (usize, &&str)| {
            let person = Person::new(number, address, bot, Random::new(random.bits()));
            tokio::spawn(person.talk(stop.clone()))
        };
        let bots = bots.iter().cycle().take(people);
        let people = bots.enumerate().map(person).collect();
        Drill { address, stop, people }
    }

    /// Lets everybody finish, waits for the answers that are due, and looks at all logs, as they
    /// were shown and as the server tells them afterwards.
    pub async fn finish(self, patience: Duration) -> anyhow::Result<Outcome> {
        self.stop.store(true, Ordering::Release);
        let mut outcome = Outcome::default();
        for person in self.people {
            let mut person = person.await??;
            person.wait_for_answers(patience).await?;
            outcome.messages += person.client.acks.len();
            outcome.faults.extend(person.faults(self.address).await?);
        }
        Ok(outcome)
    }
}

impl Person {
    fn new(number: usize, address: SocketAddr, bot: &str, random: Random) -> Person {
        Person {
            name: format!("person {number}"),
            bot: bot.to_string(),
            client: ChatClient::new(address, bot),
            random,
            sent: Vec::new(),
            answers: 0,
            complaints: Vec::new(),
        }
    }

    async fn talk(mut self, stop: Arc<AtomicBool>) -> anyhow::Result<Person> {
        self.client.reconnect(AWAY).await?;
        while !stop.load(Ordering::Acquire) {
            self.say_some().await;
            self.wait_for_answers(PATIENCE).await?;
            if self.random.below(16) == 0 {
                self.client.cut();
            }
            let pause = self.random.time(PAUSE);
            self.read_for(pause).await?;
        }
        Ok(self)
    }

    /// One message, or several without waiting.
    async fn say_some(&mut self) {
        let count = if self.random.below(3) == 0 { 2 + self.random.below(5) } else { 1 };
        for _ in 0..count {
            let id = format!("m{}", self.sent.len());
            let text = format!("{} says {id}", self.name);
            self.sent.push(text.clone());
            // What does not leave now is sent again after the next connection.
            let _ = self.client.say(&id, &text).await;
        }
    }

    fn answered(&self) -> bool {
        self.client.unacknowledged.is_empty() && self.answers >= self.sent.len()
    }

    async fn wait_for_answers(&mut self, patience: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + patience;
        while !self.answered() && Instant::now() < deadline {
            self.read_for(Duration::from_millis(100)).await?;
        }
        Ok(())
    }

    /// Reads at most one frame; connects again when the line is cut.
    async fn read_for(&mut self, limit: Duration) -> anyhow::Result<()> {
        match timeout(limit, self.client.next()).await {
            Err(_) | Ok(Came::Ack(_)) => {}
            Ok(Came::Cut) => self.client.reconnect(AWAY).await?,
            Ok(Came::Item(item)) => {
                let text = item["text"].as_str().unwrap_or_default();
                let answer = item["by"] == "bot" && item["kind"] == "text" && text != "ready";
                self.answers += usize::from(answer);
            }
            Ok(Came::Other(frame)) => match frame["type"].as_str() {
                Some("typing" | "part" | "pong") => {}
                _ => self.complaints.push(frame),
            },
        }
        Ok(())
    }

    /// What is wrong with what this person saw, and with what the server remembers of it.
    async fn faults(&self, address: SocketAddr) -> anyhow::Result<Vec<String>> {
        let mut again = ChatClient::new(address, &self.bot);
        again.identity = self.client.identity.clone();
        again.reconnect(AWAY).await?;
        // The whole log comes at once; when nothing comes for a moment, that was all of it.
        while let Ok(came) = timeout(QUIET, again.next()).await {
            anyhow::ensure!(came != Came::Cut, "the line was cut after the drill");
        }
        let mut faults = checker::faults(&self.seen(&self.client.items));
        faults.extend(checker::faults(&self.seen(&again.items)));
        if again.items != self.client.items {
            faults.push("what was shown is not what the log holds".into());
        }
        faults.extend(self.complaints.iter().map(|frame| format!("the server said {frame}")));
        Ok(faults
            .into_iter()
            .map(|fault| format!("{} ({}): {fault}", self.name, self.bot))
            .collect())
    }

    fn seen(&self, items: &[Value]) -> Seen {
        let waiting = |text: &&String| self.client.unacknowledged.iter().any(|(_, t)| t == *text);
        Seen {
            items: items.to_vec(),
            acknowledged: self.sent.iter().filter(|text| !waiting(text)).cloned().collect(),
            unknown: self.sent.iter().filter(waiting).cloned().collect(),
        }
    }
}
