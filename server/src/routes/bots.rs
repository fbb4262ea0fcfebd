//! The bots of this server, as anybody may see them.

use axum::Json;
use axum::extract::State;
use basilect_runtime::bots::Bot;
use serde_json::{Value, json};

use crate::App;

/// All bots that are public.
pub async fn list(State(app): State<App>) -> Json<Value> {
    let bots = app.conversations().services().bots.all();
    let public = bots.iter().filter(|bot| bot.settings.text("public") != Some("false"));
    Json(json!({ "bots": public.map(|bot| describe(bot)).collect::<Vec<_>>() }))
}

/// What a page needs to know of a bot.
pub fn describe(bot: &Bot) -> Value {
    let theme = |wanted: &dyn Fn(&str) -> bool| {
        let path = bot.theme_files().find(|path| wanted(path))?;
        Some(format!("/{}/theme/{path}", bot.name))
    };
    json!({
        "name": bot.name,
        "title": bot.settings.title(&bot.name),
        "description": bot.settings.text("bot-description").unwrap_or_default(),
        "color": bot.settings.text("theme-color1"),
        "logo": theme(&|path| path.starts_with("logo.")),
        "theme": theme(&|path| path.ends_with(".css")),
    })
}
