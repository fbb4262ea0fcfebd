//! A small language model behind the HTTP interface that most providers speak.

use super::{Service, Variables, answers, free_port, fresh_folder, shown};
use crate::tools;
use anyhow::Result;
use std::process::Command;

/// The variable that holds the model server's address for the tests.
pub const VARIABLE: &str = "BASILECT_TEST_LLM_URL";
/// The variable that names the model for the tests.
const MODEL_VARIABLE: &str = "BASILECT_TEST_MODEL";
const MODEL: &str = "smollm2-135m-instruct";
const SERVER: &str = include_str!("model.py");

/// Serves the model on a free port, on the CPU.
pub fn start() -> Result<(Service, Variables)> {
    let model = tools::model_server()?;
    let port = free_port()?;
    let folder = fresh_folder("model", None)?;
    std::fs::write(folder.join("model.py"), SERVER)?;
    let mut server = Command::new("python3");
    server.args(["model.py", &shown(&model.library), &shown(&model.weights), MODEL]);
    server.arg(port.to_string());
    let service = Service::start("the model server", folder, "TERM", &server, None)?;
    service.await_ready(|| answers(&format!("127.0.0.1:{port}/health")))?;
    let variables = vec![
        (VARIABLE, format!("http://127.0.0.1:{port}/v1")),
        (MODEL_VARIABLE, MODEL.to_string()),
    ];
    Ok((service, variables))
}
