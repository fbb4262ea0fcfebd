//! Tasks and appointments.

use crate::Data;
use crate::keyword::Symbol;
use crate::keywords;

keywords! {
    family "office";

    /// Makes a task for somebody.
    CreateTask: Write, Office -> Map = "CREATE TASK" as [
        "CREATE TASK {title}, {description}, {assignee}, {due}[, {priority}]",
        "CREATE TASK {title}, {first}[, {second}]",
        "CREATE TASK {title}",
    ] {
        /// What is to be done.
        title: String,
        /// In more words.
        description: Option<String>,
        /// Who shall do it.
        assignee: Option<String>,
        /// Until when.
        due: Option<Data>,
        /// How urgent.
        priority: Option<Data>,
        /// A priority, or who shall do it.
        first: Option<Data>,
        /// Who shall do it, or until when.
        second: Option<Data>,
    }

    /// Puts an appointment into the calendar.
    Book: Write, Office -> Map = "BOOK" as [
        "BOOK {title} AT {start} [FOR {minutes}]",
        "BOOK {title}, {description}, {start}, {minutes}[, {location}]",
        "BOOK {title}, {start}[, {minutes}]",
    ] {
        /// What it is about.
        title: String,
        /// In more words.
        description: Option<String>,
        /// When it begins.
        start: Data,
        /// How long it takes.
        minutes: Option<i64>,
        /// Where.
        location: Option<String>,
    }

    /// Takes an appointment out of the calendar.
    CancelBooking: Write, Office -> Bool = "CANCEL BOOKING" as ["CANCEL BOOKING {id}"] {
        /// The appointment.
        id: Data,
    }

    /// Gives the free times of a day.
    CheckAvailability: Read, Office -> List = "CHECK AVAILABILITY"
    as ["CHECK AVAILABILITY {day}[, {minutes}]"] {
        /// The day.
        day: Data,
        /// How long a time must be free.
        minutes: Option<i64>,
    }

    /// Lets somebody decide, and waits for the decision.
    RequestApproval: Suspend, Office -> Any = "REQUEST APPROVAL" as [
        "REQUEST APPROVAL {subject} FROM {approver} [TIMEOUT {timeout}]",
        "REQUEST APPROVAL {subject}[, {approver}]",
    ] {
        /// What is to be decided.
        subject: Data,
        /// Who decides.
        approver: Option<String>,
        /// Seconds after which the wait ends with null.
        timeout: Option<f64>,
    }

    /// Makes a code of random digits.
    GenerateCode: Read, None -> Text = "GENERATE CODE" as ["GENERATE CODE [{digits}]"] {
        /// How many digits; 6 when left out.
        digits: Option<i64>,
    }

    /// Tells the weather at a place.
    Weather: Read, Network -> Map = "WEATHER" as ["WEATHER {location}"] {
        /// The place.
        location: String,
    }

    /// Tells the weather of the coming days at a place.
    Forecast: Read, Network -> List = "FORECAST" as ["FORECAST {location}[, {days}]"] {
        /// The place.
        location: String,
        /// How many days.
        days: Option<i64>,
    }

    /// Sets how a report page behaves.
    SetPageMode: Write, None = "SET PAGE MODE" as ["SET PAGE MODE {mode}"] {
        /// `auto` or `none`.
        mode: Symbol,
    }

    /// Sets how many lines a keyword may read or show.
    SetMaxLines: Write, None = "SET MAX LINES" as ["SET MAX LINES {lines}"] {
        /// How many.
        lines: i64,
    }

    /// Reads a data source again.
    Refresh: Write, Data = "REFRESH" as ["REFRESH {name}"] {
        /// The data source.
        name: String,
    }

    /// Begins a report anew.
    ResetReport: Write, Data = "RESET REPORT" as ["RESET REPORT"] {}

    /// Makes the changes of the bot visible to people.
    Publish: Write, Administration = "PUBLISH" as ["PUBLISH"] {}

    /// Lets a role use this script.
    AllowRole: Write, Administration = "ALLOW ROLE" as ["ALLOW ROLE {role}"] {
        /// The role.
        role: String,
    }
}
