//! The options that several commands share for a language model.

use basilect_runtime::llm::Endpoint;
use clap::Args;

/// The model of bots that configure none.
#[derive(Clone, Debug, Args)]
pub struct ModelOptions {
    /// Server of the language model for bots that configure none (OpenAI's protocol)
    #[arg(long, value_name = "URL", env = "BASILECT_MODEL_URL")]
    model_url: Option<String>,
    /// Name of that model
    #[arg(long, value_name = "NAME", env = "BASILECT_MODEL_NAME", requires = "model_url")]
    model_name: Option<String>,
    /// Key of that server
    #[arg(
        long,
        value_name = "KEY",
        env = "BASILECT_MODEL_KEY",
        hide_env_values = true,
        requires = "model_url"
    )]
    model_key: Option<String>,
}

impl ModelOptions {
    /// Where that model lives, if there is one.
    pub fn endpoint(&self) -> Option<Endpoint> {
        Some(Endpoint {
            url: self.model_url.clone()?,
            path: None,
            model: self.model_name.clone().unwrap_or_else(|| "default".into()),
            key: self.model_key.clone(),
        })
    }
}

/// Reads `key=value`.
pub fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().into(), value.into())),
        _ => Err("write KEY=VALUE".into()),
    }
}
