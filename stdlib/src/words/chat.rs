//! Speaking and listening.

use crate::keyword::{Symbol, Target};
use crate::{Data, keywords};

keywords! {
    family "chat";

    /// Says something to the person of this conversation.
    ///
    /// Any value may be said; lists and maps are written as JSON. Markdown is shown as such where
    /// the channel can.
    Talk: Write, Chat = "TALK" as ["TALK {text}"] {
        /// What to say.
        text: String,
    }

    /// Waits for the person's next message and stores it in a variable.
    Hear: Suspend, Chat -> Any = "HEAR" as [
        "HEAR {target} AS MENU {choices...} [WITH {prompt}] [DEFAULT {default}]",
        "HEAR {target} AS {kind} [WITH {prompt}] [DEFAULT {default}]",
        "HEAR {target} [WITH {prompt}] [DEFAULT {default}]",
    ] {
        /// The variable that receives the answer.
        target: Option<Target>,
        /// The kind of answer: EMAIL, DATE, INTEGER …
        kind: Option<Symbol>,
        /// The answers to choose from.
        choices: Vec<Data>,
        /// What to ask first.
        prompt: Option<String>,
        /// What to take when the person answers nothing usable.
        default: Option<Data>,
    }
}
