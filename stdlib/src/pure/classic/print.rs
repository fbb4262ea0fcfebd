//! PRINT and its kin: what goes to the teletype.

use super::numeral::{DOUBLE, SINGLE, numeral};
use super::{illegal, is_number};
use crate::pure::Call;
use crate::{Fault, Value};

crate::functions! {
    family "classic";

    /// Writes items: a text of one letter for each says what they are. Whether a page is full.
    ///
    /// `n` a number, `d` a number of double precision, `s` a text, `v` any value, `t` TAB, `T` TAB
    /// of Minimal BASIC and the number of its line, `p` SPC, `q` a text and `w` a number of WRITE;
    /// without a value `,` goes to the next zone, `c` writes a comma, `/` ends the line.
    "CLASSIC PRINT" (items: Text) more values -> Bool = print;

    /// Takes from the teletype: 0 complete lines, 1 everything; 2 everything without its last line
    /// end, 3 everything, and 4 complete lines, are null when there is nothing.
    "CLASSIC TAKE" (how: Int) -> Any = take;

    /// Sets the margin; 255 is none.
    "CLASSIC WIDTH" (columns: Num) -> Any = width;

    /// Begins a line at a column.
    "CLASSIC LOCATE" (column: Num) -> Any = locate;

    /// The column at which the next character will stand, from 1.
    "CLASSIC POS" (; unused: Num) -> Int = pos;
}

fn print(call: &mut Call<'_>) -> Result<Value, Fault> {
    let items = call.words(0)?;
    let mut next = 1;
    for item in items.bytes() {
        next += write(call, item, next)?;
    }
    Ok(Value::bool(call.env.teletype.is_full()))
}

/// Writes one item, and tells how many values it took.
fn write(call: &mut Call<'_>, item: u8, at: usize) -> Result<usize, Fault> {
    let most = call.heap.limits().teletype_bytes;
    let value = call.arg(at);
    call.heap.charge(1 + call.heap.text(&value).len() as u64 / 16)?;
    let teletype = &mut call.env.teletype;
    match item {
        b',' => teletype.zone(most)?,
        b'c' => teletype.write(",", most)?,
        b'/' => teletype.line(),
        b's' => teletype.write(call.heap.text(&value), most)?,
        b'q' => teletype.write(&format!("\"{}\"", call.heap.text(&value)), most)?,
        b'n' => teletype.number(&number(value), most)?,
        b'd' => teletype.number(&double(value), most)?,
        b'w' => teletype.write(number(value).trim_start(), most)?,
        b't' => teletype.tab(super::round(value.number().unwrap_or(0.0)), most)?,
        b'p' => teletype.skip(super::round(value.number().unwrap_or(0.0)), most)?,
        b'T' => return strict_tab(call, at, most),
        _ => {
            let text = call.text(at)?;
            call.env.teletype.write(&text, most)?;
        }
    }
    Ok(usize::from(!matches!(item, b',' | b'c' | b'/')))
}

fn number(value: Value) -> String {
    numeral(value.number().unwrap_or(0.0), SINGLE, 'E')
}
fn double(value: Value) -> String {
    numeral(value.number().unwrap_or(0.0), DOUBLE, 'D')
}

/// Minimal BASIC reports a TAB before the first column and takes the first.
fn strict_tab(call: &mut Call<'_>, at: usize, most: usize) -> Result<usize, Fault> {
    let (column, line) = (call.rounded(at), call.rounded(at + 1));
    if column < 1 {
        let text = format!("line {line}: TAB({column}) is before the first column");
        call.env.teletype.notice(&text, most)?;
    }
    call.env.teletype.tab(column, most)?;
    Ok(2)
}

fn take(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = match call.rounded(0) {
        0 => call.env.teletype.take(false),
        1 => call.env.teletype.take(true),
        3 if call.env.teletype.text.is_empty() => return Ok(Value::NULL),
        3 => call.env.teletype.take(true),
        4 if !call.env.teletype.text.contains('\n') => return Ok(Value::NULL),
        4 => call.env.teletype.take(false),
        _ => match call.env.teletype.rest() {
            Some(text) => text,
            None => return Ok(Value::NULL),
        },
    };
    call.give(&text)
}

fn width(call: &mut Call<'_>) -> Result<Value, Fault> {
    let columns = call.rounded(0);
    if !is_number(call.arg(0)) || !(15..=255).contains(&columns) {
        return Err(illegal("WIDTH takes 15 to 255 columns"));
    }
    call.env.teletype.width = if columns == 255 { 0 } else { columns as usize };
    Ok(Value::NULL)
}

fn locate(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (column, most) = (call.rounded(0), call.heap.limits().teletype_bytes);
    let teletype = &mut call.env.teletype;
    if teletype.column > 0 {
        teletype.line();
    }
    teletype.tab(column, most)?;
    Ok(Value::NULL)
}

fn pos(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(call.env.teletype.column as i64 + 1))
}
