//! What each code means, for people who met it and want to know more.

/// The explanation of a code in upper case (`B0101`): what is wrong, and what to do about it.
pub fn explain(code: &str) -> Option<&'static str> {
    let at = EXPLANATIONS.binary_search_by(|(known, _)| known.cmp(&code)).ok()?;
    EXPLANATIONS.get(at).map(|(_, text)| *text)
}

/// Every code that is explained, in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    EXPLANATIONS.iter().map(|(code, _)| *code)
}

const EXPLANATIONS: &[(&str, &str)] = &[
    (
        "B0101",
        "Something stands where the language expects something else.\n\n\
         The message names what was found. Often a comma, a bracket or an operator is missing \
         just\n\
         before it, or a word of the language is used as a name.\n\n    \
         TALK \"a\" \"b\"        wrong: nothing joins the texts\n    \
         TALK \"a\" + \"b\"      right",
    ),
    (
        "B0102",
        "A text has no closing quote.\n\n\
         Texts stand between double quotes on one line. A quote inside a text is written \\\" or \
         \"\".\n\
         For texts of several lines use BEGIN TALK and END TALK.",
    ),
    (
        "B0103",
        "A character is no part of the language.\n\n\
         It may have come with text copied from a document: curly quotes, special dashes or\n\
         invisible blanks. Type it anew.",
    ),
    (
        "B0104",
        "A bracket has no partner.\n\n\
         Each ( needs a ), each [ a ], and each { a }. A list or map may go over several lines, \
         but\n\
         its last line must close it.",
    ),
    (
        "B0105",
        "A number cannot be read.\n\n\
         Numbers are written 42, 0.5, 1e6 or &H1F, with a point and without thousands separators.",
    ),
    (
        "B0106",
        "What stands in ${…} inside a text cannot be read.\n\n\
         Between ${ and } there must be one expression: \"Hello ${name}\". To say the characters\n\
         themselves, write $${.",
    ),
    (
        "B0107",
        "Expressions or blocks are nested too deeply.\n\n\
         Give a part of the expression a name, or move inner blocks into a SUB.",
    ),
    (
        "B0108",
        "The first word of this line is neither a statement, nor a keyword, nor a procedure.\n\n\
         Check the spelling; the help suggests words that are close. A text that the bot should \
         say\n\
         needs TALK before it.",
    ),
    (
        "B0109",
        "A block is not closed before the end of the file or of the block around it.\n\n    \
         IF … END IF      FOR … NEXT      FOR EACH … END FOR      DO … LOOP\n    \
         WHILE … WEND     SELECT CASE … END SELECT      SUB … END SUB      TRY … END TRY",
    ),
    (
        "B0110",
        "This line closes a block that is not open.\n\n\
         Either its beginning is missing or misspelt, or the block was closed before.",
    ),
    ("B0111", "There is one closing line too many. It is passed over, and should be removed."),
    (
        "B0112",
        "NEXT names another variable than the FOR that it closes.\n\n\
         Loops must be closed in the opposite order of their beginnings: the inner one first.",
    ),
    (
        "B0113",
        "This file reads like prose, not like a script.\n\n\
         Instructions for a language model belong into PROMPT.md in the .gbot folder, or between\n\
         BEGIN SYSTEM PROMPT and END SYSTEM PROMPT.",
    ),
    ("B0114", "The file is too large to be a script. Split it, and use CALL."),
    (
        "B0115",
        "There are more errors than are worth showing. Mend the first ones; later ones often \
         follow\n\
         from them.",
    ),
    (
        "B0116",
        "The block is closed by the closing line of another kind of block.\n\n\
         The message names the line that opened it, and how it is closed.",
    ),
    (
        "B0117",
        "A declaration lacks a part.\n\n    \
         PARAM city AS STRING LIKE \"Lisbon\" DESCRIPTION \"Where to deliver\"\n    \
         TABLE orders … END TABLE",
    ),
    ("B0205", "Statements are nested too deeply. Move inner blocks into SUBs."),
    ("B0206", "The bot has too many SUBs and FUNCTIONs. Split it into several bots."),
    (
        "B0207",
        "A value cannot be stored here.\n\n\
         Left of = there must be a variable, a field (order.total), an element (list[2]), or a\n\
         keyword that may be SET.",
    ),
    ("B0208", "A procedure is too large to be compiled. Split it into several SUBs or FUNCTIONs."),
    (
        "B0301",
        "A variable is read and nothing ever sets it, so that it is always null.\n\n\
         Most often it is misspelt; the help suggests names that are close. Values from the bot's\n\
         config.csv are settings: param-city there is the variable city.",
    ),
    (
        "B0302",
        "There is no function, SUB or array of this name.\n\n\
         Check the spelling, or define it with SUB or FUNCTION in this script.",
    ),
    ("B0303", "A SUB or FUNCTION is called with the wrong number of values."),
    ("B0311", "Two labels have the same name. GOTO would not know which is meant."),
    ("B0312", "GOTO, GOSUB or ON ERROR names a label that this procedure does not have."),
    ("B0313", "Two PARAM lines declare the same name."),
    ("B0314", "Two SUBs or FUNCTIONs have the same name. Letter case makes no difference."),
    ("B0315", "The label lies outside of what can be reached from here."),
    ("B0316", "A FOR of a classic program has no NEXT after it."),
    ("B0317", "A NEXT of a classic program has no FOR before it."),
    (
        "B0320",
        "A variable is set and never read. Remove it, or check the spelling of where it should be\n\
         read.",
    ),
    (
        "B0321",
        "This line is never reached: the line before it always leaves (RETURN, EXIT, GOTO, THROW).",
    ),
    (
        "B0330",
        "The script waits for a person, and there is none.\n\n\
         A schedule or a web request starts this script; HEAR would wait for ever. Ask in a \
         script\n\
         that a person starts, and store the answer in a table.",
    ),
    (
        "B0340",
        "The bot has no script of this name.\n\n\
         CALL, ADD TOOL and ADD SUGGESTION TOOL name a file of the .gbdialog folder without \
         `.bas`.",
    ),
    (
        "B0350",
        "This looks like a password or a key.\n\n\
         Whoever reads the script reads it too. Put it into a setting, and read the setting.",
    ),
    ("B0360", "EXIT SUB and EXIT FUNCTION leave a procedure; here there is none. Use EXIT."),
    ("B0361", "EXIT FOR, EXIT DO and BREAK leave a loop; here there is none."),
    ("B0362", "CONTINUE goes on with the next round of a loop; here there is none."),
    (
        "B0370",
        "A line of TABLE … END TABLE cannot be read.\n\n    \
         TABLE orders\n      id INTEGER KEY\n      customer TEXT REQUIRED\n    END TABLE",
    ),
    ("B0371", "Two TABLE blocks of the bot declare the same table."),
    ("B0380", "The name of this file cannot be packed: use letters, digits, blanks, - and _."),
    ("B0381", "A file of the bot cannot be read from the disk."),
    ("B0382", "The bot's folder is too large, or has too many files, for one package."),
    ("B0383", "A script must be written in UTF-8. Save it again with that encoding."),
    (
        "B0384",
        "Two scripts of the bot have the same name. Folders do not count: rename one of the files.",
    ),
    ("B0385", "A script may have at most 1 MB. Put the data that it holds into a table or a file."),
    (
        "B0401",
        "A keyword lacks a value. The message shows how it is written; what stands in [ ] may be\n\
         left out, and what stands in { } is yours.",
    ),
    ("B0402", "A keyword was given more than it takes, or a part in the wrong place."),
    ("B0403", "A keyword was given a value of the wrong kind. The message names what it needs."),
    ("B0404", "A function was called with the wrong number of values."),
    ("B0405", "This form of the statement cannot be run. The message says what to use instead."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_found() {
        let all: Vec<_> = codes().collect();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "sorted, once each");
        assert!(all.iter().all(|code| explain(code).is_some_and(|text| text.len() > 20)));
        assert_eq!(explain("B9999"), None);
    }
}
