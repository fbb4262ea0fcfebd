//! What a person is shown: messages and buttons that a channel cuts or refuses.

use super::Subject;
use crate::ast::{Expr, ExprKind, Piece, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::lower::fold::{Known, known};
use crate::source::Span;
use crate::types::{Bound, Slot};

/// What a channel takes.
struct Channel {
    name: &'static str,
    /// How its settings begin, and its addresses.
    prefixes: &'static [&'static str],
    /// Characters of a message.
    text: usize,
    /// Characters on a button.
    label: usize,
    /// Buttons at a time.
    buttons: usize,
}

const MANY: usize = usize::MAX;

const CHANNELS: &[Channel] = &[
    Channel { name: "WhatsApp", prefixes: &["whatsapp"], text: 4096, label: 24, buttons: 10 },
    Channel { name: "Telegram", prefixes: &["telegram"], text: 4096, label: MANY, buttons: MANY },
    Channel { name: "Instagram", prefixes: &["instagram"], text: 1000, label: 20, buttons: 13 },
    Channel {
        name: "Messenger",
        prefixes: &["facebook", "messenger"],
        text: 2000,
        label: 20,
        buttons: 13,
    },
    Channel { name: "SMS", prefixes: &["sms", "twilio"], text: 1600, label: MANY, buttons: MANY },
    Channel { name: "Slack", prefixes: &["slack"], text: 40_000, label: 75, buttons: 25 },
];

/// The channels that the settings of the bot name.
fn configured<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = &'static Channel> + 's {
    let named = |channel: &&Channel| {
        let keys = &subject.around.keys;
        let prefix = |key: &String| {
            channel.prefixes.iter().any(|p| key.strip_prefix(p).is_some_and(|r| r.starts_with('-')))
        };
        keys.iter().any(prefix)
    };
    CHANNELS.iter().filter(named)
}

fn channel(name: &str) -> Option<&'static Channel> {
    CHANNELS.iter().find(|channel| channel.prefixes.contains(&name))
}

/// Looks at one statement that shows something.
pub(super) fn command(bound: &Bound<'_>, subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    match bound.keyword.name {
        "TALK" => {
            let text = written(bound, "text");
            let longest = || CHANNELS.iter().filter(|c| matches!(c.name, "WhatsApp" | "Telegram"));
            let mut channels: Vec<&Channel> = configured(subject).collect();
            if channels.is_empty() {
                channels.extend(longest());
            }
            out.extend(text.and_then(|text| too_long(text, &channels)));
        }
        "TALK TO" => {
            let to = written(bound, "recipient").and_then(|(value, ..)| literal(value));
            let to = to.as_deref().and_then(|to| to.split_once(':')).and_then(|(c, _)| channel(c));
            let text = written(bound, "text").zip(to);
            out.extend(text.and_then(|(text, to)| too_long(text, &[to])));
        }
        "SEND SMS" => {
            let text = written(bound, "text").or_else(|| written(bound, "message"));
            out.extend(text.zip(channel("sms")).and_then(|(text, sms)| too_long(text, &[sms])));
        }
        name if name.starts_with("ADD SUGGESTION") => {
            out.extend(label(bound, subject));
        }
        _ => {}
    }
}

fn literal(value: &Expr) -> Option<String> {
    match known(value)? {
        Known::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

/// A value and how many characters of it are written out.
fn written<'a>(bound: &Bound<'a>, field: &str) -> Option<(&'a Expr, usize)> {
    let Slot::Value(value) = bound.slot(field) else { return None };
    Some((value, characters(value)))
}

fn characters(value: &Expr) -> usize {
    match &value.kind {
        ExprKind::Text(text) => text.chars().count(),
        ExprKind::Template(pieces) => {
            let count = |piece: &Piece| match piece {
                Piece::Text(text) => text.chars().count(),
                Piece::Value(_) => 0,
            };
            pieces.iter().map(count).sum()
        }
        ExprKind::Binary(_, left, right) => characters(left) + characters(right),
        _ => 0,
    }
}

fn too_long((value, length): (&Expr, usize), channels: &[&Channel]) -> Option<Diagnostic> {
    let least = channels.iter().map(|channel| channel.text).min()?;
    if length <= least {
        return None;
    }
    let names: Vec<&str> = channels.iter().filter(|c| c.text == least).map(|c| c.name).collect();
    let names = names.join(" and ");
    let message = format!("this message has {length} characters; on {names} one can have {least}");
    let help = "say it in several messages, or send a file";
    let found = Diagnostic::new(codes::MESSAGE_TOO_LONG, Severity::Hint, value.span, message);
    Some(found.help(help))
}

fn label(bound: &Bound<'_>, subject: &Subject<'_>) -> Option<Diagnostic> {
    let (value, length) = written(bound, "label")?;
    let channel = configured(subject).min_by_key(|channel| channel.label)?;
    if length <= channel.label {
        return None;
    }
    let message = format!(
        "this button says {length} characters; on {} it can say {}",
        channel.name, channel.label
    );
    let help = "shorten it; what a click sends can be longer: ADD SUGGESTION TEXT … AS …";
    let found = Diagnostic::new(codes::BUTTON_LIMITS, Severity::Hint, value.span, message);
    Some(found.help(help))
}

/// More buttons at a time than a channel shows.
pub(super) fn buttons(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(channel) = configured(subject).min_by_key(|channel| channel.buttons) else { return };
    let mut lists: Vec<&[Stmt]> = vec![&subject.script.body];
    crate::lower::script::each_stmt(&subject.script.body, &mut |stmt| {
        crate::lower::script::each_body(stmt, &mut |body| lists.push(body));
    });
    for list in lists {
        out.extend(too_many(list, channel));
    }
}

fn too_many(list: &[Stmt], channel: &Channel) -> Option<Diagnostic> {
    let mut shown = 0;
    let mut first_over: Option<Span> = None;
    for stmt in list {
        let StmtKind::Command(command) = &stmt.kind else { continue };
        match command.keyword.name {
            "CLEAR SUGGESTIONS" => shown = 0,
            name if name.starts_with("ADD SUGGESTION") => {
                shown += 1;
                if shown == channel.buttons + 1 {
                    first_over.get_or_insert(command.words);
                }
            }
            _ => {}
        }
    }
    let span = first_over?;
    let message = format!("{} shows {} buttons at a time", channel.name, channel.buttons);
    let help = "offer fewer, or ask in two steps";
    Some(Diagnostic::new(codes::BUTTON_LIMITS, Severity::Hint, span, message).help(help))
}
