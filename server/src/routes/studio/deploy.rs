//! Deploying a draft, or an earlier version, with a plan that is seen first.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use basilect_compiler::package::Package;
use basilect_runtime::bots::Plan;
use serde::Deserialize;
use serde_json::{Value, json};

use super::bots::{of_folder, origin};
use super::chat::compiled;
use crate::App;
use crate::access::Editor;
use crate::bootstrap::taken_name;
use crate::errors::Problem;
use crate::studio::drafts::{Expected, Origin, hash};
use crate::studio::{folder, paths, tests};

/// What a plan is asked for: an earlier version, or the draft without one.
#[derive(Deserialize)]
pub struct Wanted {
    version: Option<String>,
}

/// What a deploy would do.
pub async fn plan(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Result<Json<Value>, Problem> {
    if let Some(version) = wanted.version {
        let package = earlier(&app, &bot, &version).await?;
        return told(&app, package, json!({ "errors": [], "tests": [], "rollback": true })).await;
    }
    let built = compiled(&app, &bot).await?;
    let Some(package) = built.package else {
        let base = app.conversations().services().bots.current(&bot).map(|bot| bot.hash.clone());
        let errors = json!({ "errors": built.errors, "tests": [], "same": false, "base": base });
        return Ok(Json(errors));
    };
    let tests = {
        let draft = app.studio().drafts.folder(&bot)?;
        let _place = app.studio().work.acquire().await;
        tests::run(package.clone(), draft).await?
    };
    let folder = folder_of(&app, &bot);
    let more = json!({ "errors": [], "tests": tests, "rollback": false, "folder": folder });
    told(&app, package, more).await
}

/// The plan of a package as JSON, with more that is known.
async fn told(app: &App, package: Package, more: Value) -> Result<Json<Value>, Problem> {
    let services = app.conversations().services();
    let plan: Plan = services.bots.plan(package, services.clock.now_ms()).await?;
    let mut told = serde_json::to_value(plan).unwrap_or_default();
    if let (Value::Object(told), Value::Object(more)) = (&mut told, more) {
        told.extend(more);
    }
    Ok(Json(told))
}

/// What becomes of the folder that the bot is served from.
fn folder_of(app: &App, bot: &str) -> Value {
    let Some(place) = app.folders().path(bot) else { return Value::Null };
    let kept = match app.watches() {
        true => folder::refuses(&place),
        false => Some("the server does not watch its folders (--no-watch)".to_string()),
    };
    let origin = app.studio().drafts.origin(bot).unwrap_or_default();
    let changed = if kept.is_none() { folder::changed_since(&place, &origin) } else { Vec::new() };
    json!({ "kept": kept, "changed": changed })
}

/// The package of a version that was in service.
async fn earlier(app: &App, bot: &str, version: &str) -> Result<Package, Problem> {
    let store = &app.conversations().services().store;
    let known = store.deployments(bot).await.map_err(basilect_runtime::Error::from)?;
    let unknown = || Problem::not_found("this version");
    known.iter().find(|one| one.hash == version).ok_or_else(unknown)?;
    let bytes = store.package(version).await.map_err(basilect_runtime::Error::from)?;
    let bytes = bytes.ok_or_else(unknown)?;
    Package::from_bytes(&bytes).map_err(|error| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_package", error.to_string())
    })
}

/// What was seen in a plan, and shall be done now.
#[derive(Deserialize)]
pub struct Confirmed {
    version: String,
    base: Option<String>,
    #[serde(default)]
    rollback: bool,
}

/// Does exactly what the plan said: the same package over the same version, or nothing.
pub async fn deploy(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
    Json(confirmed): Json<Confirmed>,
) -> Result<Json<Value>, Problem> {
    if let Some(taken) = taken_name(&bot) {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_package", taken));
    }
    let package = match confirmed.rollback {
        true => Some(earlier(&app, &bot, &confirmed.version).await?),
        false => compiled(&app, &bot).await?.package,
    };
    let package = package.ok_or_else(|| stale("the draft has errors now"))?;
    let _one = app.studio().deploying.lock().await;
    let services = app.conversations().services();
    let live = services.bots.current(&bot).map(|bot| bot.hash.clone());
    if live != confirmed.base {
        return Err(stale("what is in service is not what the plan was made for"));
    }
    if package.version() != confirmed.version {
        return Err(stale("the draft was changed after the plan was made"));
    }
    let word = if confirmed.rollback { "rollback" } else { "studio" };
    let now = services.clock.now_ms();
    // The folder is written first: what the watcher then finds is what is put into service here.
    let written = if confirmed.rollback { back(&app, &bot, &package) } else { forth(&app, &bot) };
    let deployed = services.bots.deploy_from(word, package, now).await?;
    tracing::info!(bot = %bot, version = %deployed.version, origin = word, "deployed");
    Ok(Json(json!({ "bot": bot, "version": deployed.version, "folder": written })))
}

fn stale(detail: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "stale_plan", format!("{detail}; look at the plan again"))
}

/// Writes the draft into the bot's folder, unless it must stay as it is; the draft begins anew from
/// there.
fn forth(app: &App, bot: &str) -> Value {
    let Ok(draft) = app.studio().drafts.folder(bot) else { return Value::Null };
    let known = app.studio().drafts.origin(bot).unwrap_or_default();
    let outcome = into_folder(app, bot, |place| folder::write_back(&draft, place, &known));
    let kept = outcome["kept"].is_string();
    if !kept {
        let live = app.conversations().services().bots.current(bot).map(|bot| bot.hash.clone());
        let fresh = origin(app, &known.from, live, &of_folder(&draft));
        keep_origin(app, bot, &fresh);
    }
    outcome
}

/// Writes an earlier version into the bot's folder. Its tests are no part of a package and stay.
/// The draft stays too, and knows that the folder was changed by us.
fn back(app: &App, bot: &str, package: &Package) -> Value {
    let outcome = into_folder(app, bot, |place| put(place, package));
    let known = app.studio().drafts.origin(bot);
    if let (Some(place), Ok(known)) = (app.folders().path(bot), known)
        && outcome["written"] == true
    {
        let fresh = Origin { files: folder::hashes(&place), ..known };
        keep_origin(app, bot, &fresh);
    }
    outcome
}

/// Makes a folder hold the files of a package, and no other files that a package would have.
fn put(place: &std::path::Path, package: &Package) -> std::io::Result<()> {
    let usable = package.files.iter().filter(|(path, _)| paths::leads_out(path).is_none());
    let files: Vec<_> = usable.map(|(path, bytes)| (path.as_str(), bytes.to_vec())).collect();
    folder::put(place, &files)?;
    let there = folder::hashes(place).into_keys();
    let packed = |path: &String| basilect_compiler::package::layout::role(path).is_some();
    for path in there.filter(|path| packed(path) && !package.files.contains_key(path)) {
        std::fs::remove_file(place.join(path))?;
    }
    Ok(())
}

fn keep_origin(app: &App, bot: &str, origin: &Origin) {
    if let Err(problem) = app.studio().drafts.set_origin(bot, origin) {
        tracing::warn!(bot, detail = %problem.detail, "the draft keeps its old origin");
    }
}

fn into_folder(
    app: &App,
    bot: &str,
    write: impl FnOnce(&std::path::Path) -> std::io::Result<()>,
) -> Value {
    let about = folder_of(app, bot);
    let Some(place) = app.folders().path(bot) else { return json!({ "written": false }) };
    let changed = about["changed"].as_array().is_some_and(|changed| !changed.is_empty());
    let kept = match (about["kept"].as_str(), changed) {
        (Some(kept), _) => kept.to_string(),
        (None, true) => "files in it were changed since the draft was begun".to_string(),
        (None, false) => match write(&place) {
            Ok(()) => return json!({ "written": true }),
            Err(error) => folder::forbidden(&place, &error),
        },
    };
    tracing::warn!(bot, kept, "the folder of the bot stays as it is");
    json!({ "written": false, "kept": kept })
}

/// Takes over into the draft what was changed in the bot's folder since the draft was begun.
pub async fn take_folder(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
) -> Result<Json<Value>, Problem> {
    let place = app.folders().path(&bot).ok_or_else(|| Problem::not_found("the bot's folder"))?;
    let drafts = &app.studio().drafts;
    let known = drafts.origin(&bot)?;
    let taken = folder::changed_since(&place, &known);
    for path in &taken {
        let expected = match drafts.read(&bot, path) {
            Ok(bytes) => Expected::Hash(hash(&bytes)),
            Err(_) => Expected::Absent,
        };
        match (std::fs::read(place.join(path)), &expected) {
            (Ok(bytes), _) => drop(drafts.write(&bot, path, &bytes, &expected)?),
            (Err(_), Expected::Absent) => {}
            (Err(_), _) => drafts.remove(&bot, path, &expected)?,
        }
    }
    let live = app.conversations().services().bots.current(&bot).map(|bot| bot.hash.clone());
    drafts.set_origin(&bot, &origin(&app, "folder", live, &of_folder(&place)))?;
    Ok(Json(json!({ "taken": taken })))
}

/// What was in service, the newest first.
pub async fn versions(
    _: Editor,
    State(app): State<App>,
    Path(bot): Path<String>,
) -> Result<Json<Value>, Problem> {
    let services = app.conversations().services();
    let known = services.store.deployments(&bot).await.map_err(basilect_runtime::Error::from)?;
    let versions =
        known.iter().map(|one| json!({ "version": one.hash, "at": one.at, "origin": one.origin }));
    Ok(Json(json!({
        "versions": versions.collect::<Vec<_>>(),
        "current": services.bots.current(&bot).map(|bot| bot.hash.clone()),
    })))
}
