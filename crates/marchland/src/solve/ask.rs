//! Asking a solver, and its answer as JSON.

use marchland_equilibria::alpharank::{self, Alpha};
use marchland_equilibria::correlated::{self, Objective};
use marchland_equilibria::dominance::{self, Dominance, Dominator, Elimination};
use marchland_equilibria::dynamics::replicator;
use marchland_equilibria::error::Error;
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::solution::{self, Component, Solver, Status};
use marchland_equilibria::{bimatrix, nash, pure, qre, security};
use marchland_report::solve::{Answer, Extra};
use serde_json::{Map, Value, json};

use super::{Concept, Solve};

/// Solves the game for the concept asked for.
pub(super) fn ask(question: &Solve, game: &Game, solver: &mut Solver<'_>) -> Result<Answer, Error> {
    let answer = match question.concept {
        Concept::Pure => Answer::from(pure::equilibria(game, solver)),
        Concept::Nash => Answer::from(equilibria(game, question.all, solver)?),
        Concept::Qre => {
            let report = qre::solve(game, &question.lambda, solver)?;
            let solutions = report.points.iter().map(|point| point.solution.clone()).collect();
            Answer::with(solutions, report.status.clone(), Extra::Qre(report))
        }
        Concept::Correlated | Concept::Coarse => {
            let concept = match question.concept {
                Concept::Coarse => correlated::Concept::Coarse,
                _ => correlated::Concept::Correlated,
            };
            let objective = objective(game, question.objective.as_deref())?;
            let found = correlated::solve(game, concept, objective, solver)?;
            Answer::with(Vec::new(), found.status.clone(), Extra::Correlated(found))
        }
        Concept::Alpharank => {
            let population = question.population.unwrap_or(alpharank::POPULATION);
            let found = alpharank::rank(game, alpha(question.alpha.as_deref())?, population, solver)?;
            Answer::with(Vec::new(), found.status.clone(), Extra::Ranking(found))
        }
        Concept::Replicator => {
            let start: Profile = question.from.as_deref().unwrap_or_default().parse()?;
            let found = replicator::run(game, &start, question.time.unwrap_or_default(), solver)?;
            Answer::with(vec![found.solution.clone()], found.status.clone(), Extra::Flow(found))
        }
        Concept::Dominance => {
            let mut all = Vec::new();
            let mut status = Status::Complete;
            for dominance in [Dominance::Strict, Dominance::Weak] {
                for by in [Dominator::Pure, Dominator::Mixed] {
                    let found = dominance::iterated(game, dominance, by, solver)?;
                    if let Some(stop) = found.stopped {
                        status = stop.status();
                    }
                    all.push((dominance, by, found));
                }
            }
            Answer::with(Vec::new(), status, Extra::Dominance(all))
        }
        Concept::Security => match security::levels(game, solver)? {
            Ok(found) => Answer::with(Vec::new(), Status::Complete, Extra::Security(Some(found))),
            Err(stop) => Answer::with(Vec::new(), stop.status(), Extra::Security(None)),
        },
    };
    Ok(Answer { iterations: solver.iterations(), elapsed: solver.elapsed(), ..answer })
}

/// The answer as the command prints it with `--json`.
pub(super) fn to_json(answer: &Answer, game: &Game, concept: Concept) -> Value {
    let solutions: Vec<Value> = (answer.solutions.iter().enumerate())
        .map(|(number, solution)| {
            let mut one = json!({
                "profile": solution.profile,
                "payoffs": solution.payoffs,
                "regret": solution.regret,
                "index": solution.index,
            });
            if let Extra::Qre(report) = &answer.extra {
                let point = &report.points[number];
                one["lambda"] = json!(point.lambda);
                one["residual"] = json!(point.residual);
                one["before_first_bifurcation"] = json!(point.before_first_bifurcation);
                one["after_a_fold"] = json!(point.after_a_fold);
            }
            one
        })
        .collect();
    let component = |c: &Component| {
        json!({
            "members": c.members,
            "subsets": c.subsets,
            "dimension": c.dimension,
            "residual": c.residual,
            "index": c.index.map_or(json!("unresolved"), |index| json!(index)),
            "width": c.width,
        })
    };
    let mut object = json!({
        "game": {"title": game.title(), "players": game.players(), "strategies": game.strategies()},
        "concept": concept.name(),
        "status": answer.status.to_string(),
        "complete": answer.status.is_complete(),
        "index_sum": answer.index_sum,
        "components": answer.components.iter().map(component).collect::<Vec<_>>(),
        "solutions": solutions,
        "regret": answer.regret(),
        "iterations": answer.iterations,
        "time_s": answer.elapsed.as_secs_f64(),
    });
    let more = object.as_object_mut().expect("an object was just made");
    extend(answer, more, concept);
    object
}

/// What the concept adds to the object; empty where nothing was found in time.
fn extend(answer: &Answer, object: &mut Map<String, Value>, concept: Concept) {
    let mut add = |key: &str, value: Value| object.insert(key.into(), value);
    match &answer.extra {
        Extra::Qre(report) => {
            add("bifurcations", json!(report.bifurcations));
            add("turning_points", json!(report.turning_points));
        }
        Extra::Correlated(found) => {
            add("value", json!(found.value));
            add("distribution", json!(found.distribution));
            add("payoffs", json!(found.payoffs));
        }
        Extra::Ranking(found) => {
            add("ranking", json!(found.masses));
            add("alpha", json!(found.alpha));
            add("population", json!(found.population));
            add("sinks", json!(found.sinks));
        }
        Extra::Flow(found) => {
            add("time", json!(found.time));
        }
        Extra::Dominance(all) => {
            add("survivors", json!(all[0].2.survivors));
            add("dominance", all.iter().map(elimination).collect());
        }
        Extra::Security(found) => {
            add("levels", json!(found.as_ref().map_or(&[][..], |found| &found.levels)));
            add("maxmin", json!(found.as_ref().map(|found| &found.strategies)));
        }
        Extra::None => match concept {
            Concept::Qre => {
                add("bifurcations", json!([]));
                add("turning_points", json!([]));
            }
            Concept::Correlated | Concept::Coarse => {
                add("value", Value::Null);
                add("distribution", json!([]));
            }
            Concept::Security => {
                add("levels", json!([]));
            }
            Concept::Dominance => {
                add("survivors", Value::Null);
                add("dominance", json!([]));
            }
            Concept::Alpharank => {
                add("ranking", json!([]));
            }
            Concept::Pure | Concept::Nash | Concept::Replicator => {}
        },
    }
}

fn elimination((dominance, by, found): &(Dominance, Dominator, Elimination)) -> Value {
    json!({
        "kind": if *dominance == Dominance::Strict { "strict" } else { "weak" },
        "by": if *by == Dominator::Pure { "pure" } else { "mixed" },
        "survivors": found.survivors,
        "rounds": found.rounds,
        "finished": found.stopped.is_none(),
    })
}

/// Two players get the exact methods while their strategies fit; everyone else the general ones.
fn equilibria(game: &Game, all: bool, solver: &mut Solver<'_>) -> Result<solution::Answer, Error> {
    let exact = game.player_count() == 2 && game.strategy_count() <= bimatrix::MAX_STRATEGIES;
    Ok(match (exact, all) {
        (true, true) => bimatrix::all(game, solver)?.answer,
        (true, false) => bimatrix::one(game, solver)?.answer,
        (false, true) => nash::all(game, solver),
        (false, false) => nash::one(game, solver),
    })
}

fn alpha(text: Option<&str>) -> Result<Alpha, Error> {
    match text {
        None | Some("auto") => Ok(Alpha::Auto),
        Some("inf") => Ok(Alpha::Infinite),
        Some(number) => number.parse().map(Alpha::Finite).map_err(|_| Error::Parameter {
            name: "alpha",
            value: number.into(),
            expected: "a positive number, auto or inf",
        }),
    }
}

fn objective(game: &Game, text: Option<&str>) -> Result<Objective, Error> {
    let text = text.unwrap_or("max-welfare");
    if let Some(name) = text.strip_prefix("player:") {
        let player = game.players().iter().position(|player| player == name);
        return player.map(Objective::Player).ok_or_else(|| Error::Parameter {
            name: "objective",
            value: format!("{text} (the players are {})", game.players().join(", ")),
            expected: "player: and the name of a player of the game",
        });
    }
    match text {
        "max-welfare" => Ok(Objective::MaxWelfare),
        "min-welfare" => Ok(Objective::MinWelfare),
        "max-min" => Ok(Objective::MaxMin),
        "max-entropy" => Ok(Objective::MaxEntropy),
        _ => Err(Error::Parameter {
            name: "objective",
            value: text.into(),
            expected: "max-welfare, min-welfare, max-min, max-entropy or player:NAME",
        }),
    }
}
