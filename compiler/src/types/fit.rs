//! Matching the arguments of a keyword with its forms.

use super::kinds::{accepts, wants};
use super::{Bound, Slot, pairs};
use crate::ast::{Arg, BinaryOp, Command, Expr, ExprKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use basilect_stdlib::Keyword;
use basilect_stdlib::forms::{self, Element, Form};
use basilect_stdlib::keyword::Type;
use basilect_stdlib::words::vocabulary;

/// An argument as the matcher sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    /// The lead words before it.
    pub lead: Option<&'a str>,
    /// Whether a comma stands before it.
    pub comma: bool,
    /// The value, absent for a bare word.
    pub value: Option<&'a Expr>,
    /// Lead and value.
    pub span: Span,
}

impl<'a> Given<'a> {
    fn from_arg(arg: &'a Arg) -> Given<'a> {
        let lead = arg.lead;
        Given { lead, comma: arg.comma, value: arg.value.as_ref(), span: arg.span }
    }
    fn positional(index: usize, value: &'a Expr) -> Given<'a> {
        Given { lead: None, comma: index > 0, value: Some(value), span: value.span }
    }
}

/// Finds the field of every argument of `command`. `text` is the block that follows the statement
/// (BEGIN TALK), which counts as its last argument.
pub fn bind<'a>(
    command: &'a Command,
    text: Option<&'a Expr>,
) -> Result<Bound<'a>, Box<Diagnostic>> {
    let mut given = given(command);
    if let Some(text) = text {
        given.push(Given::positional(given.len(), text));
    }
    let bound = fit(command.keyword, &given);
    // A block stands below its statement, so no comma can precede it.
    if let (Err(_), Some(_), Some(last)) = (&bound, text, given.last_mut()) {
        last.comma = false;
        if let Ok(bound) = fit(command.keyword, &given) {
            return Ok(bound);
        }
    }
    bound.map_err(|refused| refused.diagnostic(command.keyword, command.words, &given))
}

/// The arguments of a command. A lead word behind a comma (`body, ATTACHMENT file`) comes as a
/// name with a value beside it.
fn given(command: &Command) -> Vec<Given<'_>> {
    let mut given: Vec<Given<'_>> = Vec::with_capacity(command.args.len() + 1);
    for arg in command.args.iter().map(Given::from_arg) {
        let word = given.last().filter(|_| arg.lead.is_none() && !arg.comma).and_then(|before| {
            match &before.value?.kind {
                ExprKind::Name(name) if before.comma && before.lead.is_none() => Some(name),
                _ => None,
            }
        });
        let leads = word.map(|_| vocabulary::leads(command.keyword)).unwrap_or_default();
        let lead = word.and_then(|w| leads.iter().find(|l| l.words.eq_ignore_ascii_case(w)));
        match (lead, given.last_mut()) {
            (Some(lead), Some(before)) => {
                *before = Given { lead: Some(lead.words), span: before.span.to(arg.span), ..arg };
            }
            _ => given.push(arg),
        }
    }
    given
}

/// The same for call style: `GET_BOT_MEMORY("k")`, `FORMAT(x, "0.00")`.
pub fn bind_call<'a>(
    keyword: &'static Keyword,
    args: &'a [Expr],
    span: Span,
) -> Result<Bound<'a>, Box<Diagnostic>> {
    let given: Vec<_> = args.iter().enumerate().map(|(i, a)| Given::positional(i, a)).collect();
    if keyword.run.is_some() {
        return positional(keyword, &given).map_err(|m| m.diagnostic(keyword, span, &given));
    }
    fit(keyword, &given)
        .or_else(|refused| positional(keyword, &given).map_err(|_| refused))
        .map_err(|refused| refused.diagnostic(keyword, span, &given))
}

/// Why the arguments fit nowhere, and the form that came nearest.
struct Refused {
    misfit: Misfit,
    form: Option<&'static str>,
}

/// Why no form fits.
enum Misfit {
    /// A field that every form needs has no argument.
    Needs(usize),
    /// The argument at this place has no field.
    Extra(usize),
    /// The argument at this place is of another kind than its field.
    Kind(usize, Type),
}

fn fit<'a>(keyword: &'static Keyword, given: &[Given<'a>]) -> Result<Bound<'a>, Refused> {
    let possible = forms::of(keyword).iter().filter(|form| has_leads(form, given));
    for form in possible {
        let mut matcher = Matcher::new(keyword, given, false);
        if matcher.run(&form.elements).is_ok() {
            return Ok(Bound { keyword, form: Some(form.text), slots: matcher.slots });
        }
        // `{a}[, {b}], {c}`: the second of two arguments belongs to c.
        if form.elements.iter().any(is_comma_option) {
            let mut plain = Matcher::new(keyword, given, true);
            if plain.run(&form.elements).is_ok() {
                return Ok(Bound { keyword, form: Some(form.text), slots: plain.slots });
            }
        }
    }
    if keyword.run.is_some() || keyword.forms.is_empty() {
        return positional(keyword, given);
    }
    Err(nearest(keyword, given))
}
/// Whether the lead words that a form cannot do without are there.
fn has_leads(form: &Form, given: &[Given<'_>]) -> bool {
    form.elements.windows(2).all(|pair| match pair {
        [Element::Lead(words), Element::Arg { .. }] if *words != "=" => {
            given.iter().any(|arg| arg.lead == Some(*words))
        }
        _ => true,
    })
}
fn is_comma_option(element: &Element) -> bool {
    matches!(element, Element::Optional(inner) if inner.first() == Some(&Element::Comma))
}

/// Why no form fits: what the one says that comes nearest.
fn nearest(keyword: &'static Keyword, given: &[Given<'_>]) -> Refused {
    let mut best: Option<(usize, Refused)> = None;
    for form in forms::of(keyword) {
        let mut matcher = Matcher::new(keyword, given, false);
        let Err(misfit) = matcher.run(&form.elements) else { continue };
        let nearer = best.as_ref().is_none_or(|(reached, other)| {
            let shorter = other.form.is_some_and(|text| form.text.len() < text.len());
            matcher.furthest > *reached || (matcher.furthest == *reached && shorter)
        });
        if nearer {
            best = Some((matcher.furthest, Refused { misfit, form: Some(form.text) }));
        }
    }
    best.map_or(Misfit::Extra(0).into(), |(_, refused)| refused)
}

/// Arguments in the order of the fields, separated by commas.
fn positional<'a>(keyword: &'static Keyword, given: &[Given<'a>]) -> Result<Bound<'a>, Refused> {
    let (least, most) = keyword.arity();
    if let Some(at) = given.iter().position(|g| g.lead.is_some() || g.value.is_none()) {
        return Err(Misfit::Extra(at).into());
    }
    if let Some(most) = most.filter(|most| given.len() > *most) {
        return Err(Misfit::Extra(most).into());
    }
    if given.len() < least {
        return Err(Misfit::Needs(given.len()).into());
    }
    let mut slots: Vec<Slot<'a>> = Vec::new();
    for (index, arg) in given.iter().enumerate() {
        let ty = keyword.fields.get(index).map_or(Type::Any, |f| f.ty);
        match arg.value {
            Some(value) if accepts(ty, value) => slots.push(Slot::Value(value)),
            _ => return Err(Misfit::Kind(index, ty).into()),
        }
    }
    slots.resize_with(slots.len().max(keyword.fields.len()), Slot::default);
    Ok(Bound { keyword, form: None, slots })
}

struct Matcher<'a, 'g> {
    keyword: &'static Keyword,
    given: &'g [Given<'a>],
    at: usize,
    furthest: usize,
    slots: Vec<Slot<'a>>,
    /// The right side of an `a = b` argument whose left side has been used.
    split: Option<&'a Expr>,
    /// Whether the lead words of the next argument have been used by themselves.
    led: bool,
    /// Whether options that begin with a comma are passed over.
    plain: bool,
}

/// Where a matcher stands, to come back to.
type Standing<'a> = (usize, Vec<Slot<'a>>, Option<&'a Expr>, bool);

impl<'a, 'g> Matcher<'a, 'g> {
    fn new(keyword: &'static Keyword, given: &'g [Given<'a>], plain: bool) -> Matcher<'a, 'g> {
        let slots = vec![Slot::Missing; keyword.fields.len()];
        Matcher { keyword, given, at: 0, furthest: 0, slots, split: None, led: false, plain }
    }

    fn run(&mut self, elements: &[Element]) -> Result<(), Misfit> {
        self.elements(elements)?;
        if self.at < self.given.len() || self.split.is_some() {
            return Err(Misfit::Extra(self.at));
        }
        Ok(())
    }

    fn elements(&mut self, elements: &[Element]) -> Result<(), Misfit> {
        let (mut index, mut comma, mut lead) = (0, false, None);
        while let Some(element) = elements.get(index) {
            let next = elements.get(index + 1);
            index += 1;
            match element {
                Element::Comma => comma = true,
                Element::Lead(words) if matches!(next, Some(Element::Arg { .. })) => {
                    lead = Some(*words);
                }
                Element::Lead(words) => self.lead_alone(words, next)?,
                Element::Flag { word, field } => {
                    self.bare_word(word, *field)?;
                    self.fill(*field, Slot::Flag);
                }
                Element::Arg { field, variadic } => {
                    self.argument(
                        std::mem::take(&mut comma),
                        lead.take(),
                        *field,
                        *variadic,
                        next,
                    )?;
                }
                Element::Optional(_) => {
                    let from = elements.get(index - 1..).unwrap_or(&[]);
                    let count = from.iter().take_while(|e| is_optional(e)).count();
                    self.options(from.get(..count).unwrap_or(&[]));
                    index += count - 1;
                }
            }
        }
        Ok(())
    }

    /// Neighbouring options may come in any order: `LIMIT 3 ORDER BY name` is clear enough.
    fn options(&mut self, options: &[Element]) {
        if let [only] = options {
            self.option(only);
            return;
        }
        if self.at >= self.given.len() && self.split.is_none() {
            return;
        }
        let mut open: Vec<&Element> = options.iter().collect();
        while let Some(found) = open.iter().position(|option| self.option(option)) {
            open.remove(found);
        }
    }

    fn option(&mut self, option: &Element) -> bool {
        let Element::Optional(elements) = option else { return false };
        if self.at >= self.given.len() && self.split.is_none() {
            return false;
        }
        if self.plain && elements.first() == Some(&Element::Comma) || !self.may_begin(elements) {
            return false;
        }
        let before: Standing<'a> = (self.at, self.slots.clone(), self.split, self.led);
        if self.elements(elements).is_ok()
            && (self.at, self.split.is_some()) != (before.0, before.2.is_some())
        {
            return true;
        }
        (self.at, self.slots, self.split, self.led) = before;
        false
    }

    /// Whether the next argument can be the first of an option: most are not, and then nothing need
    /// be put back.
    fn may_begin(&self, elements: &[Element]) -> bool {
        let Some(arg) = self.given.get(self.at) else { return true };
        match elements {
            [Element::Lead(words), Element::Arg { .. }, ..] if *words != "=" => {
                arg.lead == Some(*words)
            }
            [Element::Comma, Element::Arg { .. }, ..] if !self.led => arg.comma,
            _ => true,
        }
    }

    /// Lead words that the argument after them may or may not follow; alone they say yes to its
    /// field (`AGGREGATE "orders" COUNT`).
    fn lead_alone(&mut self, words: &str, next: Option<&Element>) -> Result<(), Misfit> {
        let arg = self.given.get(self.at);
        if arg.is_some_and(|arg| arg.lead == Some(words) && arg.value.is_some()) {
            self.led = true;
            return Ok(());
        }
        self.bare_word(words, 0)?;
        if let Some(Element::Optional(inner)) = next
            && let Some(Element::Arg { field, .. }) = inner.first()
        {
            self.fill(*field, Slot::Flag);
        }
        Ok(())
    }

    fn bare_word(&mut self, word: &str, field: usize) -> Result<(), Misfit> {
        let matches = self.given.get(self.at).is_some_and(|arg| is_bare_word(arg, word));
        if !matches {
            return Err(self.missing(field));
        }
        self.advance(1);
        Ok(())
    }

    fn argument(
        &mut self,
        comma: bool,
        lead: Option<&str>,
        field: usize,
        variadic: bool,
        next: Option<&Element>,
    ) -> Result<(), Misfit> {
        if let Some(value) = self.split.take_if(|_| lead == Some("=")) {
            return self.put(field, value);
        }
        let Some(arg) = self.given.get(self.at).copied() else { return Err(self.missing(field)) };
        let led = self.led && lead.is_none();
        if !led && (arg.lead != lead || (lead.is_none() && arg.comma != comma)) {
            return Err(self.missing(field));
        }
        let Some(value) = arg.value else { return Err(self.missing(field)) };
        self.led = false;
        if self.keyword.fields.get(field).is_some_and(|f| matches!(f.ty, Type::Pairs | Type::Rows))
        {
            return self.pairs(field);
        }
        if variadic {
            return self.rest(field);
        }
        if let Some((left, right)) = equation(value).filter(|_| next.is_some_and(is_equals)) {
            self.split = Some(right);
            self.put(field, left)?;
        } else {
            self.put(field, value)?;
        }
        self.advance(1);
        Ok(())
    }

    fn put(&mut self, field: usize, value: &'a Expr) -> Result<(), Misfit> {
        let ty = self.keyword.fields.get(field).map_or(Type::Any, |f| f.ty);
        if !accepts(ty, value) {
            return Err(Misfit::Kind(self.at, ty));
        }
        self.fill(field, Slot::Value(value));
        Ok(())
    }

    fn rest(&mut self, field: usize) -> Result<(), Misfit> {
        let mut values = Vec::new();
        while let Some(arg) = self.given.get(self.at) {
            let continues = values.is_empty() || (arg.comma && arg.lead.is_none());
            let Some(value) = arg.value.filter(|_| continues) else { break };
            values.push(value);
            self.advance(1);
        }
        self.fill(field, Slot::Rest(values));
        Ok(())
    }

    fn pairs(&mut self, field: usize) -> Result<(), Misfit> {
        let given = self.given.get(self.at..).unwrap_or(&[]);
        match (pairs::take(given), given.first().and_then(|g| g.value)) {
            (Some((Some(pairs), used)), _) => {
                self.advance(used);
                self.fill(field, Slot::Pairs(pairs));
                Ok(())
            }
            (Some((None, _)), Some(value)) => {
                self.put(field, value)?;
                self.advance(1);
                Ok(())
            }
            _ => Err(Misfit::Kind(self.at, Type::Pairs)),
        }
    }

    fn advance(&mut self, count: usize) {
        self.at += count;
        self.furthest = self.furthest.max(self.at);
    }

    fn fill(&mut self, field: usize, slot: Slot<'a>) {
        if let Some(place) = self.slots.get_mut(field) {
            *place = slot;
        }
    }

    fn missing(&self, field: usize) -> Misfit {
        if self.at < self.given.len() { Misfit::Extra(self.at) } else { Misfit::Needs(field) }
    }
}

fn is_optional(element: &Element) -> bool {
    matches!(element, Element::Optional(_))
}

/// A bare word comes as a lead without value, or as a name where no lead was expected.
fn is_bare_word(arg: &Given<'_>, word: &str) -> bool {
    match (arg.lead, arg.value) {
        (Some(lead), None) => lead == word,
        (None, Some(Expr { kind: ExprKind::Name(name), .. })) => {
            !arg.comma && name.eq_ignore_ascii_case(word)
        }
        (None, Some(Expr { kind: ExprKind::Star, .. })) => word == "*",
        _ => false,
    }
}

fn is_equals(element: &Element) -> bool {
    matches!(element, Element::Lead("="))
}

fn equation(value: &Expr) -> Option<(&Expr, &Expr)> {
    match &value.kind {
        ExprKind::Binary(BinaryOp::Eq, left, right) => Some((left, right)),
        _ => None,
    }
}

impl From<Misfit> for Refused {
    fn from(misfit: Misfit) -> Refused {
        Refused { misfit, form: None }
    }
}

impl Refused {
    fn diagnostic(self, keyword: &Keyword, words: Span, given: &[Given<'_>]) -> Box<Diagnostic> {
        let usage = self.form.map_or_else(|| call_style(keyword), str::to_string);
        let name = keyword.name;
        let span_of = |at: usize| given.get(at).map_or(words, |g| g.span);
        let field_name = |at: usize| keyword.fields.get(at).map_or("a value", |f| f.name);
        let (code, span, what) = match self.misfit {
            Misfit::Needs(field) => (
                codes::MISSING_ARGUMENT,
                words,
                format!("needs {}", field_name(field).replace('_', " ")),
            ),
            Misfit::Extra(at) => {
                (codes::SURPLUS_ARGUMENT, span_of(at), "cannot take this here".to_string())
            }
            Misfit::Kind(at, ty) => {
                (codes::ARGUMENT_KIND, span_of(at), format!("needs {} here", wants(ty)))
            }
        };
        let help = keyword.doc.lines().next().unwrap_or("").trim().to_string();
        Box::new(Diagnostic::error(code, span, format!("{name} {what}; usage: {usage}")).help(help))
    }
}

fn call_style(keyword: &Keyword) -> String {
    let fields: Vec<_> = keyword.fields.iter().map(|f| f.name).collect();
    format!("{}({})", keyword.name, fields.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyword(name: &str) -> &'static Keyword {
        basilect_stdlib::words::all().find(|k| k.name == name).expect("a keyword")
    }
    fn expr(kind: ExprKind) -> Expr {
        Expr { kind, span: Span::new(0, 1) }
    }
    fn arg(lead: Option<&'static str>, comma: bool, kind: Option<ExprKind>) -> Arg {
        let value = kind.map(expr);
        Arg { lead, comma, value, span: Span::new(0, 1) }
    }
    fn command(name: &str, args: Vec<Arg>) -> Command {
        let span = Span::new(0, 4);
        Command { keyword: keyword(name), words: span, args, span }
    }
    fn name(text: &str) -> Option<ExprKind> {
        Some(ExprKind::Name(text.into()))
    }

    #[test]
    fn binds_leads_to_fields() {
        let args = vec![
            arg(None, false, name("mail")),
            arg(Some("AS"), false, name("EMAIL")),
            arg(Some("WITH"), false, Some(ExprKind::Text("Your mail?".into()))),
        ];
        let command = command("HEAR", args);
        let bound = bind(&command, None).expect("fits");
        assert!(matches!(bound.slot("target"), Slot::Value(_)));
        assert!(matches!(bound.slot("kind"), Slot::Value(_)));
        assert!(matches!(bound.slot("prompt"), Slot::Value(_)));
        assert!(matches!(bound.slot("default"), Slot::Missing));
    }

    #[test]
    fn says_what_is_missing_with_the_usage() {
        let command = command("TALK", vec![]);
        let error = bind(&command, None).expect_err("needs a text");
        assert_eq!(error.code, "B0401");
        assert!(error.message.contains("usage: TALK {text}"), "{}", error.message);
    }

    #[test]
    fn says_what_is_too_much() {
        let args = vec![arg(None, false, name("a")), arg(None, true, name("b"))];
        assert_eq!(bind(&command("TALK", args), None).expect_err("one text").code, "B0402");
    }
}
