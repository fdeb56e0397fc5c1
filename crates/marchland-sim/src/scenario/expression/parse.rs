//! From the text of an expression to its tree.

use std::ops::Range;

use marchland_game::{Op, Relation};
use winnow::ascii::{float, multispace0};
use winnow::combinator::{alt, cut_err, fail, not, opt, peek, preceded};
use winnow::error::{ContextError, ErrMode, ParseError, StrContext, StrContextValue};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location};
use winnow::token::{one_of, take_while};

/// The longest text of an expression, in bytes; it bounds the depth of its tree too.
pub const LONGEST: usize = 1500;
/// The deepest nesting of parentheses and calls.
pub const DEEPEST: usize = 24;

/// A part of an expression, with its bytes in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Ast {
    /// Where it stands.
    pub range: Range<usize>,
    /// What it is.
    pub kind: AstKind,
}

/// What a part of an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum AstKind {
    /// A number.
    Number(f64),
    /// A path, parameter or word.
    Name(String),
    /// A call.
    Call(String, Vec<Ast>),
    /// An operator with one operand.
    Unary(Op, Box<Ast>),
    /// An operator with two operands.
    Binary(Op, Box<Ast>, Box<Ast>),
    /// Both.
    And(Box<Ast>, Box<Ast>),
    /// Either.
    Or(Box<Ast>, Box<Ast>),
}

/// Where a text is no expression, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The byte.
    pub at: usize,
    /// What was expected, or what is wrong.
    pub message: String,
}

type Input<'a> = LocatingSlice<&'a str>;

/// Parses a text.
///
/// # Errors
/// Where the text is longer than [`LONGEST`], nested deeper than [`DEEPEST`], or no expression.
pub fn parse(text: &str) -> Result<Ast, SyntaxError> {
    if text.len() > LONGEST {
        return Err(SyntaxError { at: 0, message: format!("an expression has at most {LONGEST} characters") });
    }
    whole.parse(LocatingSlice::new(text)).map_err(|error: ParseError<Input<'_>, ContextError>| {
        let expected = error.inner().context().find_map(|context| match context {
            StrContext::Expected(StrContextValue::Description(what)) => Some(*what),
            _ => None,
        });
        let at = error.offset().min(text.len());
        let message = match expected {
            _ if let Some(slip) = slip(text, at) => slip,
            Some(TOO_DEEP) => TOO_DEEP.to_owned(),
            Some(what) => format!("expected {what}"),
            None if at >= text.len() => "expected more".to_owned(),
            None => "expected an operator or the end".to_owned(),
        };
        SyntaxError { at, message }
    })
}

/// What stands in place of an operator or within a number where the grammar gives up.
fn slip(text: &str, at: usize) -> Option<String> {
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let sign = after.chars().next()?;
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let ordinary = match sign {
        ',' if digit(before.chars().next_back()) && digit(after.chars().nth(1)) => {
            return Some("a decimal comma: numbers are written with a point, as in 0.5".to_owned());
        }
        '×' | '·' | '∙' | '⋅' => "*",
        '÷' | '∕' | '⁄' => "/",
        '−' | '‐' | '‑' | '–' | '—' => "-",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '\u{a0}' | '\u{202f}' | '\u{2007}' => " ",
        _ => return None,
    };
    Some(match ordinary {
        " " => "a no-break space: replace it with an ordinary space".to_owned(),
        _ => format!("`{sign}` is no operator: write {ordinary}"),
    })
}

fn whole(input: &mut Input<'_>) -> ModalResult<Ast> {
    let ast = either(input, 0)?;
    blank(input)?;
    Ok(ast)
}

const TOO_DEEP: &str = "nested too deeply";
const OPERAND: &str = "a number, a path, a parameter, a function or `(`";

fn blank(input: &mut Input<'_>) -> ModalResult<()> {
    multispace0.void().parse_next(input)
}

fn expected(what: &'static str) -> StrContext {
    StrContext::Expected(StrContextValue::Description(what))
}

/// A word that no name continues.
fn word<'a>(word: &'static str) -> impl Parser<Input<'a>, (), ErrMode<ContextError>> {
    let end = not(one_of(|c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '{'));
    preceded(multispace0, (word, peek(end)).void())
}

fn join(left: Ast, right: Ast, make: impl FnOnce(Box<Ast>, Box<Ast>) -> AstKind) -> Ast {
    let range = left.range.start..right.range.end;
    Ast { range, kind: make(Box::new(left), Box::new(right)) }
}

fn either(input: &mut Input<'_>, depth: usize) -> ModalResult<Ast> {
    let mut left = both(input, depth)?;
    while opt(word("or")).parse_next(input)?.is_some() {
        let right = cut_err(|input: &mut Input<'_>| both(input, depth)).parse_next(input)?;
        left = join(left, right, AstKind::Or);
    }
    Ok(left)
}

fn both(input: &mut Input<'_>, depth: usize) -> ModalResult<Ast> {
    let mut left = negation(input, depth)?;
    while opt(word("and")).parse_next(input)?.is_some() {
        let right = cut_err(|input: &mut Input<'_>| negation(input, depth)).parse_next(input)?;
        left = join(left, right, AstKind::And);
    }
    Ok(left)
}

fn negation(input: &mut Input<'_>, depth: usize) -> ModalResult<Ast> {
    blank(input)?;
    let start = input.current_token_start();
    // A bounded run of `not`s: an odd number of them negates.
    let mut times = 0usize;
    while opt(word("not")).parse_next(input)?.is_some() {
        times += 1;
    }
    let inner = comparison(input, depth)?;
    Ok((0..times)
        .fold(inner, |inner, _| Ast { range: start..inner.range.end, kind: AstKind::Unary(Op::Not, Box::new(inner)) }))
}

fn comparison(input: &mut Input<'_>, depth: usize) -> ModalResult<Ast> {
    let left = sum(input, depth)?;
    let relation = opt(preceded(
        multispace0,
        alt((
            "<=".value(Relation::AtMost),
            ">=".value(Relation::AtLeast),
            "==".value(Relation::Equal),
            "!=".value(Relation::Different),
            "<".value(Relation::Less),
            ">".value(Relation::Greater),
        )),
    ))
    .parse_next(input)?;
    match relation {
        None => Ok(left),
        Some(relation) => {
            let right = cut_err(|input: &mut Input<'_>| sum(input, depth)).parse_next(input)?;
            Ok(join(left, right, |a, b| AstKind::Binary(Op::Compare(relation), a, b)))
        }
    }
}

fn sum(input: &mut Input<'_>, depth: usize) -> ModalResult<Ast> {
    let mut left = product(input, depth)?;
    loop {
        let op = opt(preceded(multispace0, alt(("+".value(Op::Add), "-".value(Op::Subtract))))).parse_next(input)?;
        let Some(op) = op else { return Ok(left) };
        let right = cut_err(|input: &mut Input<'_>| product(input, depth)).parse_next(input)?;
        left = join(left, right, |a, b| AstKind::Binary(op, a, b));
    }
}

fn product(input: &mut Input<'_>, depth: usize) -> ModalResult<Ast> {
    let mut left = signed(input, depth)?;
    loop {
        let op = opt(preceded(multispace0, alt(("*".value(Op::Multiply), "/".value(Op::Divide))))).parse_next(input)?;
        let Some(op) = op else { return Ok(left) };
        let right = cut_err(|input: &mut Input<'_>| signed(input, depth)).parse_next(input)?;
        left = join(left, right, |a, b| AstKind::Binary(op, a, b));
    }
}

fn signed(input: &mut Input<'_>, depth: usize) -> ModalResult<Ast> {
    blank(input)?;
    let start = input.current_token_start();
    let mut times = 0usize;
    while opt(preceded(multispace0, "-")).parse_next(input)?.is_some() {
        times += 1;
    }
    let inner = operand(input, depth)?;
    Ok((0..times).fold(inner, |inner, _| Ast {
        range: start..inner.range.end,
        kind: AstKind::Unary(Op::Negate, Box::new(inner)),
    }))
}

fn operand(input: &mut Input<'_>, depth: usize) -> ModalResult<Ast> {
    blank(input)?;
    if depth >= DEEPEST {
        return cut_err(fail.context(expected(TOO_DEEP))).parse_next(input);
    }
    let start = input.current_token_start();
    let name = opt(name).parse_next(input)?;
    let kind = match name {
        Some(name) => match opt(preceded(multispace0, "(")).parse_next(input)? {
            None => AstKind::Name(name),
            Some(_) => AstKind::Call(name, arguments(input, depth)?),
        },
        None if opt("(").parse_next(input)?.is_some() => {
            let mut inner = cut_err(|input: &mut Input<'_>| either(input, depth + 1)).parse_next(input)?;
            close(input)?;
            inner.range = start..input.previous_token_end();
            return Ok(inner);
        }
        None => AstKind::Number(number(input)?),
    };
    Ok(Ast { range: start..input.previous_token_end(), kind })
}

fn arguments(input: &mut Input<'_>, depth: usize) -> ModalResult<Vec<Ast>> {
    let mut arguments = Vec::new();
    if opt(preceded(multispace0, ")")).parse_next(input)?.is_some() {
        return Ok(arguments);
    }
    loop {
        arguments.push(cut_err(|input: &mut Input<'_>| either(input, depth + 1)).parse_next(input)?);
        if opt(preceded(multispace0, ",")).parse_next(input)?.is_none() {
            close(input)?;
            return Ok(arguments);
        }
    }
}

fn close(input: &mut Input<'_>) -> ModalResult<()> {
    blank(input)?;
    cut_err(")".void().context(expected("an operator, `,` or `)`"))).parse_next(input)
}

fn name(input: &mut Input<'_>) -> ModalResult<String> {
    let first = peek(one_of(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '{'));
    let rest = take_while(1.., |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '{' | '}'));
    preceded(first, rest).map(str::to_owned).parse_next(input)
}

fn number(input: &mut Input<'_>) -> ModalResult<f64> {
    let digit = peek(one_of(|c: char| c.is_ascii_digit() || c == '.'));
    preceded(digit, float.verify(|x: &f64| x.is_finite())).context(expected(OPERAND)).parse_next(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(ast: &Ast) -> String {
        match &ast.kind {
            AstKind::Number(x) => x.to_string(),
            AstKind::Name(name) => name.clone(),
            AstKind::Call(name, arguments) => {
                format!("{name}[{}]", arguments.iter().map(show).collect::<Vec<_>>().join(","))
            }
            AstKind::Unary(op, a) => format!("({op:?} {})", show(a)),
            AstKind::Binary(op, a, b) => format!("({op:?} {} {})", show(a), show(b)),
            AstKind::And(a, b) => format!("(and {} {})", show(a), show(b)),
            AstKind::Or(a, b) => format!("(or {} {})", show(a), show(b)),
        }
    }

    #[test]
    fn operators_bind_as_written() {
        for (text, tree) in [
            ("1 - 2 - 3", "(Subtract (Subtract 1 2) 3)"),
            ("1 + 2*-x", "(Add 1 (Multiply 2 (Negate x)))"),
            ("a<1 and not b or c", "(or (and (Compare(Less) a 1) (Not b)) c)"),
            ("not a.b == 2", "(Not (Compare(Equal) a.b 2))"),
            ("min(1, f( x ))", "min[1,f[x]]"),
            ("order + notx", "(Add order notx)"),
            ("2e-3", "0.002"),
            ("clamp({option}.x, 0, 1)", "clamp[{option}.x,0,1]"),
        ] {
            assert_eq!(parse(text).map(|ast| show(&ast)).as_deref(), Ok(tree), "{text}");
        }
    }

    #[test]
    fn errors_stand_where_the_text_breaks() {
        for (text, at, message) in [
            ("1 + ", 4, "expected a number, a path, a parameter, a function or `(`"),
            ("(1 + 2", 6, "expected an operator, `,` or `)`"),
            ("a < 1 < 2", 6, "expected an operator or the end"),
            ("0,5 * a", 1, "a decimal comma: numbers are written with a point, as in 0.5"),
            ("a * 1,25", 5, "a decimal comma: numbers are written with a point, as in 0.5"),
            ("a × 2", 2, "`×` is no operator: write *"),
            ("a − 2", 2, "`−` is no operator: write -"),
            ("a ≥ 2", 2, "`≥` is no operator: write >="),
            ("a\u{a0}+ 2", 1, "a no-break space: replace it with an ordinary space"),
            ("a b", 2, "expected an operator or the end"),
            ("", 0, "expected a number, a path, a parameter, a function or `(`"),
            ("x * $", 4, "expected a number, a path, a parameter, a function or `(`"),
        ] {
            assert_eq!(parse(text), Err(SyntaxError { at, message: message.into() }), "{text}");
        }
        let deep = "(".repeat(700) + &")".repeat(700);
        assert_eq!(parse(&deep).map_err(|broken| broken.message), Err(TOO_DEEP.into()));
        assert!(parse(&"-".repeat(LONGEST + 1)).is_err());
        assert!(parse(&("-".repeat(LONGEST - 1) + "1")).is_ok());
    }

    #[test]
    fn parts_know_their_bytes() {
        let ast = parse("  alpha + (beta * 2)").expect("fine");
        let AstKind::Binary(_, left, right) = ast.kind else { panic!("a sum") };
        assert_eq!((left.range, right.range), (2..7, 10..20));
    }
}
