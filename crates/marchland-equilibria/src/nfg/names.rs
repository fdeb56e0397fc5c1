//! The names of a game, beside a file that has no place for them.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::game::Game;

/// Title, players and strategies of a game; as JSON, the sidecar of a written game file.
///
/// ```
/// use marchland_equilibria::game::Game;
/// use marchland_equilibria::nfg::{self, Names};
///
/// let game = Game::new(
///     "Chicken",
///     vec!["Blue".into(), "Red".into()],
///     vec![vec!["Swerve".into(), "Straight".into()]; 2],
///     vec![vec![0.0, -1.0, 1.0, -10.0], vec![0.0, 1.0, -1.0, -10.0]],
/// )?;
/// let (file, sidecar) = (nfg::write(&game), Names::of(&game).to_json());
/// let back = Names::from_json(&sidecar)?.apply(&nfg::read(&file)?)?;
/// assert_eq!(back, game);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// The title, possibly empty.
    pub title: String,
    /// The players, in order.
    pub players: Vec<String>,
    /// The strategies: players × strategies.
    pub strategies: Vec<Vec<String>>,
    /// Strategies of a larger game that this one leaves out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

/// A strategy that is no part of the game, and what it would gain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Whose.
    pub player: String,
    /// Its name.
    pub strategy: String,
    /// What it gains against each equilibrium of the game, in the order of whoever wrote the file; none
    /// where that is not known.
    pub gains: Vec<Option<f64>>,
}

impl Names {
    /// The names of a game.
    pub fn of(game: &Game) -> Names {
        Names {
            title: game.title().into(),
            players: game.players().to_vec(),
            strategies: game.strategies().to_vec(),
            left_out: Vec::new(),
        }
    }

    /// The same game under these names.
    ///
    /// # Errors
    /// [`Error::Shape`] if the numbers of players or strategies are not the game's.
    pub fn apply(self, game: &Game) -> Result<Game, Error> {
        game.renamed(self.title, self.players, self.strategies)
    }

    /// The sidecar's text.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("strings are always valid JSON");
        text.push('\n');
        text
    }

    /// Reads a sidecar.
    ///
    /// # Errors
    /// [`Error::Syntax`] if the text is not JSON of this form.
    pub fn from_json(text: &str) -> Result<Names, Error> {
        serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).map_err(|error| Error::Syntax {
            line: error.line(),
            column: error.column(),
            message: error.to_string(),
        })
    }
}
