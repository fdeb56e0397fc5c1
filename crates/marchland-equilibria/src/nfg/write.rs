//! The writer.

use std::fmt::Write as _;

use crate::game::Game;

/// Writes a game in the counts form with a payoff list, which Gambit and OpenSpiel both read.
///
/// Doubles are written with the fewest digits that read back to the same bits; a payoff such as 1/3
/// that no decimal holds is written as its double, since OpenSpiel reads no fractions. The names of
/// strategies have no place in this form: see [`super::Names`].
pub fn write(game: &Game) -> String {
    let mut text = format!("NFG 1 R {} {{", quote(game.title()));
    for player in game.players() {
        text.push(' ');
        text.push_str(&quote(player));
    }
    text.push_str(" } {");
    for count in game.counts() {
        let _ = write!(text, " {count}");
    }
    text.push_str(" }\n\n");
    let n = game.player_count();
    let mut at = vec![0usize; n];
    for _ in 0..game.profile_count() {
        let place = game.place(&at);
        for player in 0..n {
            let end = if player + 1 < n { ' ' } else { '\n' };
            let _ = write!(text, "{}{end}", game.tensor(player)[place]);
        }
        for (a, &count) in at.iter_mut().zip(game.counts()) {
            *a += 1;
            if *a < count {
                break;
            }
            *a = 0;
        }
    }
    text
}

/// A name between quotes. A backslash before the closing quote would escape it, so a blank follows one.
fn quote(name: &str) -> String {
    let blank = if name.ends_with('\\') { " " } else { "" };
    format!("\"{}{blank}\"", name.replace('"', "\\\""))
}
