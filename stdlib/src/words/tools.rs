//! Scripts that the model may call.

use crate::{Data, keywords};

keywords! {
    family "tools";

    /// Lets the model call a script of this bot in this conversation.
    AddTool: Write, Models -> Any = "ADD TOOL" also ["USE TOOL"]
    as ["ADD TOOL {tool}[, {arguments...}]"] {
        /// The script.
        tool: String,
        /// Arguments with which to run it at once.
        arguments: Vec<Data>,
    }

    /// Takes a script away from the model.
    RemoveTool: Write, Models = "REMOVE TOOL" as ["REMOVE TOOL {tool}"] {
        /// The script.
        tool: String,
    }

    /// Takes all scripts away from the model.
    ClearTools: Write, Models = "CLEAR TOOLS" as ["CLEAR TOOLS"] {}

    /// Gives the names of the scripts that the model may call now.
    ListTools: Read, Models -> List = "LIST TOOLS" as ["LIST TOOLS"] {}
}
