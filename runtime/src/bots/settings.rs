//! The settings of a bot's `config.csv`, typed where the runtime uses them.

use basilect_compiler::package::Package;
use basilect_stdlib::{Capability, Data};
use indexmap::IndexMap;

use crate::llm::Endpoint;
use crate::ports::models::ChatRequest;

/// Settings by name, the values that scripts see, and the prompt file.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: IndexMap<String, String>,
    params: IndexMap<String, Data>,
    system_prompt: Option<String>,
}

impl Settings {
    /// The settings of a package, with the text of its prompt file.
    pub fn from_package(package: &Package) -> Settings {
        let prompt = package.manifest.system_prompt.as_ref();
        let prompt = prompt.and_then(|path| package.files.get(path));
        Settings {
            values: package.manifest.settings.clone(),
            params: package.manifest.params.clone(),
            system_prompt: prompt.map(|bytes| String::from_utf8_lossy(bytes).trim().to_string()),
        }
    }
    /// The setting of that name, unless it is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
    /// A setting that is a number.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }
    /// The first of several spellings that is set.
    fn any(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.text(name))
    }
    /// The bot's name for people.
    pub fn title(&self, name: &str) -> String {
        self.any(&["bot-name", "theme-title"]).unwrap_or(name).to_string()
    }
    /// The IANA zone in which its scripts see dates.
    pub fn zone(&self) -> &str {
        self.any(&["time-zone", "timezone", "bot-timezone"]).unwrap_or("UTC")
    }
    /// The prompt file of the `.gbot` folder, or the setting.
    pub fn system_prompt(&self) -> Option<&str> {
        self.any(&["bot-system-prompt", "system-prompt"]).or(self.system_prompt.as_deref())
    }
    /// Messages of history that a model is told.
    pub fn history_limit(&self) -> usize {
        self.number("history-limit").unwrap_or(10).min(100)
    }
    /// Where its model lives, if it has one of its own.
    pub fn endpoint(&self) -> Option<Endpoint> {
        let url = self.text("llm-url")?.to_string();
        Some(Endpoint {
            url,
            path: self.text("llm-endpoint-path").map(str::to_string),
            model: self.any(&["llm-model", "model-default"]).unwrap_or("default").to_string(),
            key: self.any(&["llm-key", "llm-api-key"]).filter(|k| *k != "none").map(Into::into),
        })
    }
    /// A request with the model parameters of the settings; `model` is that of USE MODEL.
    pub fn chat_request(&self, model: Option<&str>) -> ChatRequest {
        ChatRequest {
            model: model.unwrap_or_default().to_string(),
            temperature: self.number("llm-temperature"),
            max_tokens: self.number("llm-max-tokens"),
            ..ChatRequest::default()
        }
    }
    /// The inputs of a script: `param-*` settings, and what the caller gives.
    pub fn with_params(&self, inputs: IndexMap<String, Data>) -> IndexMap<String, Data> {
        let mut all = self.params.clone();
        all.extend(inputs);
        all
    }
    /// The value of `param-NAME`.
    pub fn param(&self, name: &str) -> Data {
        let wanted = name.to_lowercase();
        self.params.get(&wanted).cloned().unwrap_or_default()
    }
    /// Whether the bot may use keywords of a capability: what `capabilities` lists, or, without
    /// that setting, all but running foreign code and administration.
    pub fn grants(&self, capability: Capability) -> bool {
        let named = |list: &str| {
            let name = format!("{capability:?}");
            list.split([',', ';', ' ']).any(|one| one.trim().eq_ignore_ascii_case(&name))
        };
        match (capability, self.text("capabilities")) {
            (Capability::None | Capability::Chat, _) => true,
            (_, Some(list)) => named(list),
            (Capability::Execution | Capability::Administration, None) => false,
            _ => true,
        }
    }
    /// Every setting, for GET "config", "key"; secrets are left out.
    pub fn public(&self, name: &str) -> Option<&str> {
        let secret = ["key", "pass", "secret", "token"].iter().any(|word| name.contains(word));
        self.text(name).filter(|_| !secret)
    }
    /// Allows tests and the command line to change a setting.
    pub fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_string(), value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_needs_an_address() {
        let mut settings = Settings::default();
        assert_eq!(settings.endpoint(), None);
        settings.set("llm-url", "http://127.0.0.1:8081");
        settings.set("llm-key", "none");
        let endpoint = settings.endpoint().expect("configured");
        assert_eq!((endpoint.model.as_str(), endpoint.key), ("default", None));
    }

    #[test]
    fn capabilities_are_granted_by_name() {
        let mut settings = Settings::default();
        assert!(settings.grants(Capability::Data) && !settings.grants(Capability::Execution));
        settings.set("capabilities", "memory, execution");
        assert!(!settings.grants(Capability::Data) && settings.grants(Capability::Execution));
        assert!(settings.grants(Capability::Chat));
    }

    #[test]
    fn secrets_are_not_readable_by_scripts() {
        let mut settings = Settings::default();
        settings.set("email-pass", "hunter2");
        settings.set("bot-name", "Shop");
        assert_eq!(settings.public("email-pass"), None);
        assert_eq!(settings.public("bot-name"), Some("Shop"));
    }
}
