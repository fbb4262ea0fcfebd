//! `basilect disasm`: the instructions behind a script.

use std::path::PathBuf;

use clap::Args;

use crate::{Exit, sources, terminal};

/// Show the instructions that a script is compiled to.
#[derive(Debug, Args)]
#[command(after_help = "\
With --native the machine code stands at the right, as it is made for a program that nobody has \
watched\n\
running yet: values whose kinds the program itself does not tell are left to the machine.\n\n\
Exit codes: 0 shown; 1 the bot has errors; 2 a file cannot be read.")]
pub struct Options {
    /// A bot's folder, a .bas script, or a .bot file
    path: PathBuf,
    /// Show the source above and the machine code beside the instructions
    #[arg(long)]
    native: bool,
}

impl Options {
    /// Compiles and lists.
    pub fn run(self) -> anyhow::Result<Exit> {
        let Some(package) = sources::package(&self.path)? else { return Ok(Exit::Findings) };
        if !self.native {
            terminal::out(&package.program.disassemble())?;
            return Ok(Exit::Success);
        }
        #[cfg(feature = "native")]
        {
            terminal::out(&self.beside(package.program)?)?;
            Ok(Exit::Success)
        }
        #[cfg(not(feature = "native"))]
        anyhow::bail!("this basilect was built without machine code (feature `native`)")
    }
}

#[cfg(feature = "native")]
mod native {
    use std::collections::BTreeMap;
    use std::fmt::Write;
    use std::sync::Arc;

    use basilect_vm::Program;
    use basilect_vm::program::Function;

    use super::Options;

    /// Where machine code begins.
    const RIGHT: usize = 52;

    impl Options {
        /// Source, instructions and machine code.
        pub fn beside(&self, program: Program) -> anyhow::Result<String> {
            let program = Arc::new(program);
            let listings = basilect_native::list(&program).map_err(anyhow::Error::msg)?;
            let mut out = String::new();
            for listing in listings {
                let Some(function) = program.functions.get(listing.function as usize) else {
                    continue;
                };
                let how = if listing.called { "called by machine code" } else { "entered" };
                let _ = writeln!(out, "{} ({how}): {} bytes", function.name, listing.bytes);
                let mut code: BTreeMap<Option<u32>, Vec<String>> = BTreeMap::new();
                for (pc, line) in listing.lines {
                    code.entry(pc).or_default().push(line);
                }
                let source = self.source(&program, function);
                for line in code.remove(&None).unwrap_or_default() {
                    let _ = writeln!(out, "{:RIGHT$}{line}", "");
                }
                list(&mut out, &program, function, &source, &code);
                out.push('\n');
            }
            Ok(out)
        }
        /// The lines of the script that a function is written in, where it can be read.
        fn source(&self, program: &Program, function: &Function) -> Vec<String> {
            let script = program.scripts.get(function.script as usize);
            let inside = script.map_or("", |script| script.path.as_str());
            let path = if self.path.is_dir() { self.path.join(inside) } else { self.path.clone() };
            let text = std::fs::read_to_string(path).unwrap_or_default();
            text.lines().map(str::to_string).collect()
        }
    }

    fn list(
        out: &mut String,
        program: &Program,
        function: &Function,
        source: &[String],
        code: &BTreeMap<Option<u32>, Vec<String>>,
    ) {
        let mut shown = 0;
        for pc in function.start..function.end {
            let Some(&i) = program.code.get(pc as usize) else { continue };
            let line = function.line_at(pc);
            if line != shown {
                let text = source.get(line.saturating_sub(1) as usize).map_or("", String::as_str);
                let _ = writeln!(out, "{line:>5} | {text}");
                shown = line;
            }
            let left = format!("{pc:>7}  {}", program.instruction(i));
            let right = code.get(&Some(pc)).map_or(&[][..], Vec::as_slice);
            let first = right.first().map_or("", String::as_str);
            let _ = writeln!(out, "{}", format!("{left:<RIGHT$}{first}").trim_end());
            for line in right.iter().skip(1) {
                let _ = writeln!(out, "{:RIGHT$}{line}", "");
            }
        }
    }
}
