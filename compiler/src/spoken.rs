//! The words that mean something in scripts, by what they do, for the grammars of editors.
//!
//! Such a grammar knows single lines and no declarations, so it can only follow words. They come
//! from where the compiler itself takes them: the vocabulary, the heads of statements, the reader
//! of classic programs.

use std::collections::BTreeSet;

use crate::classic;
use crate::lexer::fold::OPERATOR_WORDS;
use crate::lexer::heads::{INNER_WORDS, OTHER_STATEMENT_WORDS, STATEMENT_WORDS, clause_words};
use crate::lexer::vocabulary::{Entry, Slot, Vocabulary};

/// Words and phrases in upper case; those of a phrase are parted by single spaces.
#[derive(Debug, Default, serde::Serialize)]
pub struct Words {
    /// Begin the statements of the language itself: `IF`.
    pub statements: BTreeSet<String>,
    /// Stand inside such statements: `THEN`.
    pub clauses: BTreeSet<String>,
    /// Join values: `AND`.
    pub operators: BTreeSet<String>,
    /// Values that never change: `TRUE`.
    pub constants: BTreeSet<String>,
    /// Keywords of one word that a host serves: `TALK`.
    pub keywords: BTreeSet<String>,
    /// Those among all keywords, phrases too, that can stand without arguments: `CLEAR TOOLS`.
    pub alone: BTreeSet<String>,
    /// Keywords and functions of several words: `SEND MAIL`.
    pub phrases: BTreeSet<String>,
    /// Functions of one word: `LEN`.
    pub functions: BTreeSet<String>,
    /// Functions of one word that do without parentheses: `FORMAT`.
    pub prefixes: BTreeSet<String>,
    /// Belong to keywords and lead in what follows: `WHERE`.
    pub leads: BTreeSet<String>,
    /// Those that no value follows: `DESC`.
    pub flags: BTreeSet<String>,
    /// Keywords with such a word right behind them: `CLEAR KB ALL`.
    pub openings: BTreeSet<String>,
    /// Keywords behind which a name stands, whatever it looks like: `HEAR`.
    pub naming: BTreeSet<String>,
    /// Words of queries over lists: `HAVING`.
    pub queries: BTreeSet<String>,
    /// All words of programs with line numbers.
    pub classic: BTreeSet<String>,
    /// Those of them that are no functions and begin statements: `LOCATE`.
    pub known: BTreeSet<String>,
    /// Those that may be glued to their neighbours: `FORI=1TO10`.
    pub glued: BTreeSet<String>,
    /// Words of a workflow's steps: `APPROVAL`.
    pub steps: BTreeSet<String>,
}

/// All words.
pub fn words() -> Words {
    let mut words = Words {
        statements: owned(STATEMENT_WORDS.iter().chain(OTHER_STATEMENT_WORDS).copied()),
        clauses: owned(clause_words().chain(INNER_WORDS.iter().copied())),
        operators: owned(OPERATOR_WORDS.iter().copied()),
        constants: owned(["TRUE", "FALSE", "NULL"].into_iter()),
        queries: owned(basilect_stdlib::pure::query::parse::words()),
        classic: owned(classic::words_of_programs()),
        known: owned(classic::statement_words()),
        glued: owned(classic::glued_words()),
        steps: owned(crate::highlight::workflow_words()),
        ..Words::default()
    };
    for entry in Vocabulary::get().spellings() {
        words.take(entry);
    }
    words
}

fn owned<'a>(words: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    words.map(str::to_owned).collect()
}

impl Words {
    fn take(&mut self, entry: &Entry) {
        let (spelling, function) = (entry.words.join(" "), entry.keyword.run.is_some());
        let group = match (entry.words.len(), function) {
            (1, false) => &mut self.keywords,
            (1, true) => &mut self.functions,
            _ => &mut self.phrases,
        };
        group.insert(spelling.clone());
        if entry.shape().slots.first() == Some(&Slot::Word) {
            self.naming.insert(spelling.clone());
        }
        if entry.may_be_bare() || entry.bare() {
            self.alone.insert(spelling.clone());
        }
        if function && entry.words.len() == 1 && !entry.keyword.forms.is_empty() {
            self.prefixes.insert(spelling);
        }
        for lead in &entry.shape().leads {
            self.leads.insert(lead.words.clone());
            if lead.takes.is_none() && lead.at_start {
                self.openings.insert(format!("{} {}", entry.words.join(" "), lead.words));
            }
            if lead.takes.is_none() {
                self.flags.insert(lead.words.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn every_group_holds_what_it_says() {
        let words = words();
        assert!(words.statements.contains("IF") && words.clauses.contains("THEN"));
        assert!(words.operators.contains("AND") && words.constants.contains("NULL"));
        assert!(words.keywords.contains("TALK") && !words.keywords.contains("LEN"));
        assert!(words.functions.contains("LEN") && words.prefixes.contains("FORMAT"));
        assert!(words.phrases.contains("SEND MAIL") && words.leads.contains("WHERE"));
        assert!(words.classic.contains("GOSUB") && words.classic.contains("CHR$"));
        assert!(words.openings.contains("CLEAR KB ALL") && words.steps.contains("APPROVAL"));
        assert!(words.known.contains("LOCATE") && !words.known.contains("GOSUB"));
        assert!(words.naming.contains("HEAR") && words.queries.contains("HAVING"));
    }
}
