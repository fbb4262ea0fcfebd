//! Whether an answer is of the kind that HEAR waits for, and its normal form.

use super::{Env, dates, display, numbers, text};
use crate::{Data, Value};

pub mod functions;

type Answer = Result<Data, String>;

/// A kind of answer: its names, its check, and the sentence with which to ask again.
struct Check {
    names: &'static [&'static str],
    check: fn(&str, &Env) -> Option<Data>,
    again: &'static str,
}

const CHECKS: &[Check] = &[
    Check {
        names: &["EMAIL", "MAIL"],
        check: email,
        again: "That does not look like an e-mail address. Please write one like ana@example.com.",
    },
    Check {
        names: &["DATE"],
        check: date,
        again: "That does not look like a date. Please write one like 2024-12-31 or 31/12/2024.",
    },
    Check {
        names: &["DATETIME", "TIMESTAMP"],
        check: date_time,
        again: "That does not look like a date and time. Please write one like 2024-12-31 14:30.",
    },
    Check { names: &["NAME"], check: name, again: "Please write a name, with letters only." },
    Check {
        names: &["INTEGER", "INT", "NUMBER"],
        check: integer,
        again: "Please write a whole number, such as 42.",
    },
    Check {
        names: &["FLOAT", "DECIMAL", "DOUBLE"],
        check: float,
        again: "Please write a number, such as 3.14.",
    },
    Check { names: &["BOOLEAN", "BOOL"], check: boolean, again: "Please answer yes or no." },
    Check {
        names: &["HOUR", "TIME"],
        check: hour,
        again: "That does not look like a time. Please write one like 14:30.",
    },
    Check {
        names: &["MONEY", "CURRENCY", "AMOUNT"],
        check: money,
        again: "Please write an amount, such as 1234.56.",
    },
    Check {
        names: &["MOBILE", "PHONE", "TELEPHONE"],
        check: phone,
        again: "That does not look like a phone number. Please write it with its area code.",
    },
    Check {
        names: &["ZIPCODE", "ZIP", "CEP", "POSTALCODE"],
        check: zip_code,
        again: "That does not look like a postal code. Please write it again.",
    },
    Check {
        names: &["LANGUAGE", "LANG"],
        check: language,
        again: "Please write a language, such as English or pt.",
    },
    Check {
        names: &["CPF"],
        check: cpf,
        again: "This CPF is not valid. Please check its 11 digits.",
    },
    Check {
        names: &["CNPJ"],
        check: cnpj,
        again: "This CNPJ is not valid. Please check its 14 digits.",
    },
    Check {
        names: &["URL", "LINK"],
        check: url,
        again: "That does not look like a link. Please write one like https://example.com.",
    },
    Check {
        names: &["UUID", "GUID"],
        check: uuid,
        again: "That does not look like a UUID. It has 32 digits, such as \
                123e4567-e89b-12d3-a456-426614174000.",
    },
    Check {
        names: &["COLOR", "COLOUR"],
        check: color,
        again: "Please write a colour, such as red or #ff8800.",
    },
    Check {
        names: &["CREDITCARD", "CARD"],
        check: card,
        again: "This card number is not valid. Please check its digits.",
    },
    Check {
        names: &["PASSWORD", "PASS", "SECRET"],
        check: secret,
        again: "Please write at least one character.",
    },
    Check {
        names: &["FILE", "DOCUMENT", "DOC", "PDF"],
        check: no_text,
        again: "Please send a file.",
    },
    Check {
        names: &["IMAGE", "PHOTO", "PICTURE"],
        check: no_text,
        again: "Please send a picture.",
    },
    Check {
        names: &["AUDIO", "VOICE", "SOUND"],
        check: no_text,
        again: "Please send a voice message or another sound.",
    },
    Check { names: &["VIDEO"], check: no_text, again: "Please send a video." },
];

/// The kinds of answers: their names, the first being the usual one, and the sentence with which a
/// person is asked again.
pub fn kinds() -> impl Iterator<Item = (&'static [&'static str], &'static str)> {
    CHECKS.iter().map(|check| (check.names, check.again))
}

/// The usable value of an answer, or the sentence with which to ask again.
///
/// Where there are choices the answer must be one of them, by its label, an unambiguous beginning
/// of it, or its number in the list; with `free_text` any other answer is taken too. A kind that
/// is not known takes any text.
pub fn accept(kind: &str, choices: &[Data], free_text: bool, answer: &str, env: &Env) -> Answer {
    let answer = answer.trim();
    if !choices.is_empty() {
        return choose(choices, answer, &env.zone)
            .or_else(|| free_text.then(|| Data::text(answer)))
            .ok_or_else(|| offer(choices, &env.zone));
    }
    let kind = kind.trim().to_uppercase();
    match CHECKS.iter().find(|check| check.names.contains(&kind.as_str())) {
        Some(known) => (known.check)(answer, env).ok_or_else(|| known.again.to_string()),
        None => Ok(Data::text(answer)),
    }
}

/// Whether a text is an answer of a kind that is known.
pub fn is_kind(kind: &str, text: &str, env: &Env) -> bool {
    let known = CHECKS.iter().find(|check| check.names.contains(&kind));
    known.is_some_and(|check| (check.check)(text.trim(), env).is_some())
}

/// The names of all kinds of answers, those included that take any text.
pub fn kind_names() -> impl Iterator<Item = &'static str> {
    const OTHERS: [&str; 9] =
        ["TEXT", "STRING", "ANY", "MENU", "QRCODE", "QR", "LOGIN", "AUTH", "OBJECT"];
    CHECKS.iter().flat_map(|check| check.names).copied().chain(OTHERS)
}

fn choose(choices: &[Data], answer: &str, zone: &str) -> Option<Data> {
    let wanted = answer.to_lowercase();
    let label = |choice: &Data| display::display_data_in(choice, zone).to_lowercase();
    if let Some(exact) = choices.iter().find(|choice| label(choice) == wanted) {
        return Some(exact.clone());
    }
    let by_number = wanted.trim_end_matches(['.', ')']).parse::<usize>().ok();
    if let Some(choice) = by_number.and_then(|n| choices.get(n.checked_sub(1)?)) {
        return Some(choice.clone());
    }
    let mut fits = choices.iter().filter(|choice| label(choice).starts_with(&wanted));
    match (wanted.is_empty(), fits.next(), fits.next()) {
        (false, Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

fn offer(choices: &[Data], zone: &str) -> String {
    let labels: Vec<String> =
        choices.iter().map(|choice| display::display_data_in(choice, zone)).collect();
    match labels.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            format!("Please choose one of these: {} or {last}.", rest.join(", "))
        }
        _ => format!("Please answer {}.", labels.concat()),
    }
}

fn digits(answer: &str) -> String {
    answer.chars().filter(char::is_ascii_digit).collect()
}

/// The digits of an answer that holds nothing but digits and the marks given.
fn only_digits(answer: &str, marks: &str) -> Option<String> {
    let plain = answer.chars().all(|c| c.is_ascii_digit() || marks.contains(c));
    plain.then(|| digits(answer))
}

fn email(answer: &str, _: &Env) -> Option<Data> {
    let (user, host) = answer.split_once('@')?;
    let allowed = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let labels: Vec<&str> = host.split('.').collect();
    let label = |l: &&str| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let top = labels.last().is_some_and(|l| l.len() >= 2 && l.chars().all(char::is_alphabetic));
    let user_fits = !user.is_empty()
        && user.chars().all(allowed)
        && !user.starts_with('.')
        && !user.ends_with('.')
        && !user.contains("..");
    let fits = user_fits && top && labels.len() >= 2 && labels.iter().all(label);
    (fits && answer.len() <= 254).then(|| Data::Text(answer.to_lowercase()))
}

fn date(answer: &str, env: &Env) -> Option<Data> {
    let today = dates::to_local(Value::moment(env.now_ms), &env.zone);
    let today = today.map(|now| dates::days_of(now.date()))?;
    match answer.to_lowercase().as_str() {
        "today" | "hoje" | "hoy" => return Some(Data::Date(today)),
        "tomorrow" | "amanhã" | "amanha" | "mañana" => return Some(Data::Date(today + 1)),
        "yesterday" | "ontem" | "ayer" => return Some(Data::Date(today - 1)),
        _ => {}
    }
    let found = dates::parse(answer, &env.zone)?;
    dates::to_local(found, &env.zone).map(|local| Data::Date(dates::days_of(local.date())))
}

fn date_time(answer: &str, env: &Env) -> Option<Data> {
    let found = dates::parse(answer, &env.zone)?;
    dates::to_ms(found, &env.zone).map(Data::Moment)
}

fn name(answer: &str, _: &Env) -> Option<Data> {
    let allowed = |c: char| c.is_alphabetic() || " '-.’".contains(c);
    let letters = answer.chars().filter(|c| c.is_alphabetic()).count();
    let fits = letters >= 2 && answer.len() <= 200 && answer.chars().all(allowed);
    let words: Vec<&str> = answer.split_whitespace().collect();
    fits.then(|| Data::Text(text::title_case(&words.join(" "))))
}

fn integer(answer: &str, _: &Env) -> Option<Data> {
    answer.replace([' ', '_'], "").parse().ok().map(Data::Int)
}

fn float(answer: &str, _: &Env) -> Option<Data> {
    numbers::text_to_number(&decimal(answer)?).map(Data::Num)
}

fn money(answer: &str, _: &Env) -> Option<Data> {
    let sign = |c: char| c.is_alphabetic() || "$€£¥ ".contains(c);
    let amount = answer.trim_matches(sign);
    let n = numbers::text_to_number(&decimal(amount)?)?;
    Some(Data::Num(numbers::round_to(n, 2)))
}

/// A number with a point, from the spellings `1234.5`, `1,234.5`, `1.234,5`, `1234,5` and `1,234`.
pub fn decimal(answer: &str) -> Option<String> {
    let plain: String = answer.chars().filter(|c| !c.is_whitespace()).collect();
    let (point, comma) = (plain.rfind('.'), plain.rfind(','));
    let groups = |part: &str, mark: char| {
        let mut groups = part.split(mark);
        let first = groups.next().is_some_and(|g| !g.is_empty());
        first && groups.all(|group| group.len() == 3)
    };
    match (point, comma) {
        (None, None) => Some(plain),
        (Some(_), None) => {
            let many = plain.matches('.').count() > 1;
            (!many || groups(&plain, '.'))
                .then(|| if many { plain.replace('.', "") } else { plain.clone() })
        }
        (None, Some(at)) => {
            // `1,000` has thousands, `0,125` and `1234,567` have decimals.
            let first = plain.get(..at).unwrap_or("").trim_start_matches(['-', '+']);
            let thousands =
                groups(&plain, ',') && (1..=3).contains(&first.len()) && !first.starts_with('0');
            let single = plain.matches(',').count() == 1;
            match (thousands, single) {
                (true, _) => Some(plain.replace(',', "")),
                (_, true) => Some(plain.replace(',', ".")),
                _ => None,
            }
        }
        (Some(point), Some(comma)) => {
            let (mark, group) = if point > comma { ('.', ',') } else { (',', '.') };
            let (whole, part) = plain.rsplit_once(mark)?;
            groups(whole, group).then(|| format!("{}.{part}", whole.replace(group, "")))
        }
    }
}

fn boolean(answer: &str, _: &Env) -> Option<Data> {
    let word = answer.trim_end_matches(['.', '!']).to_lowercase();
    match word.as_str() {
        "yes" | "y" | "yeah" | "yep" | "true" | "1" | "on" | "ok" | "sure" | "sim" | "s" | "si"
        | "sí" | "oui" | "ja" | "claro" | "verdadeiro" => Some(Data::Bool(true)),
        "no" | "n" | "nope" | "false" | "0" | "off" | "não" | "nao" | "non" | "nein" | "falso" => {
            Some(Data::Bool(false))
        }
        _ => None,
    }
}

fn hour(answer: &str, _: &Env) -> Option<Data> {
    let time = dates::parse_time(answer)?;
    Some(Data::Text(format!("{:02}:{:02}", time.hour(), time.minute())))
}

fn phone(answer: &str, _: &Env) -> Option<Data> {
    let international = answer.starts_with('+');
    let number = only_digits(answer, "+-.() /")?;
    let part = |from: usize, to: usize| number.get(from..to).unwrap_or("");
    let shown = match (international, number.len()) {
        (true, 8..=15) => format!("+{number}"),
        (false, 10) => format!("({}) {}-{}", part(0, 2), part(2, 6), part(6, 10)),
        (false, 11) => format!("({}) {}-{}", part(0, 2), part(2, 7), part(7, 11)),
        (false, 12..=15) => format!("+{number}"),
        (false, 8..=9) => number.clone(),
        _ => return None,
    };
    Some(Data::Text(shown))
}

fn zip_code(answer: &str, _: &Env) -> Option<Data> {
    if let Some(digits) = only_digits(answer, "-. ") {
        let (head, tail) = digits.split_at_checked(5)?;
        let shown = match tail.len() {
            0 => head.to_string(),
            3 | 4 => format!("{head}-{tail}"),
            _ => return None,
        };
        return Some(Data::Text(shown));
    }
    let fits = (4..=10).contains(&answer.len())
        && answer.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-')
        && answer.chars().any(|c| c.is_ascii_digit());
    fits.then(|| Data::Text(answer.to_uppercase()))
}

const LANGUAGES: [(&str, &[&str]); 12] = [
    ("en", &["english", "inglês", "ingles", "inglés"]),
    ("pt", &["portuguese", "português", "portugues"]),
    ("es", &["spanish", "español", "espanol", "espanhol"]),
    ("fr", &["french", "français", "francais", "francês"]),
    ("de", &["german", "deutsch", "alemão", "alemao"]),
    ("it", &["italian", "italiano"]),
    ("nl", &["dutch", "nederlands", "holandês"]),
    ("ja", &["japanese", "日本語", "japonês"]),
    ("zh", &["chinese", "中文", "chinês"]),
    ("ko", &["korean", "한국어", "coreano"]),
    ("ru", &["russian", "русский", "russo"]),
    ("ar", &["arabic", "العربية", "árabe"]),
];

fn language(answer: &str, _: &Env) -> Option<Data> {
    let word = answer.to_lowercase();
    let code = word.split(['-', '_']).next().unwrap_or("");
    let known = LANGUAGES.iter().find(|(c, names)| *c == code || names.contains(&word.as_str()));
    known.map(|(code, _)| Data::text(*code))
}

/// The check digit of Brazilian registers: weights count up from the right, starting at 2.
fn check_digit(digits: &[u32], largest: u32) -> u32 {
    let weights = (2..=largest).cycle();
    let sum: u32 = digits.iter().rev().zip(weights).map(|(digit, weight)| digit * weight).sum();
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

fn registered(answer: &str, length: usize, largest: u32) -> Option<String> {
    let number = only_digits(answer, ".-/ ")?;
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let (body, check) = digits.split_at_checked(length - 2)?;
    let first = check_digit(body, largest);
    let longer: Vec<u32> = body.iter().copied().chain([first]).collect();
    let second = check_digit(&longer, largest);
    let varied = digits.windows(2).any(|pair| pair.first() != pair.last());
    (check == [first, second] && varied).then_some(number)
}

/// Puts digits into a pattern in which `#` stands for one of them.
fn shaped(digits: &str, pattern: &str) -> Data {
    let mut digits = digits.chars();
    let shaped = pattern.chars().filter_map(|c| if c == '#' { digits.next() } else { Some(c) });
    Data::Text(shaped.collect())
}

fn cpf(answer: &str, _: &Env) -> Option<Data> {
    registered(answer, 11, 12).map(|digits| shaped(&digits, "###.###.###-##"))
}

fn cnpj(answer: &str, _: &Env) -> Option<Data> {
    registered(answer, 14, 9).map(|digits| shaped(&digits, "##.###.###/####-##"))
}

fn url(answer: &str, _: &Env) -> Option<Data> {
    let full = match answer.split_once("://") {
        Some(("http" | "https" | "HTTP" | "HTTPS", _)) => answer.to_string(),
        Some(_) => return None,
        None => format!("https://{answer}"),
    };
    let rest = full.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let name = host.split(':').next().unwrap_or("");
    let fits = (name.contains('.') || name == "localhost")
        && !name.starts_with('.')
        && !name.ends_with('.')
        && name.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
        && !full.contains(char::is_whitespace);
    fits.then_some(Data::Text(full))
}

fn uuid(answer: &str, _: &Env) -> Option<Data> {
    let bare = answer.trim_matches(['{', '}']).replace('-', "").to_lowercase();
    let fits = bare.len() == 32 && bare.chars().all(|c| c.is_ascii_hexdigit());
    fits.then(|| shaped(&bare, "########-####-####-####-############"))
}

const COLORS: [(&str, &str); 16] = [
    ("black", "#000000"),
    ("white", "#ffffff"),
    ("red", "#ff0000"),
    ("green", "#008000"),
    ("blue", "#0000ff"),
    ("yellow", "#ffff00"),
    ("orange", "#ffa500"),
    ("purple", "#800080"),
    ("pink", "#ffc0cb"),
    ("brown", "#a52a2a"),
    ("gray", "#808080"),
    ("grey", "#808080"),
    ("preto", "#000000"),
    ("branco", "#ffffff"),
    ("vermelho", "#ff0000"),
    ("azul", "#0000ff"),
];

fn color(answer: &str, _: &Env) -> Option<Data> {
    let word = answer.to_lowercase();
    if let Some((_, code)) = COLORS.iter().find(|(name, _)| *name == word) {
        return Some(Data::text(*code));
    }
    let hex = word.trim_start_matches('#');
    if !hex.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    match hex.len() {
        6 => Some(Data::Text(format!("#{hex}"))),
        3 => Some(Data::Text(format!("#{}", hex.chars().flat_map(|c| [c, c]).collect::<String>()))),
        _ => None,
    }
}

/// The check of Luhn: each second digit from the right counts twice, and the sum ends with 0.
fn luhn(number: &str) -> bool {
    let doubled = |(at, digit): (usize, u32)| match (at % 2, digit * 2) {
        (0, _) => digit,
        (_, twice) if twice > 9 => twice - 9,
        (_, twice) => twice,
    };
    let digits = number.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits.enumerate().map(doubled).sum();
    sum.is_multiple_of(10) && sum > 0
}

fn card(answer: &str, _: &Env) -> Option<Data> {
    let number = only_digits(answer, "- ")?;
    let last = number.get(number.len().checked_sub(4)?..)?;
    let fits = (13..=19).contains(&number.len()) && luhn(&number);
    fits.then(|| Data::Text(format!("**** **** **** {last}")))
}

fn secret(answer: &str, _: &Env) -> Option<Data> {
    (!answer.is_empty()).then(|| Data::text(answer))
}

/// Files come beside the text of a message; a text alone is none.
fn no_text(_: &str, _: &Env) -> Option<Data> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::env;

    fn shown(kind: &str, answer: &str) -> String {
        match accept(kind, &[], false, answer, &env()) {
            Ok(data) => display::display_data(&data),
            Err(again) => {
                assert!(again.ends_with('.'), "{again}");
                "refused".into()
            }
        }
    }

    #[test]
    fn answers_are_normalised() {
        for (kind, answer, expected) in [
            ("EMAIL", " Ana@Example.COM ", "ana@example.com"),
            ("DATE", "31/12/2024", "2024-12-31"),
            ("DATE", "tomorrow", "2024-03-16"),
            ("NAME", "ana  de SOUZA", "Ana De Souza"),
            ("INTEGER", "42", "42"),
            ("FLOAT", "3,5", "3.5"),
            ("BOOLEAN", "Sim!", "true"),
            ("HOUR", "2:30 pm", "14:30"),
            ("MONEY", "R$ 1.234,56", "1234.56"),
            ("MONEY", "$1,234.50", "1234.5"),
            ("MONEY", "$1,000", "1000"),
            ("FLOAT", "0,125", "0.125"),
            ("PHONE", "11 98765-4321", "(11) 98765-4321"),
            ("PHONE", "+1 (415) 555-0100", "+14155550100"),
            ("ZIP", "01310100", "01310-100"),
            ("LANGUAGE", "Português", "pt"),
            ("CPF", "52998224725", "529.982.247-25"),
            ("CNPJ", "11222333000181", "11.222.333/0001-81"),
            ("URL", "example.com/a?b", "https://example.com/a?b"),
            ("COLOR", "#f80", "#ff8800"),
            ("CARD", "4111 1111 1111 1111", "**** **** **** 1111"),
            ("TEXT", " any thing ", "any thing"),
            ("What is your name?", "Ana", "Ana"),
        ] {
            assert_eq!(shown(kind, answer), expected, "{kind} {answer}");
        }
    }

    #[test]
    fn wrong_answers_are_refused() {
        for (kind, answer) in [
            ("EMAIL", "ana@"),
            ("EMAIL", "a b@example.com"),
            ("EMAIL", "ana@example"),
            ("DATE", "31/02/2024"),
            ("NAME", "R2D2"),
            ("INTEGER", "4.5"),
            ("INTEGER", "99999999999999999999"),
            ("FLOAT", "inf"),
            ("BOOLEAN", "maybe"),
            ("HOUR", "25:00"),
            ("MONEY", "12,34,5"),
            ("PHONE", "12345"),
            ("CPF", "111.111.111-11"),
            ("CPF", "52998224726"),
            ("CNPJ", "11222333000182"),
            ("URL", "javascript://x.y"),
            ("URL", "hello"),
            ("CARD", "4111 1111 1111 1112"),
            ("CARD", "0000000000000000"),
            ("CARD", "1"),
            ("UUID", "123"),
            ("IMAGE", "a cat"),
            ("ZIP", "123"),
        ] {
            assert_eq!(shown(kind, answer), "refused", "{kind} {answer}");
        }
    }

    #[test]
    fn choices_by_label_number_and_beginning() {
        let choices = ["Small", "Medium", "Mega", "10"].map(Data::text);
        let pick = |answer| accept("", &choices, false, answer, &env());
        assert_eq!(pick("medium"), Ok(Data::text("Medium")));
        assert_eq!(pick("1"), Ok(Data::text("Small")));
        assert_eq!(pick("10"), Ok(Data::text("10")));
        assert_eq!(pick("meg"), Ok(Data::text("Mega")));
        let again = pick("me").expect_err("two begin with it");
        assert_eq!(again, "Please choose one of these: Small, Medium, Mega or 10.");
        assert!(pick("").is_err());
        let free = accept("", &choices, true, "huge", &env());
        assert_eq!(free, Ok(Data::text("huge")));
    }
}
