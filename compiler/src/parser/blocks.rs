//! Lines to blocks. The builder is tolerant: it accepts every way in which scripts close a block,
//! and a line that closes nothing costs one message, not the rest of the file.

use super::aftermath::Unclosed;
use super::line::Line;
use super::reading::BlockRead;
use crate::ast::*;
use crate::diagnostics::{Diagnostic, codes};
use crate::lexer::token::Closer;
use crate::source::Span;

/// How deep blocks may nest.
const MAX_DEPTH: usize = 200;

type Reports = Vec<Diagnostic>;

/// An open block.
struct Open {
    kind: Kind,
    span: Span,
    /// Its statements so far (of the current arm).
    body: Vec<Stmt>,
    /// Opened by a brace.
    brace: bool,
    /// A one-line IF, which its line closes.
    inline: bool,
    /// A closing line of another kind was found in it, perhaps in the place of its own.
    miswritten: bool,
    /// Its number among the extents.
    extent: usize,
}

enum Kind {
    If {
        arms: Vec<(Expr, Vec<Stmt>)>,
        current: Option<Expr>,
    },
    For(Box<ForHead>),
    ForEach(Box<EachHead>),
    While(Box<LoopTest>),
    Do(Option<Box<LoopTest>>),
    Repeat,
    Select {
        subject: Expr,
        cases: Vec<Case>,
        current: Branch,
        otherwise: Option<Vec<Stmt>>,
        /// What receives the values of the branches.
        into: Option<Expr>,
    },
    Procedure {
        function: bool,
        name: Ident,
        params: Vec<Param>,
    },
    Try {
        parts: TryParts,
        current: TryPart,
    },
    With {
        target: Expr,
        fields: Vec<(Ident, Expr)>,
    },
    Event(Command),
    Schedule {
        delay: Expr,
        unit: String,
    },
}

/// Which branch of a SELECT is being read.
enum Branch {
    None,
    Case(Vec<CaseTest>, Span),
    Else,
}

#[derive(Default)]
struct TryParts {
    body: Vec<Stmt>,
    var: Option<Ident>,
    catch: Option<Vec<Stmt>>,
    finally: Option<Vec<Stmt>>,
}

#[derive(Clone, Copy)]
enum TryPart {
    Body,
    Catch,
    Finally,
}

impl Kind {
    fn closed_by(&self, closer: Closer) -> bool {
        match self {
            Kind::If { .. } => closer == Closer::If,
            Kind::For(_) | Kind::ForEach(_) => closer == Closer::For,
            Kind::While(_) => matches!(closer, Closer::While | Closer::Do),
            Kind::Do(_) => matches!(closer, Closer::Do | Closer::While),
            Kind::Repeat => false,
            Kind::Select { .. } => closer == Closer::Select,
            Kind::Procedure { .. } => closer == Closer::Procedure,
            Kind::Try { .. } => closer == Closer::Try,
            Kind::With { .. } => closer == Closer::With,
            Kind::Event(_) => closer == Closer::On,
            Kind::Schedule { .. } => closer == Closer::Schedule,
        }
    }
    /// The opening words and the canonical closing line.
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Kind::If { .. } => ("IF", "END IF"),
            Kind::For(_) => ("FOR", "NEXT"),
            Kind::ForEach(_) => ("FOR EACH", "NEXT"),
            Kind::While(_) => ("WHILE", "WEND"),
            Kind::Do(_) => ("DO", "LOOP"),
            Kind::Repeat => ("REPEAT", "UNTIL …"),
            Kind::Select { .. } => ("SELECT CASE", "END SELECT"),
            Kind::Procedure { function: false, .. } => ("SUB", "END SUB"),
            Kind::Procedure { .. } => ("FUNCTION", "END FUNCTION"),
            Kind::Try { .. } => ("TRY", "END TRY"),
            Kind::With { .. } => ("WITH", "END WITH"),
            Kind::Event(_) => ("ON", "END ON"),
            Kind::Schedule { .. } => ("SCHEDULE", "END SCHEDULE"),
        }
    }
}

/// The blocks being built.
pub struct Blocks {
    root: Vec<Stmt>,
    open: Vec<Open>,
    classic: bool,
    /// END IFs that may still follow the IF just closed: one for each of its ELSE IF arms.
    spare_end_ifs: usize,
    surplus_loops: usize,
    /// Whether blocks nest too deeply, so that nothing more can be told of them.
    pub gave_up: bool,
    /// Whether the line that is added could not be read: nothing more is told of its block.
    pub unread: bool,
    /// The blocks without a closing line of their own that were told.
    pub unclosed: Vec<Unclosed>,
    /// How many statements were read so far, the one that is added now included.
    pub statements: usize,
    /// Where the blocks opened, parted and closed so far.
    pub extents: Vec<BlockRead>,
}

impl Blocks {
    /// With no block open.
    pub fn new(classic: bool) -> Blocks {
        Blocks {
            root: Vec::new(),
            open: Vec::new(),
            classic,
            spare_end_ifs: 0,
            surplus_loops: 0,
            gave_up: false,
            unread: false,
            unclosed: Vec::new(),
            statements: 0,
            extents: Vec::new(),
        }
    }
    /// Notes that a block opens here, and gives its number.
    fn opens(&mut self, kind: &Kind) -> usize {
        let words = kind.words();
        let (open, close) = (self.statement(), usize::MAX);
        self.extents.push(BlockRead { open, close, parts: Vec::new(), words, flat: false });
        self.extents.len() - 1
    }
    fn closes(&mut self, extent: usize) {
        let statement = self.statement();
        if let Some(block) = self.extents.get_mut(extent) {
            block.close = statement;
        }
    }
    /// Notes that the innermost block parts here.
    fn parts(&mut self) {
        let statement = self.statement();
        let block = self.open.last().and_then(|o| self.extents.get_mut(o.extent));
        if let Some(block) = block {
            block.parts.push(statement);
        }
    }
    /// The number of the statement that is added.
    fn statement(&self) -> usize {
        self.statements.saturating_sub(1)
    }
    /// Whether a one-line IF is open.
    pub fn inline(&self) -> bool {
        self.open.iter().any(|o| o.inline)
    }
    /// Whether the innermost block is a WITH, and so its lines are fields.
    fn in_with(&self) -> bool {
        self.open.last().is_some_and(|o| matches!(o.kind, Kind::With { .. }))
    }
    /// Closes one-line IFs and all blocks still open inside them.
    pub fn end_line(&mut self, reports: &mut Reports) {
        let Some(first) = self.open.iter().position(|o| o.inline) else { return };
        while self.open.len() > first {
            let unclosed = self.open.last().filter(|o| !o.inline).map(|o| (o.span, o.kind.words()));
            if let Some((span, words)) = unclosed {
                reports.push(self.unclosed_block(span, words));
            }
            self.close_top();
        }
    }
    /// Closes everything and gives the statements of the file.
    pub fn finish(&mut self, reports: &mut Reports) -> Vec<Stmt> {
        self.close_down_to(0, reports);
        std::mem::take(&mut self.root)
    }
    fn close_down_to(&mut self, depth: usize, reports: &mut Reports) {
        while self.open.len() > depth {
            let Some(top) = self.open.last() else { return };
            let told = top.inline || top.miswritten;
            let (event, span) = (matches!(top.kind, Kind::Event(_)), top.span);
            let words = top.kind.words();
            if !event && !told && !self.gave_up {
                reports.push(self.unclosed_block(span, words));
            }
            match event {
                true => self.flatten_event(),
                false => self.close_top(),
            }
        }
    }
    fn body(&mut self) -> &mut Vec<Stmt> {
        match self.open.last_mut() {
            Some(open) => &mut open.body,
            None => &mut self.root,
        }
    }
    /// Adds a statement to the innermost block.
    pub fn push(&mut self, kind: StmtKind, span: Span, reports: &mut Reports) {
        let _ = reports;
        self.spare_end_ifs = 0;
        self.body().push(Stmt { kind, span });
    }
    fn open_block(&mut self, kind: Kind, span: Span, brace: bool, reports: &mut Reports) {
        self.spare_end_ifs = 0;
        if self.open.len() >= MAX_DEPTH {
            if std::mem::replace(&mut self.gave_up, true) {
                return;
            }
            let message = "Blocks are nested too deeply here.";
            let help = "Move inner blocks into a SUB and CALL it.";
            reports.push(Diagnostic::error(codes::TOO_DEEP, span, message).help(help));
            return;
        }
        let extent = self.opens(&kind);
        self.open.push(Open {
            kind,
            span,
            body: Vec::new(),
            brace,
            inline: false,
            miswritten: self.unread,
            extent,
        });
    }
    fn unclosed_block(&mut self, span: Span, words: (&'static str, &'static str)) -> Diagnostic {
        let (opener, closer) = words;
        self.unclosed.push(Unclosed { at: span, opener: span, words });
        Diagnostic::error(codes::UNCLOSED_BLOCK, span, format!("This {opener} is never closed."))
            .help(format!("Write `{closer}` where it ends."))
    }

    // ------------------------------------------------------------------ one line

    /// Adds a line. `inline` says that a statement follows it on the same line.
    pub fn add(
        &mut self,
        line: Line,
        span: Span,
        brace: bool,
        inline: bool,
        reports: &mut Reports,
    ) {
        let line = if self.in_with() { self.with_line(line) } else { Some(line) };
        if let Some(line) = line {
            self.add_line(line, span, brace, inline, reports);
        }
    }
    /// Takes a field of WITH; gives back what is none.
    fn with_line(&mut self, line: Line) -> Option<Line> {
        let Some(Open { kind: Kind::With { fields, .. }, .. }) = self.open.last_mut() else {
            return Some(line);
        };
        match line {
            Line::Dotted(name, value) => fields.push((name, value)),
            Line::Stmt(StmtKind::Assign { target, value }) => match target.kind {
                ExprKind::Name(name) => fields.push((Ident { name, span: target.span }, value)),
                kind => {
                    let target = Expr { kind, span: target.span };
                    return Some(Line::Stmt(StmtKind::Assign { target, value }));
                }
            },
            other => return Some(other),
        }
        None
    }
    fn add_line(&mut self, line: Line, at: Span, brace: bool, inline: bool, reports: &mut Reports) {
        match line {
            Line::Nothing => {}
            Line::Stmt(kind) => self.push(kind, at, reports),
            Line::Many(kinds) => kinds.into_iter().for_each(|kind| self.push(kind, at, reports)),
            Line::Bare(e) => self.bare(e, at, reports),
            Line::Command(c) => self.command(c, at, reports),
            Line::Dotted(name, _) => reports.push(
                Diagnostic::error(
                    codes::UNEXPECTED,
                    at,
                    "A line that starts with `.` must stand in WITH.",
                )
                .help(format!("Write the variable before `.{}`.", name.name)),
            ),
            Line::If(c) => {
                let kind = Kind::If { arms: Vec::new(), current: Some(c) };
                self.open_block(kind, at, brace, reports);
                if let Some(open) = self.open.last_mut() {
                    open.inline = inline && !brace;
                }
            }
            Line::ElseIf(c) => self.else_arm(Some(c), at, brace, reports),
            Line::Else => self.else_arm(None, at, brace, reports),
            Line::For(head) => self.open_block(Kind::For(head), at, brace, reports),
            Line::ForEach(head) => self.open_block(Kind::ForEach(head), at, brace, reports),
            Line::While(test) => self.open_block(Kind::While(test), at, brace, reports),
            Line::Do(test) => self.open_block(Kind::Do(test), at, brace, reports),
            Line::Repeat => self.open_block(Kind::Repeat, at, brace, reports),
            Line::Loop(test) => self.loop_end(test, at, reports),
            Line::Until(test) => self.until(test, at, reports),
            Line::Select(subject) => self.select(subject, None, at, brace, reports),
            Line::SelectInto { target, subject } => {
                // Where no branch fits, the variable is null.
                let null = Expr { kind: ExprKind::Null, span: target.span };
                let nothing = StmtKind::Assign { target: target.clone(), value: null };
                self.push(nothing, at, reports);
                self.select(subject, Some(target), at, brace, reports);
            }
            Line::Give(value) => {
                if let Some(target) = self.receiver() {
                    self.push(StmtKind::Assign { target, value }, at, reports);
                }
            }
            Line::Case(tests) => self.branch(Branch::Case(tests, at), at, reports),
            Line::CaseElse => self.branch(Branch::Else, at, reports),
            Line::Procedure { function, name, params } => {
                self.open_block(Kind::Procedure { function, name, params }, at, brace, reports);
            }
            Line::Try => {
                let kind = Kind::Try { parts: TryParts::default(), current: TryPart::Body };
                self.open_block(kind, at, brace, reports);
            }
            Line::Catch(var) => self.try_part(TryPart::Catch, var, at, reports),
            Line::Finally => self.try_part(TryPart::Finally, None, at, reports),
            Line::With(target) => {
                self.open_block(Kind::With { target, fields: Vec::new() }, at, brace, reports);
            }
            Line::Schedule { delay, unit } => {
                self.open_block(Kind::Schedule { delay, unit }, at, brace, reports);
            }
            Line::Next(names) => self.next(&names, at, reports),
            Line::End(closer) => self.end(closer, at, reports),
            Line::TextBlock(_) | Line::Workflow(_) => {}
        }
    }
    fn bare(&mut self, e: Expr, at: Span, reports: &mut Reports) {
        let kind = match e.kind {
            ExprKind::Call { .. } => StmtKind::Call(e),
            _ => {
                reports.push(super::errors::no_statement(&e, at));
                StmtKind::Broken
            }
        };
        self.push(kind, at, reports);
    }
    fn command(&mut self, command: Command, at: Span, reports: &mut Reports) {
        if !command.keyword.name.starts_with("ON ") {
            return self.push(StmtKind::Command(command), at, reports);
        }
        let nested = self.open.last().is_some_and(|o| matches!(o.kind, Kind::Event(_)));
        if nested {
            self.flatten_event();
        }
        self.open_block(Kind::Event(command), at, false, reports);
    }
    /// An ON line without END ON is a statement of its own; what followed it is not its body.
    fn flatten_event(&mut self) {
        let Some(Open { kind: Kind::Event(command), body, span, extent, .. }) = self.open.pop()
        else {
            return;
        };
        if let Some(block) = self.extents.get_mut(extent) {
            block.flat = true;
        }
        let parent = self.body();
        parent.push(Stmt { kind: StmtKind::Command(command), span });
        parent.extend(body);
    }

    // ------------------------------------------------------------------ IF, SELECT, TRY

    /// Goes to the next arm; `None` is ELSE.
    fn else_arm(&mut self, condition: Option<Expr>, at: Span, brace: bool, reports: &mut Reports) {
        let found = self.open.iter().rposition(|o| {
            matches!(o.kind, Kind::If { current: Some(_), .. } | Kind::Procedure { .. })
        });
        let found =
            found.filter(|&i| self.open.get(i).is_some_and(|o| matches!(o.kind, Kind::If { .. })));
        let direct = found.is_some_and(|i| i + 1 == self.open.len());
        if !direct && self.reopen_if(condition.is_some() || brace) {
            return self.else_arm(condition, at, brace, reports);
        }
        let Some(depth) = found else {
            let words = if condition.is_some() { "ELSE IF" } else { "ELSE" };
            let message = format!("This {words} belongs to no IF.");
            reports.push(
                Diagnostic::error(codes::STRAY_CLOSER, at, message)
                    .help("Remove it, or write the IF line before it."),
            );
            return;
        };
        self.close_down_to(depth + 1, reports);
        self.parts();
        if let Some(open) = self.open.last_mut() {
            open.brace |= brace;
        }
        if let Some(Open { kind: Kind::If { arms, current }, body, .. }) = self.open.last_mut()
            && let Some(done) = std::mem::replace(current, condition)
        {
            arms.push((done, std::mem::take(body)));
        }
    }
    /// Some scripts close each arm with its own END IF before the next ELSE IF.
    fn reopen_if(&mut self, may: bool) -> bool {
        let body = self.body();
        let fits = may
            && matches!(body.last(), Some(Stmt { kind: StmtKind::If { otherwise: None, .. }, .. }));
        if !fits {
            return false;
        }
        let Some(Stmt { kind: StmtKind::If { mut arms, .. }, span }) = body.pop() else {
            return false;
        };
        let Some((current, body)) = arms.pop() else { return false };
        let kind = Kind::If { arms, current: Some(current) };
        let extent = self.opens(&kind);
        let (brace, inline, miswritten) = (false, false, false);
        self.open.push(Open { kind, span, body, brace, inline, miswritten, extent });
        true
    }
    fn select(
        &mut self,
        subject: Expr,
        into: Option<Expr>,
        at: Span,
        brace: bool,
        reports: &mut Reports,
    ) {
        let (cases, current) = (Vec::new(), Branch::None);
        let kind = Kind::Select { subject, cases, current, otherwise: None, into };
        self.open_block(kind, at, brace, reports);
    }
    /// What receives a value that stands alone here: the target of `x = SWITCH e`.
    fn receiver(&self) -> Option<Expr> {
        let inner = self.open.iter().rev().find(|o| !matches!(o.kind, Kind::If { .. }))?;
        match &inner.kind {
            Kind::Select { into, current: Branch::Case(..) | Branch::Else, .. } => into.clone(),
            _ => None,
        }
    }
    /// Whether a value may stand alone here.
    pub fn gives(&self) -> bool {
        self.receiver().is_some()
    }
    fn branch(&mut self, branch: Branch, at: Span, reports: &mut Reports) {
        let found = self.open.iter().rposition(|o| matches!(o.kind, Kind::Select { .. }));
        let Some(depth) = found else {
            let message = "This CASE belongs to no SELECT CASE.";
            let help = "Write `SELECT CASE value` before the first CASE.";
            reports.push(Diagnostic::error(codes::STRAY_CLOSER, at, message).help(help));
            return;
        };
        self.close_down_to(depth + 1, reports);
        self.parts();
        if let Some(Open { kind, body, .. }) = self.open.last_mut() {
            end_branch(kind, std::mem::take(body));
            if let Kind::Select { current, .. } = kind {
                *current = branch;
            }
        }
    }
    fn try_part(&mut self, part: TryPart, name: Option<Ident>, at: Span, reports: &mut Reports) {
        let found = self.open.iter().rposition(|o| matches!(o.kind, Kind::Try { .. }));
        let Some(depth) = found else {
            let message = "This line belongs to no TRY.";
            let help = "Write TRY before the statements that may fail.";
            reports.push(Diagnostic::error(codes::STRAY_CLOSER, at, message).help(help));
            return;
        };
        self.close_down_to(depth + 1, reports);
        self.parts();
        if let Some(Open { kind: Kind::Try { parts, current }, body, .. }) = self.open.last_mut() {
            end_try_part(parts, *current, std::mem::take(body));
            *current = part;
            if name.is_some() {
                parts.var = name;
            }
        }
    }

    // ------------------------------------------------------------------ loops

    fn next(&mut self, names: &[Ident], at: Span, reports: &mut Reports) {
        if names.is_empty() {
            return self.end(Closer::For, at, reports);
        }
        for name in names {
            self.check_next(name, reports);
            self.end(Closer::For, at, reports);
        }
    }
    /// NEXT should name the variable of the innermost FOR.
    fn check_next(&mut self, name: &Ident, reports: &mut Reports) {
        let top = self.open.iter().rev().find(|o| o.kind.closed_by(Closer::For));
        let Some(open) = top else { return };
        let var = match &open.kind {
            Kind::For(head) => match &head.var.kind {
                ExprKind::Name(name) => name,
                _ => return,
            },
            Kind::ForEach(head) => &head.var.name,
            _ => return,
        };
        if !var.eq_ignore_ascii_case(&name.name) && var != "?" {
            let message = format!("NEXT names `{}`, but its FOR counts `{var}`.", name.name);
            let report = match self.classic {
                true => Diagnostic::error(codes::NEXT_MISMATCH, name.span, message),
                false => Diagnostic::warning(codes::NEXT_MISMATCH, name.span, message),
            };
            reports.push(
                report
                    .related(open.span, "the loop that ends here")
                    .fix(format!("Write `NEXT {var}`"), vec![(name.span, var.to_string())]),
            );
        }
    }
    fn loop_end(&mut self, after: Option<Box<LoopTest>>, at: Span, reports: &mut Reports) {
        let fits = |o: &Open| matches!(o.kind, Kind::Do(_) | Kind::While(_));
        if self.reach(fits, "LOOP", at, reports) {
            self.close_loop(after);
        }
    }
    fn until(&mut self, test: Box<LoopTest>, at: Span, reports: &mut Reports) {
        let fits = |o: &Open| matches!(o.kind, Kind::Repeat | Kind::Do(None));
        if self.reach(fits, "UNTIL", at, reports) {
            self.close_loop(Some(test));
        }
    }
    fn close_loop(&mut self, after: Option<Box<LoopTest>>) {
        let Some(open) = self.open.pop() else { return };
        self.closes(open.extent);
        let before = match open.kind {
            Kind::While(test) => Some(test),
            Kind::Do(test) => test,
            _ => None,
        };
        let kind = StmtKind::Loop { before, after, body: open.body };
        self.body().push(Stmt { kind, span: open.span });
    }

    // ------------------------------------------------------------------ closing

    /// Closes blocks down to the innermost one that fits; false if there is none.
    fn reach(
        &mut self,
        fits: impl Fn(&Open) -> bool,
        words: &str,
        at: Span,
        reports: &mut Reports,
    ) -> bool {
        let limit = self.open.iter().rposition(|o| matches!(o.kind, Kind::Procedure { .. }));
        let found = self.open.iter().rposition(&fits);
        match found {
            Some(depth) if limit.is_none_or(|l| depth >= l) => {
                self.close_down_to(depth + 1, reports);
                true
            }
            _ => {
                reports.push(self.stray(words, at));
                false
            }
        }
    }
    /// A closing line whose block is not open. It may stand for that of the innermost block, which
    /// then needs no report of its own.
    fn stray(&mut self, words: &str, at: Span) -> Diagnostic {
        let message = format!("This {words} closes nothing.");
        match self.open.last_mut().filter(|open| !matches!(open.kind, Kind::Event(_))) {
            Some(open) => {
                open.miswritten = true;
                let (opener, closer) = open.kind.words();
                let words = (opener, closer);
                self.unclosed.push(Unclosed { at, opener: open.span, words });
                Diagnostic::error(codes::WRONG_CLOSER, at, message)
                    .help(format!("The {opener} before it ends with `{closer}`."))
                    .related(open.span, "what is open here")
            }
            None => Diagnostic::error(codes::STRAY_CLOSER, at, message)
                .help("Remove it, or write the line that opens its block.")
                .unsure_fix("Remove it", vec![(at, String::new())]),
        }
    }
    fn end(&mut self, closer: Closer, at: Span, reports: &mut Reports) {
        if closer == Closer::Brace {
            if self.reach(|o| o.brace, "`}`", at, reports) {
                self.close_top();
            }
            return;
        }
        let open = self.open.iter().any(|o| o.kind.closed_by(closer));
        if !open && self.tolerated(closer, at, reports) {
            return;
        }
        let words = self.closer_words(closer);
        if self.reach(|o| o.kind.closed_by(closer), words, at, reports) {
            self.close_top();
        }
    }
    fn closer_words(&self, closer: Closer) -> &'static str {
        match closer {
            Closer::For => "NEXT or END FOR (of a FOR)",
            other => other.words(),
        }
    }
    /// Closing lines that scripts have one too many of.
    fn tolerated(&mut self, closer: Closer, at: Span, reports: &mut Reports) -> bool {
        let spare = match closer {
            Closer::If if self.spare_end_ifs > 0 => {
                self.spare_end_ifs -= 1;
                true
            }
            Closer::For if self.surplus_loops == 0 && !self.classic => {
                self.surplus_loops = 1;
                true
            }
            _ => false,
        };
        if spare {
            let message = format!("This {} is one too many.", closer.words());
            reports.push(
                Diagnostic::warning(codes::SURPLUS_CLOSER, at, message)
                    .help("Remove it.")
                    .fix("Remove it", vec![(at, String::new())]),
            );
        }
        spare
    }
    /// Makes a statement of the innermost block.
    fn close_top(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let Open { kind, span, body, extent, .. } = open;
        self.closes(extent);
        let mut spare = 0;
        let kind = match kind {
            Kind::If { mut arms, current } => {
                let otherwise = match current {
                    Some(condition) => {
                        arms.push((condition, body));
                        None
                    }
                    None => Some(body),
                };
                spare = arms.len().saturating_sub(1);
                StmtKind::If { arms, otherwise }
            }
            Kind::For(head) => StmtKind::For { head, body },
            Kind::ForEach(head) => StmtKind::ForEach { head, body },
            Kind::While(test) => StmtKind::Loop { before: Some(test), after: None, body },
            Kind::Do(test) => StmtKind::Loop { before: test, after: None, body },
            Kind::Repeat => StmtKind::Loop { before: None, after: None, body },
            Kind::Procedure { function, name, params } => {
                StmtKind::Procedure(procedure(function, name, params, body))
            }
            Kind::With { target, fields } => {
                let kind = StmtKind::With { target, fields };
                self.body().push(Stmt { kind, span });
                self.body().extend(body);
                return;
            }
            Kind::Event(command) => StmtKind::EventBlock { command, body },
            Kind::Schedule { delay, unit } => StmtKind::Deferred { delay, unit, body },
            Kind::Select { .. } => close_select(kind, body),
            Kind::Try { mut parts, current } => {
                end_try_part(&mut parts, current, body);
                let TryParts { body, var, catch, finally } = parts;
                StmtKind::Try { body, var, catch, finally }
            }
        };
        self.body().push(Stmt { kind, span });
        self.spare_end_ifs = spare;
    }
}

/// A SUB or FUNCTION; PARAM lines in it are further parameters.
fn procedure(function: bool, name: Ident, mut params: Vec<Param>, body: Vec<Stmt>) -> Procedure {
    let mut rest = Vec::with_capacity(body.len());
    for stmt in body {
        match stmt.kind {
            StmtKind::Param(param) => params.push(*param),
            _ => rest.push(stmt),
        }
    }
    Procedure { name, function, params, body: rest }
}

/// Stores the statements of the branch that ends.
fn end_branch(kind: &mut Kind, body: Vec<Stmt>) {
    if let Kind::Select { cases, current, otherwise, .. } = kind {
        match std::mem::replace(current, Branch::None) {
            Branch::None => {}
            Branch::Case(tests, span) => cases.push(Case { tests, body, span }),
            Branch::Else => *otherwise = Some(body),
        }
    }
}
fn close_select(mut kind: Kind, body: Vec<Stmt>) -> StmtKind {
    end_branch(&mut kind, body);
    match kind {
        Kind::Select { subject, cases, otherwise, .. } => {
            StmtKind::Select { subject, cases, otherwise }
        }
        _ => StmtKind::Broken,
    }
}
fn end_try_part(parts: &mut TryParts, current: TryPart, body: Vec<Stmt>) {
    match current {
        TryPart::Body => parts.body = body,
        TryPart::Catch => parts.catch = Some(body),
        TryPart::Finally => parts.finally = Some(body),
    }
}
