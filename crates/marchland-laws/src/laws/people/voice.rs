//! Voice: how many of those who stay are ready to voice grievances in public.
//!
//! Exit, voice and loyalty (Hirschman 1970): what the people choose where they do not leave. Fear,
//! force and coordination are no part of it: the law of unrest weighs them, once.

use bevy_ecs::prelude::*;
use marchland_game::number::{logistic, max, min};
use marchland_game::vector::wide;
use marchland_game::{CHUNK, CohortView};
use marchland_sim::constants;
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::{CohortRules, Mechanism};
use marchland_sim::world::{Clock, Ids, RowsMut};

use crate::state::cohort::{CohortLayout, Hearing, Legal, Satisfaction, Voicing};
use crate::state::region::{Voice, Welfare};

constants! {
    /// Constants of voice.
    pub struct VoiceConstants {
        /// Sensitivity λ of the choice.
        sensitivity = "voice_lambda",
        /// Share of people who reconsider in a month.
        attention = "voice_attention",
        /// Advantage of voicing with no hardship and income as expected; negative: it costs.
        base = "voice_base",
        /// Weight of the region's hardship.
        hardship = "voice_hardship",
        /// Weight of a cohort's own income below what it expects.
        discontent = "voice_discontent",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        HARDSHIP = "hardship",
        EXAMPLE_HABIT_AND_LOSSES = "example, habit and losses",
    }
}

/// The law of voice.
pub(crate) const VOICE: Mechanism = Mechanism {
    name: "voice",
    called: "the mood of those who stay",
    meaning: "How many of those who stay are ready to voice grievances, by the people's own choice.",
    equations: "advantage = base + b_H hardship + b_s max(0, 1 − satisfaction); voice = mean over cohorts of the rule's choice; \
                outspoken = voice − logit⁻¹(λ (base + b_H hardship))",
    source: "exit, voice and loyalty: Hirschman 1970; relative deprivation: Gurr 1970",
    parameters: VoiceConstants::NAMES,
    populations: &["voice"],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Voice>();
        set.add::<Voicing>();
        set.add::<Hearing>();
        set.add::<Satisfaction>();
        set.add::<Legal>();
        set.add::<Welfare>();
    },
    needs: |needs| {
        needs.law("migration", "the cohorts and where they live");
    },
    build: |build| {
        build.system(speak);
        build.start(settle);
    },
    constants: VoiceConstants::read,
    start: |_| {},
};

/// The voice that hardship alone brings, by logit.
#[must_use]
pub fn by_hardship(hardship: f64, of: &VoiceConstants) -> f64 {
    logistic(of.sensitivity * (of.base + of.hardship * hardship))
}

/// A sum in four lanes, folded in order: the same bytes everywhere, and vector code.
fn folded(numbers: &[f64]) -> f64 {
    let (fours, rest) = numbers.as_chunks::<4>();
    let mut lanes = [0.0; 4];
    for four in fours {
        for at in 0..4 {
            lanes[at] += four[at];
        }
    }
    rest.iter().fold(lanes[0] + lanes[1] + lanes[2] + lanes[3], |sum, number| sum + number)
}

fn speak(
    clock: Res<Clock>,
    of: Res<VoiceConstants>,
    rules: Res<CohortRules>,
    mut layout: ResMut<CohortLayout>,
    mut regions: Query<(&mut Voice, &Welfare)>,
    mut cohorts: Query<(&mut Voicing, &mut Hearing, &Satisfaction)>,
    ids: (Local<Ids<Voice>>, Local<Ids<Welfare>>),
    mut ledger: ResMut<Ledger>,
) {
    let (voices, welfares) = regions.rows_mut();
    let (voicing, hearing, satisfaction) = cohorts.rows_mut();
    let layout = &mut *layout;
    let voicing: &mut [f64] = bytemuck::cast_slice_mut(voicing);
    let hearing: &mut [f64] = bytemuck::cast_slice_mut(hearing);
    let satisfaction: &[f64] = bytemuck::cast_slice(satisfaction);
    if voicing.is_empty() {
        return;
    }
    let rule = rules.of("voice");
    for (row, (range, own)) in layout.ranges.iter().zip(voices).enumerate() {
        let hardship = welfares.get(row).map_or(0.0, |welfare| welfare.hardship);
        let region = of.base + of.hardship * hardship;
        hearing[range.clone()].fill(own.voice);
        let mut sum = 0.0;
        for from in range.clone().step_by(CHUNK) {
            let chunk = from..(from + CHUNK).min(range.end);
            let len = chunk.len();
            let content = &satisfaction[chunk.clone()];
            let advantages = &mut layout.advantage[..len];
            wide(|| {
                for (advantage, satisfaction) in advantages.iter_mut().zip(content) {
                    *advantage = region + of.discontent * max(1.0 - *satisfaction, 0.0);
                }
            });
            let choosing = &mut voicing[chunk.clone()];
            layout.habit[..len].copy_from_slice(choosing);
            let view = CohortView {
                advantage: &layout.advantage[..len],
                network: &hearing[chunk],
                habit: &layout.habit[..len],
                satisfaction: content,
                sensitivity: of.sensitivity,
                attention: min(of.attention * clock.months, 1.0),
            };
            rule.choose(&view, choosing);
            sum += folded(choosing);
        }
        // Cohorts of a region stand for equally many people.
        own.voice = if range.is_empty() { 0.0 } else { min(sum / range.len() as f64, 1.0) };
        own.outspoken = own.voice - by_hardship(hardship, &of);
        if ledger.on() {
            let hardship = ids.1.at(row, Welfare::hardship);
            let voice = ids.0.at(row, Voice::voice);
            ledger.book(Terms::HARDSHIP, voice, own.voice, &[hardship]);
            let beyond = ids.0.at(row, Voice::outspoken);
            ledger.book(Terms::EXAMPLE_HABIT_AND_LOSSES, beyond, own.outspoken, &[voice, hardship]);
        }
    }
}

/// Voice where the region's hardship puts it.
fn settle(
    of: Res<VoiceConstants>,
    layout: Res<CohortLayout>,
    mut regions: Query<(&mut Voice, &Welfare)>,
    mut cohorts: Query<&mut Voicing>,
) {
    let cohorts = cohorts.rows_mut();
    let (voices, welfares) = regions.rows_mut();
    for (row, (own, welfare)) in voices.iter_mut().zip(welfares).enumerate() {
        let hardship = by_hardship(welfare.hardship, &of);
        if own.voice == 0.0 {
            own.voice = hardship;
        }
        own.outspoken = own.voice - hardship;
        if let Some(range) = layout.ranges.get(row) {
            cohorts[range.clone()].fill(Voicing { voicing: own.voice });
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sums_fold_every_number_once() {
        let numbers: Vec<f64> = (1..=11).map(f64::from).collect();
        assert_eq!(super::folded(&numbers), 66.0);
        assert_eq!(super::folded(&[]), 0.0);
    }
}
