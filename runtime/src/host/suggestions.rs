//! Buttons and switches.

use basilect_stdlib::words::suggestions::Call;

use crate::conversation::state::Suggestion;
use crate::conversation::{Served, Turn};

/// Buttons at most; more would fill any screen.
const BUTTONS_MAX: usize = 50;

impl Turn<'_> {
    pub(super) fn serve_suggestions(&mut self, call: Call) -> Served {
        match call {
            Call::AddSuggestion(add) => {
                let say = add.key.or(add.action.clone()).unwrap_or_else(|| add.label.clone());
                let tool = add.action.as_deref().and_then(|a| a.strip_prefix("tool:"));
                self.suggest(Suggestion {
                    say: tool.map_or(say, |_| add.label.clone()),
                    tool: tool.and_then(|tool| self.bot.script(tool)).map(str::to_string),
                    text: add.label,
                });
            }
            Call::AddSuggestionTool(add) => {
                let text = add.label.unwrap_or_else(|| add.tool.clone());
                let tool = self.bot.script(&add.tool).map(str::to_string);
                self.suggest(Suggestion { say: text.clone(), text, tool });
            }
            Call::AddSuggestionText(add) => {
                let text = add.label.unwrap_or_else(|| add.text.clone());
                self.suggest(Suggestion { text, say: add.text, tool: None });
            }
            Call::ClearSuggestions(_) => {
                self.state.suggestions_changed |= !self.state.suggestions.is_empty();
                self.state.suggestions.clear();
            }
            Call::AddSwitcher(add) => {
                let text = add.label.unwrap_or_else(|| add.key.clone());
                let switcher = Suggestion { text, say: add.key, tool: None };
                if !self.state.switchers.contains(&switcher) {
                    self.state.switchers.push(switcher);
                }
            }
            Call::ClearSwitchers(_) => self.state.switchers.clear(),
            Call::SetAnswerMode(set) => self.state.answer_mode = Some(set.mode.0),
        }
        Served::nothing()
    }

    /// A button of the same label replaces the one before.
    fn suggest(&mut self, suggestion: Suggestion) {
        self.state.suggestions.retain(|other| other.text != suggestion.text);
        if self.state.suggestions.len() < BUTTONS_MAX {
            self.state.suggestions.push(suggestion);
            self.state.suggestions_changed = true;
        }
    }
}
