//! The command line, from its own definitions.

use clap::{Arg, Command, CommandFactory};

use super::book::Book;
use super::frame::{Crumb, Page, Subject};
use super::html::{escape, slug, table};
use super::index::Index;
use super::markdown::{Heading, Place, inline};
use crate::Cli;

/// The path of the page.
pub const PATH: &str = "command-line.html";

/// The page of all commands.
pub fn page(_book: &Book, index: &Index) -> Page {
    let mut cli = Cli::command();
    cli.build();
    let place = Place::plain(PATH, index);
    let commands: Vec<&Command> =
        cli.get_subcommands().filter(|command| command.get_name() != "help").collect();
    let rows: Vec<Vec<String>> = commands
        .iter()
        .map(|command| {
            let name = command.get_name();
            let link = format!("<a href=\"#{}\"><code>{name}</code></a>", slug(name));
            vec![link, inline(&about(command), &place)]
        })
        .collect();
    let mut body = table(&["Command", "What it does"], &rows);
    let mut headings = Vec::new();
    for command in commands {
        let id = slug(command.get_name());
        headings.push(Heading { id, text: command.get_name().to_string(), inner: false });
        body.push_str(&section(command, &place));
    }
    Page::new(PATH, "The command line", Subject::Guide)
        .crumbs(vec![Crumb::heading("Bots")])
        .lead(
            "One program, <code>basilect</code>, does everything. Each command tells more with \
               <code>--help</code>.",
        )
        .headings(headings)
        .body(body)
}

/// What a command does, as a sentence.
fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    format!("{}.", about.trim_end_matches('.'))
}

fn section(command: &Command, place: &Place<'_>) -> String {
    let name = command.get_name();
    let id = slug(name);
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let mut html = format!(
        "<h2 id=\"{id}\">{name}<a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to {name}\">#\
         </a></h2>\n<p>{}</p>\n<pre class=\"usage\" tabindex=\"0\"><code>{}</code></pre>\n",
        inline(&about(command), place),
        escape(usage)
    );
    let rows: Vec<Vec<String>> = command
        .get_arguments()
        .filter(|arg| !["help", "version"].contains(&arg.get_id().as_str()))
        .map(|arg| vec![written(arg), meaning(arg, place)])
        .collect();
    if !rows.is_empty() {
        html.push_str(&table(&["Option", "Meaning"], &rows));
    }
    html.push_str(&after(command));
    html
}

/// `-o, --out <FOLDER>`, or the name of what stands without a flag.
fn written(arg: &Arg) -> String {
    let mut names = Vec::new();
    names.extend(arg.get_short().map(|short| format!("-{short}")));
    names.extend(arg.get_long().map(|long| format!("--{long}")));
    let values: Vec<String> = arg
        .get_value_names()
        .filter(|_| arg.get_action().takes_values())
        .unwrap_or_default()
        .iter()
        .map(|name| match arg.is_positional() && !arg.is_required_set() {
            true => format!("[{name}]"),
            false => format!("<{name}>"),
        })
        .collect();
    let text = format!("{} {}", names.join(", "), values.join(" "));
    format!("<code>{}</code>", escape(text.trim()))
}

fn meaning(arg: &Arg, place: &Place<'_>) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let mut html = inline(&escaped_placeholders(&help), place);
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|_| arg.get_action().takes_values())
        .collect();
    if !defaults.is_empty() {
        html.push_str(&format!(
            "<br><small>Without it: <code>{}</code></small>",
            escape(&defaults.join(" "))
        ));
    }
    if let Some(variable) = arg.get_env() {
        let variable = variable.to_string_lossy();
        html.push_str(&format!("<br><small>Variable: <code>{}</code></small>", escape(&variable)));
    }
    html
}

/// Help is text, not Markdown: what looks like a mark is none.
fn escaped_placeholders(help: &str) -> String {
    help.replace('*', "\\*").replace('_', "\\_").replace('<', "&lt;")
}

/// What stands after the options: a paragraph for each blank line.
fn after(command: &Command) -> String {
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let paragraph = |text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("<p class=\"quiet\">{}</p>\n", escape(&text))
    };
    text.split("\n\n").filter(|text| !text.trim().is_empty()).map(paragraph).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_option_is_there() {
        let book = Book::read();
        let page = page(&book, &Index::of(&book));
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            assert!(page.body.contains(&format!("<h2 id=\"{name}\">")), "{name}");
            for long in command.get_arguments().filter_map(Arg::get_long) {
                assert!(page.body.contains(&format!("--{long}")), "{name} --{long}");
            }
        }
    }
}
