//! Signals: what public words stake, what others come to believe, and what hedging risks.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max, probability_over};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, Ids, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::{Alignment, Hedging};
use crate::state::player::Sender;
use crate::state::reading::row;

constants! {
    /// Constants of signalling.
    pub struct SignalConstants {
        /// Audience cost that an irresolute player risks half as readily as a resolute one.
        bluff = "signals_bluff_cost",
        /// Growth of staked cost in a month of full instability, as a share.
        escalation = "signals_escalation",
        /// Share of staked cost forgotten in a month.
        fade = "signals_fade",
        /// Share of the distance to its prior that belief in resolve closes in a month.
        forgetting = "signals_forgetting",
        /// Probability that one contact-month comes out within a month.
        leak = "signals_leak_contact_month",
        /// Share of contacts that can no longer come out after a month.
        cooling = "signals_contacts_cooling",
        /// Share of the distance to its base that insight closes in a month.
        staleness = "signals_insight_staleness",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        WORDS_HEARD_ABROAD = "the words heard abroad",
        FADING_MEMORY = "fading memory",
    }
}

/// The law of signals.
pub(crate) const SIGNALS: Mechanism = Mechanism {
    name: "signals",
    called: "words and deeds",
    meaning: "Turns public words into stakes and beliefs by Bayes' rule, and contacts with successors into a risk.",
    equations: "odds(resolved)' = odds · (1 + α/α_bluff), or divided by it on backing down; belief → prior; \
                staked' = staked · (1 + g·instability − fade) + α; leak risk = 1 − (1 − q₀)^contacts",
    source: "Fearon 1994, 1997 (tying hands): a sender without resolve stakes α with probability 1/(1 + α/α_bluff) of a \
             resolute one's, our form; leaks by independent contacts: our choice",
    parameters: SignalConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Sender>();
        set.add::<Hedging>();
    },
    needs: |_| {},
    build,
    constants: SignalConstants::read,
    start: |_| {},
};

fn build(build: &mut Build<'_>) {
    build.system(speak);
}

/// How near to certain a belief comes: from certainty no evidence leads back.
const UNSURE: f64 = 0.01;

/// Belief in resolve after a signal that stakes `cost`, by Bayes' rule; after backing down the
/// same evidence counts the other way.
#[must_use]
pub fn believed(prior: f64, cost: f64, backed_down: bool, c: &SignalConstants) -> f64 {
    let ratio = 1.0 + cost / c.bluff;
    let odds = prior / (1.0 - prior);
    let odds = if backed_down { odds / ratio } else { odds * ratio };
    clamp(odds / (1.0 + odds), UNSURE, 1.0 - UNSURE)
}

/// Probability that contacts come out within a month.
#[must_use]
pub fn leak_risk(contacts: f64, c: &SignalConstants) -> f64 {
    if contacts > 0.0 { probability_over(c.leak, contacts) } else { 0.0 }
}

fn speak(
    clock: Res<Clock>,
    c: Res<SignalConstants>,
    ids: Local<Ids<Sender>>,
    mut ledger: ResMut<Ledger>,
    mut senders: Query<&mut Sender>,
    mut countries: Query<(&mut Hedging, Option<&Alignment>)>,
) {
    let (hedging, alignments) = countries.rows_mut();
    let trouble = row(alignments, 0).regional_instability;
    for (at, sender) in senders.rows_mut().iter_mut().enumerate() {
        let before = *sender;
        let mut heard = before.resolve;
        if before.signal > 0.0 {
            heard = believed(heard, before.signal, false, &c);
        }
        if before.backed_down.get() {
            heard = believed(heard, max(before.staked, c.bluff), true, &c);
        }
        sender.resolve = towards(heard, before.resolve_prior, c.forgetting, clock.months);
        let standing = if before.backed_down.get() { 0.0 } else { before.staked };
        let growth = (c.escalation * trouble - c.fade) * standing * clock.months;
        sender.staked = clamp(standing + growth + before.signal, 0.0, 1.0);
        sender.audience_cost = sender.staked;
        sender.signal = 0.0;
        sender.backed_down.set(false);
        sender.insight = towards(before.insight, before.insight_base, c.staleness, clock.months);
        if ledger.on() {
            let said = [ids.at(at, Sender::signal), ids.at(at, Sender::backed_down)];
            let terms = [
                Term { name: Terms::WORDS_HEARD_ABROAD, amount: heard - before.resolve, inputs: &said },
                Term {
                    name: Terms::FADING_MEMORY,
                    amount: sender.resolve - heard,
                    inputs: &[ids.at(at, Sender::resolve_prior)],
                },
            ];
            ledger.terms(ids.at(at, Sender::resolve), sender.resolve, &terms);
        }
    }
    hedge(&clock, &c, hedging);
}

fn hedge(clock: &Clock, c: &SignalConstants, hedging: &mut [Hedging]) {
    for hedging in hedging {
        hedging.leak_risk = leak_risk(hedging.contacts_mayor + hedging.contacts_premier, c);
        hedging.contacts_mayor = towards(hedging.contacts_mayor, 0.0, c.cooling, clock.months);
        hedging.contacts_premier = towards(hedging.contacts_premier, 0.0, c.cooling, clock.months);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::throughout;

    #[test]
    fn belief_follows_bayes_rule() {
        throughout(|value| {
            let c = SignalConstants::from_parameters(value);
            // Who lacks resolve risks the cost that is declared half as readily: from even odds to two in three, and
            // twice that cost a third as readily: to three in four.
            assert!((believed(0.5, c.bluff, false, &c) - 2.0 / 3.0).abs() < 1e-12, "{c:?}");
            assert!((believed(0.5, 2.0 * c.bluff, false, &c) - 0.75).abs() < 1e-12, "{c:?}");
            // The same evidence the other way takes it back.
            assert!((believed(believed(0.4, 0.3, false, &c), 0.3, true, &c) - 0.4).abs() < 1e-12, "{c:?}");
            // A gentle warning says less than an ultimatum.
            assert!(believed(0.5, 0.07, false, &c) < believed(0.5, 0.3, false, &c), "{c:?}");
        });
    }

    #[test]
    fn contacts_leak_as_independent_trials() {
        // V27, sign: more contacts, more risk; two contact-months as two draws of one.
        throughout(|value| {
            let c = SignalConstants::from_parameters(value);
            let safe = |contacts: f64| 1.0 - leak_risk(contacts, &c);
            assert!((safe(2.0) - safe(1.0) * safe(1.0)).abs() < 1e-12, "{c:?}");
            assert!((leak_risk(1.0, &c) - c.leak).abs() < 1e-12, "{c:?}");
            assert_eq!(leak_risk(0.0, &c), 0.0);
            assert!(leak_risk(3.0, &c) > leak_risk(1.0, &c), "{c:?}");
        });
    }
}
