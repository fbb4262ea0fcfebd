//! All spellings of all keywords in tables that are made when this is compiled, so that a process
//! which says one word does not read the whole vocabulary first.
//!
//! A spelling has a number, in the order of the vocabulary. Both tables are open ones: a hash says
//! where to begin, and the search ends at the first empty place.

use crate::keyword::Keyword;

/// Every family of keywords: those of the host, then pure functions.
const FAMILIES: [&[&&[Keyword]]; 2] = [super::HOST, crate::pure::FAMILIES];

/// What is found at a place of a table where nothing is.
const NONE: u16 = u16::MAX;
/// How many spellings there are.
const SPELLINGS: usize = count();
/// Places of a table: at least twice as many as what stands in it.
const PLACES: usize = (2 * SPELLINGS).next_power_of_two();

/// A spelling: which keyword of which family it is of, and the how manieth of it.
#[derive(Clone, Copy)]
struct Spelling {
    host: bool,
    family: u8,
    keyword: u16,
    alias: u8,
}

struct Tables {
    spellings: [Spelling; SPELLINGS],
    /// By the hash of all words: the first spelling that has these.
    words: [u16; PLACES],
    /// The same of pure functions.
    functions: [u16; PLACES],
    /// By the hash of the first word: the first spelling that begins with it.
    firsts: [u16; PLACES],
    /// For each spelling, the next one with the same first word.
    next: [u16; SPELLINGS],
    /// For each first letter, a bit for each length that first words have.
    lengths: [u64; LETTERS],
}

/// Letters differ in their case by one bit above these.
const LETTERS: usize = 32;

static TABLES: Tables = build();

const fn count() -> usize {
    let (mut count, mut half) = (0, 0);
    while half < FAMILIES.len() {
        let mut family = 0;
        while family < FAMILIES[half].len() {
            let mut keyword = 0;
            while keyword < FAMILIES[half][family].len() {
                count += 1 + FAMILIES[half][family][keyword].aliases.len();
                keyword += 1;
            }
            family += 1;
        }
        half += 1;
    }
    count
}

#[allow(long_running_const_eval, reason = "some thousand words, once for each build")]
const fn build() -> Tables {
    let mut tables = Tables {
        spellings: all(),
        words: [NONE; PLACES],
        functions: [NONE; PLACES],
        firsts: [NONE; PLACES],
        next: [NONE; SPELLINGS],
        lengths: [0; LETTERS],
    };
    let mut number = 0;
    while number < SPELLINGS {
        let words = tables.spellings[number].words().as_bytes();
        add(&mut tables.words, &tables.spellings, number, words);
        if tables.spellings[number].keyword().run.is_some() {
            add(&mut tables.functions, &tables.spellings, number, words);
        }
        number += 1;
    }
    // From the last to the first, so that what begins alike stays in the order of the vocabulary.
    while number > 0 {
        number -= 1;
        let first = first(tables.spellings[number].words().as_bytes());
        let mut place = hash(first) % PLACES;
        while tables.firsts[place] != NONE
            && !same(tables.spellings[tables.firsts[place] as usize].first(), first)
        {
            place = (place + 1) % PLACES;
        }
        tables.next[number] = tables.firsts[place];
        tables.firsts[place] = number as u16;
        tables.lengths[letter(first)] |= 1 << length(first);
    }
    tables
}

const fn all() -> [Spelling; SPELLINGS] {
    let mut all = [Spelling { host: true, family: 0, keyword: 0, alias: 0 }; SPELLINGS];
    let (mut number, mut half) = (0, 0);
    while half < FAMILIES.len() {
        let mut family = 0;
        while family < FAMILIES[half].len() {
            let mut keyword = 0;
            while keyword < FAMILIES[half][family].len() {
                let mut alias = 0;
                while alias <= FAMILIES[half][family][keyword].aliases.len() {
                    all[number] = Spelling {
                        host: half == 0,
                        family: family as u8,
                        keyword: keyword as u16,
                        alias: alias as u8,
                    };
                    (number, alias) = (number + 1, alias + 1);
                }
                keyword += 1;
            }
            family += 1;
        }
        half += 1;
    }
    all
}

/// Puts a spelling into a table, unless its words are there already.
const fn add(
    table: &mut [u16; PLACES],
    spellings: &[Spelling; SPELLINGS],
    number: usize,
    words: &[u8],
) {
    let mut place = hash(words) % PLACES;
    while table[place] != NONE {
        if same(spellings[table[place] as usize].words().as_bytes(), words) {
            return;
        }
        place = (place + 1) % PLACES;
    }
    table[place] = number as u16;
}

impl Spelling {
    const fn keyword(self) -> &'static Keyword {
        &FAMILIES[!self.host as usize][self.family as usize][self.keyword as usize]
    }
    const fn words(self) -> &'static str {
        match self.alias {
            0 => self.keyword().name,
            alias => self.keyword().aliases[alias as usize - 1],
        }
    }
    const fn first(self) -> &'static [u8] {
        first(self.words().as_bytes())
    }
}

/// FNV-1a, mixed.
const fn hash(words: &[u8]) -> usize {
    let (mut hash, mut at) = (0x811c_9dc5u32, 0);
    while at < words.len() {
        hash = (hash ^ words[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ hash >> 15) as usize
}

/// The first of the words of a spelling.
const fn first(words: &[u8]) -> &[u8] {
    let mut end = 0;
    while end < words.len() && words[end] != b' ' && words[end] != b'_' {
        end += 1;
    }
    words.split_at(end).0
}

const fn letter(word: &[u8]) -> usize {
    if word.is_empty() { 0 } else { word[0] as usize % LETTERS }
}

const fn length(word: &[u8]) -> usize {
    if word.len() > 63 { 63 } else { word.len() }
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The place at which a search for bytes ends, and what stands there.
fn search(table: &[u16; PLACES], wanted: &[u8], of: fn(Spelling) -> &'static [u8]) -> Option<u16> {
    let start = hash(wanted);
    let numbers = (0..PLACES).filter_map(|step| table.get((start + step) % PLACES).copied());
    let mut found = numbers.take_while(|number| *number != NONE);
    found.find(|number| spelling(*number).is_some_and(|spelling| of(spelling) == wanted))
}

fn spelling(number: u16) -> Option<Spelling> {
    TABLES.spellings.get(number as usize).copied()
}

fn whole(spelling: Spelling) -> &'static [u8] {
    spelling.words().as_bytes()
}

/// The first keyword of these words.
pub(super) fn keyword(words: &str) -> Option<&'static Keyword> {
    let number = search(&TABLES.words, words.as_bytes(), whole)?;
    spelling(number).map(Spelling::keyword)
}

/// The first pure function of these words.
pub(super) fn function(words: &str) -> Option<&'static Keyword> {
    let number = search(&TABLES.functions, words.as_bytes(), whole)?;
    spelling(number).map(Spelling::keyword)
}

/// How many groups of spellings with the same first word there may be, and keywords: each has a
/// number below.
pub const GROUPS: usize = SPELLINGS;

/// The number of the group of spellings whose first word this is, in upper case.
pub fn group(first_word: &[u8]) -> Option<usize> {
    let bits = TABLES.lengths.get(letter(first_word))?;
    if bits >> length(first_word) & 1 == 0 {
        return None;
    }
    search(&TABLES.firsts, first_word, Spelling::first).map(usize::from)
}

/// All groups.
pub fn groups() -> impl Iterator<Item = usize> {
    TABLES.firsts.iter().filter(|number| **number != NONE).map(|number| usize::from(*number))
}

/// The spellings of a group, in the order of the vocabulary, each with its keyword.
pub fn of_group(group: usize) -> impl Iterator<Item = (&'static Keyword, &'static str)> {
    let spellings = numbers(group).filter_map(spelling);
    spellings.map(|spelling| (spelling.keyword(), spelling.words()))
}

fn numbers(group: usize) -> impl Iterator<Item = u16> {
    let next = |number: &u16| TABLES.next.get(*number as usize).copied().filter(|n| *n != NONE);
    std::iter::successors(Some(group as u16), next)
}

/// A number below [`GROUPS`] that no other keyword has.
pub(crate) fn number(keyword: &'static Keyword) -> Option<usize> {
    let own = |number: &u16| spelling(*number).is_some_and(|s| std::ptr::eq(s.keyword(), keyword));
    numbers(group(first(keyword.name.as_bytes()))?).find(own).map(usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::vocabulary::spellings;
    use std::collections::HashMap;

    #[test]
    fn tables_hold_the_first_keyword_of_all_words() {
        let (mut all, mut functions) = (HashMap::new(), HashMap::new());
        for keyword in crate::words::all() {
            for words in spellings(keyword) {
                all.entry(words).or_insert(keyword);
                if keyword.run.is_some() {
                    functions.entry(words).or_insert(keyword);
                }
            }
        }
        assert!(all.len() > 500 && functions.len() > 300);
        for (words, found) in &all {
            assert!(std::ptr::eq(keyword(words).expect(words), *found), "{words}");
        }
        for (words, found) in &functions {
            assert!(std::ptr::eq(function(words).expect(words), *found), "{words}");
        }
        for words in ["", "TALK ", "SEND  MAIL", "talk", "TALKS", "É"] {
            assert!(keyword(words).is_none(), "{words}");
        }
        let only_host = all.iter().find(|(words, _)| !functions.contains_key(**words));
        assert!(function(only_host.expect("there are such").0).is_none());
    }

    #[test]
    fn groups_hold_what_begins_with_the_same_word() {
        let mut wanted: HashMap<&str, Vec<&str>> = HashMap::new();
        for words in crate::words::all().flat_map(spellings) {
            wanted.entry(words.split([' ', '_']).next().expect("one")).or_default().push(words);
        }
        for (first, words) in &wanted {
            let group = group(first.as_bytes()).expect("a group");
            assert_eq!(&of_group(group).map(|(_, words)| words).collect::<Vec<_>>(), words);
        }
        assert_eq!(groups().count(), wanted.len());
        let numbers: std::collections::BTreeSet<usize> =
            crate::words::all().map(|keyword| number(keyword).expect(keyword.name)).collect();
        assert_eq!(numbers.len(), crate::words::all().count());
        assert_eq!(group(b"FROBNICATE"), None);
    }
}
