//! Speaking and listening.

use crate::keyword::{Question, Symbol, Target};
use crate::{Data, keywords};

keywords! {
    family "chat";

    /// Says something to the person of this conversation.
    ///
    /// Any value may be said; lists and maps are written as JSON. Markdown is shown as such where
    /// the channel can.
    Talk: Write, Chat = "TALK" as ["TALK {text}"] {
        /// What to say.
        text: Data,
    }

    /// Says lines of text as they stand: blanks and line ends are kept, and nothing in them is
    /// Markdown.
    ///
    /// OPEN says that the last line goes on with what the person answers, as the prompt of INPUT
    /// does.
    TalkVerbatim: Write, Chat = "TALK VERBATIM" as ["TALK VERBATIM {text} [<OPEN:open>]"] {
        /// The lines.
        text: String,
        /// Whether the last line goes on with the answer.
        open: bool,
    }

    /// Says something to somebody else: `channel:address`, a phone number or a mail address.
    TalkTo: Write, Outreach -> Any = "TALK TO" as ["TALK TO {recipient}, {text}"] {
        /// Who shall receive it.
        recipient: String,
        /// What to say.
        text: Data,
    }

    /// Shows a picture from the drive or the web in this conversation.
    TalkImage: Write, Chat = "TALK IMAGE" as ["TALK IMAGE {path}[, {caption}]"] {
        /// Path in the drive, or an address.
        path: String,
        /// The line below it.
        caption: Option<String>,
    }

    /// Hands a file from the drive or the web to the person of this conversation.
    TalkFile: Write, Chat = "TALK FILE" as ["TALK FILE {path}[, {caption}]"] {
        /// Path in the drive, or an address.
        path: String,
        /// The line below it.
        caption: Option<String>,
    }

    /// Waits for the person's next message and stores it in a variable.
    ///
    /// `AS` names the kind of answer or lists the answers to choose from; a `*` among them allows
    /// any other answer too. An answer of the wrong kind is asked for again.
    Hear: Suspend, Chat -> Any = "HEAR" as [
        "HEAR {target} AS MENU {choices...} [WITH {prompt}] [DEFAULT {default}]",
        "HEAR {target} AS {question} [DEFAULT {default}]",
        "HEAR {target} AS {kind} [WITH {prompt}] [DEFAULT {default}]",
        "HEAR {target} AS {choices...} [WITH {prompt}] [DEFAULT {default}]",
        "HEAR {target} [WITH {prompt}] [DEFAULT {default}]",
        "HEAR AS MENU {choices...} [WITH {prompt}] [DEFAULT {default}]",
        "HEAR AS {kind} [WITH {prompt}] [DEFAULT {default}]",
        "HEAR AS {choices...} [WITH {prompt}] [DEFAULT {default}]",
        "HEAR [WITH {prompt}] [DEFAULT {default}]",
    ] {
        /// The variable that receives the answer.
        target: Option<Target>,
        /// The kind of answer: EMAIL, DATE, INTEGER …
        kind: Option<Symbol>,
        /// The answers to choose from.
        choices: Vec<Data>,
        /// What to ask first.
        prompt: Option<String>,
        /// What to ask first, in the place of a kind.
        question: Option<Question>,
        /// What to take when the person answers nothing usable.
        default: Option<Data>,
    }

    /// Asks a question and waits for the answer.
    Ask: Suspend, Chat -> Text = "ASK" as ["ASK {prompt} [AS {kind}]"] {
        /// The question.
        prompt: String,
        /// The kind of answer.
        kind: Option<Symbol>,
    }

    /// Writes a line to the log of the bot; the person does not see it.
    Print: Write, None = "PRINT" as ["PRINT [{items...}]"] {
        /// What to write, separated by spaces.
        items: Vec<Data>,
    }

    /// Sends a file to the person of this conversation or to somebody else.
    SendFile: Write, Chat -> Any = "SEND FILE" as [
        "SEND FILE TO {recipient}, {file}[, {caption}]",
        "SEND FILE {file}[, {caption}]",
    ] {
        /// Who shall receive it; the person of this conversation when left out.
        recipient: Option<String>,
        /// Path in the drive, an address, or a file value.
        file: Data,
        /// The line below it.
        caption: Option<String>,
    }

    /// Says something to the person of this conversation, as TALK does.
    SendMessage: Write, Chat -> Any = "SEND MESSAGE" as [
        "SEND MESSAGE TO {recipient}, {text}",
        "SEND MESSAGE {text} [TO {recipient}]",
        "SEND MESSAGE {recipient}, {text}",
    ] {
        /// Who shall receive it; the person of this conversation when left out.
        recipient: Option<String>,
        /// What to say.
        text: Data,
    }

    /// Says something in another conversation of this bot.
    SendToSession: Write, Agents = "SEND TO SESSION" as ["SEND TO SESSION {session}, {text}"] {
        /// The conversation.
        session: String,
        /// What to say.
        text: Data,
    }
}
