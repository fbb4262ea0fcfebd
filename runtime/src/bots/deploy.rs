//! Putting a package into service: checked, stored, declared, current.

use std::sync::Arc;

use basilect_compiler::diagnostics::Severity;
use basilect_compiler::diagnostics::render::line;
use basilect_compiler::package::Package;
use basilect_compiler::package::manifest::Schedule as Declared;
use basilect_compiler::package::tables::{ColumnType, TableEntry};
use basilect_stdlib::Data;

use super::configuration::{check, is_settings};
use super::{Bot, Bots, write};
use crate::error::{Error, Result};
use crate::ports::store::{ColumnShape, Deploy, Row, Schedule, TableShape};
use crate::schedule::rule::Rule;

/// What a deploy did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// The bot.
    pub bot: String,
    /// The content hash that it now stands for.
    pub version: String,
    /// Whether that is another one than before.
    pub changed: bool,
}

impl Bots {
    /// Deploys a package from its bytes; a broken one changes nothing.
    pub async fn deploy_bytes(&self, name: &str, bytes: &[u8], now: i64) -> Result<Deployed> {
        let package =
            Package::from_bytes(bytes).map_err(|e| Error::invalid("bad_package", e.to_string()))?;
        if package.name != name {
            let message = format!("the package is of the bot {}, not {name}", package.name);
            return Err(Error::invalid("bad_package", message));
        }
        self.deploy(package, now).await
    }

    /// Deploys a package that has been checked.
    pub async fn deploy(&self, package: Package, now: i64) -> Result<Deployed> {
        self.deploy_from("package", package, now).await
    }

    /// The same, with a word that tells where the package comes from.
    pub async fn deploy_from(&self, origin: &str, package: Package, now: i64) -> Result<Deployed> {
        let bytes = package.to_bytes().map_err(|e| Error::invalid("bad_package", e.to_string()))?;
        check_settings(&package)?;
        let bot = Bot::from_package(package);
        let before = self.current(&bot.name).map(|bot| bot.hash.clone());
        let changed = before.as_deref() != Some(bot.hash.as_str());
        let deployed = Deployed { bot: bot.name.clone(), version: bot.hash.clone(), changed };
        if changed {
            let plan = Deploy { origin: origin.to_string(), ..effects(&bot, now)? };
            self.store.put_package(&bot.hash, &bytes, now).await?;
            self.store.deploy(&plan).await?;
            let bot = Arc::new(bot);
            if let Some(old) = self.current(&bot.name) {
                self.pin(old);
            }
            write(&self.current).insert(bot.name.clone(), bot);
        }
        Ok(deployed)
    }
}

pub(super) fn check_settings(package: &Package) -> Result<()> {
    let files = package.files.iter().filter(|(path, _)| is_settings(path));
    let mut found = files.flat_map(|(path, bytes)| check(path, bytes));
    match found.find(|(_, found)| found.severity == Severity::Error) {
        Some((file, found)) => Err(Error::invalid("bad_package", line(&file, &found))),
        None => Ok(()),
    }
}

/// What putting this bot into service changes in the store.
pub(super) fn effects(bot: &Bot, now: i64) -> Result<Deploy> {
    let schedules = bot
        .manifest
        .schedules
        .iter()
        .map(|schedule| declared(bot, schedule, now))
        .collect::<Result<Vec<_>>>()?;
    Ok(Deploy {
        bot: bot.name.clone(),
        hash: bot.hash.clone(),
        tables: bot.manifest.tables.iter().map(shape).collect(),
        schedules: schedules.into_iter().flatten().collect(),
        imports: imports(bot)?,
        origin: String::new(),
        at: now,
    })
}

/// A declared schedule with its first time; one that never comes again is left out.
fn declared(bot: &Bot, info: &Declared, now: i64) -> Result<Option<Schedule>> {
    let zone = bot.settings.zone();
    let rule = Rule::parse(&info.when)
        .map_err(|message| Error::invalid("bad_package", format!("{}: {message}", info.script)))?;
    Ok(rule.next_after(now, zone).map(|next_at| Schedule {
        id: format!("declared:{}:{}", info.script, info.when),
        bot: bot.name.clone(),
        script: info.script.clone(),
        rule: info.when.clone(),
        zone: zone.to_string(),
        args: argument(bot, info),
        next_at,
        declared: true,
    }))
}

/// The argument of a schedule is the script's first PARAM.
fn argument(bot: &Bot, info: &Declared) -> Data {
    let param = bot.entry(&info.script).and_then(|entry| entry.params.first());
    let named = info.argument.as_ref().zip(param);
    Data::map(named.map(|(text, param)| (param.name.to_lowercase(), Data::text(text.as_str()))))
}

fn shape(table: &TableEntry) -> TableShape {
    let key = match table.primary_key.as_slice() {
        [one] => one.clone(),
        _ => "id".into(),
    };
    let mut unique = table.unique.clone();
    if table.primary_key.len() > 1 {
        unique.push(table.primary_key.clone());
    }
    unique.extend(table.columns.iter().filter(|c| c.unique).map(|c| vec![c.name.clone()]));
    TableShape {
        name: table.name.to_lowercase(),
        key,
        columns: table
            .columns
            .iter()
            .map(|column| ColumnShape {
                name: column.name.clone(),
                ty: type_name(column.ty).to_string(),
                required: column.required,
                default: column.default.clone(),
            })
            .collect(),
        unique,
    }
}

/// What the store calls a type.
fn type_name(ty: ColumnType) -> &'static str {
    match ty {
        ColumnType::Text | ColumnType::Time | ColumnType::Bytes => "text",
        ColumnType::Integer => "integer",
        ColumnType::Number => "number",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Moment => "datetime",
        ColumnType::Json => "json",
        ColumnType::Uuid => "uuid",
    }
}

/// The rows of the package's CSV files, each under the file's name.
fn imports(bot: &Bot) -> Result<Vec<(String, String, Vec<Row>)>> {
    let csv = bot.files.iter().filter(|(path, _)| is_data(path));
    csv.map(|(path, bytes)| {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let hash = crate::conversation::key_hash(&String::from_utf8_lossy(bytes));
        Ok((name, hash, rows(path, bytes)?))
    })
    .collect()
}

fn is_data(path: &str) -> bool {
    let path = path.to_lowercase();
    path.ends_with(".csv") && (path.contains(".gbdata/") || path.contains(".gbdrive/"))
}

fn rows(path: &str, bytes: &[u8]) -> Result<Vec<Row>> {
    let broken = |e: csv::Error| Error::invalid("bad_package", format!("{path}: {e}"));
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let headers = reader.headers().map_err(broken)?.clone();
    let read = |record: csv::Result<csv::StringRecord>| {
        let record = record.map_err(broken)?;
        Ok(headers.iter().zip(record.iter()).map(|(h, v)| (h.to_string(), cell(v))).collect())
    };
    reader.records().map(read).collect()
}

/// A cell is a number when it is written like one (and not like a code with leading zeros).
fn cell(text: &str) -> basilect_stdlib::Data {
    use basilect_stdlib::Data;
    let code = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
    match text {
        "" => Data::Null,
        _ if code || text.starts_with('+') => Data::text(text),
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(int), _) => Data::Int(int),
            (_, Ok(num)) if num.is_finite() => Data::Num(num),
            _ => Data::text(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use basilect_stdlib::Data;

    #[test]
    fn cells_are_numbers_only_when_they_look_like_one() {
        assert_eq!(cell("12"), Data::Int(12));
        assert_eq!(cell("0.50"), Data::Num(0.5));
        assert_eq!(cell("007"), Data::text("007"));
        assert_eq!(cell("+55 11"), Data::text("+55 11"));
        assert_eq!(cell("nan"), Data::text("nan"));
        assert_eq!(cell(""), Data::Null);
    }

    #[test]
    fn rows_take_their_columns_from_the_header() {
        let rows = rows("a.csv", b"id,name\n1,Apple\n2,\n").expect("readable");
        assert_eq!(rows[0]["name"], Data::text("Apple"));
        assert_eq!(rows[1]["name"], Data::Null);
    }

    #[test]
    fn only_errors_of_the_settings_refuse_a_package() {
        let with = |text: &str| {
            let mut package = Package::default();
            package.files.insert("shop.gbot/config.csv".into(), text.as_bytes().to_vec());
            check_settings(&package)
        };
        assert!(with("name,value\nno setting\npublic,true\n").is_ok());
        assert!(with("name,value\npublic,maybe\n").is_err());
    }
}
