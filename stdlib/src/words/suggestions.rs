//! Buttons and switches above the input line.

use crate::keyword::Word;
use crate::keywords;

keywords! {
    family "suggestions";

    /// Offers a button that sends its text, or runs a tool when clicked.
    AddSuggestion: Write, Chat = "ADD SUGGESTION" as [
        "ADD SUGGESTION {key} AS {label}",
        "ADD SUGGESTION {label}, {action}",
        "ADD SUGGESTION {label}",
    ] {
        /// The context or answer that the button stands for.
        key: Option<String>,
        /// What the button says.
        label: String,
        /// What a click does: `tool:name`, `action:name` or a text to send.
        action: Option<String>,
    }

    /// Offers a button that runs a tool of this bot.
    AddSuggestionTool: Write, Chat = "ADD SUGGESTION TOOL" as [
        "ADD SUGGESTION TOOL {tool} AS {label}",
        "ADD SUGGESTION TOOL {tool}[, {label}]",
    ] {
        /// The tool: the name of a script.
        tool: String,
        /// What the button says; the tool's name when left out.
        label: Option<String>,
    }

    /// Offers a button that sends a text other than its label.
    AddSuggestionText: Write, Chat = "ADD SUGGESTION TEXT" as [
        "ADD SUGGESTION TEXT {text} AS {label}",
        "ADD SUGGESTION TEXT {text}[, {label}]",
    ] {
        /// What a click sends.
        text: String,
        /// What the button says; the text when left out.
        label: Option<String>,
    }

    /// Removes all buttons.
    ClearSuggestions: Write, Chat = "CLEAR SUGGESTIONS" as ["CLEAR SUGGESTIONS"] {}

    /// Offers a switch that adds an instruction for the model while it is on.
    AddSwitcher: Write, Chat = "ADD SWITCHER" as [
        "ADD SWITCHER {key} AS {label}",
        "ADD SWITCHER {key}[, {label}]",
    ] {
        /// The instruction, or the name of a known one.
        key: String,
        /// What the switch says.
        label: Option<String>,
    }

    /// Removes all switches.
    ClearSwitchers: Write, Chat = "CLEAR SWITCHERS" as ["CLEAR SWITCHERS"] {}

    /// Chooses how the model answers in this conversation.
    SetAnswerMode: Write, Chat = "SET ANSWER MODE" as ["SET ANSWER MODE {mode}"] {
        /// `default`, `direct`, `tool`, `document`, `sql`, `chart` …
        mode: Word,
    }
}
