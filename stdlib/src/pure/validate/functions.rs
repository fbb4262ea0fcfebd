//! The checks of answers as functions of texts.

use super::{CHECKS, digits, is_kind, luhn};
use crate::pure::Call;
use crate::{Fault, Value};
use core::net::IpAddr;

crate::functions! {
    family "validate";

    /// Whether a text is of a kind that HEAR knows, such as EMAIL, DATE, PHONE, CPF or URL.
    ///
    /// `ISVALID("ana@example.com", "EMAIL")` → `true`
    /// `ISVALID("30/02/2024", "DATE")` → `false`
    "ISVALID" also ["IS VALID"] (value: Any, kind: Text) -> Bool = is_valid;

    /// A text in the usual form of a kind that HEAR knows; null where it is not of this kind.
    ///
    /// `VALIDATE(" Ana@Example.com ", "EMAIL")` → `ana@example.com`
    /// `VALIDATE("none", "EMAIL") IS NULL` → `true`
    "VALIDATE" (value: Any, kind: Text) -> Any = validate;

    /// Whether a text is an e-mail address.
    ///
    /// `ISEMAIL("ana@example.com")` → `true`
    /// `ISEMAIL("ana@")` → `false`
    "ISEMAIL" also ["IS EMAIL", "VALIDEMAIL"] (value: Any) -> Bool = is_email;

    /// Whether a text is a link.
    ///
    /// `ISURL("https://example.com/a")` → `true`
    /// `ISURL("example")` → `false`
    "ISURL" also ["IS URL"] (value: Any) -> Bool = is_url;

    /// Whether a text is a phone number with its area code.
    ///
    /// `ISPHONE("+55 11 91234-5678")` → `true`
    /// `ISPHONE("12")` → `false`
    "ISPHONE" also ["IS PHONE"] (value: Any) -> Bool = is_phone;

    /// Whether a text is a UUID.
    ///
    /// `ISGUID(GUID())` → `true`
    /// `ISGUID("123")` → `false`
    "ISGUID" also ["ISUUID", "IS UUID"] (value: Any) -> Bool = is_guid;

    /// Whether a text is a CPF whose last two digits fit.
    ///
    /// `ISCPF("529.982.247-25")` → `true`
    /// `ISCPF("529.982.247-26")` → `false`
    "ISCPF" also ["IS CPF"] (value: Any) -> Bool = is_cpf;

    /// Whether a text is a CNPJ whose last two digits fit.
    ///
    /// `ISCNPJ("11.222.333/0001-81")` → `true`
    /// `ISCNPJ("11.222.333/0001-80")` → `false`
    "ISCNPJ" also ["IS CNPJ"] (value: Any) -> Bool = is_cnpj;

    /// Whether a text is the number of a payment card whose last digit fits.
    ///
    /// `ISCREDITCARD("4111 1111 1111 1111")` → `true`
    /// `ISCREDITCARD("4111 1111 1111 1112")` → `false`
    "ISCREDITCARD" also ["IS CREDIT CARD", "ISCARD"] (value: Any) -> Bool = is_card;

    /// Whether digits fulfil the check of Luhn (ISO/IEC 7812-1); blanks and hyphens do not count.
    ///
    /// `ISLUHN("7992 739 8713")` → `true`
    /// `ISLUHN("79927398714")` → `false`
    "ISLUHN" also ["LUHN"] (value: Any) -> Bool = is_luhn;

    /// Whether a text is an IBAN whose check digits fit (ISO 13616).
    ///
    /// `ISIBAN("DE89 3704 0044 0532 0130 00")` → `true`
    /// `ISIBAN("DE88 3704 0044 0532 0130 00")` → `false`
    "ISIBAN" also ["IS IBAN"] (value: Any) -> Bool = is_iban;

    /// Whether a text is an IP address, version 4 or 6.
    ///
    /// `ISIP("192.168.0.1")` → `true`
    /// `ISIP("::1")` → `true`
    /// `ISIP("256.0.0.1")` → `false`
    "ISIP" also ["IS IP"] (value: Any) -> Bool = is_ip;

    /// A text of which only the last characters (4) can be read.
    ///
    /// `MASK("4111111111111111")` → `************1111`
    /// `MASK("secret", 2, "x")` → `xxxxet`
    "MASK" (text: Text; shown: Int, mark: Text) -> Text = mask;
}

/// The text of the value; what is long is of no kind, whatever it says.
fn answer(call: &mut Call<'_>) -> Result<String, Fault> {
    let text = call.text(0)?;
    call.heap.charge(100)?;
    Ok(if text.len() > 4096 { String::new() } else { text })
}

/// A kind that can be checked, in capital letters.
fn kind(call: &mut Call<'_>) -> Result<String, Fault> {
    let kind = call.text(1)?.trim().to_uppercase();
    if CHECKS.iter().any(|check| check.names.contains(&kind.as_str())) {
        return Ok(kind);
    }
    let names = CHECKS.iter().filter_map(|check| check.names.first().copied());
    let known: Vec<&str> = names.collect();
    let shown: String = kind.chars().take(40).collect();
    Err(Fault::argument(format!("\"{shown}\" is no kind; known are {}", known.join(", "))))
}

fn is_valid(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, kind) = (answer(call)?, kind(call)?);
    Ok(Value::bool(is_kind(&kind, &text, call.env)))
}

fn validate(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, kind) = (answer(call)?, kind(call)?);
    match super::accept(&kind, &[], false, &text, call.env) {
        Ok(data) => crate::pure::json::data_to_value(call.heap, &data, 2),
        Err(_) => Ok(Value::NULL),
    }
}

fn of_kind(call: &mut Call<'_>, kind: &str) -> Result<Value, Fault> {
    let text = answer(call)?;
    Ok(Value::bool(is_kind(kind, &text, call.env)))
}

fn is_email(call: &mut Call<'_>) -> Result<Value, Fault> {
    of_kind(call, "EMAIL")
}
fn is_url(call: &mut Call<'_>) -> Result<Value, Fault> {
    of_kind(call, "URL")
}
fn is_phone(call: &mut Call<'_>) -> Result<Value, Fault> {
    of_kind(call, "PHONE")
}
fn is_guid(call: &mut Call<'_>) -> Result<Value, Fault> {
    of_kind(call, "UUID")
}
fn is_cpf(call: &mut Call<'_>) -> Result<Value, Fault> {
    of_kind(call, "CPF")
}
fn is_cnpj(call: &mut Call<'_>) -> Result<Value, Fault> {
    of_kind(call, "CNPJ")
}
fn is_card(call: &mut Call<'_>) -> Result<Value, Fault> {
    of_kind(call, "CREDITCARD")
}

fn is_luhn(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = answer(call)?;
    let plain = text.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    let digits = digits(&text);
    Ok(Value::bool(plain && digits.len() > 1 && luhn(&digits)))
}

fn is_iban(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = answer(call)?;
    let kept: String = text.chars().filter(|c| *c != ' ').collect();
    Ok(Value::bool(iban(&kept.to_ascii_uppercase())))
}

/// The country, two check digits and up to 30 characters; as a number, letters being 10 to 35 and
/// the first four characters put last, it leaves 1 of 97.
fn iban(text: &str) -> bool {
    let fits = (15..=34).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric());
    let (Some(head), Some(tail)) = (text.get(..4), text.get(4..)) else { return false };
    let country = head.chars().take(2).all(|c| c.is_ascii_uppercase());
    let check = head.chars().skip(2).all(|c| c.is_ascii_digit());
    let rest = tail
        .chars()
        .chain(head.chars())
        .filter_map(|c| c.to_digit(36))
        .fold(0, |n, digit| (n * if digit < 10 { 10 } else { 100 } + digit) % 97);
    fits && country && check && rest == 1
}

fn is_ip(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = answer(call)?;
    Ok(Value::bool(text.trim().parse::<IpAddr>().is_ok()))
}

fn mask(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, shown, mark) = (call.text(0)?, call.int_or(1, 4)?, call.text_or(2, "*")?);
    let length = text.chars().count();
    let hidden = length.saturating_sub(usize::try_from(shown).unwrap_or(0));
    call.room(hidden.saturating_mul(mark.len()).saturating_add(text.len()))?;
    let rest: String = text.chars().skip(hidden).collect();
    call.give(&format!("{}{rest}", mark.repeat(hidden)))
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn kinds_and_their_forms() {
        assert_eq!(call("VALIDATE", r#"["1.234,50", "money"]"#), "1234.5");
        assert_eq!(call("VALIDATE", r#"["52998224725", "CPF"]"#), "529.982.247-25");
        assert_eq!(call("ISVALID", r#"["x", "EMAIL"]"#), "false");
        assert!(call("ISVALID", r#"["x", "frob"]"#).contains("known are EMAIL"));
        assert!(call("VALIDATE", r#"["x", ""]"#).contains("no kind"));
    }

    #[test]
    fn numbers_with_check_digits() {
        for (name, text, fits) in [
            ("ISIBAN", "GB29 NWBK 6016 1331 9268 19", true),
            ("ISIBAN", "GB29", false),
            ("ISIBAN", "ÄÄ89370400440532013000", false),
            ("ISIP", "2001:db8::8a2e:370:7334", true),
            ("ISIP", "1.2.3", false),
            ("ISLUHN", "0", false),
            ("ISLUHN", "79a27398713", false),
        ] {
            assert_eq!(call(name, &format!("[\"{text}\"]")), fits.to_string(), "{text}");
        }
    }

    #[test]
    fn long_texts_are_of_no_kind() {
        let long = "a".repeat(100_000);
        for name in ["ISEMAIL", "ISURL", "ISPHONE", "ISGUID", "ISCPF", "ISIBAN", "ISIP"] {
            assert_eq!(call(name, &format!("[\"{long}\"]")), "false", "{name}");
        }
        assert_eq!(call("MASK", r#"["abc", 9]"#), "abc");
        assert_eq!(call("MASK", r#"["abc", -1]"#), "***");
        assert!(call("MASK", &format!("[\"{long}\", 0, \"{long}\"]")).contains("too long"));
    }
}
