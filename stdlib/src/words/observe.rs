//! Logs and figures.

use crate::keyword::{Pairs, Word};
use crate::{Data, keywords};

keywords! {
    family "observe";

    /// Writes an event to the log of the bot.
    Log: Write, None = "LOG" as ["LOG {event}[, {details...}]"] {
        /// What happened.
        event: Data,
        /// What belongs to it.
        details: Vec<Data>,
    }

    /// Writes what a person did to the log of the bot.
    LogActivity: Write, None = "LOG ACTIVITY" as ["LOG ACTIVITY {details...}"] {
        /// Who, what, when.
        details: Vec<Data>,
    }

    /// Counts something.
    RecordMetric: Write, None = "RECORD METRIC" as [
        "RECORD METRIC {name} WITH {labels}",
        "RECORD METRIC {name}, {value} [WITH {labels}]",
        "RECORD METRIC {name}",
    ] {
        /// The figure.
        name: String,
        /// Its value; 1 when left out.
        value: Option<f64>,
        /// What tells it apart.
        labels: Option<Pairs>,
    }

    /// Gives the course of a figure.
    QueryMetrics: Read, None -> List = "QUERY METRICS"
    as ["QUERY METRICS {name} [FOR {range}] [BY {interval}] [OFFSET {offset}]"] {
        /// The figure.
        name: String,
        /// How far back: `7 days`.
        range: Option<Data>,
        /// How wide each step is: `day`.
        interval: Option<Word>,
        /// How much earlier the range ends.
        offset: Option<Data>,
    }
}
