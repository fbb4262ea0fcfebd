//! Code in other languages and tools of other servers.

use crate::{Data, keywords};

keywords! {
    family "execution";

    /// Runs Python in a sandbox and answers what it prints.
    RunPython: Write, Execution -> Any = "RUN PYTHON" as [
        "RUN PYTHON WITH FILE {file}",
        "RUN PYTHON {code}",
    ] {
        /// The code.
        code: Option<String>,
        /// A file of the drive that holds it.
        file: Option<String>,
    }

    /// Runs JavaScript in a sandbox and answers what it prints.
    RunJavascript: Write, Execution -> Any = "RUN JAVASCRIPT" as [
        "RUN JAVASCRIPT WITH FILE {file}",
        "RUN JAVASCRIPT {code}",
    ] {
        /// The code.
        code: Option<String>,
        /// A file of the drive that holds it.
        file: Option<String>,
    }

    /// Runs a shell script in a sandbox and answers what it prints.
    RunBash: Write, Execution -> Any = "RUN BASH" as [
        "RUN BASH WITH FILE {file}",
        "RUN BASH {code}",
    ] {
        /// The code.
        code: Option<String>,
        /// A file of the drive that holds it.
        file: Option<String>,
    }

    /// Calls a tool of a Model Context Protocol server.
    UseMcp: Write, Execution -> Any = "USE MCP" as ["USE MCP {server}, {tool}[, {arguments}]"] {
        /// The server.
        server: String,
        /// The tool.
        tool: String,
        /// Its arguments.
        arguments: Option<Data>,
    }
}
