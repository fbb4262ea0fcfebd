//! Reading CSV.

use crate::pure::Call;
use crate::{Fault, TrapCode, Value};
use ::csv::StringRecord;
use std::collections::HashMap;

crate::functions! {
    family "json";

    /// The rows of a text in CSV (RFC 4180), as maps under the names of its first line; every
    /// value is a text. The separator (`,`, `;`, tab or `|`) is found out where it is not given.
    /// With FALSE for the names, the first line is a row as well, and each row is a list.
    ///
    /// `CSV_PARSE("name;age\nAna;31")` → `[{"name":"Ana","age":"31"}]`
    /// `CSV_PARSE("a,b\n1,2", ",", FALSE)` → `[["a","b"],["1","2"]]`
    "CSV PARSE" also ["PARSECSV", "PARSE CSV", "FROMCSV", "CSV DECODE"]
        (text: Text; separator: Text, names: Bool) -> List = parse;
}

/// Separators that are found out, the likeliest first.
const SEPARATORS: &[u8] = b",;\t|";

fn parse(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, separator) = (call.text(0)?, call.text_or(1, "")?);
    let named = call.flag_or(2, true);
    call.heap.charge(20 + text.len() as u64 / 2)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let separator = match separator.as_bytes() {
        [] => likeliest(text),
        [one] => *one,
        _ => return Err(Fault::argument("the separator of CSV is one character, such as ;")),
    };
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let (mut rows, mut names) = (Vec::new(), None);
    while reader.read_record(&mut record).map_err(|e| bad(&e))? {
        check_columns(call, record.len())?;
        if named && names.is_none() {
            call.heap.reserve(text.len().min(record.as_slice().len() + record.len() * 48))?;
            names = Some(names_of(&record));
            continue;
        }
        call.more_elements(rows.len())?;
        call.heap.reserve(size_of::<Value>())?;
        rows.push(row(call, &record, names.as_deref())?);
    }
    call.heap.new_list(rows)
}

fn bad(error: &::csv::Error) -> Fault {
    Fault::new(TrapCode::BadData, format!("this is not CSV: {error}"))
}

fn check_columns(call: &Call<'_>, columns: usize) -> Result<(), Fault> {
    let most = call.heap.limits().table_columns;
    if columns > most {
        let text = format!("a table may have {most} columns, and this one has {columns}");
        return Err(Fault::new(TrapCode::LimitReached, text));
    }
    Ok(())
}

/// The separator that stands most often in the first line outside of quotes.
fn likeliest(text: &str) -> u8 {
    let (mut counts, mut quoted) = ([0usize; 4], false);
    for byte in text.bytes().take_while(|byte| *byte != b'\n') {
        quoted ^= byte == b'"';
        let place = SEPARATORS.iter().position(|known| !quoted && *known == byte);
        if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
    }
    let found = SEPARATORS.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
    found.map_or(b',', |(separator, _)| *separator)
}

/// The names of columns: one without a name has its number, one that is there twice has it behind.
fn names_of(record: &StringRecord) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let name = |(index, cell): (usize, &str)| {
        let cell = cell.trim();
        let name = if cell.is_empty() { format!("column {}", index + 1) } else { cell.to_string() };
        let times = seen.entry(name.to_lowercase()).or_insert(0);
        *times += 1;
        if *times > 1 { format!("{name} {times}") } else { name }
    };
    record.iter().enumerate().map(name).collect()
}

/// A map of the cells by their names, or a list of them; cells beyond the names are left out.
fn row(
    call: &mut Call<'_>,
    record: &StringRecord,
    names: Option<&[String]>,
) -> Result<Value, Fault> {
    let Some(names) = names else { return call.give_texts(record.iter()) };
    let map = call.heap.new_map()?;
    for (index, name) in names.iter().enumerate() {
        call.heap.charge(2)?;
        let value = match record.get(index) {
            Some(cell) => call.heap.new_text(cell)?,
            None => Value::NULL,
        };
        call.heap.map_set(map, name, value)?;
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn quotes_line_ends_and_gaps() {
        for (text, rows) in [
            (r#"["a,b\r\n\"x, \"\"y\"\"\nz\",2\r\n"]"#, r#"[{"a":"x, \"y\"\nz","b":"2"}]"#),
            (
                r#"["﻿a;a;\n1;2;3;4\n5"]"#,
                concat!(
                    r#"[{"a":"1","a 2":"2","column 3":"3"},"#,
                    r#"{"a":"5","a 2":null,"column 3":null}]"#
                ),
            ),
            (r#"["\"a,b,c\"\tx\n1\t2"]"#, r#"[{"a,b,c":"1","x":"2"}]"#),
            (r#"["a|b", "|", false]"#, r#"[["a","b"]]"#),
            (r#"[""]"#, "[]"),
            (r#"["only"]"#, "[]"),
        ] {
            assert_eq!(call("CSV PARSE", text), rows, "{text}");
        }
        assert!(call("CSV PARSE", r#"["a", "; "]"#).contains("one character"));
    }

    #[test]
    fn a_million_columns_are_refused() {
        let wide = serde_json::Value::from(",".repeat(1_000_000)).to_string();
        assert!(call("CSV PARSE", &format!("[{wide}]")).contains("columns"));
    }
}
