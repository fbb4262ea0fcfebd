//! What folding needs to know of every keyword, derived once from the forms it declares.

use crate::hashed::HashSet;
use basilect_stdlib::Keyword;
use basilect_stdlib::keyword::Type;
use basilect_stdlib::words::table;
use basilect_stdlib::words::vocabulary::spellings;
use std::sync::OnceLock;

/// How the tokens of one argument are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// An expression.
    Plain,
    /// A condition or named values: comparisons belong to it.
    Open,
    /// A bare word or a variable: never a keyword of its own.
    Word,
}

/// A lead word of a keyword.
#[derive(Debug)]
pub struct Lead {
    /// Upper case, single spaces.
    pub words: String,
    /// The same, word by word.
    pub parts: Vec<String>,
    /// What follows; `None` where it stands alone.
    pub takes: Option<Slot>,
    /// Whether it may follow the keyword directly.
    pub at_start: bool,
}

/// One spelling of a keyword.
#[derive(Debug)]
pub struct Entry {
    /// What it means.
    pub keyword: &'static Keyword,
    /// The words of this spelling, upper case.
    pub words: Vec<&'static str>,
    /// Filled when it is asked for: a script uses few of all the keywords.
    shape: OnceLock<Shape>,
    /// Whether a pure function has the same words, which then means a call in a value.
    pub also_function: bool,
}

/// The arguments that any of a keyword's forms allows.
#[derive(Debug, Default)]
pub struct Shape {
    /// Lead words, longest first.
    pub leads: Vec<Lead>,
    /// Commas that every form has.
    pub least_commas: usize,
    /// Commas that some form allows.
    pub most_commas: usize,
    /// How positional arguments are read.
    pub slots: Vec<Slot>,
    /// Arguments that every form needs.
    pub required: usize,
    /// Arguments that some form allows.
    pub allowed: usize,
}

/// All spellings, by their first word, and all words with which leads begin. Both are made of what
/// is asked for: a process that reads one short script needs little of them.
pub struct Vocabulary {
    /// By the number of a group of spellings.
    groups: [OnceLock<Vec<Entry>>; table::GROUPS],
    leads: OnceLock<Leads>,
}

/// The words with which leads begin.
struct Leads {
    starts: HashSet<&'static [u8]>,
    lengths: Lengths,
}

/// A bit for each length that words with a certain first letter have: most words of a script are
/// told from those of the vocabulary by that alone.
#[derive(Clone, Copy, Default)]
struct Lengths([u64; 32]);

impl Lengths {
    fn of<'w>(words: impl Iterator<Item = &'w &'static [u8]>) -> Lengths {
        let mut lengths = Lengths::default();
        for word in words {
            if let Some(bits) = lengths.0.get_mut(Lengths::row(word)) {
                *bits |= 1 << word.len().min(63);
            }
        }
        lengths
    }
    fn row(word: &[u8]) -> usize {
        // Letters differ in their case by one bit above these.
        word.first().map_or(0, |first| usize::from(first & 31))
    }
    fn may_hold(&self, word: &[u8]) -> bool {
        let bits = self.0.get(Lengths::row(word)).copied().unwrap_or(0);
        bits >> word.len().min(63) & 1 == 1
    }
}

/// Words longer than this are never keywords.
const WORD_BYTES: usize = 32;

impl Vocabulary {
    /// The vocabulary of this build.
    pub fn get() -> &'static Vocabulary {
        static VOCABULARY: Vocabulary = Vocabulary {
            groups: [const { OnceLock::new() }; table::GROUPS],
            leads: OnceLock::new(),
        };
        &VOCABULARY
    }
    /// The spellings of a group, longest first.
    fn group(&self, number: usize) -> &[Entry] {
        let made = || {
            let spellings = table::of_group(number);
            let mut list: Vec<Entry> = spellings.map(|(k, words)| Entry::new(k, words)).collect();
            mark_functions(&mut list);
            list.sort_by_key(|e| std::cmp::Reverse(e.words.len()));
            list
        };
        self.groups.get(number).map_or(&[], |group| group.get_or_init(made))
    }
    fn leads(&self) -> &Leads {
        self.leads.get_or_init(|| {
            let mut starts = HashSet::default();
            for keyword in basilect_stdlib::words::all() {
                lead_words(keyword, |word| {
                    starts.insert(word.as_bytes());
                });
            }
            Leads { lengths: Lengths::of(starts.iter()), starts }
        })
    }
    /// The spellings that begin like `phrase`, longest first, each with how many of the phrase's
    /// words it covers. A word of the phrase may hold several of the keyword's, joined by `_`.
    pub fn longest<'p>(
        &'static self,
        phrase: &'p [&'p str],
    ) -> impl Iterator<Item = (&'static Entry, usize)> + use<'p> {
        let list = self.beginning(phrase.first().copied().unwrap_or(""));
        list.iter().filter_map(move |e| e.covered(phrase).map(|n| (e, n)))
    }
    /// The spellings whose first word this is, or begins with `_` behind it; longest first.
    pub fn beginning(&'static self, word: &str) -> &'static [Entry] {
        let word = word.as_bytes();
        let end = word.iter().position(|byte| *byte == b'_').unwrap_or(word.len());
        let first = word.get(..end).unwrap_or(word);
        let number = bytes_in_upper(first, table::group).flatten();
        number.map_or(&[], |number| self.group(number))
    }
    /// Whether some keyword begins with this word.
    pub fn begins(&'static self, word: &str) -> bool {
        !self.beginning(word).is_empty()
    }
    /// Whether some lead begins with this word.
    pub fn begins_lead(&self, word: &str) -> bool {
        let word = word.as_bytes();
        let leads = self.leads();
        leads.lengths.may_hold(word)
            && bytes_in_upper(word, |upper| leads.starts.contains(upper)).unwrap_or(false)
    }
    /// The entry with exactly these words.
    pub fn exact(&'static self, words: &str) -> Option<&'static Entry> {
        let phrase: Vec<&str> = words.split(' ').collect();
        self.longest(&phrase).find(|(_, used)| *used == phrase.len()).map(|(entry, _)| entry)
    }
    /// Every spelling, for suggestions.
    pub fn spellings(&'static self) -> impl Iterator<Item = &'static Entry> {
        table::groups().flat_map(|number| self.group(number))
    }
}

/// Calls `use_it` with the word in upper case, without allocating; `None` for long words.
pub(crate) fn with_upper<R>(word: &str, use_it: impl FnOnce(&str) -> R) -> Option<R> {
    bytes_in_upper(word.as_bytes(), |upper| std::str::from_utf8(upper).ok().map(use_it)).flatten()
}

fn bytes_in_upper<R>(word: &[u8], use_it: impl FnOnce(&[u8]) -> R) -> Option<R> {
    let mut buffer = [0u8; WORD_BYTES];
    let target = buffer.get_mut(..word.len())?;
    target.copy_from_slice(word);
    target.make_ascii_uppercase();
    Some(use_it(target))
}

/// The same for words of any length and alphabet.
pub(crate) fn in_upper<R>(word: &str, use_it: impl FnOnce(&str) -> R) -> R {
    match word.is_ascii() && word.len() <= WORD_BYTES {
        true => with_upper(word, use_it).expect("short enough"),
        false => use_it(&word.to_uppercase()),
    }
}

impl Entry {
    fn new(keyword: &'static Keyword, spelling: &'static str) -> Entry {
        let words = spelling.split([' ', '_']).collect();
        Entry { keyword, shape: OnceLock::new(), words, also_function: false }
    }
    /// What its arguments look like.
    pub fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| shape(self.keyword, &self.words))
    }
    /// Whether it can stand without arguments.
    pub fn may_be_bare(&self) -> bool {
        self.shape().required == 0
    }
    /// Whether it never has arguments.
    pub fn bare(&self) -> bool {
        let shape = self.shape();
        shape.allowed == 0 && shape.leads.is_empty()
    }
    /// How many words of the phrase the keyword's words use up, if all are found.
    pub fn covered(&self, phrase: &[&str]) -> Option<usize> {
        written_parts(&self.words, |index| phrase.get(index).copied())
    }
}

impl Lead {
    /// How many of the words that `word` gives one after the other are this lead's.
    pub fn length<'w>(&self, word: impl Fn(usize) -> &'w str) -> Option<usize> {
        written_parts(&self.parts, |index| Some(word(index)))
    }
}

/// How many written words the words `wanted` take, if they are found: a written word is one of
/// them, or several joined by `_`.
fn written_parts<'w>(
    wanted: &[impl AsRef<str>],
    written: impl Fn(usize) -> Option<&'w str>,
) -> Option<usize> {
    let (mut found, mut used) = (0, 0);
    while let Some(want) = wanted.get(found).map(AsRef::as_ref) {
        let word = written(used)?;
        used += 1;
        if word.eq_ignore_ascii_case(want) {
            found += 1;
            continue;
        }
        // Most words differ in the first letter already.
        if !starts_alike(word, want) {
            return None;
        }
        for part in word.split('_') {
            if !wanted.get(found)?.as_ref().eq_ignore_ascii_case(part) {
                return None;
            }
            found += 1;
        }
    }
    Some(used)
}

fn starts_alike(word: &str, want: &str) -> bool {
    match (word.as_bytes().first(), want.as_bytes().first()) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    }
}

/// The words with which leads of a keyword begin, read off its forms without taking these apart.
fn lead_words(keyword: &'static Keyword, mut found: impl FnMut(&'static str)) {
    for &form in keyword.forms {
        let own = spellings(keyword).filter(|words| form.starts_with(words)).map(str::len).max();
        let mut rest = form.get(own.unwrap_or(0)..).unwrap_or("");
        // Words that follow one another are one lead.
        let mut begins = true;
        while let Some(first) = rest.chars().next() {
            let piece = piece(rest);
            rest = rest.get(piece.len()..).unwrap_or("");
            let word = match first {
                '<' => piece.trim_matches(['<', '>']).split(':').next().unwrap_or(""),
                _ if is_word(piece) => piece,
                _ => "",
            };
            if begins && !word.is_empty() {
                found(word.split('_').next().unwrap_or(word));
            }
            begins = first == '<' || word.is_empty() && (begins || !first.is_whitespace());
        }
    }
    if keyword.fields.iter().any(|field| matches!(field.ty, Type::Pairs | Type::Rows)) {
        found("AS");
    }
}

/// Marks keywords of the host that share their words with a function.
fn mark_functions(list: &mut [Entry]) {
    let functions: Vec<Vec<&str>> =
        list.iter().filter(|e| e.keyword.run.is_some()).map(|e| e.words.clone()).collect();
    for entry in list.iter_mut().filter(|e| e.keyword.run.is_none()) {
        entry.also_function = functions.contains(&entry.words);
    }
}

/// Joins what the forms of a keyword allow.
fn shape(keyword: &'static Keyword, words: &[&str]) -> Shape {
    let mut reader = FormReader::new(keyword);
    let by_call = keyword.run.is_some() || keyword.forms.is_empty();
    for form in keyword.forms {
        reader.read(form, words);
    }
    let mut shape = reader.finish();
    if by_call {
        let (least, most) = keyword.arity();
        shape.required = if keyword.forms.is_empty() { least } else { shape.required.min(least) };
        shape.allowed = shape.allowed.max(most.unwrap_or(usize::MAX));
        shape.most_commas = shape.most_commas.max(most.map_or(usize::MAX, |m| m.saturating_sub(1)));
        shape.least_commas = match keyword.forms.is_empty() {
            true => least.saturating_sub(1),
            false => shape.least_commas.min(least.saturating_sub(1)),
        };
    }
    shape
}

struct FormReader {
    keyword: &'static Keyword,
    shape: Shape,
    started: bool,
}

/// What is known while one form is read.
#[derive(Default)]
struct FormState {
    pending: Vec<String>,
    depth: usize,
    position: usize,
    commas: usize,
    required_commas: usize,
    required: usize,
    allowed: usize,
    unlimited: bool,
    /// Whether nothing that must be written has stood between the keyword and here.
    at_start: bool,
}

impl FormReader {
    fn new(keyword: &'static Keyword) -> FormReader {
        FormReader { keyword, shape: Shape::default(), started: false }
    }
    fn finish(mut self) -> Shape {
        self.shape.leads.sort_by_key(|l| std::cmp::Reverse(l.words.matches(' ').count()));
        self.shape
    }
    fn read(&mut self, form: &str, words: &[&str]) {
        let pieces = pieces(form);
        let name_words = self.skip_name(&pieces, words);
        let mut state = FormState { at_start: true, ..FormState::default() };
        for piece in pieces.iter().skip(name_words) {
            self.piece(piece, &mut state);
        }
        self.flush(&mut state, None);
        self.merge(&state);
    }
    /// How many pieces at the front are the keyword's own words (or those of an alias).
    fn skip_name(&self, pieces: &[&str], words: &[&str]) -> usize {
        let own: Vec<&str> = self.keyword.name.split(' ').collect();
        let fits = |name: &[&str]| {
            name.len() <= pieces.len()
                && name.iter().zip(pieces).all(|(word, piece)| word.eq_ignore_ascii_case(piece))
        };
        match (fits(&own), fits(words)) {
            (_, true) => words.len(),
            (true, false) => own.len(),
            (false, false) => pieces.iter().take_while(|p| is_word(p)).count(),
        }
    }
    fn piece(&mut self, piece: &str, state: &mut FormState) {
        match piece {
            "[" => {
                self.flush(state, None);
                state.depth += 1;
            }
            "]" => {
                self.flush(state, None);
                state.depth = state.depth.saturating_sub(1);
            }
            "," => {
                self.flush(state, None);
                state.commas += 1;
                state.required_commas += usize::from(state.depth == 0);
            }
            _ if piece.starts_with('{') => self.field(piece, state),
            _ if piece.starts_with('<') => self.flag(piece, state),
            _ if is_word(piece) => state.pending.push(piece.to_uppercase()),
            _ => {}
        }
    }
    fn field(&mut self, piece: &str, state: &mut FormState) {
        let name = piece.trim_matches(['{', '}']);
        let many = name.ends_with("...");
        let ty = self.keyword.field(name.trim_end_matches('.')).map_or(Type::Any, |(_, f)| f.ty);
        let slot = match ty {
            Type::Condition | Type::Pairs | Type::Rows => Slot::Open,
            Type::Symbol | Type::Word | Type::Target => Slot::Word,
            _ => Slot::Plain,
        };
        let named = matches!(ty, Type::Pairs | Type::Rows);
        state.unlimited |= many || named;
        state.required += usize::from(state.depth == 0);
        state.allowed += 1;
        if named {
            self.lead("AS".into(), Some(Slot::Plain), false);
        }
        match state.pending.is_empty() {
            false => self.flush(state, Some(slot)),
            true => self.positional(slot, state),
        }
        state.at_start &= state.depth > 0;
    }
    fn positional(&mut self, slot: Slot, state: &mut FormState) {
        match self.shape.slots.get_mut(state.position) {
            Some(known) if *known == Slot::Plain => *known = slot,
            Some(_) => {}
            None => self.shape.slots.push(slot),
        }
        state.position += 1;
    }
    fn flag(&mut self, piece: &str, state: &mut FormState) {
        let word = piece.trim_matches(['<', '>']).split(':').next().unwrap_or("").to_uppercase();
        state.pending.push(word);
        state.allowed += 1;
        self.flush(state, None);
    }
    /// Makes a lead of the words read so far.
    fn flush(&mut self, state: &mut FormState, takes: Option<Slot>) {
        if state.pending.is_empty() {
            return;
        }
        let words = state.pending.join(" ");
        state.pending.clear();
        self.lead(words, takes, state.at_start);
    }
    fn lead(&mut self, words: String, takes: Option<Slot>, at_start: bool) {
        match self.shape.leads.iter_mut().find(|l| l.words == words) {
            Some(known) => {
                known.at_start |= at_start;
                known.takes = match (known.takes, takes) {
                    (Some(Slot::Plain) | None, other @ Some(_)) => other,
                    (known, _) => known,
                };
            }
            None => {
                let parts = words.split([' ', '_']).map(str::to_owned).collect();
                self.shape.leads.push(Lead { words, parts, takes, at_start });
            }
        }
    }
    fn merge(&mut self, state: &FormState) {
        let most = if state.unlimited { usize::MAX } else { state.commas };
        let shape = &mut self.shape;
        let first = !self.started;
        self.started = true;
        shape.most_commas = shape.most_commas.max(most);
        shape.allowed = shape.allowed.max(state.allowed);
        let smaller = |known: usize, new: usize| if first { new } else { known.min(new) };
        shape.least_commas = smaller(shape.least_commas, state.required_commas);
        shape.required = smaller(shape.required, state.required);
    }
}

/// Whether a piece of a form is a word to write.
fn is_word(piece: &str) -> bool {
    piece.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Splits a form into words, fields, flags and marks.
fn pieces(form: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = form.trim_start();
    while !rest.is_empty() {
        let piece = piece(rest);
        out.push(piece);
        rest = rest.get(piece.len()..).unwrap_or("").trim_start();
    }
    out
}

/// The piece with which a text begins.
fn piece(rest: &str) -> &str {
    let length = match rest.chars().next() {
        Some('{') => rest.find('}').map_or(rest.len(), |i| i + 1),
        Some('<') => rest.find('>').map_or(rest.len(), |i| i + 1),
        Some(c) if c.is_ascii_alphabetic() || c == '_' => {
            rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())
        }
        first => first.map_or(0, char::len_utf8),
    };
    rest.get(..length).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_words_in_upper_case() {
        for entry in Vocabulary::get().spellings() {
            let upper = |word: &&str| !word.is_empty() && word.to_uppercase() == **word;
            assert!(entry.words.iter().all(upper), "{:?}", entry.words);
        }
    }

    #[test]
    fn leads_begin_with_the_words_that_are_found_in_forms() {
        let vocabulary = Vocabulary::get();
        let leads = vocabulary.spellings().flat_map(|entry| &entry.shape().leads);
        let mut starts: Vec<&[u8]> = leads.map(|lead| lead.parts[0].as_bytes()).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut found: Vec<&[u8]> = vocabulary.leads().starts.iter().copied().collect();
        found.sort_unstable();
        let text = |words: &[&[u8]]| {
            words.iter().map(|w| String::from_utf8_lossy(w).into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(text(&starts), text(&found));
    }
}
