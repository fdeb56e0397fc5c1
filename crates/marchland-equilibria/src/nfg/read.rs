//! The reader.

use std::collections::BTreeMap;

use num_rational::BigRational;

use super::number::{self, Number};
use super::token::{self, Token};
use crate::error::Error;
use crate::game::{Game, check_counts, strides_of};

/// Beyond this many payoffs only doubles are kept: exact values would take ten times their memory.
const MAX_EXACT: usize = 1 << 20;
/// The most names in one list, and the most payoffs of all outcomes together: our choice. A list of names or outcomes
/// takes many times the memory that its text does.
const MAX_LISTED: usize = 1 << 20;

/// Reads a Gambit `.nfg` file from its text.
///
/// A strategy or player without a name keeps the empty one; duplicate names are allowed, as in Gambit.
/// Exact values of payoffs are kept for games of up to 2²⁰ payoffs.
///
/// ```
/// let text = r#"NFG 1 R "Pennies" { "Even" "Odd" } { 2 2 }  1 -1  -1 1  -1 1  1 -1"#;
/// let game = marchland_equilibria::nfg::read(text)?;
/// assert_eq!(game.payoff(0, &[1, 0]), -1.0);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Syntax`] with line and column where the text leaves the format, gives a number no double
/// can hold, or ends early or late; a player without strategies is refused too. [`Error::TooLarge`] before memory is taken.
pub fn read(text: &str) -> Result<Game, Error> {
    // Editors of some systems put a byte order mark before the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut file = File { text, rest: text };
    file.keyword(&["NFG"], "the file type 'NFG'")?;
    file.keyword(&["1"], "format version 1")?;
    file.keyword(&["R", "D"], "'R' or 'D'")?;
    let title = file.text("the title in quotes")?;
    file.expect(&Token::Open, "'{' before the names of the players")?;
    let players = file.names("a player's name in quotes")?;
    let strategies = file.strategies(&players)?;
    let counts: Vec<usize> = strategies.iter().map(Strategies::count).collect();
    let profiles = check_counts(&counts, &players)?;
    if let Token::Text(_) = file.peek()? {
        // The comment says nothing about the game.
        file.take()?;
    }
    let table = Table { counts: &counts, players: &players, profiles };
    let (payoffs, exact) = match file.peek()? {
        Token::Open => table.outcomes(&mut file)?,
        _ => table.payoffs(&mut file)?,
    };
    if file.peek()? != Token::End {
        let found = file.peek()?.describe();
        let text = file.text.as_bytes();
        let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
        let cure = if file.text.match_indices(',').any(|(at, _)| digit(at.checked_sub(1)) && digit(Some(at + 1))) {
            " (a comma separates numbers: decimals are written with a point)"
        } else {
            ""
        };
        return Err(file.fail(format!("expected the end of the file after {profiles} profiles, found {found}{cure}")));
    }
    let strategies = strategies.into_iter().map(Strategies::names).collect();
    Ok(Game::new(title, players, strategies, payoffs)?.with_exact(exact))
}

/// A player's strategies, named or merely counted.
enum Strategies {
    Named(Vec<String>),
    Counted(usize),
}

impl Strategies {
    fn count(&self) -> usize {
        match self {
            Strategies::Named(names) => names.len(),
            Strategies::Counted(count) => *count,
        }
    }

    fn names(self) -> Vec<String> {
        match self {
            Strategies::Named(names) => names,
            Strategies::Counted(count) => (1..=count).map(|a| a.to_string()).collect(),
        }
    }
}

/// The text and what is left of it.
struct File<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> File<'a> {
    /// An error at the next word.
    fn fail(&self, message: String) -> Error {
        let blank = self.rest.len() - self.rest.trim_start().len();
        let offset = self.text.len() - self.rest.len() + blank;
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Error::Syntax {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message,
        }
    }

    fn take(&mut self) -> Result<Token<'a>, Error> {
        let mut rest = self.rest;
        match token::next(&mut rest) {
            Ok(token) => {
                self.rest = rest;
                Ok(token)
            }
            Err(_) => Err(self.fail("a quote that is never closed".into())),
        }
    }

    fn peek(&self) -> Result<Token<'a>, Error> {
        File { ..*self }.take()
    }

    /// Takes a word that `wanted` accepts, or says what was expected.
    fn want<T>(&mut self, expected: &str, wanted: impl FnOnce(&Token<'a>) -> Option<T>) -> Result<T, Error> {
        let mut after = File { ..*self };
        let found = after.take()?;
        let value =
            wanted(&found).ok_or_else(|| self.fail(format!("expected {expected}, found {}", found.describe())))?;
        self.rest = after.rest;
        Ok(value)
    }

    fn keyword(&mut self, words: &[&str], expected: &str) -> Result<(), Error> {
        self.want(expected, |token| matches!(token, Token::Word(word) if words.contains(word)).then_some(()))
    }

    fn expect(&mut self, token: &Token<'_>, expected: &str) -> Result<(), Error> {
        self.want(expected, |found| (found == token).then_some(()))
    }

    fn text(&mut self, expected: &str) -> Result<String, Error> {
        self.want(expected, |token| match token {
            Token::Text(text) => Some(text.undone().into_owned()),
            _ => None,
        })
    }

    /// Quoted names up to and with the closing brace.
    fn names(&mut self, expected: &str) -> Result<Vec<String>, Error> {
        let expected = format!("{expected} or '}}'");
        let mut names = Vec::new();
        while self.peek()? != Token::Close {
            if names.len() == MAX_LISTED {
                return Err(self.fail(format!("expected '}}' after {MAX_LISTED} names, as many as are read")));
            }
            names.push(self.text(&expected)?);
        }
        self.take()?;
        Ok(names)
    }

    /// A whole number, such as a count of strategies.
    fn whole(&mut self, expected: &str) -> Result<usize, Error> {
        self.want(expected, |token| match token {
            Token::Word(word) if word.bytes().all(|b| b.is_ascii_digit()) => word.parse().ok(),
            _ => None,
        })
    }

    fn number(&mut self, expected: impl Fn() -> String) -> Result<Number, Error> {
        let after = &mut File { ..*self };
        let word = match after.take()? {
            Token::Word(word) => word,
            other => {
                let found = other.describe();
                return Err(self.fail(format!("expected {}, found {found}", expected())));
            }
        };
        let number =
            number::parse(word).map_err(|problem| self.fail(format!("expected {}, found {problem}", expected())))?;
        self.rest = after.rest;
        Ok(number)
    }

    fn comma(&mut self) {
        let rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.rest = rest.strip_prefix(',').unwrap_or(rest);
    }

    /// Both forms of the strategies' block: `{ 3 2 }` or `{ { "a" "b" } { "c" "d" } }`.
    fn strategies(&mut self, players: &[String]) -> Result<Vec<Strategies>, Error> {
        self.expect(&Token::Open, "'{' before the strategies")?;
        let named = self.peek()? == Token::Open;
        let mut all = Vec::new();
        for player in players {
            let of = format!("of player \"{player}\"");
            let here = File { ..*self };
            let strategies = if named {
                self.expect(&Token::Open, &format!("'{{' before the strategies {of}"))?;
                Strategies::Named(self.names(&format!("a strategy {of} in quotes"))?)
            } else {
                Strategies::Counted(self.whole(&format!("the number of strategies {of}"))?)
            };
            if strategies.count() == 0 {
                return Err(
                    here.fail(format!("player \"{player}\" has no strategies; every player needs at least one"))
                );
            }
            all.push(strategies);
        }
        self.expect(&Token::Close, "'}' after the strategies of the last player")?;
        Ok(all)
    }
}

/// Payoffs per player, and the exact values that doubles miss.
type Payoffs = (Vec<Vec<f64>>, Vec<BTreeMap<usize, BigRational>>);

/// The shape of the payoffs to be read.
struct Table<'a> {
    counts: &'a [usize],
    players: &'a [String],
    profiles: usize,
}

impl Table<'_> {
    /// The places of the profiles in the file's order: the first player's strategy runs fastest.
    fn places(&self) -> impl Iterator<Item = usize> {
        let (counts, strides) = (self.counts.to_vec(), strides_of(self.counts));
        let mut at = vec![0usize; counts.len()];
        let mut place = 0;
        (0..self.profiles).map(move |_| {
            let current = place;
            for player in 0..counts.len() {
                at[player] += 1;
                place += strides[player];
                if at[player] < counts[player] {
                    break;
                }
                place -= strides[player] * counts[player];
                at[player] = 0;
            }
            current
        })
    }

    /// A truncated file is found by its length, before memory for its payoffs is taken.
    fn enough(&self, file: &File<'_>, words: usize, what: &str) -> Result<(), Error> {
        // Each word is at least one character, and a blank parts it from the next.
        if file.rest.trim().len() + 1 < words.saturating_mul(2) {
            return Err(file.fail(format!(
                "the game has {} profiles of {} players and so needs {words} {what}, more than are left in the file",
                self.profiles,
                self.players.len()
            )));
        }
        Ok(())
    }

    fn empty(&self) -> Payoffs {
        let n = self.players.len();
        (vec![vec![0.0; self.profiles]; n], vec![BTreeMap::new(); n])
    }

    fn store(&self, (payoffs, exact): &mut Payoffs, player: usize, place: usize, number: Number) {
        payoffs[player][place] = number.value;
        if let Some(value) = number.exact
            && self.profiles * self.players.len() <= MAX_EXACT
        {
            exact[player].insert(place, value);
        }
    }

    /// The payoff list: every profile's payoffs for all players.
    fn payoffs(&self, file: &mut File<'_>) -> Result<Payoffs, Error> {
        let n = self.players.len();
        self.enough(file, self.profiles * n, "payoffs")?;
        let mut table = self.empty();
        for (number, place) in self.places().enumerate() {
            for player in 0..n {
                let total = self.profiles * n;
                let payoff = file.number(|| match number * n + player {
                    0 => "a payoff, or '{' before the outcomes".into(),
                    at => format!("payoff {} of {total}", at + 1),
                })?;
                self.store(&mut table, player, place, payoff);
                file.comma();
            }
        }
        Ok(table)
    }

    /// The outcomes in braces, then one outcome number per profile; 0 is the outcome of zeros.
    fn outcomes(&self, file: &mut File<'_>) -> Result<Payoffs, Error> {
        file.expect(&Token::Open, "'{' before the outcomes")?;
        let mut outcomes: Vec<Vec<Number>> = Vec::new();
        while file.peek()? != Token::Close {
            if (outcomes.len() + 1) * self.players.len() > MAX_LISTED {
                return Err(file.fail(format!("expected '}}' after {MAX_LISTED} payoffs of outcomes, as many as are read; a payoff list holds more")));
            }
            file.expect(&Token::Open, "'{' before an outcome, or '}' after the last")?;
            if let Token::Text(_) = file.peek()? {
                file.take()?;
            }
            let mut outcome = Vec::new();
            for player in self.players {
                outcome.push(file.number(|| format!("the payoff of player \"{player}\""))?);
                file.comma();
            }
            file.expect(&Token::Close, "'}' after the payoffs of the last player")?;
            outcomes.push(outcome);
        }
        file.take()?;
        self.enough(file, self.profiles, "outcome numbers")?;
        let mut table = self.empty();
        for place in self.places() {
            let here = File { ..*file };
            let index = file.whole("the number of an outcome")?;
            if index == 0 {
                continue;
            }
            let outcome = outcomes.get(index - 1).ok_or_else(|| {
                let most = outcomes.len();
                here.fail(format!("outcome {index}, but there are only {most}"))
            })?;
            for (player, payoff) in outcome.iter().enumerate() {
                self.store(&mut table, player, place, payoff.clone());
            }
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYOFF: &str = r#"NFG 1 R "2x3" { "A" "B" } { { "a" "b" } { "c" "d" "e" } }
""
1 -1 2 -2 3 -3 4 -4 5 -5 6 -6"#;
    const COUNTS: &str = r#"NFG 1 D "2x3" { "A" "B" } { 2 3 } 1, -1, 2 -2 3 -3 4 -4 5 -5 6 -6"#;
    const OUTCOME: &str = r#"NFG 1 R "2x3" { "A" "B" } { 2 3 } "a \"comment\""
{ { "x" 1, -1 } { 2 -2 } { "" 3 -3 } { "" 4, -4 } { "" 5 -5 } { "" 12/2 -6.0 } } 1 2 3 4 5 6"#;

    #[test]
    fn three_forms_give_one_game() {
        let game = read(PAYOFF).expect("payoff form");
        // The file runs the first player fastest, the tensor the last.
        assert_eq!(game.tensor(0), [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
        assert_eq!(game.strategies()[1], ["c", "d", "e"]);
        for form in [COUNTS, OUTCOME] {
            let other = read(form).expect("another form");
            assert_eq!(game.tensor(0), other.tensor(0));
            assert_eq!(game.tensor(1), other.tensor(1));
        }
    }

    #[test]
    fn a_missing_outcome_is_zero() {
        let text = OUTCOME.replace("1 2 3 4 5 6", "0 2 3 4 5 6");
        assert_eq!(read(&text).expect("a game").tensor(0)[0], 0.0);
    }

    #[test]
    fn writing_and_reading_agree() {
        let game = read(PAYOFF).expect("a game");
        let again = read(&crate::nfg::write(&game)).expect("what was written");
        assert_eq!(game.tensor(1), again.tensor(1));
        let quoted = game
            .renamed("say \"hi\" \\x".into(), vec!["\"".into(), "ü".into()], game.strategies().to_vec())
            .expect("as many names");
        let again = read(&crate::nfg::write(&quoted)).expect("what was written");
        assert_eq!((again.title(), again.players()), (quoted.title(), quoted.players()));
    }

    #[test]
    fn a_byte_order_mark_is_read_over() {
        let game = read("\u{feff}NFG 1 R \"t\" { \"A\" \"B\" } { 2 2 }\r\n1 2 3 4 5 6 7 8").expect("a game");
        assert_eq!(game.counts(), [2, 2]);
        // No-break spaces, as word processors put them, are spaces.
        let spaced = read("NFG 1 R \"t\" { \"A\" \"B\" }\u{a0}{ 2 2 }\n1\u{a0}2 3 4 5 6\u{202f}7 8").expect("a game");
        assert_eq!(spaced.tensor(0), game.tensor(0));
    }

    /// Every refusal, with the place it points at.
    #[test]
    fn refusals() {
        let cases = [
            ("", 1, 1, "file type"),
            ("EFG 2 R", 1, 1, "file type"),
            ("NFG 2 R", 1, 5, "version 1"),
            ("NFG 1 R \"t\" { \"A\" \"B", 1, 19, "quote"),
            ("NFG 1 R \"t\" { A }", 1, 15, "name"),
            ("NFG 1 R \"t\" { \"A\" \"B\" } { 2 x }", 1, 29, "number of strategies"),
            ("NFG 1 R \"t\" { \"A\" \"B\" } { 2 0 } 1 2 3 4", 1, 29, "at least one"),
            ("NFG 1 R \"t\" { \"A\" } { { } } 1", 1, 23, "at least one"),
            ("NFG 1 R \"t\" { \"A\" \"B\" } { 2 2 }\n1 2 3", 2, 1, "needs 8 payoffs"),
            ("NFG 1 R \"t\" { \"A\" \"B\" } { 2 2 }\n1 2 3 4 5 6 7 8 9", 2, 17, "end of the file"),
            ("NFG 1 R \"t\" { \"A\" \"B\" } { 2 2 }\n1,5 2 3 4 5 6 7 8", 2, 17, "decimals are written with a point"),
            ("NFG 1 R \u{201c}t\u{201d} { \"A\" \"B\" } { 2 2 }\n1 2", 1, 9, "write straight ones"),
            ("NFG 1 R \"t\" { \"A\" \"B\" } { 2 2 }\n1 2 3 nan 5 6 7 8", 2, 7, "'nan'"),
            ("NFG 1 R \"t\" { \"A\" \"B\" } { 2 2 }\n1 2 3 1e999 5 6 7 8", 2, 7, "exponent"),
            ("NFG 1 R \"t\" { \"A\" \"B\" } { 2 2 }\n{ { 1 2 } } 0 1 2 0", 2, 17, "only 1"),
            ("NFG 1 R \"t\" { \"A\" \"B\" } { 2 2 }\n{ { 1 } } 0 1 1 0", 2, 7, "player \"B\""),
        ];
        for (text, line, column, part) in cases {
            match read(text) {
                Err(Error::Syntax { line: l, column: c, message }) => {
                    assert!(message.contains(part), "{text}: {message}");
                    assert_eq!((l, c), (line, column), "{text}: {message}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        let none = read("NFG 1 R \"t\" { } { }");
        assert_eq!(none, Err(Error::NoPlayers));
        let huge = read("NFG 1 R \"t\" { \"A\" \"B\" \"C\" } { 1000 1000 1000 } 1");
        assert!(matches!(huge, Err(Error::TooLarge { .. })), "{huge:?}");
    }

    /// Bytes changed, dropped and doubled at random: a game or an error, never a panic.
    #[test]
    fn mutated_files_never_panic() {
        use rand::{RngExt as _, SeedableRng as _};
        let mut rng = rand_pcg::Pcg64::seed_from_u64(8);
        let mut games = 0;
        for round in 0..20_000 {
            let mut bytes = [PAYOFF, COUNTS, OUTCOME][round % 3].as_bytes().to_vec();
            for _ in 0..rng.random_range(1..4) {
                let at = rng.random_range(0..bytes.len());
                match rng.random_range(0..3) {
                    0 => bytes[at] = b"{}\",/.-0123456789eE \n\\xN"[rng.random_range(0..24)],
                    1 => {
                        bytes.remove(at);
                    }
                    _ => bytes.insert(at, bytes[at]),
                }
            }
            let text = String::from_utf8(bytes).expect("ASCII");
            if let Ok(game) = read(&text) {
                games += 1;
                let back = read(&crate::nfg::write(&game)).expect("what was written");
                assert_eq!(back.tensor(0), game.tensor(0), "{text}");
            }
        }
        assert!(games > 1_000, "{games} mutations were harmless");
    }
}
