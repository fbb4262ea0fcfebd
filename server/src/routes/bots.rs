//! The bots of this server, as anybody may see them.

use axum::Json;
use axum::extract::{Path, State};
use basilect_runtime::bots::Bot;
use serde_json::{Value, json};

use crate::App;
use crate::errors::Problem;

/// All bots that are public.
pub async fn list(State(app): State<App>) -> Json<Value> {
    let bots = app.conversations().services().bots.all();
    let public = bots.iter().filter(|bot| listed(bot));
    Json(json!({ "bots": public.map(|bot| describe(&app, bot)).collect::<Vec<_>>() }))
}

fn listed(bot: &Bot) -> bool {
    !bot.settings.text("public").is_some_and(|value| value.eq_ignore_ascii_case("false"))
}

/// One bot, listed or not.
pub async fn show(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let bot = app.conversations().services().bots.current(&name);
    let bot = bot.ok_or_else(|| Problem::not_found("the bot"))?;
    Ok(Json(describe(&app, &bot)))
}

/// What a page needs to know of a bot.
pub fn describe(app: &App, bot: &Bot) -> Value {
    let theme = |wanted: &dyn Fn(&str) -> bool| {
        let path = bot.theme_files().find(|path| wanted(path))?;
        Some(format!("{}/{}/theme/{path}", app.place(), bot.name))
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
