//! Putting a draft where it can be talked with.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::App;
use crate::access::Editor;
use crate::errors::Problem;
use crate::studio::workshop::{Compiled, compile};

/// Compiles a draft; without errors, new conversations run on it from now on.
pub async fn build(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
) -> Result<Json<Value>, Problem> {
    let Compiled { package, errors } = compiled(&app, &bot).await?;
    let served = match package {
        Some(package) => Some(app.studio().workshop.serve(package).await?),
        None => None,
    };
    Ok(Json(json!({
        "version": served.as_ref().map(|served| &served.version),
        "changed": served.is_some_and(|served| served.changed),
        "errors": errors,
    })))
}

/// The draft, compiled as soon as there is room for it.
pub async fn compiled(app: &App, bot: &str) -> Result<Compiled, Problem> {
    let folder = app.studio().drafts.folder(bot)?;
    let _place = app.studio().work.acquire().await;
    compile(folder, bot).await
}
