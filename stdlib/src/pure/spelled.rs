//! Numbers as people spell them, and parts of a whole.

use super::{Call, arith, locales, validate};
use crate::{Fault, Kind, Value};

crate::functions! {
    family "numbers";

    /// The number that a text spells the way people write: with marks between thousands, the sign
    /// of a currency, or `%`. A language decides what `.` and `,` mean; without one it is seen
    /// from the text, and a single point is one before decimals. Null where it spells none.
    ///
    /// `PARSENUMBER("R$ 1.234,56")` → `1234.56`
    /// `PARSENUMBER("1,234.56")` → `1234.56`
    /// `PARSENUMBER("1.234", "pt")` → `1234`
    /// `PARSENUMBER("12%")` → `0.12`
    /// `PARSENUMBER("twelve") IS NULL` → `true`
    "PARSENUMBER" also ["PARSE NUMBER", "NUMBERVALUE", "TOFLOAT", "TODECIMAL"]
        (text: Any; language: Text) -> Any = parse_number;

    /// What part of a whole a number is, in percent; 0 where the whole is 0.
    ///
    /// `PERCENT(15, 60)` → `25`
    /// `PERCENT(1, 3, 1)` → `33.3`
    "PERCENT" also ["PERCENTAGE"] (part: Num, whole: Num; digits: Int) -> Num = percent;

    /// So many percent of a number.
    ///
    /// `PERCENTOF(15, 200)` → `30`
    /// `PERCENTOF(10, 19.9)` → `1.99`
    "PERCENTOF" (percent: Num, number: Num) -> Num = percent_of;

    /// By how many percent a number differs from an earlier one; null where the earlier is 0.
    ///
    /// `PERCENTCHANGE(80, 100)` → `25`
    /// `PERCENTCHANGE(100, 80)` → `-20`
    "PERCENTCHANGE" also ["PERCENT CHANGE"] (before: Num, after: Num; digits: Int) -> Any
    = percent_change;

    /// The payment of each period that pays off a loan: the rate of a period, the number of
    /// periods, and the amount, which comes out with the other sign.
    ///
    /// `ROUND(PMT(0.01, 12, 1000), 2)` → `-88.85`
    /// `PMT(0, 10, 1000)` → `-100`
    "PMT" (rate: Num, periods: Num, present: Num; future: Num, begin: Bool) -> Num = payment;

    /// What payments of each period, and an amount at the beginning, are worth at the end.
    ///
    /// `ROUND(FV(0.01, 12, -100, 0), 2)` → `1268.25`
    /// `FV(0, 10, -5, -50)` → `100`
    "FV" (rate: Num, periods: Num, payment: Num; present: Num, begin: Bool) -> Num = future_value;

    /// What payments of each period, and an amount at the end, are worth now.
    ///
    /// `ROUND(PV(0.01, 12, -88.85), 2)` → `1000.01`
    /// `PV(0, 10, -5)` → `50`
    "PV" (rate: Num, periods: Num, payment: Num; future: Num, begin: Bool) -> Num = present_value;

    /// How many periods it takes to pay off an amount with payments of so much.
    ///
    /// `ROUND(NPER(0.01, -88.85, 1000), 1)` → `12`
    /// `NPER(0, -50, 1000)` → `20`
    "NPER" (rate: Num, payment: Num, present: Num; future: Num, begin: Bool) -> Num = periods;

    /// What amounts at the end of each period are worth now, at a rate of a period.
    ///
    /// `ROUND(NPV(0.1, [100, 100]), 2)` → `173.55`
    /// `NPV(0, [1, 2, 3])` → `6`
    "NPV" (rate: Num, amounts: List) -> Num = net_present_value;
}

/// The number that a text spells in the way of a region; any way where none is named.
pub fn number_in(text: &str, locale: Option<&locales::Locale>) -> Option<f64> {
    let text = text.trim();
    let (text, scale) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), 0.01),
        None => (text, 1.0),
    };
    let (text, brackets) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (inner, -1.0),
        None => (text, 1.0),
    };
    let (text, negative) = match text.trim().strip_prefix(['-', '−']) {
        Some(rest) => (rest, -1.0),
        None => (text.trim(), 1.0),
    };
    let sign = |c: char| c.is_alphabetic() || "$€£¥₹₩₽₺.".contains(c) || c.is_whitespace();
    let amount = text.trim_start_matches(sign).trim_end_matches(|c| sign(c) && c != '.');
    let (amount, inner) = match amount.strip_prefix('-') {
        Some(rest) => (rest, -1.0),
        None => (amount, 1.0),
    };
    if negative + inner == -2.0 {
        return None;
    }
    // `.5` begins with its point.
    let begins = text.find(amount).is_some_and(|at| at > 0 && text.get(at - 1..at) == Some("."));
    let amount = if begins { format!("0.{amount}") } else { amount.to_string() };
    let number = match locale {
        Some(locale) => marked(&amount, locale.point, locale.group)?,
        None => validate::decimal(&amount)?,
    };
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = super::numbers::text_to_number(&number)?;
    Some(number * scale * brackets * negative * inner)
}

/// A number with a point, from one with the marks of a region.
fn marked(text: &str, point: &str, group: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && !"'’".contains(*c)).collect();
    let (whole, part) = plain.split_once(point).unwrap_or((&plain, ""));
    let parted = !group.trim().is_empty() && whole.contains(group);
    let groups_fit = !parted || whole.split(group).skip(1).all(|g| (2..=3).contains(&g.len()));
    let digits = if parted { whole.replace(group, "") } else { whole.to_string() };
    let digits_fit = digits.chars().chain(part.chars()).all(|c| c.is_ascii_digit());
    let digits = if digits.is_empty() { "0".into() } else { digits };
    (groups_fit && digits_fit && !plain.is_empty()).then(|| format!("{digits}.{part}0"))
}

fn parse_number(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).kind() != Kind::Text {
        return Ok(arith::to_number(call.heap, call.arg(0)).unwrap_or(Value::NULL));
    }
    let text = call.text(0)?;
    let locale = if call.arg(1).is_null() { None } else { Some(call.locale(1)?) };
    if text.len() > 200 {
        return Ok(Value::NULL);
    }
    Ok(number_in(&text, locale).map_or(Value::NULL, shown))
}

/// A result with the digits that are shown, so that 19.9 / 10 is 1.99.
fn shown(n: f64) -> Value {
    arith::whole(Value::num(format!("{n:.14e}").parse().unwrap_or(n)))
}

fn rounded(call: &Call<'_>, n: f64, index: usize) -> Result<Value, Fault> {
    arith::finite(n)?;
    if call.arg(index).is_null() {
        return Ok(shown(n));
    }
    let digits = call.int(index)?.clamp(-15, 15) as i32;
    Ok(arith::whole(Value::num(super::numbers::round_to(n, digits))))
}

fn percent(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (part, whole) = (call.number(0)?, call.number(1)?);
    rounded(call, if whole == 0.0 { 0.0 } else { part / whole * 100.0 }, 2)
}

fn percent_of(call: &mut Call<'_>) -> Result<Value, Fault> {
    let n = call.number(0)? * call.number(1)? / 100.0;
    arith::finite(n).map(|_| shown(n))
}

fn percent_change(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (before, after) = (call.number(0)?, call.number(1)?);
    if before == 0.0 {
        return Ok(Value::NULL);
    }
    rounded(call, (after - before) / before.abs() * 100.0, 2)
}

/// What the functions of finance are told: the growth of all periods, and what payments are worth.
struct Terms {
    rate: f64,
    growth: f64,
    /// What payments of 1 are worth at the end.
    payments: f64,
    /// The last amount, 0 where it was left out.
    amount: f64,
}

/// Reads rate, periods, amount and the time of payments.
fn terms(call: &Call<'_>) -> Result<Terms, Fault> {
    let (rate, periods) = (call.number(0)?, call.number(1)?);
    let amount = if call.arg(3).is_null() { 0.0 } else { call.number(3)? };
    let begin = if call.flag_or(4, false) { 1.0 + rate } else { 1.0 };
    let growth = libm::pow(1.0 + rate, periods);
    let payments = if rate == 0.0 { periods } else { begin * (growth - 1.0) / rate };
    Ok(Terms { rate, growth, payments, amount })
}

fn payment(call: &mut Call<'_>) -> Result<Value, Fault> {
    let terms = terms(call)?;
    if terms.payments == 0.0 {
        return Err(Fault::argument("a loan needs at least one payment"));
    }
    arith::finite(-(call.number(2)? * terms.growth + terms.amount) / terms.payments)
        .map(|v| shown(v.as_f64()))
}

fn future_value(call: &mut Call<'_>) -> Result<Value, Fault> {
    let terms = terms(call)?;
    let n = -(terms.amount * terms.growth + call.number(2)? * terms.payments);
    arith::finite(n).map(|v| shown(v.as_f64()))
}

fn present_value(call: &mut Call<'_>) -> Result<Value, Fault> {
    let terms = terms(call)?;
    let n = -(terms.amount + call.number(2)? * terms.payments) / terms.growth;
    arith::finite(n).map(|v| shown(v.as_f64()))
}

fn periods(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (payment, present) = (call.number(1)?, call.number(2)?);
    let Terms { rate, amount, .. } = terms(call)?;
    let payment = if call.flag_or(4, false) { payment * (1.0 + rate) } else { payment };
    let n = match rate == 0.0 {
        true => -(present + amount) / payment,
        false => {
            let ratio = (payment - amount * rate) / (present * rate + payment);
            libm::log(ratio) / libm::log(1.0 + rate)
        }
    };
    match n.is_finite() {
        true => Ok(shown(n)),
        false => Err(Fault::argument("these payments never pay off the amount")),
    }
}

fn net_present_value(call: &mut Call<'_>) -> Result<Value, Fault> {
    let rate = call.number(0)?;
    let list = call.list(1)?;
    call.heap.charge(list.len() as u64 * 8)?;
    let mut total = 0.0;
    let mut growth = 1.0;
    for value in list {
        growth *= 1.0 + rate;
        let amount = arith::to_number(call.heap, value).and_then(Value::number);
        let amount = amount.ok_or_else(|| Fault::argument("the amounts of NPV must be numbers"))?;
        total += amount / growth;
    }
    arith::finite(total).map(|v| shown(v.as_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_every_region() {
        for (text, tag, n) in [
            ("1.234,56", "pt", Some(1234.56)),
            ("1,234.56", "en", Some(1234.56)),
            ("1 234,5", "fr", Some(1234.5)),
            ("CHF 1’234.50", "de-CH", Some(1234.5)),
            ("CHF 1'234.50", "en", Some(1234.5)),
            ("12,34,567", "en-IN", Some(1_234_567.0)),
            ("-3,5 €", "de", Some(-3.5)),
            ("1.2.3", "pt", None),
            ("1,23", "en", Some(123.0)),
        ] {
            let locale = locales::find(tag);
            assert!(locale.is_some());
            assert_eq!(number_in(text, locale), n, "{text} {tag}");
        }
        for (text, n) in [
            (".5", Some(0.5)),
            ("$ .5", Some(0.5)),
            ("(1,000)", Some(-1000.0)),
            ("$-5", Some(-5.0)),
            ("- R$ 5,00", Some(-5.0)),
            ("25 %", Some(0.25)),
            ("", None),
            ("%", None),
            ("()", None),
            ("1e5", Some(100_000.0)),
            ("--5", None),
            ("1.234.567", Some(1_234_567.0)),
        ] {
            assert_eq!(number_in(text, None), n, "{text}");
        }
    }
}
