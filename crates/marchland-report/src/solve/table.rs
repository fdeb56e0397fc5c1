//! The answer as a table for people.

use std::borrow::Cow;
use std::fmt::Write as _;

use comfy_table::{ContentArrangement, Table, presets};
use marchland_equilibria::dominance::{Dominance, Dominator};
use marchland_equilibria::game::Game;
use marchland_equilibria::solution::Component;

use super::answer::{Answer, Extra};
use crate::number::{counted, significant};
use crate::visible::{line, obeyed};

/// Below this a probability is left out of the table.
const SHOWN: f64 = 5e-7;
/// The most rows of a table; the rest is counted.
const MOST_ROWS: usize = 50;

/// The game under names that stay on their lines: whoever wrote its file may have put line feeds in them, to forge lines.
fn shown(game: &Game) -> Cow<'_, Game> {
    let names = game.players().iter().chain(game.strategies().iter().flatten()).map(String::as_str);
    if !names.chain([game.title()]).any(|name| name.contains(obeyed)) {
        return Cow::Borrowed(game);
    }
    let all = |names: &[String]| names.iter().map(|name| line(name).into_owned()).collect::<Vec<String>>();
    let strategies = game.strategies().iter().map(|names| all(names)).collect();
    let renamed = game.renamed(line(game.title()).into_owned(), all(game.players()), strategies);
    Cow::Owned(renamed.expect("as many names as before"))
}

/// Status and regret first, then one row per solution.
#[must_use]
pub fn render(answer: &Answer, game: &Game, concept: &str) -> String {
    let mut text = String::new();
    let game = &*shown(game);
    let title = if game.title().is_empty() { "Untitled game" } else { game.title() };
    let counts: Vec<String> = game.counts().iter().map(usize::to_string).collect();
    let _ = writeln!(text, "{title} ({}, {})", counted(game.player_count() as u64, "player"), counts.join("×"));
    let _ = writeln!(text, "concept      {}", concept);
    let _ = writeln!(text, "status       {}", answer.status);
    if let Some(regret) = answer.regret() {
        let _ = writeln!(text, "regret       {} at most", significant(regret));
    }
    if let Some(sum) = answer.index_sum {
        let _ = writeln!(text, "index sum    {}", signed(sum));
    }
    let _ = writeln!(text, "effort       {} steps, {:.3} s", answer.iterations, answer.elapsed.as_secs_f64());
    let rows = match &answer.extra {
        Extra::Correlated(found) => distribution(&mut text, found, game),
        Extra::Ranking(found) => ranking(&mut text, found, game),
        Extra::Dominance(all) => eliminations(all, game),
        Extra::Security(found) => found.iter().flat_map(|found| levels(found, game)).collect(),
        Extra::None | Extra::Qre(_) | Extra::Flow(_) => profiles(&mut text, answer, game),
    };
    if rows.is_empty() {
        text.push_str("nothing found\n");
        return text;
    }
    text.push('\n');
    align(&mut text, &rows);
    for (number, component) in answer.components.iter().enumerate() {
        let _ = writeln!(text, "{}", describe(number, component));
    }
    text
}

/// An index with its sign; 0 has none.
fn signed(index: i32) -> String {
    if index == 0 { "0".to_owned() } else { format!("{index:+}") }
}

/// One line about a component of equilibria.
fn describe(place: usize, component: &Component) -> String {
    let names = |members: &[usize]| members.iter().map(|m| (m + 1).to_string()).collect::<Vec<_>>().join(" ");
    let shape = match component.dimension {
        Some(0) => "an isolated singular equilibrium".into(),
        Some(1) => "a curve".into(),
        Some(2) => "a surface".into(),
        Some(dimension) => format!("of dimension {dimension}"),
        None => "of unknown dimension".to_string(),
    };
    let index = component.index.map_or("unresolved".into(), signed);
    let members = names(&component.members);
    let residual = significant(component.residual);
    let known = match component.width {
        Some(width) => format!("sampled by solutions {members}, known to {width:.1e} in probability"),
        None => {
            let subsets: Vec<String> = component.subsets.iter().map(|subset| names(subset)).collect();
            format!("solutions {members}; all mixtures within {{{}}} are equilibria too", subsets.join("}, {"))
        }
    };
    format!("component {}: {shape}, index {index}, residual {residual}; {known}", place + 1)
}

fn profiles(text: &mut String, answer: &Answer, game: &Game) -> Vec<Vec<String>> {
    if answer.solutions.is_empty() {
        return Vec::new();
    }
    let points = match &answer.extra {
        Extra::Qre(report) => {
            let list = |lambdas: &[f64]| lambdas.iter().map(|&l| significant(l)).collect::<Vec<_>>().join(", ");
            if !report.bifurcations.is_empty() {
                let _ = writeln!(text, "bifurcations at λ = {}", list(&report.bifurcations));
            }
            if !report.turning_points.is_empty() {
                let _ = writeln!(text, "branch turns at λ = {}", list(&report.turning_points));
            }
            Some(&report.points)
        }
        _ => None,
    };
    let mut header = vec!["#".to_string()];
    header.extend(points.map(|_| "λ".into()));
    header.push("regret".into());
    header.extend(points.map_or(["index".to_string()], |_| ["residual".to_string()]));
    header.extend(game.players().iter().map(|name| format!("u({name})")));
    header.extend(game.players().iter().cloned());
    let mut rows = vec![header];
    for (k, solution) in answer.solutions.iter().enumerate().take(MOST_ROWS) {
        let mut row = vec![(k + 1).to_string()];
        row.extend(points.map(|points| significant(points[k].lambda)));
        row.push(significant(solution.regret));
        row.push(match (points, solution.index) {
            (Some(points), _) => significant(points[k].residual),
            (None, Some(0)) => "0".into(),
            (None, Some(index)) => signed(index),
            (None, None) => "–".into(),
        });
        row.extend(solution.payoffs.iter().map(|&u| significant(u)));
        let mixes = solution.profile.0.iter().zip(game.strategies());
        row.extend(mixes.map(|(mix, names)| mixture(mix, names)));
        rows.push(row);
    }
    rows.extend(rest(answer.solutions.len()));
    rows
}

/// `Swerve`, or `0.9 Swerve + 0.1 Straight`.
fn mixture(mix: &[f64], names: &[String]) -> String {
    let used: Vec<usize> = (0..mix.len()).filter(|&a| mix[a] >= SHOWN).collect();
    match used[..] {
        [only] => names[only].clone(),
        _ => used.iter().map(|&a| format!("{} {}", significant(mix[a]), names[a])).collect::<Vec<_>>().join(" + "),
    }
}

fn distribution(
    text: &mut String,
    found: &marchland_equilibria::correlated::CorrelatedEquilibrium,
    game: &Game,
) -> Vec<Vec<String>> {
    if found.distribution.is_empty() {
        return Vec::new();
    }
    let _ = writeln!(text, "value        {}", significant(found.value));
    let payoffs = game.players().iter().zip(&found.payoffs).map(|(name, &u)| format!("{name} {}", significant(u)));
    let _ = writeln!(text, "payoffs      {}", payoffs.collect::<Vec<_>>().join(", "));
    let mut places: Vec<usize> =
        (0..found.distribution.len()).filter(|&place| found.distribution[place] >= SHOWN).collect();
    places.sort_by(|&a, &b| found.distribution[b].total_cmp(&found.distribution[a]).then(a.cmp(&b)));
    masses(&places, &found.distribution, game)
}

fn ranking(text: &mut String, found: &marchland_equilibria::alpharank::Ranking, game: &Game) -> Vec<Vec<String>> {
    let alpha = found.alpha.map_or("→ ∞".into(), |alpha| format!("= {}", significant(alpha)));
    let _ = writeln!(text, "model        α {alpha}, populations of {}", found.population);
    let _ = writeln!(text, "sinks        {} of the response graph", counted(found.sinks.len() as u64, "component"));
    if found.masses.is_empty() {
        // Too many profiles for the chain: what evolution cannot leave is still known.
        let header = vec!["sink".to_string(), "profiles".to_string()];
        let sink = |(k, profiles): (usize, &Vec<usize>)| vec![(k + 1).to_string(), places_of(profiles, game)];
        return [header].into_iter().chain(found.sinks.iter().take(MOST_ROWS).enumerate().map(sink)).collect();
    }
    let order = found.order();
    let places: Vec<usize> = order.into_iter().filter(|&place| found.masses[place] >= SHOWN).collect();
    masses(&places, &found.masses, game)
}

/// The first few profiles of a set, by the names of their strategies.
fn places_of(places: &[usize], game: &Game) -> String {
    let name = |&place: &usize| {
        let profile = game.profile_at(place);
        let names: Vec<&str> = profile.iter().zip(game.strategies()).map(|(&a, names)| names[a].as_str()).collect();
        names.join(" · ")
    };
    let mut text = places.iter().take(5).map(name).collect::<Vec<_>>().join(", ");
    if places.len() > 5 {
        let _ = write!(text, " and {} more", places.len() - 5);
    }
    text
}

/// One row per pure profile, in the given order.
fn masses(places: &[usize], masses: &[f64], game: &Game) -> Vec<Vec<String>> {
    let mut header = vec!["probability".to_string()];
    header.extend(game.players().iter().cloned());
    let mut rows = vec![header];
    for &place in places.iter().take(MOST_ROWS) {
        let mut row = vec![significant(masses[place])];
        let profile = game.profile_at(place);
        row.extend(profile.iter().zip(game.strategies()).map(|(&a, names)| names[a].clone()));
        rows.push(row);
    }
    rows.extend(rest(places.len()));
    rows
}

fn eliminations(
    all: &[(Dominance, Dominator, marchland_equilibria::dominance::Elimination)],
    game: &Game,
) -> Vec<Vec<String>> {
    let mut header = vec!["what survives".to_string()];
    header.extend(game.players().iter().cloned());
    let mut rows = vec![header];
    for (dominance, by, found) in all {
        let kind = if *dominance == Dominance::Strict { "strict" } else { "weak" };
        let by = if *by == Dominator::Pure { "pure" } else { "mixed" };
        let mut row =
            vec![format!("{kind} dominance by {by} strategies, {}", counted(found.rounds.len() as u64, "round"))];
        row.extend(
            found
                .survivors
                .iter()
                .zip(game.strategies())
                .map(|(left, names)| left.iter().map(|&a| names[a].as_str()).collect::<Vec<_>>().join(" ")),
        );
        rows.push(row);
    }
    rows
}

fn levels(found: &marchland_equilibria::security::Security, game: &Game) -> Vec<Vec<String>> {
    let mut rows = vec![vec!["player".into(), "guarantees".into(), "by playing".into()]];
    for (player, name) in game.players().iter().enumerate() {
        let mix = mixture(&found.strategies.0[player], &game.strategies()[player]);
        rows.push(vec![name.clone(), significant(found.levels[player]), mix]);
    }
    rows
}

fn rest(count: usize) -> Option<Vec<String>> {
    (count > MOST_ROWS).then(|| vec![format!("… and {} more; --json lists all", count - MOST_ROWS)])
}

/// Columns padded to their widest cell; a row of one cell stands on a line of its own.
fn align(text: &mut String, rows: &[Vec<String>]) {
    for group in rows.chunk_by(|a, b| (a.len() > 1) == (b.len() > 1)) {
        if group[0].len() < 2 {
            group.iter().flatten().for_each(|cell| text.push_str(&format!("{cell}\n")));
            continue;
        }
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled).add_rows(group);
        table.column_iter_mut().for_each(|column| {
            column.set_padding((0, 2));
        });
        for line in table.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
}
