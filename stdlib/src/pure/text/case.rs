//! Spellings of one text: letter case, words joined by marks, letters without accents.

use super::{Call, change};
use crate::{Fault, Value};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

crate::functions! {
    family "text";

    /// The words of a text joined without blanks, each but the first with a capital.
    ///
    /// `CAMELCASE("unit price")` → `unitPrice`
    /// `CAMELCASE("UNIT_PRICE")` → `unitPrice`
    "CAMELCASE" also ["CAMEL CASE", "TOCAMELCASE"] (text: Text) -> Text = camel_case;

    /// The words of a text joined without blanks, each with a capital.
    ///
    /// `PASCALCASE("unit price")` → `UnitPrice`
    /// `PASCALCASE("unit-price")` → `UnitPrice`
    "PASCALCASE" also ["PASCAL CASE", "TOPASCALCASE"] (text: Text) -> Text = pascal_case;

    /// The words of a text in lower case, joined with `_`.
    ///
    /// `SNAKECASE("unitPrice")` → `unit_price`
    /// `SNAKECASE("Unit Price 2")` → `unit_price_2`
    "SNAKECASE" also ["SNAKE CASE", "TOSNAKECASE"] (text: Text) -> Text = snake_case;

    /// The words of a text in lower case, joined with `-`.
    ///
    /// `KEBABCASE("unitPrice")` → `unit-price`
    /// `KEBABCASE("HTTPServer")` → `http-server`
    "KEBABCASE" also ["KEBAB CASE", "TOKEBABCASE"] (text: Text) -> Text = kebab_case;

    /// The words of a text in upper case, joined with `_`.
    ///
    /// `CONSTANTCASE("unitPrice")` → `UNIT_PRICE`
    /// `CONSTANTCASE("max size")` → `MAX_SIZE`
    "CONSTANTCASE" also ["CONSTANT CASE"] (text: Text) -> Text = constant_case;

    /// The text with its first letter in upper case and the others as they are.
    ///
    /// `UCFIRST("iPhone case")` → `IPhone case`
    /// `UCFIRST("água")` → `Água`
    "UCFIRST" also ["UPPERFIRST"] (text: Text) -> Text = upper_first;

    /// The text with its first letter in lower case and the others as they are.
    ///
    /// `LCFIRST("UnitPrice")` → `unitPrice`
    /// `LCFIRST("Água")` → `água`
    "LCFIRST" also ["LOWERFIRST"] (text: Text) -> Text = lower_first;

    /// The text with upper case letters in lower case, and the other way round.
    ///
    /// `SWAPCASE("Hello")` → `hELLO`
    /// `SWAPCASE("ÁGUA fria")` → `água FRIA`
    "SWAPCASE" also ["SWAP CASE", "TOGGLECASE"] (text: Text) -> Text = swap_case;

    /// The text in another letter case: 1 or `upper`, 2 or `lower`, 3 or `proper`.
    ///
    /// `STRCONV("ana souza", 3)` → `Ana Souza`
    /// `STRCONV("ana", "upper")` → `ANA`
    "STRCONV" (text: Text, how: Any) -> Text = str_conv;

    /// The text without accents: `ç` becomes `c`, `ã` becomes `a`.
    ///
    /// `REMOVEACCENTS("São João")` → `Sao Joao`
    /// `REMOVEACCENTS("Ångström, Łódź, straße")` → `Angstrom, Lodz, strasse`
    "REMOVEACCENTS" also ["REMOVE ACCENTS", "UNACCENT", "DEACCENT", "STRIPACCENTS"] (text: Text)
        -> Text = remove_accents;

    /// The text with each character written in one way only, so that texts that look alike are
    /// equal: `NFC` (the usual one), `NFD`, `NFKC` or `NFKD` of the Unicode standard.
    ///
    /// `LEN(NORMALIZE(CHR(101) + CHR(769)))` → `1`
    /// `NORMALIZE("ﬁne", "NFKC")` → `fine`
    "NORMALIZE" also ["NORMALISE"] (text: Text; form: Text) -> Text = normalize;

    /// A text as a part of an address: lower case letters without accents, digits, and a mark
    /// between the words.
    ///
    /// `SLUG("Promoção de Verão!")` → `promocao-de-verao`
    /// `SLUG("Hello, World", "_")` → `hello_world`
    "SLUG" also ["SLUGIFY"] (text: Text; separator: Text) -> Text = slug;

    /// The visible characters of a text, each as a text of its own. An emoji that is made of
    /// several parts, or a letter with its accent, is one of them; LEN, MID and LEFT count the
    /// parts.
    ///
    /// `GRAPHEMES("olá")` → `["o","l","á"]`
    /// `UBOUND(GRAPHEMES("👨‍👩‍👧!"))` → `2`
    "GRAPHEMES" also ["CHARACTERS", "LETTERS"] (text: Text) -> List = graphemes;

    /// Whether a text has letters, and none but upper case ones.
    ///
    /// `ISUPPER("ABC 1")` → `true`
    /// `ISUPPER("Abc")` → `false`
    "ISUPPER" also ["IS UPPER"] (text: Text) -> Bool = is_upper;

    /// Whether a text has letters, and none but lower case ones.
    ///
    /// `ISLOWER("abc 1")` → `true`
    /// `ISLOWER("123")` → `false`
    "ISLOWER" also ["IS LOWER"] (text: Text) -> Bool = is_lower;

    /// Whether a text has letters only.
    ///
    /// `ISALPHA("Ação")` → `true`
    /// `ISALPHA("R2D2")` → `false`
    "ISALPHA" also ["IS ALPHA", "ISLETTER"] (text: Text) -> Bool = is_alpha;

    /// Whether a text has digits 0 to 9 only.
    ///
    /// `ISDIGIT("0123")` → `true`
    /// `ISDIGIT("1.5")` → `false`
    "ISDIGIT" also ["IS DIGIT", "ISDIGITS"] (text: Text) -> Bool = is_digit;

    /// Whether a text has letters and digits only.
    ///
    /// `ISALNUM("R2D2")` → `true`
    /// `ISALNUM("R2-D2")` → `false`
    "ISALNUM" also ["ISALPHANUMERIC"] (text: Text) -> Bool = is_alnum;

    /// Whether a text is empty or has nothing but blanks.
    ///
    /// `ISBLANK("  ")` → `true`
    /// `ISBLANK("a")` → `false`
    "ISBLANK" also ["IS BLANK", "ISSPACE", "ISWHITESPACE"] (text: Text) -> Bool = is_blank;
}

/// The words of a text: between blanks and marks, and where a small letter meets a capital.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let chars: Vec<char> = text.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let next_small = chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        let hump = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase() || b.is_numeric() || (b.is_uppercase() && next_small)
            });
        if (hump || !c.is_alphanumeric()) && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if let (true, Some(part)) = (c.is_alphanumeric(), parts.last_mut()) {
            part.extend(c.to_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn joined(
    call: &mut Call<'_>,
    mark: &str,
    word: fn(usize, &str) -> String,
) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len().saturating_mul(4))?;
    // Each word is a text of its own for a while.
    call.heap.charge(text.len() as u64 * 16)?;
    let words = parts(&text);
    let words: Vec<String> = words.iter().enumerate().map(|(at, part)| word(at, part)).collect();
    call.give(&words.join(mark))
}

fn camel_case(call: &mut Call<'_>) -> Result<Value, Fault> {
    joined(call, "", |at, part| if at == 0 { part.to_string() } else { first_upper(part) })
}
fn pascal_case(call: &mut Call<'_>) -> Result<Value, Fault> {
    joined(call, "", |_, part| first_upper(part))
}
fn snake_case(call: &mut Call<'_>) -> Result<Value, Fault> {
    joined(call, "_", |_, part| part.to_string())
}
fn kebab_case(call: &mut Call<'_>) -> Result<Value, Fault> {
    joined(call, "-", |_, part| part.to_string())
}
fn constant_case(call: &mut Call<'_>) -> Result<Value, Fault> {
    joined(call, "_", |_, part| part.to_uppercase())
}

fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + chars.as_str()
}

fn first_lower(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_lowercase).collect();
    first + chars.as_str()
}

fn upper_first(call: &mut Call<'_>) -> Result<Value, Fault> {
    change(call, first_upper)
}
fn lower_first(call: &mut Call<'_>) -> Result<Value, Fault> {
    change(call, first_lower)
}

fn swap_case(call: &mut Call<'_>) -> Result<Value, Fault> {
    let swapped = |text: &mut String, c: char| match c.is_uppercase() {
        true => text.extend(c.to_lowercase()),
        false => text.extend(c.to_uppercase()),
    };
    change(call, |text| {
        text.chars().fold(String::with_capacity(text.len()), |mut text, c| {
            swapped(&mut text, c);
            text
        })
    })
}

fn str_conv(call: &mut Call<'_>) -> Result<Value, Fault> {
    let how = call.text(1)?;
    match how.trim().to_ascii_lowercase().as_str() {
        "1" | "upper" | "uppercase" => change(call, str::to_uppercase),
        "2" | "lower" | "lowercase" => change(call, str::to_lowercase),
        "3" | "proper" | "propercase" | "title" => change(call, super::title_case),
        _ => Err(Fault::argument(
            "STRCONV knows 1 (upper case), 2 (lower case) and 3 (a capital for each word)",
        )),
    }
}

/// Letters that the Unicode standard does not take apart, and what is written for them.
const WHOLE_LETTERS: [(char, &str); 20] = [
    ('ß', "ss"),
    ('ẞ', "SS"),
    ('æ', "ae"),
    ('Æ', "AE"),
    ('œ', "oe"),
    ('Œ', "OE"),
    ('ø', "o"),
    ('Ø', "O"),
    ('ł', "l"),
    ('Ł', "L"),
    ('đ', "d"),
    ('Đ', "D"),
    ('ð', "d"),
    ('Ð', "D"),
    ('þ', "th"),
    ('Þ', "TH"),
    ('ı', "i"),
    ('ħ', "h"),
    ('Ħ', "H"),
    ('ŋ', "n"),
];

/// A text without accents (Unicode NFD without its combining marks, recomposed).
pub fn unaccented(text: &str) -> String {
    if text.is_ascii() {
        return text.to_string();
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        match WHOLE_LETTERS.iter().find(|(letter, _)| *letter == c) {
            Some((_, written)) => plain.push_str(written),
            None => plain.push(c),
        }
    }
    plain.nfc().collect()
}

fn remove_accents(call: &mut Call<'_>) -> Result<Value, Fault> {
    change(call, unaccented)
}

fn normalize(call: &mut Call<'_>) -> Result<Value, Fault> {
    let form = call.text_or(1, "NFC")?;
    let text = call.text(0)?;
    call.heap.charge(text.len() as u64 * 4)?;
    // The standard's longest decomposition has 18 characters, of 3 bytes each.
    call.room(text.len().saturating_mul(if text.is_ascii() { 1 } else { 18 }))?;
    let written: String = match form.trim().to_ascii_uppercase().as_str() {
        "NFC" => text.nfc().collect(),
        "NFD" => text.nfd().collect(),
        "NFKC" => text.nfkc().collect(),
        "NFKD" => text.nfkd().collect(),
        _ => return Err(Fault::argument("NORMALIZE knows NFC, NFD, NFKC and NFKD")),
    };
    call.give(&written)
}

fn slug(call: &mut Call<'_>) -> Result<Value, Fault> {
    let separator = call.text_or(1, "-")?;
    let text = call.text(0)?;
    call.room(text.len().saturating_mul(4 + separator.len()))?;
    let plain = unaccented(&text).to_lowercase().replace(['\'', '’'], "");
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    call.give(&words.collect::<Vec<_>>().join(&separator))
}

fn graphemes(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(text.len() as u64)?;
    call.give_texts(text.graphemes(true))
}

/// Whether a text that is not empty has only characters of a kind.
fn only(call: &mut Call<'_>, kind: fn(char) -> bool) -> Result<Value, Fault> {
    let text = call.text(0)?;
    Ok(Value::bool(!text.is_empty() && text.chars().all(kind)))
}

/// Whether a text has letters, and its other form has none of them.
fn in_case(call: &mut Call<'_>, other: fn(char) -> bool) -> Result<Value, Fault> {
    let text = call.text(0)?;
    let cased = |c: char| c.is_uppercase() || c.is_lowercase();
    Ok(Value::bool(text.chars().any(cased) && !text.chars().any(other)))
}

fn is_upper(call: &mut Call<'_>) -> Result<Value, Fault> {
    in_case(call, char::is_lowercase)
}
fn is_lower(call: &mut Call<'_>) -> Result<Value, Fault> {
    in_case(call, char::is_uppercase)
}
fn is_alpha(call: &mut Call<'_>) -> Result<Value, Fault> {
    only(call, char::is_alphabetic)
}
fn is_digit(call: &mut Call<'_>) -> Result<Value, Fault> {
    only(call, |c| c.is_ascii_digit())
}
fn is_alnum(call: &mut Call<'_>) -> Result<Value, Fault> {
    only(call, char::is_alphanumeric)
}
fn is_blank(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    Ok(Value::bool(text.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn words_are_found_in_every_spelling() {
        for text in ["unitPrice", "UnitPrice", "unit_price", "UNIT-PRICE", " unit  price! "] {
            assert_eq!(parts(text), ["unit", "price"], "{text}");
        }
        assert_eq!(parts("parseHTTPResponse2xx"), ["parse", "http", "response2xx"]);
        assert_eq!(parts("--"), [""; 0]);
    }

    #[test]
    fn accents_go_and_other_scripts_stay() {
        assert_eq!(unaccented("Ação é Ñandú ÿ"), "Acao e Nandu y");
        assert_eq!(
            unaccented("日本 ไทย"),
            "日本 ไทย".nfc().filter(|c| !is_combining_mark(*c)).collect::<String>()
        );
        assert_eq!(call("SLUG", r#"["  L'été à Paris (2024) "]"#), "lete-a-paris-2024");
    }

    #[test]
    fn long_texts_meet_their_limit() {
        let text = "é".repeat(700_000);
        assert!(call("NORMALIZE", &format!("[\"{text}\"]")).contains("too long"));
    }
}
