//! Expressions as people read them: the text that would give the same program.

use marchland_game::{Aggregate, Catalogue, Expression, Op, Relation, Variable};

/// How tightly a part binds: a part in a tighter place stands in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Sign,
    Atom,
}

type Part = (String, Binding);

/// The text of an expression.
#[must_use]
pub fn expression(expression: &Expression, catalogue: &Catalogue) -> String {
    let mut stack: Vec<Part> = Vec::new();
    // First operands of `and` and `or` under way: where the second ends, and which it is.
    let mut open: Vec<(usize, bool, Part)> = Vec::new();
    for (at, op) in expression.ops().iter().enumerate() {
        let part = |stack: &mut Vec<Part>| stack.pop().unwrap_or((String::new(), Binding::Atom));
        match *op {
            Op::Negate => {
                let x = part(&mut stack);
                stack.push((format!("-{}", wrap(x, Binding::Sign)), Binding::Sign));
            }
            Op::Not => {
                let x = part(&mut stack);
                stack.push((format!("not {}", wrap(x, Binding::Not)), Binding::Not));
            }
            Op::Abs | Op::Exp | Op::Ln | Op::Logistic => {
                let name = match op {
                    Op::Abs => "abs",
                    Op::Exp => "exp",
                    Op::Ln => "ln",
                    _ => "logistic",
                };
                let x = part(&mut stack);
                stack.push((format!("{name}({})", x.0), Binding::Atom));
            }
            Op::Clamp => {
                let (high, low, x) = (part(&mut stack), part(&mut stack), part(&mut stack));
                stack.push((format!("clamp({}, {}, {})", x.0, low.0, high.0), Binding::Atom));
            }
            Op::Min | Op::Max => {
                let name = if matches!(op, Op::Min) { "min" } else { "max" };
                let (b, a) = (part(&mut stack), part(&mut stack));
                stack.push((format!("{name}({}, {})", a.0, b.0), Binding::Atom));
            }
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide => {
                let (sign, binding) = match op {
                    Op::Add => ("+", Binding::Sum),
                    Op::Subtract => ("-", Binding::Sum),
                    Op::Multiply => ("*", Binding::Product),
                    _ => ("/", Binding::Product),
                };
                let (b, a) = (part(&mut stack), part(&mut stack));
                // The right operand of the same rank keeps its parentheses: rounding depends on them.
                let tighter = if binding == Binding::Sum { Binding::Product } else { Binding::Sign };
                stack.push((format!("{} {sign} {}", wrap(a, binding), wrap(b, tighter)), binding));
            }
            Op::Compare(relation) => {
                let sign = match relation {
                    Relation::Less => "<",
                    Relation::AtMost => "<=",
                    Relation::Greater => ">",
                    Relation::AtLeast => ">=",
                    Relation::Equal => "==",
                    Relation::Different => "!=",
                };
                let (b, a) = (part(&mut stack), part(&mut stack));
                stack.push((format!("{} {sign} {}", wrap(a, Binding::Sum), wrap(b, Binding::Sum)), Binding::Compare));
            }
            Op::AndThen(skip) | Op::OrElse(skip) => {
                let first = part(&mut stack);
                open.push((at + usize::from(skip), matches!(op, Op::AndThen(_)), first));
                continue;
            }
            Op::Truth => {}
            _ => stack.push((leaf(*op, expression, catalogue), Binding::Atom)),
        }
        while open.last().is_some_and(|(end, ..)| *end == at) {
            if let Some((_, and, first)) = open.pop() {
                let second = part(&mut stack);
                let (word, binding, tighter) =
                    if and { ("and", Binding::And, Binding::Not) } else { ("or", Binding::Or, Binding::And) };
                stack.push((format!("{} {word} {}", wrap(first, binding), wrap(second, tighter)), binding));
            }
        }
    }
    stack.pop().map_or_else(String::new, |part| part.0)
}

fn wrap((text, binding): Part, place: Binding) -> String {
    if binding < place { format!("({text})") } else { text }
}

fn leaf(op: Op, expression: &Expression, catalogue: &Catalogue) -> String {
    let path = |id: marchland_game::IndicatorId| catalogue.indicators[id.index()].path.clone();
    match op {
        Op::Constant(x) => x.to_string(),
        Op::Indicator(id) => path(id),
        Op::Ago(id, 0) => format!("prev({})", path(id)),
        Op::Ago(id, months) => format!("prev({}, {})", path(id), months + 1),
        Op::Change(id, months) => format!("change({}, {months})", path(id)),
        Op::Parameter(id) => catalogue.parameters[id.index()].id.clone(),
        Op::Turn => "turn".into(),
        Op::Month => "month".into(),
        Op::Since(id) => format!("since({})", catalogue.events[id.index()].id),
        Op::Ordered(player, action, months) => format!(
            "ordered({}, {}, {months})",
            catalogue.players[player.index()].id,
            catalogue.actions[action.index()].id
        ),
        Op::Variable(Variable::Level) => "level".into(),
        Op::Variable(Variable::Ideal) => "ideal".into(),
        Op::Aggregate(aggregate, from, count) => {
            let from = usize::from(from);
            let list = &expression.lists()[from..from + usize::from(count)];
            let name = match aggregate {
                Aggregate::Sum => "sum",
                Aggregate::Mean => "mean",
                Aggregate::Largest => "largest",
                Aggregate::Smallest => "smallest",
            };
            let first = list.first().map(|id| &catalogue.indicators[id.index()]);
            // A whole kind is written as such.
            let whole = first.filter(|first| {
                let same = |item: &marchland_game::Indicator| item.kind == first.kind && item.field == first.field;
                list.iter().all(|id| same(&catalogue.indicators[id.index()]))
                    && catalogue.indicators.iter().filter(|item| same(item)).count() == list.len()
            });
            match whole {
                Some(of) => format!("{name}({}.{})", of.kind, of.field),
                None => format!("{name}({})", list.iter().map(|id| path(*id)).collect::<Vec<_>>().join(", ")),
            }
        }
        _ => String::new(),
    }
}
