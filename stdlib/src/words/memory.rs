//! What is remembered of the bot, the person and the conversation.

use crate::keyword::Target;
use crate::{Data, keywords};

keywords! {
    family "memory";

    /// Gives a value that the bot remembers across all people.
    GetBotMemory: Read, Memory -> Any = "GET BOT MEMORY" as ["GET BOT MEMORY {key}[, {default}]"] {
        /// Under which name.
        key: String,
        /// What to answer when nothing is remembered.
        default: Option<Data>,
    }

    /// Remembers a value for the bot, across all people.
    SetBotMemory: Write, Memory = "SET BOT MEMORY" as [
        "SET BOT MEMORY {key}, {value}",
        "SET BOT MEMORY {key} AS {value}",
        "SET BOT MEMORY {key} = {value}",
    ] {
        /// Under which name.
        key: String,
        /// What to remember.
        value: Data,
    }

    /// Gives a value that is remembered of this person, in whichever conversation it was set.
    GetUserMemory: Read, Memory -> Any = "GET USER MEMORY"
    as ["GET USER MEMORY {key}[, {default}]"] {
        /// Under which name.
        key: String,
        /// What to answer when nothing is remembered.
        default: Option<Data>,
    }

    /// Remembers a value of this person for all conversations.
    SetUserMemory: Write, Memory = "SET USER MEMORY" as [
        "SET USER MEMORY {key}, {value}",
        "SET USER MEMORY {key} AS {value}",
        "SET USER MEMORY {key} = {value}",
    ] {
        /// Under which name.
        key: String,
        /// What to remember.
        value: Data,
    }

    /// Gives a value of this conversation, or of another conversation of the bot.
    GetSession: Read, Memory -> Any = "GET SESSION" as [
        "GET SESSION {session}, {key}",
        "GET SESSION {key}",
    ] {
        /// The conversation; this one when left out.
        session: Option<String>,
        /// Under which name.
        key: String,
    }

    /// Remembers a value for this conversation, or for another conversation of the bot.
    SetSession: Write, Memory = "SET SESSION" as [
        "SET SESSION {session}, {key}, {value}",
        "SET SESSION {key}, {value}",
        "SET SESSION {key} AS {value}",
        "SET SESSION {key} = {value}",
    ] {
        /// The conversation; this one when left out.
        session: Option<String>,
        /// Under which name.
        key: String,
        /// What to remember.
        value: Data,
    }

    /// Sets a value by its name: `SET "session.step", 2`, a variable, or rows of a table.
    ///
    /// A name that begins with `session.`, `user.` or `bot.` belongs to that memory, any other
    /// name to the conversation. With three arguments it changes the rows of a table.
    Set: Write, Memory -> Any = "SET" as [
        "SET {table}, {filter}, {changes}",
        "SET {target}, {value}",
        "SET {name}, {value}",
        "SET {name} = {value}",
    ] {
        /// The variable that receives the value.
        target: Option<Target>,
        /// The name of a remembered value.
        name: Option<String>,
        /// The value.
        value: Option<Data>,
        /// The table whose rows change.
        table: Option<String>,
        /// Which rows change.
        filter: Option<Data>,
        /// What changes: `column = value`, or a map.
        changes: Option<Data>,
    }

    /// Remembers a value of this person, for good or for some time.
    Remember: Write, Memory = "REMEMBER" as [
        "REMEMBER {key} = {value}",
        "REMEMBER {key} AS {value}",
        "REMEMBER {key}, {value}[, {ttl}]",
    ] {
        /// Under which name.
        key: String,
        /// What to remember.
        value: Data,
        /// For how long: seconds, or a text such as `7 days`.
        ttl: Option<Data>,
    }

    /// Gives what REMEMBER has stored.
    Recall: Read, Memory -> Any = "RECALL" as [
        "RECALL {key} INTO {target}",
        "RECALL {key}[, {default}]",
    ] {
        /// Under which name.
        key: String,
        /// The variable that receives it.
        target: Option<Target>,
        /// What to answer when nothing is remembered.
        default: Option<Data>,
    }

    /// Forgets what REMEMBER has stored.
    Forget: Write, Memory = "FORGET" as ["FORGET {key}"] {
        /// Under which name.
        key: String,
    }

    /// Keeps a value for a short time, shared by all conversations of the bot.
    CacheSet: Write, Memory = "CACHE SET" as ["CACHE SET {key}, {value}[, {ttl}]"] {
        /// Under which name.
        key: String,
        /// What to keep.
        value: Data,
        /// Seconds until it is dropped.
        ttl: Option<i64>,
    }

    /// Gives what CACHE SET keeps; null when its time is over.
    CacheGet: Read, Memory -> Any = "CACHE GET" as ["CACHE GET {key}"] {
        /// Under which name.
        key: String,
    }

    /// Tells the model something that it shall know in this conversation.
    SetContext: Write, Memory = "SET CONTEXT" as [
        "SET CONTEXT {name} AS {text}",
        "SET CONTEXT {name}, {text}",
        "SET CONTEXT {text}",
    ] {
        /// The name under which it can be replaced.
        name: Option<String>,
        /// What the model shall know.
        text: Data,
    }

    /// Takes back what SET CONTEXT told the model.
    ClearContext: Write, Memory = "CLEAR CONTEXT" as ["CLEAR CONTEXT [{name}]"] {
        /// Only the text of this name.
        name: Option<String>,
    }

    /// Says who the model is in this conversation; the text of a BEGIN SYSTEM PROMPT block.
    SystemPrompt: Write, Memory = "SYSTEM PROMPT" also ["SET SYSTEM PROMPT"]
    as ["SYSTEM PROMPT {text}"] {
        /// The instruction.
        text: String,
    }

    /// Says who the person of this conversation is.
    SetUser: Write, Administration = "SET USER" as ["SET USER {user}"] {
        /// The identity.
        user: String,
    }
}
