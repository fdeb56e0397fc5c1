//! What becomes of claims.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use marchland_game::Diagnostic;
use marchland_sim::scenario::{Initial, Scenario};
use marchland_sim::turn::Variant;
use marchland_strategies::Registry;
use serde::{Deserialize, Serialize};

use super::arm::{Arm, Sample};
use super::{
    CausalPath, Change, Check, Claim, Comparison, EffectSize, Kind, LEVEL, Number, PathReport, PathStanding,
    StateReport, WITNESS_PAIRS,
};
use crate::compose;
use crate::play::Players;
use crate::statistics::{Interval, PairedDifference, Refusal, paired_difference};

/// What a check came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds: of a row that has to move something, the right way and by as much as the rule of size asks.
    Holds,
    /// Of a row that has to move something: it moves the right way, and by less than that.
    Slight,
    /// It does not hold: of a row that has to move something, no movement the right way is shown.
    Fails,
    /// Of a contestable claim: the bound is past zero in its direction.
    Supported,
    /// Of a contestable claim: the bound is past zero the other way.
    NotSupported,
    /// Of a contestable claim: neither; so too where no pair differs, which does not prove that none would.
    Undecided,
}

impl Verdict {
    /// In words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Slight => "slight",
            Self::Fails => "fails",
            Self::Supported => "supported",
            Self::NotSupported => "not supported",
            Self::Undecided => "undecided",
        }
    }
}

/// What became of one claim under one belief set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Number of the row.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// `exists`, `constant`, `moves` or `contestable`.
    pub check: String,
    /// What represents it.
    pub objects: Vec<String>,
    /// The belief set in force; none where the scenario has none.
    pub belief: Option<String>,
    /// What its check came to.
    pub verdict: Verdict,
    /// Mean of the paired differences, or the constant found.
    pub effect: Option<f64>,
    /// The one-sided bounds of the effect on either side.
    pub interval: Option<Interval>,
    /// Of a row that has to move something: how large the effect is, and how large it has to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<EffectSize>,
    /// Of a row that has to move something: what its effect goes through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathReport>,
    /// Pairs of games.
    pub n: Option<u64>,
    /// Seed of the first.
    pub seed: Option<u64>,
    /// What was compared, in words.
    pub of: String,
    /// What it says.
    pub meaning: String,
    /// Of a contestable claim with worlds: how it comes out in the one that should say yes, and in the one that should
    /// say no, under the default belief set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worlds: Option<[Witness; 2]>,
}

impl Report {
    /// Whether the row is an error of the scenario: it fails, or it is declared to reach its size and told to be below it.
    /// One that is listed as slight is none, nor one whose bounds do not tell it from its size.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.verdict == Verdict::Fails
            || self.size.as_ref().is_some_and(|size| size.listed.is_none() && size.contradicts_the_file())
    }
}

/// How the rows that have to move something came out, by their numbers, in the file's order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Rows that move what they should by the size asked for.
    pub holds: Vec<String>,
    /// Rows that move it by less.
    pub slight: Vec<String>,
    /// Rows that are not shown to move it.
    pub fails: Vec<String>,
    /// Rows whose bounds do not tell them from their size: with other seeds the first two may change places.
    pub near_size: Vec<String>,
    /// Slight rows that the file does not list as such.
    pub slight_not_listed: Vec<String>,
    /// Rows that the file lists as slight and that hold.
    pub listed_and_holds: Vec<String>,
    /// What their effects go through.
    #[serde(default)]
    pub paths: PathStanding,
}

impl Standing {
    /// Sorts reports; rows that have no size to reach are left out.
    #[must_use]
    pub fn of(reports: &[Report]) -> Self {
        let mut standing = Self::default();
        for (report, size) in reports.iter().filter_map(|report| Some((report, report.size.as_ref()?))) {
            let note = |list: &mut Vec<String>| list.push(report.id.clone());
            match (report.verdict, &size.listed) {
                (Verdict::Holds, Some(_)) => note(&mut standing.listed_and_holds),
                (Verdict::Slight, None) => note(&mut standing.slight_not_listed),
                _ => {}
            }
            match report.verdict {
                Verdict::Holds => note(&mut standing.holds),
                Verdict::Slight => note(&mut standing.slight),
                _ => note(&mut standing.fails),
            }
            if size.difference.shown && !size.difference.told {
                note(&mut standing.near_size);
            }
            if let Some(path) = &report.path {
                standing.paths.note(&report.id, path);
            }
        }
        standing
    }
}

/// How a claim comes out in a world that was named to show that it may.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Witness {
    /// What its check came to there.
    pub verdict: Verdict,
    /// Mean of the paired differences.
    pub effect: Option<f64>,
    /// The one-sided bounds of the effect on either side.
    pub interval: Option<Interval>,
    /// Pairs of games.
    pub n: u64,
}

/// At what the numbers of a scenario stand in games.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constants {
    /// At their values.
    #[default]
    Declared,
    /// Each drawn from its distribution anew for every pair of games, but for choices and what a belief set or the row
    /// itself sets: the effect is then the mean over worlds that the scenario holds for plausible.
    Drawn,
}

/// How claims are played.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Examination {
    /// Position of a belief set that takes the place of the scenario's default, of those that rows name and, for
    /// contestable rows, of all others.
    pub belief: Option<usize>,
    /// Whether contestable rows are played.
    pub contestable: bool,
    /// At what the scenario's numbers stand.
    pub constants: Constants,
}

/// Checks claims, at the scenario's numbers as they stand. Contestable ones are played under every belief set, others
/// under their own or the scenario's default; `belief` (a position) takes the place of both. Reports stand in the claims'
/// order, then in that of the belief sets. `contestable` tells whether those claims are played at all.
///
/// # Errors
/// A strategy of a claim cannot be played.
pub fn examine(
    scenario: &Arc<Scenario>,
    registry: &Registry,
    claims: &[Claim],
    belief: Option<usize>,
    contestable: bool,
) -> Result<Vec<Report>, Vec<Diagnostic>> {
    let how = Examination { belief, contestable, constants: Constants::Declared };
    examine_told(scenario, registry, claims, how, |_, _| {})
}

/// The same, played as is said; `told` hears how many settings of how many were played, from none on.
///
/// # Errors
/// As [`examine`].
pub fn examine_told(
    scenario: &Arc<Scenario>,
    registry: &Registry,
    claims: &[Claim],
    how: Examination,
    mut told: impl FnMut(usize, usize),
) -> Result<Vec<Report>, Vec<Diagnostic>> {
    let Examination { belief, contestable, constants } = how;
    let assumed = compose::assumed(scenario, registry)?;
    // Claims look back as far as they say, whatever the scenario's own content needs.
    let comparisons = claims.iter().filter_map(|claim| match &claim.check {
        Check::Moves(comparison) | Check::Contestable(comparison) => Some(comparison),
        Check::Exists | Check::Constant(_) => None,
    });
    let records = comparisons.map(|comparison| comparison.of.looks_back()).max().unwrap_or(0);
    let players = Players::new(scenario, Some(assumed)).with_records(records);
    let mut plays: Vec<(&Claim, Option<&Comparison>, Option<usize>)> = Vec::new();
    for claim in claims {
        match &claim.check {
            Check::Exists => plays.push((claim, None, scenario.default_belief)),
            Check::Constant(constant) => plays.push((claim, None, constant.belief.or(scenario.default_belief))),
            Check::Moves(comparison) => {
                plays.push((claim, Some(comparison), comparison.belief.or(belief).or(scenario.default_belief)));
            }
            Check::Contestable(_) if !contestable => {}
            Check::Contestable(comparison) => match (belief, scenario.beliefs.len()) {
                (Some(belief), _) => plays.push((claim, Some(comparison), Some(belief))),
                (None, 0) => plays.push((claim, Some(comparison), None)),
                (None, count) => plays.extend((0..count).map(|at| (claim, Some(comparison), Some(at)))),
            },
        }
    }
    // Many comparisons share a side, the default game above all: each is played once.
    let mut arms: BTreeMap<String, Arm<'_>> = BTreeMap::new();
    let mut sides = Vec::with_capacity(plays.len());
    for (_, comparison, belief) in &plays {
        sides.push(comparison.map(|of| placed(&mut arms, of, (*belief, constants), &[], of.pairs)));
    }
    // Worlds are of a claim, not of a belief set: each is played once.
    let mut witnesses: BTreeMap<&str, [Sides; 2]> = BTreeMap::new();
    for claim in claims.iter().filter(|_| contestable) {
        if let Check::Contestable(of) = &claim.check
            && let Some(worlds) = &of.worlds
        {
            let belief = scenario.default_belief;
            let pairs = of.pairs.max(WITNESS_PAIRS);
            let sides = worlds.each_ref().map(|world| placed(&mut arms, of, (belief, constants), world, pairs));
            witnesses.insert(&claim.id, sides);
        }
    }
    let mut played = BTreeMap::new();
    for (key, arm) in &arms {
        told(played.len(), arms.len());
        played.insert(key.as_str(), arm.play(scenario, registry, &players)?);
    }
    told(arms.len(), arms.len());
    let column = |key: &str, at: usize, pairs: u64| &played[key][at][..pairs as usize];
    let difference = |of: &Comparison, Sides { first, second }: &Sides, pairs: u64| {
        let first = column(&first.key, first.probe, pairs);
        // What it has to differ by is counted to the second.
        let bar = bar(of);
        let second: Vec<f64> = second.as_ref().map_or_else(
            || vec![bar; first.len()],
            |second| column(&second.key, second.probe, pairs).iter().map(|value| value + bar).collect(),
        );
        let difference = paired_difference(first, &second, LEVEL);
        let size = EffectSize::of(of, &difference, (first, &second));
        (difference, size)
    };
    let path = |of: &Comparison, Sides { first, second }: &Sides| {
        of.scale?;
        let (path, second) = match (&of.path, second) {
            (Some(path), Some(second)) => (path, second),
            _ => return Some(PathReport::NotStated),
        };
        let both = |one: usize, other: usize| (column(&first.key, one, of.pairs), column(&second.key, other, of.pairs));
        let measured = both(first.probe, second.probe);
        Some(match path {
            CausalPath::Direct(why) => PathReport::Direct(why.clone()),
            CausalPath::Through(states) => PathReport::Through(
                states
                    .iter()
                    .zip(first.states.clone().zip(second.states.clone()))
                    .map(|(state, (one, other))| StateReport::of(&state.text, both(one, other), measured))
                    .collect(),
            ),
        })
    };
    Ok(plays
        .iter()
        .zip(&sides)
        .map(|((claim, comparison, belief), sides)| {
            let name = belief.map(|at| scenario.beliefs[at].id.clone());
            match (comparison, sides) {
                (Some(of), Some(sides)) => {
                    let worlds = witnesses.get(claim.id.as_str()).map(|worlds| {
                        let pairs = of.pairs.max(WITNESS_PAIRS);
                        worlds.each_ref().map(|sides| witness(claim, of, &difference(of, sides, pairs).0, pairs))
                    });
                    let (difference, size) = difference(of, sides, of.pairs);
                    Report { worlds, path: path(of, sides), ..compared(claim, of, name, &difference, size) }
                }
                _ => stated(scenario, claim, name, *belief),
            }
        })
        .collect())
}

/// Where the columns of one side of a comparison stand: the key of its arm, and what is read of its games.
struct Side {
    key: String,
    /// What is compared.
    probe: usize,
    /// The states that it goes through.
    states: Range<usize>,
}

/// The sides of a comparison; the second where there is one.
struct Sides {
    first: Side,
    second: Option<Side>,
}

/// Finds a comparison's arms, or adds them; a world is what both have beside their base.
fn placed<'c>(
    arms: &mut BTreeMap<String, Arm<'c>>,
    of: &'c Comparison,
    (belief, constants): (Option<usize>, Constants),
    world: &'c [Change],
    pairs: u64,
) -> Sides {
    let states = match &of.path {
        Some(CausalPath::Through(states)) => states.as_slice(),
        _ => &[],
    };
    let mut place = |own: &'c [Change]| {
        let changes = of.base.iter().chain(world).chain(own).collect();
        let arm = Arm { belief, changes, constants, turns: of.turns, seed: of.seed, games: pairs, samples: Vec::new() };
        let key = arm.key();
        let arm = arms.entry(key.clone()).or_insert(arm);
        arm.games = arm.games.max(pairs);
        let probe = arm.samples.len();
        arm.samples.push(Sample::AtEnd(&of.of));
        arm.samples.extend(states.iter().map(|state| Sample::MeanBefore(&state.of)));
        Side { key, probe, states: probe + 1..arm.samples.len() }
    };
    let first = place(&of.change);
    let second = (!of.change.is_empty()).then(|| place(&of.instead));
    Sides { first, second }
}

/// What a contestable comparison is held against, the sign of its direction in it; 0 of one that has a size to reach,
/// which is held against that apart.
fn bar(of: &Comparison) -> f64 {
    match (of.scale, of.rises) {
        (Some(_), _) => 0.0,
        (None, true) => of.least,
        (None, false) => -of.least,
    }
}

fn witness(claim: &Claim, of: &Comparison, difference: &PairedDifference, pairs: u64) -> Witness {
    let Report { verdict, effect, interval, .. } = compared(claim, of, None, difference, None);
    Witness { verdict, effect, interval, n: pairs }
}

fn compared(
    claim: &Claim,
    of: &Comparison,
    belief: Option<String>,
    difference: &PairedDifference,
    size: Option<EffectSize>,
) -> Report {
    // A game that did not end well says nothing, and its claim is not to profit from that.
    let whole = difference.left_out == 0;
    let (up, down) = (difference.first_is_larger(), difference.first_is_smaller());
    let (with, against) = if of.rises { (up, down) } else { (down, up) };
    let note = match difference.refusal {
        Some(Refusal::Constant) => "; no pair differs".to_owned(),
        Some(refusal) => format!("; {refusal}"),
        None => String::new(),
    };
    let verdict = match &claim.check {
        Check::Contestable(_) if whole && with => Verdict::Supported,
        Check::Contestable(_) if whole && against => Verdict::NotSupported,
        Check::Contestable(_) => Verdict::Undecided,
        _ if whole && size.as_ref().is_some_and(|size| size.difference.reached) => Verdict::Holds,
        _ if whole && with => Verdict::Slight,
        _ => Verdict::Fails,
    };
    let interval = match (difference.lower_bound, difference.upper_bound) {
        (Some(low), Some(high)) => Some(Interval { low: low + bar(of), high: high + bar(of), level: LEVEL }),
        _ => None,
    };
    Report {
        belief,
        verdict,
        effect: difference.mean.map(|mean| mean + bar(of)),
        interval,
        size,
        n: Some(of.pairs),
        seed: Some(of.seed),
        of: format!(
            "{} after {} turns, {}{}{note}",
            of.of_text,
            of.turns,
            if of.rises { "up" } else { "down" },
            if of.least > 0.0 { format!(" by at least {}", of.least) } else { String::new() }
        ),
        ..bare(claim)
    }
}

fn stated(scenario: &Arc<Scenario>, claim: &Claim, belief: Option<String>, at: Option<usize>) -> Report {
    let mut report = Report { belief, ..bare(claim) };
    if let Check::Constant(constant) = &claim.check {
        let variant = Variant::with_values(scenario, at, &[]);
        let found = match constant.of {
            Number::Parameter(id) => Some(variant.parameters[id.index()]),
            Number::Initial(id) => match &variant.initial[id.index()] {
                Initial::Value(expression) => Some(variant.constant(expression)),
                Initial::Draw(_) => None,
            },
        };
        let close = |found: f64| (found - constant.value).abs() <= 1e-9 * (1.0 + constant.value.abs());
        report.effect = found;
        report.of = format!("{} expected", constant.value);
        if !found.is_some_and(close) {
            report.verdict = Verdict::Fails;
        }
    }
    report
}

fn bare(claim: &Claim) -> Report {
    Report {
        id: claim.id.clone(),
        kind: claim.kind,
        check: claim.check.name().to_owned(),
        objects: claim.objects.clone(),
        belief: None,
        verdict: Verdict::Holds,
        effect: None,
        interval: None,
        size: None,
        path: None,
        n: None,
        seed: None,
        of: String::new(),
        meaning: claim.meaning.clone(),
        worlds: None,
    }
}
