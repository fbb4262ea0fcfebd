//! Human operators and other bots.

use crate::keyword::Symbol;
use crate::{Data, keywords};

keywords! {
    family "agents";

    /// Hands the conversation to a human operator: status, assigned_to_name, queue_position …
    TransferToHuman: Suspend, Agents -> Map = "TRANSFER TO HUMAN"
    as ["TRANSFER TO HUMAN [{department}[, {priority}[, {context}]]]"] {
        /// Which department, or whom.
        department: Option<Data>,
        /// How urgent.
        priority: Option<Data>,
        /// What the operator should know.
        context: Option<Data>,
    }

    /// Gives the conversations that wait for an operator.
    GetQueue: Read, Agents -> Any = "GET QUEUE" as ["GET QUEUE [{filter}]"] {
        /// Which of them.
        filter: Option<Data>,
    }

    /// Gives the operators.
    GetAttendants: Read, Agents -> List = "GET ATTENDANTS" as ["GET ATTENDANTS [{status}]"] {
        /// Only those who are `online`, `busy` …
        status: Option<String>,
    }

    /// Gives figures of an operator's work.
    GetAttendantStats: Read, Agents -> Map = "GET ATTENDANT STATS" as ["GET ATTENDANT STATS {id}"] {
        /// The operator.
        id: String,
    }

    /// Gives whether an operator is there.
    GetAttendantStatus: Read, Agents -> Any = "GET ATTENDANT STATUS"
    as ["GET ATTENDANT STATUS {id}"] {
        /// The operator.
        id: String,
    }

    /// Says whether an operator is there.
    SetAttendantStatus: Write, Agents -> Any = "SET ATTENDANT STATUS" as [
        "SET ATTENDANT STATUS {id} TO {status}",
        "SET ATTENDANT STATUS {id}, {status}",
    ] {
        /// The operator.
        id: String,
        /// `online`, `busy`, `away`, `offline`
        status: String,
    }

    /// Gives a waiting conversation to an operator.
    AssignConversation: Write, Agents -> Any = "ASSIGN CONVERSATION" as [
        "ASSIGN CONVERSATION {session} TO {attendant}",
        "ASSIGN CONVERSATION {session}, {attendant}",
    ] {
        /// The conversation.
        session: String,
        /// The operator.
        attendant: String,
    }

    /// Marks a conversation as done.
    ResolveConversation: Write, Agents -> Any = "RESOLVE CONVERSATION" as [
        "RESOLVE CONVERSATION {session} WITH {reason}",
        "RESOLVE CONVERSATION {session}[, {reason}]",
    ] {
        /// The conversation.
        session: String,
        /// How it ended.
        reason: Option<String>,
    }

    /// Puts a tag on a conversation.
    TagConversation: Write, Agents -> Any = "TAG CONVERSATION" as [
        "TAG CONVERSATION {session} WITH {tag}",
        "TAG CONVERSATION {session}, {tag}",
    ] {
        /// The conversation.
        session: String,
        /// One tag or several.
        tag: Data,
    }

    /// Writes a note to a conversation that only operators see.
    AddNote: Write, Agents -> Any = "ADD NOTE" as [
        "ADD NOTE {session} WITH {note}",
        "ADD NOTE {session}, {note}",
    ] {
        /// The conversation.
        session: String,
        /// The note.
        note: String,
    }

    /// Says how urgent a conversation is.
    SetPriority: Write, Agents -> Any = "SET PRIORITY" as [
        "SET PRIORITY {session} TO {priority}",
        "SET PRIORITY {session}, {priority}",
    ] {
        /// The conversation.
        session: String,
        /// How urgent.
        priority: Data,
    }

    /// Gives an operator hints for the next answer.
    GetTips: Read, Agents -> Any = "GET TIPS" as ["GET TIPS {session}[, {message}]"] {
        /// The conversation.
        session: String,
        /// What the person said.
        message: Option<String>,
    }

    /// Puts an operator's answer into better words.
    PolishMessage: Read, Agents -> Any = "POLISH MESSAGE" as [
        "POLISH MESSAGE {message} WITH {tone}",
        "POLISH MESSAGE {message}[, {tone}]",
    ] {
        /// The answer.
        message: String,
        /// The tone.
        tone: Option<String>,
    }

    /// Gives an operator answers to choose from.
    GetSmartReplies: Read, Agents -> List = "GET SMART REPLIES" as ["GET SMART REPLIES {session}"] {
        /// The conversation.
        session: String,
    }

    /// Sums up a conversation.
    GetSummary: Read, Agents -> Any = "GET SUMMARY" as ["GET SUMMARY {session}"] {
        /// The conversation.
        session: String,
    }

    /// Gives what is known of a person's earlier conversations.
    GetCustomerHistory: Read, Agents -> Any = "GET CUSTOMER HISTORY"
    as ["GET CUSTOMER HISTORY {user}"] {
        /// The person.
        user: String,
    }

    /// Tells an operator something.
    NotifyAttendant: Write, Agents -> Any = "NOTIFY ATTENDANT" also ["NOTIFY AGENT"] as [
        "NOTIFY ATTENDANT {attendant} WITH {message}",
        "NOTIFY ATTENDANT {attendant}, {message}",
    ] {
        /// The operator.
        attendant: Data,
        /// What to say.
        message: Data,
    }

    /// Lets another bot take part in this conversation.
    AddBot: Write, Agents -> Any = "ADD BOT" as [
        "ADD BOT {bot} WITH TRIGGER {trigger}",
        "ADD BOT {bot} [TRIGGER ON {trigger}] [TOOLS {tools}] [SCHEDULE {schedule}]",
    ] {
        /// The bot.
        bot: String,
        /// The words that call it, separated by commas.
        trigger: Option<String>,
        /// The tools that call it.
        tools: Option<String>,
        /// When it speaks by itself.
        schedule: Option<String>,
    }

    /// Sends a bot out of this conversation.
    RemoveBot: Write, Agents -> Any = "REMOVE BOT" as ["REMOVE BOT {bot}"] {
        /// The bot.
        bot: String,
    }

    /// Gives the bots of this conversation.
    ListBots: Read, Agents -> List = "LIST BOTS" as ["LIST BOTS"] {}

    /// Lets another bot do something, and waits for its answer.
    Delegate: Suspend, Agents -> Any = "DELEGATE" as [
        "DELEGATE TO {bot}, {message} [TIMEOUT {timeout}]",
        "DELEGATE {message} TO BOT {bot} [TIMEOUT {timeout}]",
        "DELEGATE {message} TO {bot} [TIMEOUT {timeout}]",
    ] {
        /// What to do.
        message: Data,
        /// The bot.
        bot: String,
        /// Seconds after which the wait ends with null.
        timeout: Option<f64>,
    }

    /// Lets another bot see something that this bot remembers.
    BotShareMemory: Write, Agents -> Any = "BOT SHARE MEMORY"
    as ["BOT SHARE MEMORY {key} WITH {bot}"] {
        /// Under which name.
        key: String,
        /// The bot.
        bot: String,
    }

    /// Takes over what another bot shares.
    BotSyncMemory: Write, Agents -> Any = "BOT SYNC MEMORY" as ["BOT SYNC MEMORY FROM {bot}"] {
        /// The bot.
        bot: String,
    }

    /// Runs the steps of a workflow over bots and people.
    OrchestrateWorkflow: Suspend, Agents -> Any = "ORCHESTRATE WORKFLOW"
    as ["ORCHESTRATE WORKFLOW {name}[, {steps}]"] {
        /// The workflow.
        name: String,
        /// Its steps, one text each.
        steps: Option<Data>,
    }

    /// Escalates this conversation to somebody.
    EscalateTo: Write, Agents -> Any = "ESCALATE TO" as ["ESCALATE TO {whom}"] {
        /// Who takes it over.
        whom: Symbol,
    }
}
