//! Finite games in strategic form and their solution concepts, each answer with its certificate.
//!
//! ```
//! use marchland_equilibria::solution::Solver;
//! use marchland_equilibria::{bimatrix, nfg, qre};
//!
//! // Two states at a border. Payoffs of a Gambit file run the first player's strategy fastest.
//! let text = r#"
//!     NFG 1 R "Chicken" { "Blue" "Red" } { { "Swerve" "Straight" } { "Swerve" "Straight" } }
//!     0 0   1 -1   -1 1   -10 -10
//! "#;
//! let game = nfg::read(text)?;
//!
//! // Which strategies are stable against clever opponents? All equilibria, proved to be all:
//! let found = bimatrix::all(&game, &mut Solver::new())?;
//! assert!(found.answer.status.is_complete());
//! assert_eq!(found.answer.solutions.len(), 3);
//! // In the mixed one both go straight one time in ten, exactly; no deviation gains anything.
//! assert_eq!(found.exact[1][0][1].to_string(), "1/10");
//! assert!(found.answer.solutions[1].regret < 1e-12);
//! // Indices of all equilibria of a regular game sum to one.
//! assert_eq!(found.answer.index_sum, Some(1));
//!
//! // Players who err, the less the more it costs them (λ in 1/payoff):
//! let report = qre::solve(&game, &[0.25], &mut Solver::new())?;
//! assert!(report.points[0].residual < 1e-8);
//! # Ok::<(), marchland_equilibria::error::Error>(())
//! ```
//!
//! # Where to start
//! [`game::Game`] holds payoffs, [`profile::Profile`] mixed strategies, [`deviation`] what deviating
//! gains. [`nfg`] and [`tensor`] read and write Gambit's and OpenSpiel's files. Every solver takes a
//! [`solution::Solver`], which counts steps, reports progress and carries a deadline.
//!
//! | concept | module | source |
//! |---|---|---|
//! | pure equilibria, welfare, prices, Pareto set, risk dominance | [`pure`] | Nash 1951; Koutsoupias and Papadimitriou 1999; Anshelevich et al. 2004; Harsanyi and Selten 1988 |
//! | dominance and its iteration, by pure and mixed strategies | [`dominance`] | Luce and Raiffa 1957; Pearce 1984 |
//! | what moves payoffs: own, others', both | [`effects`] | Fisher 1925; Hoeffding 1948 |
//! | best replies, cycles, weak acyclicity | [`best_reply`] | Young 1993; Monderer and Shapley 1996 |
//! | nearest potential game | [`potential`] | Monderer and Shapley 1996; Candogan et al. 2011 |
//! | constant sum, common interest | [`constant_sum`] | von Neumann and Morgenstern 1944; Kalai and Kalai 2013 |
//! | increasing differences in some order | [`supermodular`] | Topkis 1979; Milgrom and Roberts 1990 |
//! | security levels, the value of zero-sum games | [`security`] | von Neumann 1928 |
//! | all equilibria of two players, their components and indices; Lemke–Howson paths | [`bimatrix`] | von Stengel 2002; Avis and Fukuda 1992; Lemke and Howson 1964; Shapley 1974 |
//! | one or all equilibria of any number of players, components of degenerate games | [`nash`] | Porter, Nudelman and Shoham 2008; Wilson 1971 |
//! | logit quantal response | [`qre`] | McKelvey and Palfrey 1995; Turocy 2005 |
//! | correlated and coarse correlated | [`correlated`] | Aumann 1974; Moulin and Vial 1978; Ortiz, Schapire and Kakade 2007 |
//! | α-Rank | [`alpharank`] | Omidshafiei et al. 2019 |
//! | replicator, logit dynamics, fictitious play, regret matching | [`dynamics`] | Taylor and Jonker 1978; Brown 1951; Hart and Mas-Colell 2000 |
//! | Nash averaging | [`averaging`] | Balduzzi et al. 2018 |
//!
//! # Invariants
//! * No silent wrong answer: payoffs and regret of every profile are recomputed by
//!   [`deviation::regret_by_enumeration`] (distributions by [`correlated::gains`]), which shares no code
//!   with the solvers; a [`solution::Status`] says what is proved.
//! * Regret counts against the *payoff scale*: the smaller of a player's largest |payoff| and its range.
//! * Solvers normalise payoffs per player and undo it; λ, α and time always refer to the game's own.
//! * The same game gives the same answer, bit for bit, unless a deadline cuts it short.
//!
//! # Deliberately absent
//! Extensive form, sparse or succinct games, refinements of equilibrium, and anything of a simulation:
//! this crate depends on no other of Marchland.

#![forbid(unsafe_code)]

pub mod alpharank;
pub mod averaging;
pub mod best_reply;
pub mod bimatrix;
pub mod constant_sum;
pub mod correlated;
mod derivatives;
pub mod deviation;
pub mod dominance;
pub mod dynamics;
pub mod effects;
pub mod error;
pub mod game;
mod linear;
mod lu;
pub mod nash;
pub mod nfg;
mod number;
pub mod potential;
pub mod profile;
pub mod pure;
pub mod qre;
pub mod security;
pub mod solution;
pub mod supermodular;
pub mod tensor;
