//! What a deploy would change, told before it does anything.

use std::collections::BTreeMap;

use basilect_compiler::package::Package;
use serde::Serialize;

use super::deploy::{check_settings, effects};
use super::{Bot, Bots};
use crate::conversation::state::State;
use crate::error::{Error, Result};
use crate::ports::store::{Schedule, TableShape};

/// Conversations that are looked at to find those that wait in the middle of a script.
const LOOKED_AT_MAX: u32 = 5_000;
/// Conversations that are read at once.
const PAGE: u32 = 200;
/// Bytes of a text that is shown with its changes.
const SHOWN_BYTES_MAX: usize = 256 << 10;

/// What a deploy would change.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Plan {
    /// The content hash of the package.
    pub version: String,
    /// The version that is in service.
    pub base: Option<String>,
    /// Whether both are the same.
    pub same: bool,
    /// Files that differ.
    pub files: Vec<FileChange>,
    /// Conversations that wait in the middle of a script, by the version they are pinned to.
    pub waiting: Vec<Waiting>,
    /// What changes in tables.
    pub tables: Vec<TableChange>,
    /// What changes in schedules.
    pub schedules: Vec<Change>,
    /// What changes in settings.
    pub settings: Vec<Change>,
}

/// How something differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is new.
    Added,
    /// It is another.
    Changed,
    /// It goes.
    Removed,
}

/// A file that differs, with both texts where it is text that can be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// Its path.
    pub path: String,
    /// How.
    pub kind: Kind,
    /// Its text in service.
    pub before: Option<String>,
    /// Its text in the package.
    pub after: Option<String>,
}

/// Conversations that go on with the version that they began with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The version.
    pub version: String,
    /// How many.
    pub count: u32,
    /// Whether there may be more: only the last ones are looked at.
    pub more: bool,
}

/// What changes in a table: a word for programs, and what fills the sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableChange {
    /// `added`, `undeclared`, `key_changed`, `column_added`, `column_removed`, `column_changed`.
    pub kind: &'static str,
    /// The table, then the column or keys, then old and new.
    pub words: Vec<String>,
}

/// Something else that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// How.
    pub kind: Kind,
    /// What.
    pub text: String,
}

impl Bots {
    /// What deploying this package would change. Errors are those that the deploy itself would
    /// give.
    pub async fn plan(&self, package: Package, now: i64) -> Result<Plan> {
        package.to_bytes().map_err(|e| Error::invalid("bad_package", e.to_string()))?;
        check_settings(&package)?;
        let new = Bot::from_package(package);
        let deploy = effects(&new, now)?;
        let live = self.current(&new.name);
        let base = live.as_ref().map(|live| live.hash.clone());
        let schedules = self.store.schedules(&new.name).await?;
        Ok(Plan {
            same: base.as_deref() == Some(new.hash.as_str()),
            version: new.hash.clone(),
            files: files(live.as_deref(), &new),
            waiting: self.waiting(&new.name).await?,
            tables: tables(&self.store.tables(&new.name).await?, &deploy.tables),
            schedules: of_schedules(&schedules, &deploy.schedules),
            settings: of_settings(live.as_deref(), &new),
            base,
        })
    }

    /// Conversations that wait in the middle of a script, among those that changed last.
    async fn waiting(&self, bot: &str) -> Result<Vec<Waiting>> {
        let (mut counts, mut seen, mut before) = (BTreeMap::<String, u32>::new(), 0, None);
        loop {
            let page = self.store.list(Some(bot), before, PAGE).await?;
            for one in &page {
                let stored = self.store.conversation(&one.id).await?;
                // A state that cannot be read belongs to a release that nobody runs here.
                let state = stored.and_then(|stored| State::from_bytes(&stored.state).ok());
                if state.is_some_and(|state| !state.idle()) {
                    *counts.entry(one.program.clone()).or_default() += 1;
                }
            }
            seen += PAGE;
            let last = page.len() < PAGE as usize;
            if last || seen >= LOOKED_AT_MAX {
                let waiting = |(version, count)| Waiting { version, count, more: !last };
                return Ok(counts.into_iter().map(waiting).collect());
            }
            before = page.last().map(|one| (one.updated_at, one.id.clone()));
        }
    }
}

fn files(live: Option<&Bot>, new: &Bot) -> Vec<FileChange> {
    let text = |bytes: Option<&Vec<u8>>| {
        let shown = bytes.filter(|bytes| bytes.len() <= SHOWN_BYTES_MAX && !bytes.contains(&0));
        shown.and_then(|bytes| String::from_utf8(bytes.clone()).ok())
    };
    let change = |path: &String, kind, before: Option<&Vec<u8>>, after: Option<&Vec<u8>>| {
        let (before, after) = (text(before), text(after));
        FileChange { path: path.clone(), kind, before, after }
    };
    let none = indexmap::IndexMap::new();
    let old = live.map_or(&none, |live| &live.files);
    let mut found: Vec<FileChange> = Vec::new();
    for (path, after) in &new.files {
        match old.get(path) {
            None => found.push(change(path, Kind::Added, None, Some(after))),
            Some(before) if before != after => {
                found.push(change(path, Kind::Changed, Some(before), Some(after)));
            }
            Some(_) => {}
        }
    }
    let gone = old.iter().filter(|(path, _)| !new.files.contains_key(*path));
    found.extend(gone.map(|(path, before)| change(path, Kind::Removed, Some(before), None)));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn tables(old: &[TableShape], new: &[TableShape]) -> Vec<TableChange> {
    let mut found = Vec::new();
    let mut tell = |kind, words: &[&str]| {
        let words = words.iter().map(|word| (*word).to_string()).collect();
        found.push(TableChange { kind, words });
    };
    for table in new {
        let name = table.name.as_str();
        let Some(before) = old.iter().find(|before| before.name == table.name) else {
            tell("added", &[name]);
            continue;
        };
        if before.key != table.key {
            tell("key_changed", &[name, &before.key, &table.key]);
        }
        for column in &table.columns {
            match before.columns.iter().find(|old| same(&old.name, &column.name)) {
                None => tell("column_added", &[name, &column.name]),
                Some(old) if old.ty != column.ty => {
                    tell("column_changed", &[name, &column.name, &old.ty, &column.ty]);
                }
                Some(_) => {}
            }
        }
        let gone = |old: &str| !table.columns.iter().any(|column| same(&column.name, old));
        let lost = before.columns.iter().filter(|old| gone(&old.name));
        lost.for_each(|old| tell("column_removed", &[name, &old.name]));
    }
    let gone = old.iter().filter(|before| !new.iter().any(|table| table.name == before.name));
    gone.for_each(|before| tell("undeclared", &[&before.name]));
    found
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn of_schedules(old: &[Schedule], new: &[Schedule]) -> Vec<Change> {
    let text = |one: &Schedule| format!("{}: {} ({})", one.script, one.rule, one.zone);
    let declared = old.iter().filter(|one| one.declared);
    let old: BTreeMap<&str, String> = declared.map(|one| (one.id.as_str(), text(one))).collect();
    let new: BTreeMap<&str, String> = new.iter().map(|one| (one.id.as_str(), text(one))).collect();
    differences(&old, &new)
}

/// Settings by name; the values of secrets are not told.
fn of_settings(live: Option<&Bot>, new: &Bot) -> Vec<Change> {
    let all = |bot: &Bot| -> BTreeMap<String, String> {
        let settings = &bot.manifest.settings;
        settings.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let (old, new) = (live.map(all).unwrap_or_default(), all(new));
    let mut found = differences(&old, &new);
    for change in &mut found {
        let value = |of: &BTreeMap<String, String>| of.get(&change.text).cloned();
        let values = match (value(&old), value(&new)) {
            _ if is_secret(&change.text) => " (secret)".to_string(),
            (Some(before), Some(after)) => format!(": {before} → {after}"),
            (Some(one), None) | (None, Some(one)) => format!(": {one}"),
            (None, None) => String::new(),
        };
        change.text.push_str(&values);
    }
    found
}

fn is_secret(name: &str) -> bool {
    ["key", "pass", "secret", "token"].iter().any(|word| name.contains(word))
}

/// What is in one of the maps and not in the other, and what differs: by its text in schedules, by
/// its name in settings.
fn differences<K: Ord + AsRef<str>>(
    old: &BTreeMap<K, String>,
    new: &BTreeMap<K, String>,
) -> Vec<Change> {
    let shown = |name: &K, text: &String| match name.as_ref().starts_with("declared:") {
        true => text.clone(),
        false => name.as_ref().to_string(),
    };
    let mut found = Vec::new();
    for (name, text) in new {
        let kind = match old.get(name) {
            None => Kind::Added,
            Some(before) if before != text => Kind::Changed,
            Some(_) => continue,
        };
        found.push(Change { kind, text: shown(name, text) });
    }
    let gone = old.iter().filter(|(name, _)| !new.contains_key(name));
    found.extend(gone.map(|(name, text)| Change { kind: Kind::Removed, text: shown(name, text) }));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::store::ColumnShape;

    fn table(name: &str, columns: &[(&str, &str)]) -> TableShape {
        let column = |(name, ty): &(&str, &str)| ColumnShape {
            name: (*name).into(),
            ty: (*ty).into(),
            required: false,
            default: None,
        };
        let columns = columns.iter().map(column).collect();
        TableShape { name: name.into(), key: "id".into(), columns, unique: Vec::new() }
    }

    #[test]
    fn tables_tell_what_they_gain_and_lose() {
        let old = [table("orders", &[("id", "integer"), ("note", "text")]), table("old", &[])];
        let new = [table("orders", &[("id", "text"), ("total", "number")]), table("new", &[])];
        let told: Vec<String> = tables(&old, &new)
            .iter()
            .map(|c| format!("{} {}", c.kind, c.words.join(" ")))
            .collect();
        assert_eq!(
            told,
            [
                "column_changed orders id integer text",
                "column_added orders total",
                "column_removed orders note",
                "added new",
                "undeclared old",
            ]
        );
        assert_eq!(tables(&old, &old), []);
    }

    #[test]
    fn secrets_are_not_told() {
        let bot = |pairs: &[(&str, &str)]| {
            let mut package = Package { name: "shop".into(), ..Package::default() };
            for (name, value) in pairs {
                package.manifest.settings.insert((*name).into(), (*value).into());
            }
            Bot::from_package(package)
        };
        let (old, new) = (bot(&[("llm-key", "abc"), ("title", "A")]), bot(&[("llm-key", "xyz")]));
        let told = of_settings(Some(&old), &new);
        let texts: Vec<&str> = told.iter().map(|change| change.text.as_str()).collect();
        assert_eq!(texts, ["llm-key (secret)", "title: A"]);
    }
}
