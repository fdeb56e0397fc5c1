//! Games in normal form and their solution concepts, over NumPy's arrays.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use marchland_equilibria::game::Game;
use marchland_equilibria::nfg;
use numpy::{PyArrayDyn, PyReadonlyArrayDyn, ndarray};
use pyo3::prelude::*;

use crate::error::{input, of_failure};
use crate::interrupt::watched;
use crate::strategy::Objects;

/// A finite game in normal form.
#[pyclass(frozen, module = "marchland.equilibria")]
pub struct NormalForm {
    game: Game,
}

#[pymethods]
impl NormalForm {
    /// Of one array of payoffs a player, each of the shape (strategies of the first player, …, of the last).
    #[new]
    #[pyo3(signature = (payoffs, title, players, strategies))]
    fn new(
        payoffs: Vec<PyReadonlyArrayDyn<'_, f64>>,
        title: String,
        players: Option<Vec<String>>,
        strategies: Option<Vec<Vec<String>>>,
    ) -> PyResult<Self> {
        let wrong = |error: marchland_equilibria::error::Error| input(error.to_string());
        let counts: Vec<usize> = payoffs.first().map_or_else(Vec::new, |first| first.as_array().shape().to_vec());
        if let Some(other) = payoffs.iter().find(|array| array.as_array().shape() != counts) {
            return Err(input(format!(
                "payoffs of one player have the shape {counts:?}, and of another {:?}",
                other.as_array().shape()
            )));
        }
        if counts.len() != payoffs.len() {
            let (players, axes) = (payoffs.len(), counts.len());
            return Err(input(format!("{players} arrays of payoffs, of {axes} axes: there is one of each a player")));
        }
        let tensors = payoffs.iter().map(|array| array.as_array().iter().copied().collect()).collect();
        let unnamed = Game::unnamed(&counts, tensors).map_err(wrong)?;
        let players = players.unwrap_or_else(|| unnamed.players().to_vec());
        let strategies = strategies.unwrap_or_else(|| unnamed.strategies().to_vec());
        let game = unnamed.renamed(title, players, strategies).map_err(wrong)?;
        Ok(Self { game })
    }

    /// Reads the text of a Gambit file, `.nfg`.
    #[staticmethod]
    fn from_nfg(text: &str) -> PyResult<Self> {
        Ok(Self { game: nfg::read(text).map_err(|error| input(error.to_string()))? })
    }

    /// The game as the text of a Gambit file.
    fn to_nfg(&self) -> String {
        nfg::write(&self.game)
    }

    #[getter]
    fn title(&self) -> &str {
        self.game.title()
    }

    #[getter]
    fn players(&self) -> Vec<String> {
        self.game.players().to_vec()
    }

    #[getter]
    fn strategies(&self) -> Vec<Vec<String>> {
        self.game.strategies().to_vec()
    }

    /// One array a player.
    #[getter]
    fn payoffs<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyArrayDyn<f64>>> {
        (0..self.game.player_count())
            .map(|player| {
                let values = self.game.tensor(player).to_vec();
                let array = ndarray::ArrayD::from_shape_vec(self.game.counts().to_vec(), values);
                PyArrayDyn::from_owned_array(py, array.expect("a payoff for every profile"))
            })
            .collect()
    }

    /// Answers what `marchland solve` would be asked with these options, as JSON.
    fn solve(&self, py: Python<'_>, options: Vec<String>) -> PyResult<String> {
        let (answer, raised) = watched(py, Objects::default(), None, |work| {
            marchland::solve::solve(&self.game, &options, |_| match work.stop.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        })?;
        match raised {
            Some(raised) => Err(raised),
            None => answer.map(|answer| answer.to_string()).map_err(|failure| of_failure(&failure)),
        }
    }
}
