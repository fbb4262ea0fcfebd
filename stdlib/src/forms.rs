//! The forms of a keyword as trees, read once from the notation of [`crate::keyword`].

use crate::keyword::Keyword;
use crate::words::table;
use crate::words::vocabulary::{LeadWord, spellings};
use std::sync::OnceLock;

/// One form of a keyword.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// As the manual shows it.
    pub text: &'static str,
    /// What follows the keyword's own words.
    pub elements: Vec<Element>,
}

/// A part of a form.
#[derive(Clone, Debug, PartialEq)]
pub enum Element {
    /// An argument.
    Arg {
        /// The index of its field.
        field: usize,
        /// Whether it takes all remaining arguments that are separated by commas.
        variadic: bool,
    },
    /// Lead words, upper case; `=` is one too.
    Lead(&'static str),
    /// A bare word that sets a field.
    Flag {
        /// The word, upper case.
        word: &'static str,
        /// The index of the field.
        field: usize,
    },
    /// A comma.
    Comma,
    /// Parts that may be left out together.
    Optional(Vec<Element>),
}

#[derive(Default)]
struct Read {
    forms: Vec<Form>,
    leads: Vec<LeadWord>,
}

/// What was read of all keywords, by their numbers. A script uses few of them, so that each is read
/// when it is asked for.
fn read(keyword: &'static Keyword) -> &'static Read {
    static ALL: [OnceLock<Read>; table::GROUPS] = [const { OnceLock::new() }; table::GROUPS];
    static NONE: Read = Read { forms: Vec::new(), leads: Vec::new() };
    let known = table::number(keyword).and_then(|number| ALL.get(number));
    debug_assert!(known.is_some(), "{} is not of the vocabulary", keyword.name);
    known.map_or(&NONE, |known| known.get_or_init(|| read_all(keyword)))
}

/// The forms of a keyword, in the order in which they are tried; none where it cannot be read.
pub fn of(keyword: &'static Keyword) -> &'static [Form] {
    &read(keyword).forms
}

pub(crate) fn leads_of(keyword: &'static Keyword) -> &'static [LeadWord] {
    &read(keyword).leads
}

fn read_all(keyword: &'static Keyword) -> Read {
    let forms: Vec<Form> = keyword.forms.iter().filter_map(|f| parse(keyword, f).ok()).collect();
    let mut leads = Vec::new();
    for form in &forms {
        collect_leads(&form.elements, &mut leads);
    }
    leads.sort_by(|a, b| b.words.len().cmp(&a.words.len()).then(a.cmp(b)));
    leads.dedup();
    Read { forms, leads }
}

fn collect_leads(elements: &[Element], leads: &mut Vec<LeadWord>) {
    for element in elements {
        match element {
            Element::Lead(words) => leads.push(LeadWord { words, flag: false }),
            Element::Flag { word, .. } => leads.push(LeadWord { words: word, flag: true }),
            Element::Optional(inner) => collect_leads(inner, leads),
            Element::Arg { .. } | Element::Comma => {}
        }
    }
}

/// Reads one form; the error says what is wrong with its notation.
pub fn parse(keyword: &'static Keyword, text: &'static str) -> Result<Form, String> {
    let mut reader = Reader { keyword, rest: after_words(keyword, text)? };
    let elements = reader.elements(0)?;
    match reader.rest.is_empty() {
        true => Ok(Form { text, elements }),
        false => Err(format!("{text}: ] without [")),
    }
}

/// The form without the words of the keyword, or of one of its aliases.
fn after_words(keyword: &'static Keyword, text: &'static str) -> Result<&'static str, String> {
    spellings(keyword)
        .filter_map(|words| text.strip_prefix(words))
        .filter(|rest| rest.is_empty() || rest.starts_with(' '))
        .min_by_key(|rest| rest.len())
        .ok_or_else(|| format!("{text} does not begin with {}", keyword.name))
}

struct Reader {
    keyword: &'static Keyword,
    rest: &'static str,
}

impl Reader {
    fn elements(&mut self, depth: usize) -> Result<Vec<Element>, String> {
        let mut elements = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            let Some(first) = self.rest.chars().next() else { break };
            match first {
                '[' => {
                    self.take(1);
                    elements.push(Element::Optional(self.elements(depth + 1)?));
                }
                ']' if depth == 0 => return Ok(elements),
                ']' => {
                    self.take(1);
                    return Ok(elements);
                }
                _ => elements.push(self.element(first)?),
            }
        }
        if depth == 0 { Ok(elements) } else { Err("[ without ]".into()) }
    }

    fn element(&mut self, first: char) -> Result<Element, String> {
        match first {
            ',' => {
                self.take(1);
                Ok(Element::Comma)
            }
            '{' => self.argument(),
            '<' => self.flag(),
            c if c.is_ascii_uppercase() || c == '=' => Ok(Element::Lead(self.lead())),
            c => Err(format!("{c} has no meaning in a form")),
        }
    }

    fn take(&mut self, bytes: usize) -> &'static str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn inside(&mut self, close: char) -> Result<&'static str, String> {
        let end = self.rest.find(close).ok_or_else(|| format!("{close} is missing"))?;
        let taken = self.take(end + 1);
        Ok(taken.get(1..end).unwrap_or(""))
    }

    fn argument(&mut self) -> Result<Element, String> {
        let name = self.inside('}')?;
        let variadic = name.ends_with("...");
        Ok(Element::Arg { field: self.field(name.trim_end_matches("..."))?, variadic })
    }

    fn flag(&mut self) -> Result<Element, String> {
        let inner = self.inside('>')?;
        let (word, field) = inner.split_once(':').ok_or("a flag needs WORD:field")?;
        Ok(Element::Flag { word, field: self.field(field)? })
    }

    /// All words up to the next mark are one lead.
    fn lead(&mut self) -> &'static str {
        let end = self.rest.find(['{', '[', ']', '<', ',']).unwrap_or(self.rest.len());
        self.take(end).trim_end()
    }

    fn field(&self, name: &str) -> Result<usize, String> {
        let found = self.keyword.field(name).map(|(index, _)| index);
        found.ok_or_else(|| format!("{} has no field {name}", self.keyword.name))
    }
}

/// The indexes of all fields that these elements name.
pub fn fields(elements: &[Element]) -> Vec<usize> {
    let mut found = Vec::new();
    for element in elements {
        match element {
            Element::Arg { field, .. } | Element::Flag { field, .. } => found.push(*field),
            Element::Optional(inner) => found.extend(fields(inner)),
            Element::Lead(_) | Element::Comma => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::lookup;

    #[test]
    fn reads_leads_options_and_variadics() {
        let hear = lookup("HEAR").expect("HEAR");
        let menu = &of(hear)[0].elements;
        assert_eq!(menu[0], Element::Arg { field: 0, variadic: false });
        assert_eq!(menu[1], Element::Lead("AS MENU"));
        assert_eq!(menu[2], Element::Arg { field: 2, variadic: true });
        assert!(matches!(&menu[3], Element::Optional(inner) if inner.len() == 2));
    }

    #[test]
    fn refuses_broken_notation() {
        let talk = lookup("TALK").expect("TALK");
        for bad in ["TALK {nothing}", "TALK [{text}", "TALK {text}]", "SAY {text}", "TALK <X>"] {
            assert!(parse(talk, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_longest_spelling_is_the_keyword() {
        let all = lookup("CLEAR KB").expect("CLEAR KB");
        assert_eq!(of(all)[0].elements, [Element::Flag { word: "ALL", field: 1 }]);
    }
}
