//! Figures of many games in words and small tables: what designs, comparisons and estimators found.

use crate::number::{counted, decimals, plain};
use marchland_experiments::discover::{Cart, PrimBox, Restriction};
use marchland_experiments::robustness::{Better, RobustnessReport};
use marchland_experiments::sensitivity::{
    ElementaryEffects, MorrisReport, PawnIndex, PawnReport, RankIndex, RankReport,
};
use marchland_experiments::sequential::{Decision, SequentialReport};
use marchland_play::{FORFEIT_SHARE, LostDecisions};
use marchland_statistics::{
    Convergence, Difference, DifferenceVerdict, Estimate, Interval, LEAST_UNITS, PairedDifference, Refusal,
    SecondOrder, SobolIndex, SobolReport, Survival,
};

/// Above this many times as many games, how many no longer matters.
const MANY: f64 = 1000.0;

/// Figures that can be told.
pub trait Words {
    /// A sentence, or a table with a line each.
    fn words(&self) -> String;
}

impl Words for LostDecisions {
    fn words(&self) -> String {
        let mut text = String::new();
        for (player, lost) in &self.players {
            let of = if lost.of > 0 { format!(" of {}", lost.of) } else { String::new() };
            text += &format!(
                "the program of {player} lost {}{of} decisions in {} of {} games (time-outs, crashes, answers that are \
                 illegal, garbled or to another question)\n",
                lost.lost, lost.games, self.games
            );
        }
        if self.forfeited > 0 {
            text += &format!(
                "{} of {} games are forfeited: a seat lost more than {:.0} % of its decisions; figures leave them out \
                 unless they say otherwise\n",
                self.forfeited,
                self.games,
                100.0 * FORFEIT_SHARE
            );
        }
        text
    }
}

impl Words for RobustnessReport {
    fn words(&self) -> String {
        let width = self.levers.iter().map(|l| l.chars().count()).fold(5, usize::max);
        let cell = |v: Option<f64>| v.map_or("–".to_owned(), |v| format!("{v:.4}"));
        let estimate = |e: &Option<Estimate>| {
            let Some((e, value)) = e.as_ref().and_then(|e| Some((e, e.value?))) else { return "–".to_owned() };
            let digits = decimals(e.interval, Some(value));
            let interval = e.interval.map(|i| format!(" [{}, {}]", plain(i.low, digits), plain(i.high, digits)));
            format!("{}{}", plain(value, digits), interval.unwrap_or_default())
        };
        let of = match self.replications {
            1 => "one game each".to_owned(),
            n => format!("the mean of {n} games each"),
        };
        let mut text = format!(
            "{} futures used ({of}, whose chance counts to regret and to the worst), {} left out\n",
            self.used, self.left_out
        );
        for m in &self.measures {
            let better = match m.better {
                Better::Higher => "more is better",
                Better::Lower => "less is better",
            };
            text += &format!(
                "{} ({better})\n{:width$}  {:>26}  {:>12}  {:>26}  {:>14}  {:>20}\n",
                m.measure, "lever", "mean", "worst", "mean regret", "largest regret", "satisficing"
            );
            for (name, l) in self.levers.iter().zip(&m.levers) {
                text += &format!(
                    "{name:width$}  {:>26}  {:>12}  {:>26}  {:>14}  {:>20}\n",
                    estimate(&l.mean_estimate),
                    cell(l.worst),
                    estimate(&l.regret_estimate),
                    cell(l.regret_largest),
                    estimate(&l.satisficing_estimate)
                );
            }
        }
        let mut refusals: Vec<Refusal> = Vec::new();
        let levers = self.measures.iter().flat_map(|m| &m.levers);
        for e in levers.flat_map(|l| [&l.mean_estimate, &l.regret_estimate, &l.satisficing_estimate]).flatten() {
            if let Some(refusal) = e.refusal.filter(|r| *r != Refusal::Constant && !refusals.contains(r)) {
                refusals.push(refusal);
            }
        }
        for refusal in refusals {
            text += &format!("no interval: {refusal}\n");
        }
        let names = |set: &[bool]| -> String {
            let all: Vec<&str> = self.levers.iter().zip(set).filter(|(_, s)| **s).map(|(l, _)| l.as_str()).collect();
            all.join(", ")
        };
        text += &format!(
            "not dominated in the means: {}\nnot dominated in the worst future: {}\n\
             worst, largest regret and what is not dominated are of the futures as they were played and have no interval; \
             `marchland difference` tells two levers apart\n",
            names(&self.pareto_of_means),
            names(&self.pareto_of_worst)
        );
        text
    }
}

impl Words for MorrisReport {
    fn words(&self) -> String {
        let mut order: Vec<&ElementaryEffects> = self.effects.iter().collect();
        order.sort_by(|a, b| b.mean_absolute.unwrap_or(-1.0).total_cmp(&a.mean_absolute.unwrap_or(-1.0)));
        let width = order.iter().map(|e| e.factor.chars().count()).fold(6, usize::max);
        let cell = |v: Option<f64>| v.map_or("undefined".to_owned(), |v| format!("{v:.5}"));
        let mut text = format!(
            "{} trajectories\n{:width$}  {:>12}  {:>12}  {:>12}  {:>8}\n",
            self.trajectories, "factor", "mu*", "mu", "sigma", "used"
        );
        for e in order {
            text += &format!(
                "{:width$}  {:>12}  {:>12}  {:>12}  {:>8}\n",
                e.factor,
                cell(e.mean_absolute),
                cell(e.mean),
                cell(e.standard_deviation),
                e.used
            );
        }
        if let Some(refusal) = self.refusal {
            text += &format!("no intervals: {refusal}\n");
        }
        text
    }
}

impl Words for RankReport {
    fn words(&self) -> String {
        if let Some(refusal) = self.too_few() {
            return format!("{} games used, {} left out\nno ranking: {refusal}\n", self.used, self.left_out);
        }
        let mut order: Vec<&RankIndex> = self.indices.iter().collect();
        order.sort_by(|a, b| b.strength.unwrap_or(-1.0).total_cmp(&a.strength.unwrap_or(-1.0)));
        let width = order.iter().map(|i| i.factor.chars().count()).fold(6, usize::max);
        let cell = |v: Option<f64>| v.map_or("–".to_owned(), |v| format!("{v:.3}"));
        let mut text = format!(
            "rank correlations (Spearman 1904, without the bias of ranks: Hoeffding 1948; partial: Marino et al. 2008): \
             {} games used, {} left out\n\
             {:width$}  {:>9}  {:>18}  {:>9}  {:>9}\n",
            self.used, self.left_out, "factor", "Spearman", "interval", "partial", "strength"
        );
        for i in order {
            text += &format!(
                "{:width$}  {:>9}  {:>18}  {:>9}  {:>9}\n",
                i.factor,
                cell(i.spearman),
                match (i.spearman_interval, i.p_value) {
                    (Some(i), _) => format!("{:.3} to {:.3}", i.low, i.high),
                    (None, Some(p)) if p < 0.001 => "p < 0.001".to_owned(),
                    (None, Some(p)) => format!("p = {p:.3}"),
                    (None, None) => "–".to_owned(),
                },
                cell(i.partial),
                cell(i.strength)
            );
        }
        if let Some(refusal) = self.refusal {
            text += &format!("no intervals: {refusal}\n");
        }
        if self.indices.iter().any(|i| i.p_value.is_some()) {
            text += "p: how probable as strong an association of rows would be if the factor moved nothing, each by itself\n";
        }
        text
    }
}

impl Words for PawnReport {
    fn words(&self) -> String {
        let mut order: Vec<&PawnIndex> = self.indices.iter().collect();
        order.sort_by(|a, b| b.median.unwrap_or(-1.0).total_cmp(&a.median.unwrap_or(-1.0)));
        let width = order.iter().map(|i| i.factor.chars().count()).fold(6, usize::max);
        let cell = |v: Option<f64>| v.map_or("undefined".to_owned(), |v| format!("{v:.4}"));
        let mut text = format!(
            "PAWN (Pianosi & Wagener 2018): {} games used, {} left out; below {} an index says nothing; no interval \
             is claimed\n{:width$}  {:>9}  {:>9}\n",
            self.used,
            self.left_out,
            cell(self.dummy),
            "factor",
            "median",
            "highest"
        );
        for i in order {
            text += &format!("{:width$}  {:>9}  {:>9}\n", i.factor, cell(i.median), cell(i.highest));
        }
        text
    }
}

impl Words for SobolReport {
    fn words(&self) -> String {
        let mut order: Vec<&SobolIndex> = self.indices.iter().collect();
        order.sort_by(|a, b| b.total.unwrap_or(-1.0).total_cmp(&a.total.unwrap_or(-1.0)));
        let width = order.iter().map(|i| i.factor.chars().count()).fold(6, usize::max);
        let mut text = format!(
            "{}, each in {}: {} used, {} left out\n",
            counted((self.used + self.left_out) / self.replications.max(1), "base row"),
            counted(self.replications, "replication"),
            self.used,
            self.left_out
        );
        let cell = |value: Option<f64>, interval: Option<Interval>| match (value, interval) {
            (Some(v), Some(i)) => format!("{v:.3} [{:.3}, {:.3}]", i.low, i.high),
            (Some(v), None) => format!("{v:.3}"),
            (None, _) => "undefined".to_owned(),
        };
        match (self.chance_first, self.chance_share) {
            (None, None) => {}
            (first, share) => {
                text += "chance, of the variance of all games:";
                if first.is_some() {
                    text += &format!(" {} by itself", cell(first, self.chance_first_interval));
                }
                if let Some(share) = share {
                    text += &format!(
                        "{} {share:.3} with all it does together with factors",
                        if first.is_some() { "," } else { "" }
                    );
                }
                text += "; the factors the rest\n";
            }
        }
        if order.iter().all(|index| index.total.is_none()) {
            text += "The measure does not vary over the base rows: no index is defined. More base rows may tell, \
                     or a measure with more grades than 0 and 1.\n";
            return text;
        }
        text += &format!("{:width$}  {:>25}  {:>25}\n", "factor", "first order", "total order");
        for i in &order {
            text += &format!(
                "{:width$}  {:>25}  {:>25}{}\n",
                i.factor,
                cell(i.first, i.first_interval),
                cell(i.total, i.total_interval),
                if i.failed { "  failed: outside 0 to 1 by more than its interval" } else { "" }
            );
        }
        if !self.second_order.is_empty() {
            let mut pairs: Vec<&SecondOrder> = self.second_order.iter().collect();
            pairs.sort_by(|a, b| b.index.unwrap_or(-1.0).total_cmp(&a.index.unwrap_or(-1.0)));
            let name = |p: &SecondOrder| format!("{} with {}", p.first, p.second);
            let width = pairs.iter().map(|p| name(p).chars().count()).fold(6, usize::max);
            text += &format!("\n{:width$}  {:>25}\n", "pair", "second order");
            for pair in pairs {
                let failed = if pair.failed { "  failed: outside 0 to 1 by more than its interval" } else { "" };
                text += &format!("{:width$}  {:>25}{failed}\n", name(pair), cell(pair.index, pair.interval));
            }
        }
        if let Some(refusal) = self.refusal {
            text += &format!("no intervals: {refusal}\n");
        }
        text
    }
}

impl Words for Restriction {
    fn words(&self) -> String {
        match (self.low, self.high) {
            (Some(low), Some(high)) => format!("{low:.4} ≤ {} ≤ {high:.4}", self.factor),
            (Some(low), None) => format!("{low:.4} ≤ {}", self.factor),
            (None, Some(high)) => format!("{} ≤ {high:.4}", self.factor),
            (None, None) => format!("{} in {{{}}}", self.factor, self.options.join(", ")),
        }
    }
}

impl Words for PrimBox {
    fn words(&self) -> String {
        let rule: Vec<String> = self.restrictions.iter().map(Words::words).collect();
        format!(
            "coverage {:.2}, density {:.2}, mass {:.2}: {}",
            self.coverage,
            self.density,
            self.mass,
            if rule.is_empty() { "no restriction".to_owned() } else { rule.join(" and ") }
        )
    }
}

impl Words for Cart {
    fn words(&self) -> String {
        let mut text = format!(
            "{} games used, {} left out; densities are of these games, no interval is claimed\n",
            self.used, self.left_out
        );
        for leaf in &self.leaves {
            let rule: Vec<String> = leaf.restrictions.iter().map(Words::words).collect();
            text += &format!(
                "density {:.2}, coverage {:.2}, {} games: {}\n",
                leaf.density,
                leaf.coverage,
                leaf.games,
                if rule.is_empty() { "all".to_owned() } else { rule.join(" and ") }
            );
        }
        text
    }
}

impl Words for SequentialReport {
    fn words(&self) -> String {
        let what = match self.decision {
            None => "not yet decided",
            Some(Decision::FirstBetter) => "the first is better",
            Some(Decision::NotBetter) => "the first is not better by the effect",
            Some(Decision::NoDifference) => "no difference: every pair came out equal",
            Some(Decision::Undecided) => "undecided at the maximum of pairs",
        };
        let mut text = format!("{what} after {} pairs", self.pairs);
        if self.left_out > 0 {
            text += &format!(", {} of them without a result", self.left_out);
        }
        if let Some(mean) = self.mean_difference {
            text += &format!("; mean difference so far {mean:.6}{}", stopped(self));
        }
        text
    }
}

/// What to say after the mean of a test that stopped when it said something; nothing of one that went on to its last pair.
#[must_use]
pub const fn stopped(report: &SequentialReport) -> &'static str {
    match report.decision {
        Some(Decision::FirstBetter | Decision::NotBetter) => ", biased because the test chose when to stop",
        _ => "",
    }
}

impl Words for Convergence {
    fn words(&self) -> String {
        let Some(last) = self.points.last() else { return "no games were played".to_owned() };
        let (played, target) = (last.games, two_digits(self.target_half_width));
        if let Some(refusal) = last.estimate.refusal {
            return format!("{played} games do not tell how many are enough: {refusal}");
        }
        if self.reached {
            return format!("{played} games give the half-width of {target} that was asked for");
        }
        let needed = match (self.rows_needed, self.replications_needed) {
            (Some(rows), Some(replications)) => format!("about {rows} rows and {replications} replications of each"),
            (Some(rows), None) => format!("about {rows} rows"),
            (None, Some(replications)) if last.estimate.units == last.estimate.used => format!("about {replications}"),
            (None, Some(replications)) => format!("about {replications} replications of each row"),
            (None, None) => return format!("{played} games do not tell how many are enough"),
        };
        format!("{played} games are too few: a half-width of {target} needs {needed}")
    }
}

/// A number to two significant digits.
fn two_digits(x: f64) -> f64 {
    format!("{x:.1e}").parse().unwrap_or(x)
}

impl Words for PairedDifference {
    fn words(&self) -> String {
        let Some(mean) = self.mean else {
            return format!("no pair of games has two results; {} left out", self.left_out);
        };
        let mut text = format!("difference {mean:.6}");
        if let Some(i) = self.interval {
            text += &format!(" [{:.6}, {:.6}] at {:.0} %", i.low, i.high, 100.0 * i.level);
        }
        text += &format!(" over {} pairs, {} of them equal, {} left out", self.used, self.zero, self.left_out);
        text += &saved(self.games_saved, self.used);
        match self.refusal {
            Some(Refusal::Constant) => text + "; no pair differs",
            Some(refusal) => format!("{text}; no interval: {refusal}"),
            None => text,
        }
    }
}

impl Words for Difference {
    fn words(&self) -> String {
        let Some(mean) = self.mean else {
            return format!("no pair of games has two results; {} left out", self.left_out);
        };
        let mut text = format!("difference {mean:.6}");
        if let Some(i) = self.interval {
            text += &format!(" [{:.6}, {:.6}] at {:.0} %", i.low, i.high, 100.0 * i.level);
        }
        text += &format!(" over {} pairs, {} of them equal, {} left out", self.used, self.zero, self.left_out);
        text += &saved(self.games_saved, self.used);
        match (self.refusal, self.verdict, self.margin) {
            (Some(Refusal::Constant), ..) if self.zero == self.used => {
                text += "\nno pair differs; that rules out no difference that is rarer than about one in as many pairs";
            }
            (Some(Refusal::Constant), ..) => text += "\nevery pair differs by the same",
            (Some(refusal), ..) => text += &format!("\nno interval: {refusal}"),
            (None, DifferenceVerdict::Equivalent, Some(margin)) => {
                text += &format!("\nwithin the margin of {margin} that counts as no difference");
            }
            _ => {}
        }
        text
    }
}

impl Words for Survival {
    fn words(&self) -> String {
        let mut text = format!("{} games used, {} left out\n", self.used, self.left_out);
        text += &format!("{:>6}  {:>8}  {:>6}  {:>24}\n", "time", "at risk", "events", "survival");
        for s in self.steps.iter().filter(|s| s.events > 0) {
            let cell = match s.interval {
                Some(i) => format!("{:.3} [{:.3}, {:.3}]", s.survival, i.low, i.high),
                None => format!("{:.3}", s.survival),
            };
            text += &format!("{:>6}  {:>8}  {:>6}  {cell:>24}\n", s.time, s.at_risk, s.events);
        }
        text += &match self.median {
            Some(median) => format!("half are gone by {median}\n"),
            None => "more than half survive as long as they were observed\n".to_owned(),
        };
        if let Some(refusal) = self.refusal {
            text += &format!("no intervals: {refusal}\n");
        }
        text
    }
}

/// What pairing saved; of fewer pairs than an interval needs the variances tell nothing.
fn saved(saved: Option<f64>, pairs: u64) -> String {
    match saved.filter(|_| pairs >= LEAST_UNITS as u64) {
        Some(times) if times > MANY => format!("; pairing did the work of more than {MANY:.0} times as many games"),
        Some(times) if times > 1.05 => format!("; pairing did the work of {times:.1} times as many games"),
        Some(times) if times < 0.95 => {
            format!("; pairing cost precision: unpaired games would need {times:.2} times as many")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use marchland_statistics::{Independence, convergence, estimate_difference, kaplan_meier, paired_difference};

    use super::*;

    #[test]
    fn how_many_games_are_enough_is_told() {
        let values: Vec<f64> = (0..100).map(|i| f64::from(2 * (i % 2) - 1)).collect();
        let words = |how: &Independence| convergence(&values, how, 0.95, 0.1).words();
        assert!(words(&Independence::games(100)).starts_with("100 games are too few: a half-width of 0.1 needs about"));
        assert!(words(&Independence::common(100, 1)).contains("one sequence of shocks"));
        // Games that ended before what is measured have none of it; the rest are games of one setting all the same.
        let some: Vec<f64> = (0..100).map(|i| if i < 40 { f64::NAN } else { f64::from(i % 2) }).collect();
        let told = convergence(&some, &Independence::games(100), 0.95, 0.029_880_715).words();
        assert!(told.contains("a half-width of 0.03 needs about") && !told.contains("of each row"), "{told}");
    }

    #[test]
    fn differences_say_their_interval_or_why_there_is_none() {
        let (first, second) = ([3.0, 5.0, 4.0, 6.0].repeat(4), [2.0, 2.0, 2.0, 4.0].repeat(4));
        let told = paired_difference(&first, &second, 0.95).words();
        assert!(told.starts_with("difference 2.000000 [") && told.contains("over 16 pairs"), "{told}");
        let few = paired_difference(&first[..4], &second[..4], 0.95).words();
        assert!(few.contains("4 games are too few for an interval: run at least 16"), "{few}");
        assert!(told.contains("; pairing ") && !few.contains("; pairing "), "{told}\n{few}");
        let first: Vec<f64> = (0..64).map(f64::from).collect();
        let second: Vec<f64> = first.iter().map(|x| x - 6.0).collect();
        let one = estimate_difference(&first, &second, &Independence::common(64, 1), 0.95, Some(100.0));
        assert!(one.words().contains("one sequence of shocks"), "{}", one.words());
    }

    #[test]
    fn survival_tells_when_half_are_gone() {
        let curve = kaplan_meier(&[1.0, 2.0, 3.0, 4.0], &[true; 4], &Independence::games(4), 0.95);
        assert!(curve.words().contains("half are gone by 2"), "{}", curve.words());
    }

    #[test]
    fn lost_decisions_are_told_by_seat() {
        let mut lost = LostDecisions { games: 3, forfeited: 1, ..LostDecisions::default() };
        lost.players.insert("b".into(), marchland_play::SeatLosses { lost: 5, of: 40, games: 2 });
        let told = lost.words();
        assert!(told.contains("the program of b lost 5 of 40 decisions in 2 of 3 games"), "{told}");
        assert!(told.contains("1 of 3 games are forfeited"), "{told}");
        assert!(LostDecisions::default().words().is_empty());
    }
}
