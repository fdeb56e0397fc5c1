//! From the tree of an expression to its program: names become ids, constants are worked out.

use std::ops::Range;

use marchland_game::{
    Aggregate, Catalogue, DealId, DealStatus, Diagnostic, Expression, IndicatorId, OnlyParameters, Op, Relation,
    Variable,
};

use super::parse::{Ast, AstKind};

/// The longest look back, in months: a whole game.
const LONGEST: f64 = crate::scenario::keys::HORIZON as f64;

/// What the names of an expression may stand for.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// What there is.
    pub catalogue: &'a Catalogue,
    /// Whether it may read the state of a game: indicators, time and history. Else parameters only.
    pub readings: bool,
    /// Whether `level` has a meaning.
    pub level: bool,
    /// Whether `ideal` has a meaning.
    pub ideal: bool,
    /// What stands for `{name}`.
    pub placeholders: &'a [(&'a str, &'a str)],
    /// What a name that is no word of the language stands for, in findings.
    pub names: &'a str,
}

impl<'a> Scope<'a> {
    /// The scope of conditions and amounts.
    #[must_use]
    pub fn state(catalogue: &'a Catalogue) -> Self {
        Self {
            catalogue,
            readings: true,
            level: false,
            ideal: false,
            placeholders: &[],
            names: "indicator or parameter",
        }
    }

    /// The scope of expressions that may read parameters alone.
    #[must_use]
    pub fn parameters(catalogue: &'a Catalogue) -> Self {
        Self { readings: false, ..Self::state(catalogue) }
    }

    /// A text with its placeholders filled in.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in self.placeholders {
            if filled.contains('{') {
                filled = filled.replace(&format!("{{{name}}}"), value);
            }
        }
        filled
    }

    /// The finding that a path leads nowhere.
    #[must_use]
    pub fn unknown_path(&self, path: &str) -> Diagnostic {
        let paths = self.catalogue.indicators.iter().map(|indicator| indicator.path.as_str());
        Diagnostic::error("unknown-path", format!("no indicator is called `{path}`")).choose(path, paths)
    }
}

/// The program of a tree.
///
/// # Errors
/// Every name that is unknown or has no meaning in the scope, every call with other arguments than
/// its function takes, each with its bytes; and a program too deep for the stack.
pub fn resolve(ast: &Ast, scope: Scope<'_>) -> Result<Expression, Vec<(Range<usize>, Diagnostic)>> {
    let mut program = Program { scope, ops: Vec::new(), lists: Vec::new(), found: Vec::new() };
    program.emit(ast);
    if !program.found.is_empty() {
        return Err(program.found);
    }
    Expression::new(program.ops, program.lists)
        .map_err(|error| vec![(ast.range.clone(), Diagnostic::error("bad-expression", error.to_string()))])
}

struct Program<'a> {
    scope: Scope<'a>,
    ops: Vec<Op>,
    lists: Vec<IndicatorId>,
    found: Vec<(Range<usize>, Diagnostic)>,
}

impl Program<'_> {
    fn refuse(&mut self, range: &Range<usize>, found: Diagnostic) {
        self.found.push((range.clone(), found));
        self.ops.push(Op::Constant(0.0));
    }

    /// Appends the program of a tree.
    fn emit(&mut self, ast: &Ast) {
        let start = self.ops.len();
        match &ast.kind {
            AstKind::Number(x) => self.ops.push(Op::Constant(*x)),
            AstKind::Name(name) => self.name(name, &ast.range),
            AstKind::Unary(op, a) => {
                self.emit(a);
                self.ops.push(*op);
            }
            AstKind::Binary(Op::Divide, _, b) if matches!(b.kind, AstKind::Number(0.0)) => {
                let found =
                    Diagnostic::error("bad-expression", "this divides by 0, which counts as 0 whatever is divided");
                self.refuse(&ast.range, found);
            }
            AstKind::Binary(op, a, b) => {
                self.emit(a);
                self.emit(b);
                self.ops.push(*op);
            }
            AstKind::And(a, b) => self.short(a, b, true),
            AstKind::Or(a, b) => self.short(a, b, false),
            AstKind::Call(name, arguments) => self.call(name, arguments, &ast.range),
        }
        self.fold(start);
    }

    /// `a and b`, `a or b`: the second is skipped where the first decides.
    fn short(&mut self, a: &Ast, b: &Ast, and: bool) {
        self.emit(a);
        let jump = self.ops.len();
        self.ops.push(if and { Op::AndThen(0) } else { Op::OrElse(0) });
        self.emit(b);
        self.ops.push(Op::Truth);
        // The length bound of an expression keeps this far below 2^16.
        let skip = (self.ops.len() - jump - 1) as u16;
        self.ops[jump] = if and { Op::AndThen(skip) } else { Op::OrElse(skip) };
    }

    /// Replaces the program since `start` by its value where it reads nothing.
    fn fold(&mut self, start: usize) {
        let reads = |op: &Op| {
            matches!(
                op,
                Op::Indicator(_)
                    | Op::Ago(..)
                    | Op::Change(..)
                    | Op::Parameter(_)
                    | Op::Turn
                    | Op::Month
                    | Op::Since(_)
                    | Op::Ordered(..)
                    | Op::Variable(_)
                    | Op::Aggregate(..)
            )
        };
        if self.ops.len() - start < 2 || self.ops[start..].iter().any(reads) {
            return;
        }
        if let Ok(constant) = Expression::new(self.ops[start..].to_vec(), Vec::new()) {
            let value = constant.value(&OnlyParameters(&[]));
            if value.is_finite() {
                self.ops.truncate(start);
                self.ops.push(Op::Constant(value));
            }
        }
    }

    fn name(&mut self, written: &str, range: &Range<usize>) {
        let name = &self.scope.fill(written);
        let catalogue = self.scope.catalogue;
        let state_only = |op: Op, program: &mut Self| {
            if program.scope.readings {
                program.ops.push(op);
            } else {
                let message = format!("`{name}` changes during a game, and only parameters may stand here");
                program.refuse(range, Diagnostic::error("not-a-parameter", message));
            }
        };
        match name.as_str() {
            "true" => self.ops.push(Op::Constant(1.0)),
            "false" => self.ops.push(Op::Constant(0.0)),
            "turn" => state_only(Op::Turn, self),
            "month" => state_only(Op::Month, self),
            "level" if self.scope.level => self.ops.push(Op::Variable(Variable::Level)),
            "ideal" if self.scope.ideal => self.ops.push(Op::Variable(Variable::Ideal)),
            "level" => self.refuse(range, misplaced("level", "an action's chance, leak and effects")),
            "ideal" => self.refuse(range, misplaced("ideal", "a motion's appeal")),
            _ => {
                if let Some(id) = catalogue.indicator(name) {
                    state_only(Op::Indicator(id), self);
                } else if let Some(id) = catalogue.parameter(name) {
                    self.ops.push(Op::Parameter(id));
                } else {
                    let paths = catalogue.indicators.iter().map(|indicator| indicator.path.as_str());
                    let parameters = catalogue.parameters.iter().map(|parameter| parameter.id.as_str());
                    let valid: Vec<&str> = paths.chain(parameters).collect();
                    let message = if name.contains('{') {
                        format!("`{name}` holds a placeholder that has no meaning here")
                    } else {
                        format!("no {} is called `{name}`", self.scope.names)
                    };
                    self.refuse(range, Diagnostic::error("unknown-path", message).choose(name, valid));
                }
            }
        }
    }

    fn call(&mut self, function: &str, arguments: &[Ast], range: &Range<usize>) {
        let count = arguments.len();
        let unary = match function {
            "abs" => Some(Op::Abs),
            "exp" => Some(Op::Exp),
            "ln" => Some(Op::Ln),
            "logistic" => Some(Op::Logistic),
            _ => None,
        };
        match (function, unary, count) {
            (_, Some(op), 1) => {
                self.emit(&arguments[0]);
                self.ops.push(op);
            }
            ("min" | "max", _, 2..) => {
                let op = if function == "min" { Op::Min } else { Op::Max };
                self.emit(&arguments[0]);
                for argument in &arguments[1..] {
                    self.emit(argument);
                    self.ops.push(op);
                }
            }
            ("clamp", _, 3) => {
                for argument in arguments {
                    self.emit(argument);
                }
                self.ops.push(Op::Clamp);
            }
            ("is", _, 2) => self.is(&arguments[0], &arguments[1]),
            ("prev", _, 1 | 2) | ("change", _, 2) => self.history(function, arguments, range),
            ("since", _, 1) => self.since(&arguments[0]),
            ("ordered", _, 3) => self.ordered(arguments),
            ("offered", _, 1 | 2) => self.offered(arguments),
            ("agreed", _, 1) => self.agreed(&arguments[0]),
            ("terms" | "table", _, 1) => self.terms(function, &arguments[0]),
            ("broke", _, 1 | 2) => self.broke(arguments),
            ("believes", _, 3) => self.believes(arguments),
            ("sum" | "mean" | "largest" | "smallest", _, 1..) => self.aggregate(function, arguments),
            _ => self.wrong_call(function, count, range),
        }
    }

    fn wrong_call(&mut self, function: &str, count: usize, range: &Range<usize>) {
        const KNOWN: [(&str, &str); 21] = [
            ("abs", "1 argument"),
            ("exp", "1 argument"),
            ("ln", "1 argument"),
            ("logistic", "1 argument"),
            ("min", "at least 2 arguments"),
            ("max", "at least 2 arguments"),
            ("clamp", "3 arguments: a number and its bounds"),
            ("is", "2 arguments: a coded state and a label"),
            ("prev", "an indicator, and months"),
            ("change", "an indicator and months"),
            ("since", "an event"),
            ("ordered", "a player, an action and months"),
            ("offered", "a deal, and a player"),
            ("agreed", "a deal"),
            ("terms", "`deal.term`"),
            ("table", "`deal.term`"),
            ("broke", "a player, and a deal"),
            ("believes", "the player that believes, the player believed of, and a type"),
            ("sum", "`kind.field`, or paths"),
            ("mean", "`kind.field`, or paths"),
            ("largest", "`kind.field`, or paths"),
        ];
        let found = match KNOWN.iter().find(|(name, _)| *name == function) {
            Some((_, takes)) => {
                Diagnostic::error("wrong-arguments", format!("`{function}` takes {takes}, and {count} are given"))
            }
            None if function == "smallest" => {
                Diagnostic::error("wrong-arguments", "`smallest` takes `kind.field`, or paths")
            }
            None => Diagnostic::error("unknown-function", format!("no function is called `{function}`"))
                .choose(function, KNOWN.iter().map(|(name, _)| *name).chain(["smallest"])),
        };
        self.refuse(range, found);
    }

    /// The plain name that an argument is.
    fn plain(&mut self, argument: &Ast, what: &str) -> Option<String> {
        match &argument.kind {
            AstKind::Name(name) => Some(self.scope.fill(name)),
            _ => {
                let message = format!("expected {what}");
                self.refuse(&argument.range, Diagnostic::error("wrong-arguments", message));
                None
            }
        }
    }

    fn months(&mut self, argument: &Ast) -> Option<u32> {
        match argument.kind {
            AstKind::Number(x) if x.fract() == 0.0 && (1.0..=LONGEST).contains(&x) => Some(x as u32),
            _ => {
                let message = format!("months are a whole number from 1 to {LONGEST}");
                self.refuse(&argument.range, Diagnostic::error("wrong-arguments", message));
                None
            }
        }
    }

    /// Whether history may be read here.
    fn history_allowed(&mut self, range: &Range<usize>) -> bool {
        if !self.scope.readings {
            let message = "history changes during a game, and only parameters may stand here";
            self.refuse(range, Diagnostic::error("not-a-parameter", message));
        }
        self.scope.readings
    }

    fn history(&mut self, function: &str, arguments: &[Ast], range: &Range<usize>) {
        if !self.history_allowed(range) {
            return;
        }
        let Some(path) = self.plain(&arguments[0], "the path of an indicator") else { return };
        let Some(id) = self.scope.catalogue.indicator(&path) else {
            let found = self.scope.unknown_path(&path);
            return self.refuse(&arguments[0].range, found);
        };
        let months = match arguments.get(1) {
            None => 1,
            Some(argument) => match self.months(argument) {
                Some(months) => months,
                None => return,
            },
        };
        self.ops.push(if function == "prev" { Op::Ago(id, months - 1) } else { Op::Change(id, months) });
    }

    fn since(&mut self, argument: &Ast) {
        if !self.history_allowed(&argument.range) {
            return;
        }
        let Some(name) = self.plain(argument, "the name of an event") else { return };
        match self.scope.catalogue.event(&name) {
            Some(id) => self.ops.push(Op::Since(id)),
            None => {
                let found = Diagnostic::error("unknown-event", format!("no event is called `{name}`"))
                    .choose(&name, self.scope.catalogue.events.iter().map(|event| event.id.as_str()));
                self.refuse(&argument.range, found);
            }
        }
    }

    fn ordered(&mut self, arguments: &[Ast]) {
        if !self.history_allowed(&arguments[0].range) {
            return;
        }
        let Some(name) = self.plain(&arguments[0], "the name of a player") else { return };
        let Some(player) = self.scope.catalogue.player(&name) else {
            let found = Diagnostic::error("unknown-player", format!("no player is called `{name}`"))
                .choose(&name, self.scope.catalogue.players.iter().map(|player| player.id.as_str()));
            return self.refuse(&arguments[0].range, found);
        };
        let Some(name) = self.plain(&arguments[1], "the name of an action") else { return };
        let Some(action) = self.scope.catalogue.action(&name) else {
            let found = Diagnostic::error("unknown-action", format!("no action is called `{name}`"))
                .choose(&name, self.scope.catalogue.actions.iter().map(|action| action.id.as_str()));
            return self.refuse(&arguments[1].range, found);
        };
        if let Some(months) = self.months(&arguments[2]) {
            self.ops.push(Op::Ordered(player, action, months));
        }
    }

    /// The deal that an argument names, where the state may be read.
    fn deal(&mut self, argument: &Ast) -> Option<DealId> {
        if !self.history_allowed(&argument.range) {
            return None;
        }
        let name = self.plain(argument, "the name of a deal")?;
        let found = self.scope.catalogue.deal(&name);
        if found.is_none() {
            let unknown = Diagnostic::error("unknown-deal", format!("no deal is called `{name}`"))
                .choose(&name, self.scope.catalogue.deals.iter().map(|deal| deal.id.as_str()));
            self.refuse(&argument.range, unknown);
        }
        found
    }

    /// The side of a deal that an argument names.
    fn side(&mut self, argument: &Ast, deal: DealId) -> Option<usize> {
        let name = self.plain(argument, "a party to the deal")?;
        let catalogue = self.scope.catalogue;
        let deal = &catalogue.deals[deal.index()];
        let ids = deal.parties.map(|party| catalogue.players[party.index()].id.as_str());
        let found = ids.iter().position(|id| *id == name);
        if found.is_none() {
            let message = format!("`{name}` is no party to `{}`", deal.id);
            self.refuse(&argument.range, Diagnostic::error("unknown-player", message).choose(&name, ids));
        }
        found
    }

    fn equals(&mut self, id: IndicatorId, value: f64) {
        self.ops.extend([Op::Indicator(id), Op::Constant(value), Op::Compare(Relation::Equal)]);
    }

    /// `offered(deal)`, `offered(deal, player)`.
    fn offered(&mut self, arguments: &[Ast]) {
        let Some(deal) = self.deal(&arguments[0]) else { return };
        let tracks = &self.scope.catalogue.deals[deal.index()].tracks;
        self.equals(tracks.status, DealStatus::Offered.code());
        if let Some(argument) = arguments.get(1) {
            let Some(side) = self.side(argument, deal) else { return };
            self.equals(tracks.proposer, (side + 1) as f64);
            self.ops.push(Op::Multiply);
        }
    }

    /// `agreed(deal)`.
    fn agreed(&mut self, argument: &Ast) {
        let Some(deal) = self.deal(argument) else { return };
        self.equals(self.scope.catalogue.deals[deal.index()].tracks.status, DealStatus::InForce.code());
    }

    /// `terms(deal.term)`, `table(deal.term)`.
    fn terms(&mut self, function: &str, argument: &Ast) {
        if !self.history_allowed(&argument.range) {
            return;
        }
        let Some(name) = self.plain(argument, "`deal.term`") else { return };
        let catalogue = self.scope.catalogue;
        let terms = catalogue.deals.iter().flat_map(|deal| {
            deal.terms.iter().enumerate().map(move |(at, term)| (format!("{}.{}", deal.id, term.id), deal, at))
        });
        let terms: Vec<_> = terms.collect();
        match terms.iter().find(|(known, ..)| *known == name) {
            Some((_, deal, at)) => {
                let list = if function == "terms" { &deal.tracks.terms } else { &deal.tracks.table_terms };
                self.ops.push(Op::Indicator(list[*at]));
            }
            None => {
                let found = Diagnostic::error("unknown-term", format!("no term of a deal is called `{name}`"))
                    .choose(&name, terms.iter().map(|(known, ..)| known.as_str()));
                self.refuse(&argument.range, found);
            }
        }
    }

    /// `broke(player)`, `broke(player, deal)`.
    fn broke(&mut self, arguments: &[Ast]) {
        if let Some(second) = arguments.get(1) {
            let Some(deal) = self.deal(second) else { return };
            let Some(side) = self.side(&arguments[0], deal) else { return };
            return self.ops.push(Op::Indicator(self.scope.catalogue.deals[deal.index()].tracks.broken[side]));
        }
        if !self.history_allowed(&arguments[0].range) {
            return;
        }
        let Some(name) = self.plain(&arguments[0], "the name of a player") else { return };
        let catalogue = self.scope.catalogue;
        let from = self.lists.len();
        for deal in &catalogue.deals {
            let side = deal.parties.iter().position(|party| catalogue.players[party.index()].id == name);
            self.lists.extend(side.map(|side| deal.tracks.broken[side]));
        }
        match (u16::try_from(from), u16::try_from(self.lists.len() - from)) {
            (Ok(from), Ok(count)) if count > 0 => self.ops.push(Op::Aggregate(Aggregate::Sum, from, count)),
            _ => {
                let parties = catalogue.deals.iter().flat_map(|deal| deal.parties);
                let parties: Vec<&str> = parties.map(|id| catalogue.players[id.index()].id.as_str()).collect();
                let message = format!("`{name}` is party to no deal");
                self.refuse(&arguments[0].range, Diagnostic::error("unknown-player", message).choose(&name, parties));
            }
        }
    }

    /// `believes(holder, of, type)`.
    fn believes(&mut self, arguments: &[Ast]) {
        if !self.history_allowed(&arguments[0].range) {
            return;
        }
        let Some(holder) = self.plain(&arguments[0], "the player that believes") else { return };
        let Some(of) = self.plain(&arguments[1], "the player believed of") else { return };
        let Some(kind) = self.plain(&arguments[2], "a type") else { return };
        let path = format!("{holder}.believes.{of}.{kind}");
        match self.scope.catalogue.indicator(&path) {
            Some(id) => self.ops.push(Op::Indicator(id)),
            None => {
                let indicators = self.scope.catalogue.indicators.iter();
                let known = indicators.map(|item| item.path.as_str()).filter(|path| path.contains(".believes."));
                let message = format!("no belief is kept at `{path}`");
                let found = Diagnostic::error("unknown-path", message).choose(&path, known);
                self.refuse(&arguments[2].range, found);
            }
        }
    }

    /// `is(x, label)`.
    fn is(&mut self, subject: &Ast, label: &Ast) {
        let Some(name) = self.plain(subject, "a coded state or a choice") else { return };
        let Some(label_name) = self.plain(label, "a label") else { return };
        let catalogue = self.scope.catalogue;
        let labels = match (catalogue.indicator(&name), catalogue.parameter(&name)) {
            (Some(id), _) => &catalogue.indicators[id.index()].labels,
            (None, Some(id)) => &catalogue.parameters[id.index()].choices,
            (None, None) => return self.name(&name, &subject.range),
        };
        match labels.iter().position(|known| *known == label_name) {
            Some(at) => {
                self.emit(subject);
                self.ops.push(Op::Constant(at as f64));
                self.ops.push(Op::Compare(Relation::Equal));
            }
            None => {
                let found = Diagnostic::error("unknown-label", format!("`{name}` has no value called `{label_name}`"))
                    .choose(&label_name, labels.iter().map(String::as_str));
                self.refuse(&label.range, found);
            }
        }
    }

    fn aggregate(&mut self, function: &str, arguments: &[Ast]) {
        let aggregate = match function {
            "sum" => Aggregate::Sum,
            "mean" => Aggregate::Mean,
            "largest" => Aggregate::Largest,
            _ => Aggregate::Smallest,
        };
        if !self.history_allowed(&arguments[0].range) {
            return;
        }
        let catalogue = self.scope.catalogue;
        let from = self.lists.len();
        for argument in arguments {
            let Some(name) = self.plain(argument, "`kind.field`, or the path of an indicator") else { return };
            if let Some(id) = catalogue.indicator(&name) {
                self.lists.push(id);
                continue;
            }
            let before = self.lists.len();
            for (index, indicator) in catalogue.indicators.iter().enumerate() {
                if name.split_once('.') == Some((indicator.kind.as_str(), indicator.field.as_str())) {
                    self.lists.push(IndicatorId::from_index(index));
                }
            }
            // Sums run in the order of what keys draws, so that a new name moves no last digit.
            self.lists[before..].sort_by(|a, b| {
                let key = |id: &IndicatorId| catalogue.indicators[id.index()].draw_key.as_str();
                key(a).cmp(key(b))
            });
            if self.lists.len() == before {
                let mut valid: Vec<String> = catalogue
                    .indicators
                    .iter()
                    .map(|indicator| format!("{}.{}", indicator.kind, indicator.field))
                    .chain(catalogue.indicators.iter().map(|indicator| indicator.path.clone()))
                    .collect();
                valid.sort();
                valid.dedup();
                let found =
                    Diagnostic::error("unknown-path", format!("`{name}` names no field of a kind and no indicator"))
                        .choose(&name, valid.iter().map(String::as_str));
                return self.refuse(&argument.range, found);
            }
        }
        match (u16::try_from(from), u16::try_from(self.lists.len() - from)) {
            (Ok(from), Ok(count)) => self.ops.push(Op::Aggregate(aggregate, from, count)),
            _ => {
                let message = "an expression can aggregate over at most 65,535 indicators";
                self.refuse(&arguments[0].range, Diagnostic::error("bad-expression", message));
            }
        }
    }
}

fn misplaced(word: &str, place: &str) -> Diagnostic {
    Diagnostic::error("unknown-path", format!("`{word}` has a meaning in {place} only"))
}
