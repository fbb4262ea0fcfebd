//! Asking a script's PARAMs from the person before it runs, when no model fills them in.

use basilect_compiler::package::manifest::ParamEntry;
use basilect_stdlib::Data;
use indexmap::IndexMap;

use super::state::{FormFrame, Frame, Question};
use super::turn::Turn;
use crate::error::{Error, Result};

impl Turn<'_> {
    /// Runs a script as soon as all its required PARAMs are known.
    pub(super) fn begin_form(
        &mut self,
        script: &str,
        inputs: IndexMap<String, Data>,
    ) -> Result<()> {
        match self.missing(script, &inputs) {
            None => self.push_script(script, inputs),
            Some(_) => {
                let form = FormFrame { script: script.into(), inputs, asking: String::new() };
                self.suspend_top()?;
                self.state.frames.push(Frame::Form(form));
                Ok(())
            }
        }
    }

    /// Asks the next PARAM, or runs the script.
    pub(super) fn form_step(&mut self) -> Result<()> {
        let Some(Frame::Form(form)) = self.state.frames.last().cloned() else {
            return Err(Error::Bug("no form is being asked".into()));
        };
        let Some(param) = self.missing(&form.script, &form.inputs) else {
            self.state.frames.pop();
            return self.push_script(&form.script, form.inputs);
        };
        if let Some(Frame::Form(top)) = self.state.frames.last_mut() {
            top.asking = param.name.clone();
        }
        let question = Question {
            kind: if param.choices.is_empty() { param.ty.clone() } else { String::new() },
            choices: param.choices.iter().map(|c| Data::text(c.as_str())).collect(),
            ..Question::default()
        };
        self.state.waiting = self.ask(question, Some(prompt(&param)));
        Ok(())
    }

    pub(super) fn form_answered(&mut self, value: Data) -> Result<()> {
        match self.state.frames.last_mut() {
            Some(Frame::Form(form)) => {
                form.inputs.insert(form.asking.to_lowercase(), value);
                Ok(())
            }
            _ => Err(Error::Bug("no form is being asked".into())),
        }
    }

    /// The first required PARAM without a value. A schedule has nobody to ask.
    fn missing(&self, script: &str, inputs: &IndexMap<String, Data>) -> Option<ParamEntry> {
        if matches!(self.row.channel.as_str(), "schedule" | "webhook") {
            return None;
        }
        let info = self.bot.entry(script)?;
        let known = |param: &&ParamEntry| inputs.contains_key(&param.name.to_lowercase());
        info.params.iter().find(|p| p.required && !known(p)).cloned()
    }
}

/// What to ask: the PARAM's description, or its name.
fn prompt(param: &ParamEntry) -> String {
    let text = param.description.clone().unwrap_or_else(|| param.name.replace('_', " "));
    let text = text.trim_end();
    if text.ends_with(['?', ':', '.', '!']) { text.to_string() } else { format!("{text}?") }
}
