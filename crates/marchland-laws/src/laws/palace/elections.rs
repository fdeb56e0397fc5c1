//! Elections: votes held by the calendar, how they are decided, and what a stolen one leaves.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, logistic, max, min};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Fixed, Ids, OptionalIds, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::{CountryWelfare, Fall, Legitimacy, Palace, Vote, VoteResult, Votes};
use crate::state::movement::Movement;
use crate::state::polity::Polity;
use crate::state::reading::{input, row};

constants! {
    /// Constants of the law of elections.
    pub struct ElectionConstants {
        /// Log odds that an incumbent at the references loses a vote on the head of state, or does not stand.
        loss = "elections_loss",
        /// What full openness adds.
        reform = "elections_reform",
        /// What full organisation of the opposition adds.
        opposition = "elections_opposition",
        /// What illegitimacy adds, from none to all.
        legitimacy = "elections_legitimacy",
        /// What the worst hardship adds, from none.
        hardship = "elections_hardship",
        /// What full division at the top adds.
        split = "elections_split",
        /// Share of these ends in which the incumbent does not stand.
        not_stood = "elections_not_stood",
        /// Chance that a vote in a closed system is stolen so that people see it.
        stolen = "elections_stolen",
        /// Weight of a vote on parliament, where one on the head of state counts 1.
        parliament = "elections_parliament",
        /// Share of the memory of a stolen vote that fades in a month.
        forgetting = "elections_forgetting",
        /// Fraud and condemnation that a stolen vote leaves.
        fraud = "elections_fraud",
        /// Share of both that outlives a vote that passes.
        closing = "elections_closing",
        /// Share of the legitimacy missing that a new order gains when voters confirm it.
        confirmation = "elections_confirmation",
    }
}

/// What a vote turns on.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Contest {
    /// Openness in [0, 1].
    pub reform: f64,
    /// Organisation of the opposition in [0, 1].
    pub opposition: f64,
    /// Legitimacy in [0, 1].
    pub legitimacy: f64,
    /// Hardship in [0, 1].
    pub hardship: f64,
    /// Division at the top.
    pub split: f64,
}

/// An ordinary autocracy: the base odds are those of there.
pub const REFERENCE: Contest = Contest { reform: 0.15, opposition: 0.1, legitimacy: 0.45, hardship: 0.25, split: 0.15 };

/// Chance that the incumbent loses a vote on the head of state, or does not stand: logistic, after Hyde & Marinov
/// (2012) on votes that can be lost, and Tucker (2007).
#[must_use]
pub fn loss(on: &Contest, c: &ElectionConstants) -> f64 {
    let r = &REFERENCE;
    logistic(
        c.loss
            + c.reform * (on.reform - r.reform)
            + c.opposition * (on.opposition - r.opposition)
            + c.legitimacy * (r.legitimacy - on.legitimacy)
            + c.hardship * (on.hardship - r.hardship)
            + c.split * (on.split - r.split),
    )
}

/// Counts a calendar down by a step: whether the vote falls into it, and what is left to the next.
#[must_use]
pub fn count_down(left: f64, every: f64, months: f64) -> (bool, f64) {
    if left <= 0.0 {
        return (false, 0.0);
    }
    let left = left - months;
    // A rest of weeks that rounding leaves is none.
    if left > 1e-9 { (false, left) } else { (true, every) }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        WHAT_A_VOTE_TURNS_ON = "what a vote turns on",
        COUNT = "the count",
        CONFIRMATION = "a new order confirmed by voters",
    }
}

/// The law of elections.
pub(crate) const ELECTIONS: Mechanism = Mechanism {
    name: "elections",
    called: "the calendar of votes",
    meaning: "Holds votes when the calendar says, decides whether they are won, stolen, lost or not stood for, and lets a stolen \
              one be remembered.",
    equations: "P(lost or not stood) = logit⁻¹(β0 + β'(x − x_ref)), x: openness, organisation, 1 − legitimacy, hardship, division; \
                else P(stolen) = s·(1 − openness); none between votes; stolen' = (1 − f)·stolen; at a referendum \
                L' = L + k·(1 − L)",
    source: "Hyde & Marinov 2012 (NELDA); Tucker 2007 on stolen votes; shares of ends at the polls: Geddes, Wright & Frantz 2014; the referendum of 27 June 2010 in Kyrgyzstan, its size our choice",
    parameters: ElectionConstants::NAMES,
    populations: &[],
    needs: |_| {},
    terms: Terms::ALL,
    columns: |set| set.add::<Votes>(),
    build: |build| {
        Polity::insert(build);
        build.system(hold);
    },
    constants: ElectionConstants::read,
    start: |_| {},
};

const COUNT: u64 = name_hash("elections.count");

/// Indicators of other laws that a vote turns on.
type InputIds<'w> = (
    Local<'w, OptionalIds<Legitimacy>>,
    Local<'w, OptionalIds<CountryWelfare>>,
    Local<'w, OptionalIds<Palace>>,
    Local<'w, OptionalIds<Movement>>,
);

/// Columns of a country that a vote turns on, and that it moves.
type Polled = (
    &'static mut Votes,
    Option<&'static mut Legitimacy>,
    Option<&'static Palace>,
    Option<&'static CountryWelfare>,
    Option<&'static Fall>,
);

fn hold(
    (clock, c, polity): (Res<Clock>, Res<ElectionConstants>, Local<Fixed<Polity>>),
    ids: Local<Ids<Votes>>,
    foreign: InputIds,
    mut ledger: ResMut<Ledger>,
    mut countries: Query<Polled>,
    movements: Query<&Movement>,
) {
    let (votes, legitimacies, palaces, welfares, falls) = countries.rows_mut();
    let movements = movements.rows();
    for (country, own) in votes.iter_mut().enumerate() {
        let standing = row(legitimacies, country);
        let movements = movements.iter().zip(&polity.movement_country).filter(|(_, home)| **home == country);
        let contest = Contest {
            reform: standing.reform,
            opposition: min(1.0, movements.fold(0.0, |sum, (movement, _)| sum + movement.organisation)),
            legitimacy: standing.legitimacy,
            hardship: welfares.get(country).map_or(REFERENCE.hardship, |welfare| welfare.hardship),
            split: palaces.get(country).map_or(REFERENCE.split, |palace| palace.elite_split),
        };
        own.loss_chance = loss(&contest, &c);
        own.stolen = towards(own.stolen, 0.0, c.forgetting, clock.months);
        let due = |left: &mut f64, every: f64| {
            let (held, rest) = count_down(*left, every, clock.months);
            *left = rest;
            held
        };
        let president = due(&mut own.president_in, own.president_every);
        let parliament = due(&mut own.parliament_in, own.parliament_every);
        let referendum = due(&mut own.referendum_in, 0.0);
        let vote = match (president, parliament, referendum) {
            (true, ..) => Vote::President,
            (false, true, _) => Vote::Parliament,
            (false, false, true) => Vote::Referendum,
            (false, false, false) => Vote::None,
        };
        own.vote.set(vote);
        if ledger.on() {
            let mut drivers = Vec::new();
            drivers.extend(input(&foreign.0, country, Legitimacy::reform));
            drivers.extend(input(&foreign.0, country, Legitimacy::legitimacy));
            drivers.extend(input(&foreign.1, country, CountryWelfare::hardship));
            drivers.extend(input(&foreign.2, country, Palace::elite_split));
            for at in (0..polity.movement_country.len()).filter(|at| polity.movement_country[*at] == country) {
                drivers.extend(input(&foreign.3, at, Movement::organisation));
            }
            ledger.book(Terms::WHAT_A_VOTE_TURNS_ON, ids.at(country, Votes::loss_chance), own.loss_chance, &drivers);
        }
        if vote == Vote::Referendum {
            own.vote_result.set(VoteResult::Won);
            if let Some(standing) = legitimacies.get_mut(country) {
                let before = standing.legitimacy;
                standing.legitimacy += c.confirmation * (1.0 - before);
                if ledger.on()
                    && let Some(legitimacy) = input(&foreign.0, country, Legitimacy::legitimacy)
                {
                    let inputs = [ids.at(country, Votes::vote)];
                    let term =
                        Term { name: Terms::CONFIRMATION, amount: standing.legitimacy - before, inputs: &inputs };
                    ledger.terms(legitimacy, standing.legitimacy, &[term]);
                }
            }
        }
        if matches!(vote, Vote::None | Vote::Referendum) {
            continue;
        }
        // Whoever takes over ad interim has a vote to win that nobody can call stolen from the old order.
        let interim = row(falls, country).interim_months > 0.0;
        let draw = clock.stream(polity.country_names[country], COUNT);
        let weight = if president { 1.0 } else { c.parliament };
        let result = if president && draw.uniform() < own.loss_chance {
            if draw.at(1).uniform() < c.not_stood { VoteResult::NotStood } else { VoteResult::Lost }
        } else if !interim && draw.at(2).uniform() < c.stolen * weight * (1.0 - standing.reform) {
            VoteResult::Stolen
        } else {
            VoteResult::Won
        };
        own.vote_result.set(result);
        let standing = legitimacies.get_mut(country);
        match (result, standing) {
            (VoteResult::Stolen, standing) => {
                own.stolen = 1.0;
                if let Some(standing) = standing {
                    standing.fraud = max(standing.fraud, c.fraud);
                    standing.verdict = clamp(standing.verdict + c.fraud * weight, 0.0, 1.0);
                }
            }
            // A vote that passes closes the account of the last one.
            (VoteResult::Won, Some(standing)) => {
                standing.fraud *= c.closing;
                standing.verdict *= c.closing;
            }
            _ => {}
        }
        if ledger.on() {
            let why = [ids.at(country, Votes::vote), ids.at(country, Votes::loss_chance)];
            ledger.book(Terms::COUNT, ids.at(country, Votes::vote_result), own.vote_result.number(), &why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    #[test]
    fn votes_fall_due_when_the_calendar_says_so_and_at_no_other_time() {
        // Tajikistan in April 2010: the vote of November 2013 is held in turn 44.
        let mut left = 44.0;
        let held: Vec<u32> = (1..=150)
            .filter(|_| {
                let (due, rest) = count_down(left, 84.0, 1.0);
                left = rest;
                due
            })
            .collect();
        assert_eq!(held, [44, 128]);
        // By weeks, the same month; none where none is held.
        let mut left = 2.0;
        let weeks = (1..=20).filter(|_| {
            let (due, rest) = count_down(left, 0.0, 0.25);
            left = rest;
            due
        });
        assert_eq!(weeks.collect::<Vec<_>>(), [8]);
        assert_eq!(count_down(0.0, 0.0, 1.0), (false, 0.0));
    }

    #[test]
    fn votes_are_lost_by_their_signs() {
        throughout(|value| {
            let c = ElectionConstants::from_parameters(value);
            let at = |on: Contest| loss(&on, &c);
            // An ordinary autocracy has the odds that are declared for one.
            let odds = at(REFERENCE) / (1.0 - at(REFERENCE));
            assert!((libm::log(odds) - c.loss).abs() < 1e-12, "{c:?}");
            assert!(at(Contest { reform: 0.6, ..REFERENCE }) > at(REFERENCE), "{c:?}");
            assert!(at(Contest { opposition: 0.5, ..REFERENCE }) > at(REFERENCE), "{c:?}");
            assert!(at(Contest { legitimacy: 0.7, ..REFERENCE }) < at(REFERENCE), "{c:?}");
            assert!(at(Contest { hardship: 0.6, ..REFERENCE }) > at(REFERENCE), "{c:?}");
            assert!(at(Contest { split: 0.6, ..REFERENCE }) > at(REFERENCE), "{c:?}");
        });
        let ordinary = loss(&REFERENCE, &ElectionConstants::from_parameters(&declared));
        assert!((0.04..0.12).contains(&ordinary), "{ordinary}");
    }
}
