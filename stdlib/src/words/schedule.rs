//! Time and events: running by itself, waiting, hearing of changes.

use crate::keyword::{Pairs, Symbol, Target};
use crate::{Data, keywords};

keywords! {
    family "schedule";

    /// Runs this script, or another one, at given times.
    ///
    /// The times are a cron rule of five or six fields, or words such as `every 1 hour`.
    SetSchedule: Write, Schedule = "SET SCHEDULE" as [
        "SET SCHEDULE EVERY {count} {unit}[, {script}]",
        "SET SCHEDULE EVERY {unit}[, {script}]",
        "SET SCHEDULE {when} {script} {argument}",
        "SET SCHEDULE {when} {start}, {script}[, {argument}]",
        "SET SCHEDULE {when} {script}",
        "SET SCHEDULE {when}[, {script}[, {argument}]]",
    ] {
        /// The rule.
        when: Option<Data>,
        /// How many units lie between two runs.
        count: Option<i64>,
        /// MINUTE, HOUR, DAY, WEEK, MONTH.
        unit: Option<Symbol>,
        /// Not before this time.
        start: Option<Data>,
        /// The script; this one when left out.
        script: Option<String>,
        /// What the script receives.
        argument: Option<Data>,
    }

    /// Runs a script once, later; SCHEDULE IN … END SCHEDULE runs its own lines.
    ScheduleIn: Write, Schedule = "SCHEDULE IN" as [
        "SCHEDULE IN {delay} {unit}, {script}[, {inputs}]",
        "SCHEDULE IN {delay}, {script}[, {inputs}]",
    ] {
        /// How long to wait.
        delay: f64,
        /// SECONDS, MINUTES, HOURS or DAYS; seconds when left out.
        unit: Option<Symbol>,
        /// The script.
        script: String,
        /// The variables that it begins with.
        inputs: Option<Data>,
    }

    /// Waits some seconds. The conversation is written down meanwhile.
    Wait: Suspend, Chat = "WAIT" as ["WAIT {seconds} [{unit}]"] {
        /// How many; a part of a second is allowed.
        seconds: f64,
        /// SECONDS, MINUTES, HOURS or DAYS; seconds when left out.
        unit: Option<Symbol>,
    }

    /// Waits until an event is published.
    WaitForEvent: Suspend, Schedule -> Any = "WAIT FOR EVENT"
    as ["WAIT FOR EVENT {event} [TIMEOUT {timeout}]"] {
        /// The event.
        event: String,
        /// Seconds after which the wait ends with null.
        timeout: Option<f64>,
    }

    /// Waits for an answer of the person, at most for some time.
    WaitForResponse: Suspend, Chat -> Any = "WAIT FOR RESPONSE"
    as ["WAIT FOR RESPONSE [AS {target}] [TIMEOUT {timeout}]"] {
        /// The variable that receives the answer.
        target: Option<Target>,
        /// Seconds after which the wait ends with null.
        timeout: Option<f64>,
    }

    /// Tells everyone who waits for an event that it has happened.
    PublishEvent: Write, Schedule = "PUBLISH EVENT" as [
        "PUBLISH EVENT {event} WITH {values}",
        "PUBLISH EVENT {event}[, {data}]",
    ] {
        /// The event.
        event: String,
        /// What belongs to it.
        data: Option<Data>,
        /// What belongs to it, as named values.
        values: Option<Pairs>,
    }

    /// Starts what is registered for an event of the bot.
    Trigger: Write, Schedule = "TRIGGER" as ["TRIGGER {event}[, {data...}]"] {
        /// The event.
        event: String,
        /// What belongs to it.
        data: Vec<Data>,
    }

    /// Makes this script callable from the web; or calls an address when a method is given.
    Webhook: Write, Schedule -> Any = "WEBHOOK" as [
        "WEBHOOK POST {url} [WITH {body}]",
        "WEBHOOK {name}",
    ] {
        /// The last part of the address.
        name: Option<String>,
        /// The address to call.
        url: Option<String>,
        /// What to send.
        body: Option<Data>,
    }

    /// Runs when a mail arrives.
    OnEmail: Write, Schedule = "ON EMAIL"
    as ["ON EMAIL {address} [FROM {sender}] [SUBJECT {subject}]"] {
        /// The mailbox.
        address: String,
        /// Only mails from here.
        sender: Option<String>,
        /// Only mails whose subject contains this.
        subject: Option<String>,
    }

    /// Runs when files of a folder change.
    OnChange: Write, Schedule = "ON CHANGE" as ["ON CHANGE {path} [EVENTS {events}]"] {
        /// The folder.
        path: String,
        /// `create, modify, delete`
        events: Option<Data>,
    }

    /// Runs when an event is published.
    OnEvent: Write, Schedule = "ON EVENT" as ["ON EVENT {event}"] {
        /// The event.
        event: String,
    }

    /// Runs when a form of the web site is sent.
    OnFormSubmit: Write, Schedule = "ON FORM SUBMIT" as ["ON FORM SUBMIT [{form}]"] {
        /// The form; every form when left out.
        form: Option<String>,
    }

    /// Runs when a row is added.
    OnInsert: Write, Schedule = "ON INSERT OF" as ["ON INSERT OF {table}"] {
        /// The table.
        table: String,
    }

    /// Runs when a row changes.
    OnUpdate: Write, Schedule = "ON UPDATE OF" as ["ON UPDATE OF {table}"] {
        /// The table.
        table: String,
    }

    /// Runs when a row is deleted.
    OnDelete: Write, Schedule = "ON DELETE OF" as ["ON DELETE OF {table}"] {
        /// The table.
        table: String,
    }
}
