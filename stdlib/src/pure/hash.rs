//! Identifiers, digests and encodings.

use super::Call;
use crate::{Fault, TrapCode, Value};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

crate::functions! {
    family "hash";

    /// A new random identifier (UUID version 4).
    ///
    /// `LEN(GUID())` → `36`
    "GUID" also ["UUID"] () -> Text = guid;

    /// The digest of a text in hexadecimal: `sha256`, or `sha384`, `sha512`; `sha1` and `md5` for
    /// services that ask for them, which protect nothing; `crc32` as a check sum.
    ///
    /// `LEFT(HASH("abc"), 8)` → `ba7816bf`
    /// `HASH("abc", "md5")` → `900150983cd24fb0d6963f7d28e17f72`
    /// `HASH("abc", "crc32")` → `352441c2`
    "HASH" also ["SHA256"] (text: Text; method: Text) -> Text = hash;

    /// The digest of a text under a key, by SHA-256 or `sha1`, `sha512`; in hexadecimal or
    /// `base64`.
    ///
    /// `LEN(HMAC("text", "key"))` → `64`
    /// `LEFT(HMAC("text", "key", "sha1", "base64"), 6)` → `Np4pWe`
    "HMAC" (text: Text, key: Text; method: Text, encoding: Text) -> Text = hmac;

    /// A text as the hexadecimal numbers of its bytes.
    ///
    /// `HEXENCODE("olá")` → `6f6cc3a1`
    /// `HEXENCODE("")` → ``
    "HEXENCODE" also ["HEX ENCODE"] (text: Text) -> Text = hex_encode;

    /// The text whose bytes are written in hexadecimal.
    ///
    /// `HEXDECODE("6f6cc3a1")` → `olá`
    /// `HEXDECODE("4F 4b")` → `OK`
    "HEXDECODE" also ["HEX DECODE"] (text: Text) -> Text = hex_decode;

    /// A text in the Base64 of addresses and tokens: `-` and `_`, and no `=` at the end.
    ///
    /// `BASE64URL("a?b>~")` → `YT9iPn4`
    /// `BASE64DECODE(BASE64URL("olá"))` → `olá`
    "BASE64URL" also ["BASE64URLENCODE", "BASE64URL ENCODE"] (text: Text) -> Text = base64_url;

    /// A text in Base64.
    ///
    /// `BASE64("abc")` → `YWJj`
    "BASE64" also ["BASE64ENCODE", "BASE64 ENCODE"] (text: Text) -> Text = base64;

    /// The text that Base64 stands for, with `=` at its end or without, and in the spelling of
    /// addresses too.
    ///
    /// `BASE64DECODE("YWJj")` → `abc`
    "BASE64DECODE" also ["BASE64 DECODE", "BASE64URLDECODE"] (text: Text) -> Text = base64_decode;

    /// A text as a part of an address.
    ///
    /// `URLENCODE("a b&c")` → `a%20b%26c`
    "URLENCODE" also ["URL ENCODE"] (text: Text) -> Text = url_encode;

    /// The text that a part of an address stands for.
    ///
    /// `URLDECODE("a%20b")` → `a b`
    "URLDECODE" also ["URL DECODE"] (text: Text) -> Text = url_decode;
}

fn hex_text(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn guid(call: &mut Call<'_>) -> Result<Value, Fault> {
    let bits = u128::from(call.env.next_u64()) << 64 | u128::from(call.env.next_u64());
    let versioned = bits & !(0xf << 76) | 0x4 << 76;
    let marked = versioned & !(0x3 << 62) | 0x2 << 62;
    let digits = format!("{marked:032x}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or("").to_string();
    let parts = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
    call.give(&parts.join("-"))
}

fn hash(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, method) = (call.text(0)?, call.text_or(1, "sha256")?);
    call.heap.charge(text.len() as u64 / 2)?;
    let digest = match method.to_ascii_lowercase().replace('-', "").as_str() {
        "sha256" => hex_text(&Sha256::digest(&text)),
        "sha384" => hex_text(&Sha384::digest(&text)),
        "sha512" => hex_text(&Sha512::digest(&text)),
        "sha1" => hex_text(&Sha1::digest(&text)),
        "md5" => hex_text(&Md5::digest(&text)),
        "crc32" => format!("{:08x}", crc32fast::hash(text.as_bytes())),
        other => {
            let known = "sha256, sha384, sha512, sha1, md5 and crc32";
            return Err(Fault::argument(format!("HASH knows {known}, not {}", shown(other))));
        }
    };
    call.give(&digest)
}

fn hmac(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, key) = (call.text(0)?, call.text(1)?);
    call.heap.charge((text.len() + key.len()) as u64 / 2)?;
    let method = call.text_or(2, "sha256")?;
    let (text, key) = (text.as_bytes(), key.as_bytes());
    let digest = match method.to_ascii_lowercase().replace('-', "").as_str() {
        "sha256" => keyed::<Hmac<Sha256>>(text, key)?,
        "sha512" => keyed::<Hmac<Sha512>>(text, key)?,
        "sha1" => keyed::<Hmac<Sha1>>(text, key)?,
        other => {
            let other = shown(other);
            return Err(Fault::argument(format!(
                "HMAC knows sha256, sha512 and sha1, not {other}"
            )));
        }
    };
    match call.text_or(3, "hex")?.to_ascii_lowercase().as_str() {
        "hex" => call.give(&hex_text(&digest)),
        "base64" => call.give(&STANDARD.encode(digest)),
        other => {
            let other = shown(other);
            Err(Fault::argument(format!("HMAC writes hex or base64, not {other}")))
        }
    }
}

fn keyed<M: Mac + hmac::digest::KeyInit>(text: &[u8], key: &[u8]) -> Result<Vec<u8>, Fault> {
    let mac = <M as Mac>::new_from_slice(key);
    let mut mac = mac.map_err(|_| Fault::argument("the key cannot be used"))?;
    mac.update(text);
    Ok(mac.finalize().into_bytes().to_vec())
}

/// The beginning of a word for a message.
fn shown(word: &str) -> String {
    word.chars().take(40).collect()
}

fn hex_encode(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len().saturating_mul(2))?;
    call.give(&hex_text(text.as_bytes()))
}

fn hex_decode(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len())?;
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| {
        let digits = pair.iter().all(u8::is_ascii_hexdigit) && pair.len() == 2;
        let text = std::str::from_utf8(pair).ok().filter(|_| digits)?;
        u8::from_str_radix(text, 16).ok()
    };
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(pair).collect();
    let text = String::from_utf8(bytes.ok_or_else(|| bad("hexadecimal"))?);
    call.give(&text.map_err(|_| bad("a text in hexadecimal"))?)
}

fn base64_url(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len() / 3 * 4 + 4)?;
    call.give(&URL_SAFE_NO_PAD.encode(text))
}

fn base64(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len() / 3 * 4 + 4)?;
    call.give(&STANDARD.encode(text))
}

fn bad(what: &str) -> Fault {
    Fault::new(TrapCode::BadData, format!("this is not {what}"))
}

fn base64_decode(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len())?;
    // Lines are broken in mails; tokens leave out the end.
    let plain = |c: char| match c {
        '-' => '+',
        '_' => '/',
        c => c,
    };
    let kept = text.chars().filter(|c| !c.is_ascii_whitespace()).map(plain);
    let digits: String = kept.collect();
    let digits = digits.trim_end_matches('=');
    let bytes = STANDARD_NO_PAD.decode(digits).map_err(|_| bad("Base64"))?;
    let text = String::from_utf8(bytes).map_err(|_| bad("a text in Base64"))?;
    call.give(&text)
}

fn url_encode(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len().saturating_mul(3))?;
    call.heap.charge(text.len() as u64 * 4)?;
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(byte.into());
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    call.give(&out)
}

fn url_decode(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len())?;
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let escaped = code.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or(&[]);
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            (other, _) => bytes.push(*other),
        }
        rest = tail;
    }
    let text = String::from_utf8(bytes).map_err(|_| bad("a text in an address"))?;
    call.give(&text)
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn identifiers_come_from_the_seed() {
        let guid = call("GUID", "[]");
        assert_eq!(guid, call("GUID", "[]"));
        assert_eq!((guid.len(), &guid[14..15]), (36, "4"));
        assert!("89ab".contains(&guid[19..20]), "{guid}");
    }

    #[test]
    fn known_digests() {
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(call("HASH", r#"["abc"]"#), digest);
        let mac = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
        let args = r#"["The quick brown fox jumps over the lazy dog", "key"]"#;
        assert_eq!(call("HMAC", args), mac);
        let digest = "a9993e364706816aba3e25717850c26c9cd0d89d";
        assert_eq!(call("HASH", r#"["abc", "SHA-1"]"#), digest);
        assert!(call("HASH", r#"["abc", "md4"]"#).contains("sha512"));
        assert!(call("HMAC", r#"["abc", "k", "md5"]"#).contains("not md5"));
    }

    #[test]
    fn encodings_go_there_and_back() {
        assert_eq!(call("BASE64", r#"["olá"]"#), "b2zDoQ==");
        assert_eq!(call("BASE64DECODE", r#"["b2zDoQ=="]"#), "olá");
        assert_eq!(call("URLENCODE", r#"["a b&é"]"#), "a%20b%26%C3%A9");
        assert_eq!(call("URLDECODE", r#"["a+b%26%C3%A9%"]"#), "a b&é%");
        assert_eq!(call("BASE64DECODE", r#"["b2zD\r\noQ"]"#), "olá");
        assert!(call("HEXDECODE", r#"["abc"]"#).contains("not hexadecimal"));
        assert!(call("HEXDECODE", r#"["+1"]"#).contains("not hexadecimal"));
        assert!(call("HEXDECODE", r#"["ff"]"#).contains("not a text"));
        assert!(call("BASE64DECODE", r#"["***"]"#).contains("not Base64"));
    }
}
