//! Scripts that the model may call.

use basilect_stdlib::Data;
use basilect_stdlib::words::tools::Call;

use crate::bots::script_key;
use crate::conversation::{Served, Turn};

impl Turn<'_> {
    pub(super) fn serve_tools(&mut self, call: Call) -> Served {
        match call {
            Call::AddTool(add) => match self.bot.script(&add.tool).map(str::to_string) {
                Some(tool) => {
                    if !self.state.tools.contains(&tool) {
                        self.state.tools.push(tool);
                    }
                    Served::nothing()
                }
                // A conversation is worth more than one of its tools.
                None => {
                    let bot = &self.bot.name;
                    tracing::warn!(%bot, "there is no script {} to be a tool", add.tool);
                    Served::nothing()
                }
            },
            Call::RemoveTool(remove) => {
                let key = script_key(&remove.tool);
                self.state.tools.retain(|tool| script_key(tool) != key);
                Served::nothing()
            }
            Call::ClearTools(_) => {
                self.state.tools.clear();
                Served::nothing()
            }
            Call::ListTools(_) => Served::value(Data::List(
                self.state.tools.iter().map(|tool| Data::text(tool.as_str())).collect(),
            )),
        }
    }
}
