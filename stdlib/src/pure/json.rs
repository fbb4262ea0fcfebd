//! JSON, CSV, XML and YAML: written here, and JSON read; the modules read the others.

use super::written::Written;
use super::{Call, convert, display};
use crate::{Data, Fault, Heap, Kind, TrapCode, Value};
use indexmap::IndexMap;
use quick_xml::escape::escape;
use std::borrow::Cow;

pub mod csv;
mod read;
pub mod xml;
pub mod yaml;

crate::functions! {
    family "json";

    /// A value written as JSON.
    ///
    /// `JSON([1, "a", NULL])` → `[1,"a",null]`
    "JSON" also ["TOJSON", "TO JSON"] (value: Any) -> Text = to_text;

    /// The value that a text in JSON spells.
    ///
    /// `JSON PARSE "[1, 2]"` → `[1,2]`
    "JSON PARSE" also ["PARSEJSON", "PARSE JSON", "FROMJSON", "JSON DECODE"] (text: Text) -> Any
    = parse;

    /// A value written as YAML.
    ///
    /// `TOYAML({ "a": 1 })` → `a: 1`
    "TOYAML" also ["YAML", "TO YAML"] (value: Any) -> Text = to_yaml;

    /// A list of maps written as CSV, with a first line of names.
    ///
    /// `TRIM(CSV([{ "a": 1, "b": 2 }]))` → `a,b
    /// 1,2`
    /// `TRIM(CSV([{ "a": 1, "b": 2 }], ";"))` → `a;b
    /// 1;2`
    "CSV" also ["TOCSV", "TO CSV"] (rows: List; separator: Text) -> Text = to_csv;

    /// A value written as JSON over several lines, indented by so many blanks (2).
    ///
    /// `JSONPRETTY({ "a": [1] })` → `{
    ///   "a": [
    ///     1
    ///   ]
    /// }`
    /// `JSONPRETTY([], 4)` → `[]`
    "JSONPRETTY" also ["JSON PRETTY", "PRETTYJSON"] (value: Any; indent: Int) -> Text = to_pretty;

    /// Whether a text is JSON.
    ///
    /// `ISJSON("{}")` → `true`
    /// `ISJSON("{a}")` → `false`
    "ISJSON" also ["IS JSON"] (text: Text) -> Bool = is_json;

    /// The value at a path into a text in JSON, or into a value; null, or another value, where
    /// there is none.
    ///
    /// `JSONPATH("{\"a\": [{\"id\": 7}]}", "$.a[0].id")` → `7`
    /// `JSONPATH({ "id": 7 }, "name", "none")` → `none`
    /// `GET JSON PATH { "id": 7 }, "id"` → `7`
    "JSONPATH" also ["JSON PATH", "JSON GET", "GET JSON PATH"]
        (value: Any, path: Text; default: Any) -> Any = json_path, as [
        "GET JSON PATH {value}, {path}[, {default}]",
    ];
}

/// A text in which XML sees no marks.
fn escaped(text: &str) -> Cow<'_, str> {
    escape(text)
}

/// A value as JSON; dates are texts, as on the screen.
pub fn to_json(data: &Data, zone: &str) -> serde_json::Value {
    use serde_json::Value as Json;
    match data {
        Data::Null => Json::Null,
        Data::Bool(b) => Json::Bool(*b),
        Data::Int(i) => (*i).into(),
        Data::Num(n) => number(*n),
        Data::Text(text) => Json::String(text.clone()),
        Data::List(list) => Json::Array(list.iter().map(|item| to_json(item, zone)).collect()),
        Data::Map(map) => {
            Json::Object(map.iter().map(|(k, v)| (k.clone(), to_json(v, zone))).collect())
        }
        _ => Json::String(display::display_data_in(data, zone)),
    }
}

/// The text of [`to_json`], without that tree.
pub(crate) fn data_text(data: &Data, zone: &str) -> String {
    serde_json::to_string(&Json { data, zone }).unwrap_or_default()
}

struct Json<'a> {
    data: &'a Data,
    zone: &'a str,
}

impl serde::Serialize for Json<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Json { data, zone } = *self;
        match data {
            Data::List(list) => serializer.collect_seq(list.iter().map(|data| Json { data, zone })),
            Data::Map(map) => {
                serializer.collect_map(map.iter().map(|(key, data)| (key, Json { data, zone })))
            }
            single => to_json(single, zone).serialize(serializer),
        }
    }
}

/// A float as it is shown, with 15 digits.
fn number(n: f64) -> serde_json::Value {
    let shown = display::number_text(n).parse().unwrap_or(n);
    if shown.fract() == 0.0 && shown.abs() < 1e15 {
        return (shown as i64).into();
    }
    serde_json::Number::from_f64(shown).map_or(serde_json::Value::Null, serde_json::Value::Number)
}

/// The value that JSON stands for.
pub fn from_json(json: &serde_json::Value) -> Data {
    use serde_json::Value as Json;
    match json {
        Json::Null => Data::Null,
        Json::Bool(b) => Data::Bool(*b),
        Json::Number(n) => {
            n.as_i64().map_or_else(|| Data::Num(n.as_f64().unwrap_or(0.0)), Data::Int)
        }
        Json::String(text) => Data::Text(text.clone()),
        Json::Array(list) => Data::List(list.iter().map(from_json).collect()),
        Json::Object(map) => {
            Data::Map(map.iter().map(|(k, v)| (k.clone(), from_json(v))).collect())
        }
    }
}

/// Reads JSON that is nested no deeper than `depth`.
pub fn parse_data(text: &str, depth: usize) -> Result<Data, String> {
    if nesting(text) > depth {
        return Err("the JSON is nested too deeply".into());
    }
    serde_json::from_str(text).map(|json| from_json(&json)).map_err(|e| e.to_string())
}

/// How deep the brackets outside texts are nested.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Makes a value of the machine; charges for every part.
pub fn data_to_value(heap: &mut dyn Heap, data: &Data, depth: usize) -> Result<Value, Fault> {
    heap.charge(1)?;
    if depth == 0 {
        return Err(Fault::new(TrapCode::LimitReached, "the value is nested too deeply"));
    }
    Ok(match data {
        Data::Null => Value::NULL,
        Data::Bool(b) => Value::bool(*b),
        Data::Int(i) => Value::int(*i),
        Data::Num(n) => Value::num(*n),
        Data::Date(days) => Value::date(*days),
        Data::Moment(ms) => Value::moment(*ms),
        Data::Span(ms) => Value::span(*ms),
        Data::Text(text) => heap.new_text(text)?,
        Data::List(list) => list_to_value(heap, list, depth - 1)?,
        Data::Map(map) => map_to_value(heap, map, depth - 1)?,
    })
}

fn list_to_value(heap: &mut dyn Heap, list: &[Data], depth: usize) -> Result<Value, Fault> {
    heap.reserve(size_of_val(list))?;
    let made = list.iter().map(|data| data_to_value(heap, data, depth));
    let elements = made.collect::<Result<Vec<_>, _>>()?;
    heap.new_list(elements)
}

fn map_to_value(
    heap: &mut dyn Heap,
    map: &IndexMap<String, Data>,
    depth: usize,
) -> Result<Value, Fault> {
    let made = heap.new_map()?;
    for (key, data) in map {
        let value = data_to_value(heap, data, depth)?;
        heap.map_set(made, key, value)?;
    }
    Ok(made)
}

fn to_text(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    let text = display::json_text(call.heap, value, call.env)?;
    call.room(text.len())?;
    call.give(&text)
}

fn parse(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(text.len() as u64)?;
    call.heap.reserve(text.len())?;
    read::value(call.heap, &text)
}

fn to_pretty(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (value, indent) = (call.arg(0), call.int_or(1, 2)?);
    let indent = " ".repeat(usize::try_from(indent.clamp(0, 8)).unwrap_or(2));
    let text = display::json_text_in(call.heap, value, call.env, Some(&indent))?;
    call.room(text.len())?;
    call.give(&text)
}

fn is_json(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(text.len() as u64)?;
    let fits = nesting(&text) <= call.heap.limits().data_depth;
    let read = |text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    Ok(Value::bool(fits && read(&text)))
}

fn json_path(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = match call.arg(0).kind() {
        Kind::Text => parse(call)?,
        _ => call.arg(0),
    };
    let path = call.text(1)?;
    let path = path.trim().trim_start_matches('$').trim_start_matches('.');
    if path.is_empty() {
        return Ok(value);
    }
    let path = call.heap.new_text(path)?;
    let args = [value, path, call.arg(2)];
    super::maps::paths::get_path(&mut Call { args: &args, heap: call.heap, env: call.env })
}

fn to_yaml(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    let data = convert::to_data(call.heap, value)?;
    let mut written = Written::new(call);
    yaml(&data, 0, &mut written)?;
    let text = written.into_text();
    call.give(text.trim_end())
}

/// Writes block style: a field or element a line, two blanks a level.
fn yaml(data: &Data, indent: usize, out: &mut Written<'_, '_>) -> Result<(), Fault> {
    match data {
        Data::List(list) if !list.is_empty() => {
            list.iter().try_for_each(|item| yaml_item("- ", item, indent, out))
        }
        Data::Map(map) if !map.is_empty() => {
            let mut fields = map.iter();
            fields.try_for_each(|(key, value)| {
                yaml_item(&format!("{}: ", yaml_text(key)), value, indent, out)
            })
        }
        scalar => {
            let text = yaml_scalar(scalar, &out.call.env.zone);
            out.put(&text)?;
            out.put("\n")
        }
    }
}

fn yaml_item(
    lead: &str,
    value: &Data,
    indent: usize,
    out: &mut Written<'_, '_>,
) -> Result<(), Fault> {
    out.put(&" ".repeat(indent))?;
    let nested = match value {
        Data::List(list) => !list.is_empty(),
        Data::Map(map) => !map.is_empty(),
        _ => false,
    };
    if !nested {
        out.put(lead)?;
        return yaml(value, 0, out);
    }
    out.put(lead.trim_end())?;
    out.put("\n")?;
    yaml(value, indent + 2, out)
}

fn yaml_scalar(data: &Data, zone: &str) -> String {
    match data {
        Data::Text(text) => yaml_text(text),
        Data::Null => "null".into(),
        Data::List(_) => "[]".into(),
        Data::Map(_) => "{}".into(),
        Data::Int(_) | Data::Num(_) | Data::Bool(_) => display::display_data(data),
        other => yaml_text(&display::display_data_in(other, zone)),
    }
}

/// A text as it is where it cannot be taken for anything else, else in quotes.
fn yaml_text(text: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || " _./@".contains(c);
    let plain = text.starts_with(char::is_alphabetic)
        && text.chars().all(safe)
        && !text.ends_with(' ')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if plain { text.into() } else { serde_json::Value::from(text).to_string() }
}

fn to_csv(call: &mut Call<'_>) -> Result<Value, Fault> {
    let value = call.arg(0);
    let rows = match convert::to_data(call.heap, value)? {
        Data::List(rows) => rows,
        row => vec![row],
    };
    let separator = match call.text_or(1, ",")?.as_bytes() {
        [one] => *one,
        _ => return Err(Fault::argument("the separator of CSV is one character, such as ;")),
    };
    let text = csv_text_with(&rows, separator, &call.env.zone);
    call.give(&text.map_err(|e| Fault::new(TrapCode::BadData, e))?)
}

/// Rows as CSV; the fields of the first row are the columns.
pub fn csv_text(rows: &[Data]) -> Result<String, String> {
    csv_text_with(rows, b',', "UTC")
}

fn csv_text_with(rows: &[Data], separator: u8, zone: &str) -> Result<String, String> {
    let mut writer = ::csv::WriterBuilder::new();
    let mut writer = writer.flexible(true).delimiter(separator).from_writer(Vec::new());
    let columns: Vec<String> = match rows.first() {
        Some(Data::Map(map)) => map.keys().cloned().collect(),
        _ => Vec::new(),
    };
    if !columns.is_empty() {
        writer.write_record(&columns).map_err(|e| e.to_string())?;
    }
    for row in rows {
        writer.write_record(csv_cells(row, &columns, zone)).map_err(|e| e.to_string())?;
    }
    let bytes = writer.into_inner().map_err(|e| e.to_string())?;
    String::from_utf8(bytes).map_err(|e| e.to_string())
}

fn csv_cells(row: &Data, columns: &[String], zone: &str) -> Vec<String> {
    let cell = |data: &Data| display::display_data_in(data, zone);
    match row {
        Data::Map(_) => {
            columns.iter().map(|name| row.get(name).map(cell).unwrap_or_default()).collect()
        }
        Data::List(list) => list.iter().map(cell).collect(),
        other => vec![cell(other)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn json_goes_there_and_back() {
        let text = r#"{"a":[1,2.5,"x",null,true],"b":{}}"#;
        let data = parse_data(text, 8).expect("JSON");
        assert_eq!(to_json(&data, "UTC").to_string(), text);
        assert_eq!(call("JSON PARSE", r#"["[1, {\"k\": 2}]"]"#), r#"[1,{"k":2}]"#);
        assert!(call("JSON PARSE", r#"["{broken"]"#).starts_with("this is not JSON"));
    }

    #[test]
    fn deep_json_is_refused_before_it_is_read() {
        let deep = "[".repeat(100_000);
        assert!(parse_data(&deep, 64).expect_err("too deep").contains("deep"));
        assert!(parse_data(r#"["[[[[[["]"#, 1).is_ok());
    }

    #[test]
    fn yaml_is_in_block_style() {
        let shown = call("TOYAML", r#"[{"name":"Ana","tags":["a","no"],"none":{},"n":1}]"#);
        assert_eq!(shown, "name: Ana\ntags:\n  - a\n  - \"no\"\nnone: {}\n\"n\": 1");
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        assert_eq!(call("CSV", r#"[[{"a":1,"b":"x,y"},{"b":"z"}]]"#), "a,b\n1,\"x,y\"\n,z\n");
    }
}
