//! Identifiers, digests and encodings.

use super::Call;
use crate::{Fault, TrapCode, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256, Sha512};

crate::functions! {
    family "hash";

    /// A new random identifier (UUID version 4).
    ///
    /// `LEN(GUID())` → `36`
    "GUID" also ["UUID"] () -> Text = guid;

    /// The digest of a text in hexadecimal: `sha256`, or `sha512`.
    ///
    /// `LEFT(HASH("abc"), 8)` → `ba7816bf`
    "HASH" also ["SHA256"] (text: Text; method: Text) -> Text = hash;

    /// The SHA-256 digest of a text under a key, in hexadecimal.
    ///
    /// `LEN(HMAC("text", "key"))` → `64`
    "HMAC" (text: Text, key: Text) -> Text = hmac;

    /// A text in Base64.
    ///
    /// `BASE64("abc")` → `YWJj`
    "BASE64" also ["BASE64ENCODE", "BASE64 ENCODE"] (text: Text) -> Text = base64;

    /// The text that Base64 stands for.
    ///
    /// `BASE64DECODE("YWJj")` → `abc`
    "BASE64DECODE" also ["BASE64 DECODE"] (text: Text) -> Text = base64_decode;

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
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
        "sha512" => hex_text(&Sha512::digest(&text)),
        other => return Err(Fault::argument(format!("HASH knows sha256 and sha512, not {other}"))),
    };
    call.give(&digest)
}

fn hmac(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (text, key) = (call.text(0)?, call.text(1)?);
    call.heap.charge((text.len() + key.len()) as u64 / 2)?;
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes());
    let mut mac = mac.map_err(|_| Fault::argument("the key cannot be used"))?;
    mac.update(text.as_bytes());
    call.give(&hex_text(&mac.finalize().into_bytes()))
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
    let bytes = STANDARD.decode(text.trim()).map_err(|_| bad("Base64"))?;
    let text = String::from_utf8(bytes).map_err(|_| bad("a text in Base64"))?;
    call.give(&text)
}

fn url_encode(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len().saturating_mul(3))?;
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
        assert!(call("HASH", r#"["abc", "md5"]"#).contains("sha512"));
    }

    #[test]
    fn encodings_go_there_and_back() {
        assert_eq!(call("BASE64", r#"["olá"]"#), "b2zDoQ==");
        assert_eq!(call("BASE64DECODE", r#"["b2zDoQ=="]"#), "olá");
        assert_eq!(call("URLENCODE", r#"["a b&é"]"#), "a%20b%26%C3%A9");
        assert_eq!(call("URLDECODE", r#"["a+b%26%C3%A9%"]"#), "a b&é%");
        assert!(call("BASE64DECODE", r#"["***"]"#).contains("not Base64"));
    }
}
