//! Exit and succession: how office is lost, who takes it, and what the newcomer inherits.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, logistic, max, min};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::mechanisms::{Mechanism, Office};
use marchland_sim::world::{Clock, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::kernels::competing_risks::competing;
use crate::state::country::{Coercion, ExitMode, Fall, IrregularExit, Legitimacy, Palace, Residual, Tension, War};
use crate::state::elite::Elite;
use crate::state::movement::Movement;
use crate::state::polity::Polity;
use crate::state::reading::row;
use crate::state::region::{Crowd, Harm};

constants! {
    /// Constants of exit and succession.
    pub struct ExitConstants {
        /// Size of the crowd in the capital that brings down a government without loyal force, even odds within a month.
        crowd = "exit_crowd",
        /// What full loyal force adds to that size.
        force = "exit_force",
        /// What the leaving of all elites takes off it.
        defection = "exit_defection",
        /// Width of the step.
        width = "exit_width",
        /// Weight of those who have left at which the rest give up within a month as often as not.
        desertion = "exit_desertion",
        /// Width of that step.
        desertion_width = "exit_desertion_width",
        /// Chance within a month of a handover by serious talks under a full guarantee and a great crowd.
        handover = "exit_handover",
        /// Chance that a leader without guarantee, beaten by the street, leaves by agreement.
        agreement = "exit_agreement",
        /// What a full guarantee and serious talks add to it.
        agreement_guarantee = "exit_agreement_guarantee",
        /// Chance that a coup leaves the ruling group in power.
        insider = "exit_insider",
        /// Months of an interim.
        interim = "exit_interim",
        /// Legitimacy that a newcomer gains of what is missing.
        honeymoon = "exit_honeymoon",
        /// Share of the crowd that stays out after a fall.
        crowd_left = "exit_crowd_left",
        /// Loyalty of elites to a newcomer.
        loyalty = "exit_loyalty",
        /// Share of a guarantee's credibility that fades in a month.
        guarantee_decay = "exit_guarantee_decay",
        /// Share of the seriousness of talks that fades in a month.
        dialogue_decay = "exit_dialogue_decay",
        /// Crowd in the capital below which nothing falls to the street.
        quiet = "exit_quiet",
        /// Crowd in the capital from which a deserted government falls to the street, not to its own.
        street = "exit_street",
        /// Share of the chance of a handover that is left without any guarantee.
        handover_bare = "exit_handover_bare",
        /// Crowd in the capital that presses talks with full weight.
        handover_crowd = "exit_handover_crowd",
        /// Share of a guarantee's pull that is left without talks.
        agreement_bare = "exit_agreement_bare",
        /// Honeymoon of a newcomer from inside, where one by popular will has 1.
        credit_insider = "exit_credit_insider",
        /// Honeymoon of a newcomer by arms, on the same scale.
        credit_arms = "exit_credit_arms",
        /// What a change by popular will adds to openness.
        opening = "exit_opening",
        /// Share of repression that outlives such a change.
        repression_left = "exit_repression_left",
        /// Share of an opposition's mobilisation that outlives a fall.
        mobilising_left = "exit_mobilising_left",
        /// Share of a region's resentment that outlives a fall.
        resentment_left = "exit_resentment_left",
        /// What a change inside the group adds to division at the top.
        split_insider = "exit_split_insider",
        /// What a change from outside adds to it.
        split_outsider = "exit_split_outsider",
        /// How much nearer those who had left stand to the newcomer.
        nearer = "exit_nearer",
        /// Chance of a purge that an elite sees under a newcomer.
        wariness = "exit_wariness",
        /// Share of division that is left after a foiled plot.
        foiled_split = "exit_foiled_split",
        /// Intensity of the purge after a foiled plot.
        foiled_purge = "exit_foiled_purge",
        /// What a foiled plot adds to repression.
        foiled_repression = "exit_foiled_repression",
    }
}

/// Chance within a month that the street brings the government down: logistic in the crowd of the
/// capital against what loyal force withstands. No campaign past 3.5 % of the population failed
/// (Chenoweth & Stephan 2011), which is an all-out crowd of a mobilisable pool of 2–5 %.
#[must_use]
pub fn uprising(crowd: f64, loyal_force: f64, defected: f64, c: &ExitConstants) -> f64 {
    // Where nobody is out, nothing falls to the street.
    if crowd < c.quiet {
        return 0.0;
    }
    logistic((crowd - c.crowd - c.force * loyal_force + c.defection * defected) / c.width)
}

/// Chance within a month that a government which its own have left gives up: those who have left
/// against what holds the rest (Svolik 2012; Casper & Tyson 2014).
#[must_use]
pub fn desertion(defected: f64, c: &ExitConstants) -> f64 {
    if defected <= 0.0 { 0.0 } else { logistic((defected - c.desertion) / c.desertion_width) }
}

/// Chance within a month that talks end in a handover; a guarantee lowers what the leader loses by
/// it (Escribà-Folch & Krcmaric 2017; Walter 1997).
#[must_use]
pub fn handover(dialogue: f64, guarantee: f64, crowd: f64, c: &ExitConstants) -> f64 {
    c.handover * dialogue * (c.handover_bare + (1.0 - c.handover_bare) * guarantee) * min(1.0, crowd / c.handover_crowd)
}

/// Chance that a leader beaten by the street, or left by his own, goes by agreement instead of
/// fleeing or being removed.
#[must_use]
pub fn agreement(dialogue: f64, guarantee: f64, c: &ExitConstants) -> f64 {
    let pull = guarantee * (c.agreement_bare + (1.0 - c.agreement_bare) * dialogue);
    clamp(c.agreement + c.agreement_guarantee * pull, 0.0, 1.0)
}

/// What may strike a government within a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blow {
    Uprising,
    Coup,
    Insurgents,
    Handover,
    Election,
    Death,
    Desertion,
}

impl Blow {
    /// The way out of office that it is. A government that its own have left falls to the street where
    /// there is one, else to them.
    fn mode(self, street: bool) -> ExitMode {
        match self {
            Self::Uprising => ExitMode::Uprising,
            Self::Coup => ExitMode::Coup,
            Self::Insurgents => ExitMode::Insurgents,
            Self::Handover => ExitMode::Negotiated,
            Self::Election => ExitMode::Elected,
            Self::Death => ExitMode::Natural,
            Self::Desertion if street => ExitMode::Uprising,
            Self::Desertion => ExitMode::Coup,
        }
    }
}

/// The law of exit and succession.
pub(crate) const EXIT: Mechanism = Mechanism {
    name: "exit",
    called: "the struggle for office",
    meaning: "Draws, as competing risks, whether office is lost in this step and how; the acting successor and the new \
              administration take office, and inherit what the fall left.",
    equations: "P(uprising) = logit⁻¹((a_capital − a0 − w·loyal force + v·defected)/s); P(handover) = h·dialogue·\
                (b + (1 − b)·guarantee)·min(1, a/a1); P(desertion) = logit⁻¹((defected − d0)/s); coup and insurgents from their laws; elected and natural as residuals; \
                hazards −ln(1 − p) add up over causes and time; acting: the constitutional heir where the office \
                falls vacant, else by the elites' weights",
    source: "Chenoweth & Stephan 2011; Escribà-Folch & Krcmaric 2017; Walter 1997; regime failure after Geddes, Wright & \
             Frantz 2014; what a newcomer inherits is our choice",
    parameters: ExitConstants::NAMES,
    populations: &[],
    terms: &[],
    columns: |set| set.add::<Fall>(),
    needs: |needs| {
        needs.succession().law("means", "who is in office");
    },
    build: |build| {
        Polity::insert(build);
        build.system(appraise);
        build.system(leave);
    },
    constants: ExitConstants::read,
    start: |world| {
        world.run_system_cached(appraise).expect("the system's resources stand");
    },
};

const EXIT_DRAW: u64 = name_hash("exit.draw");

/// Which elite's head acts until the interim ends, of `(row, whether it is the constitutional heir, weight)`
/// each. Where the office falls vacant by agreement or by nature, the heir; where there is none after a natural
/// exit, and after a coup from within, the elites contend and win by their weights. A crowd, an army or voters bring
/// their own.
fn acting<I: Iterator<Item = (usize, bool, f64)>>(
    mode: ExitMode,
    insider: bool,
    claims: impl Fn() -> I,
    draw: f64,
) -> Option<usize> {
    if matches!(mode, ExitMode::Negotiated | ExitMode::Natural)
        && let Some((heir, ..)) = claims().find(|(_, heir, _)| *heir)
    {
        return Some(heir);
    }
    if mode != ExitMode::Natural && !(mode == ExitMode::Coup && insider) {
        return None;
    }
    let mut left = draw * claims().fold(0.0, |sum, (.., weight)| sum + weight);
    claims()
        .filter(|(.., weight)| *weight > 0.0)
        .find(|(.., weight)| {
            left -= weight;
            left < 0.0
        })
        .map(|(row, ..)| row)
}

/// Writes down an exit by its mode.
fn record(fall: &mut Fall, mode: ExitMode, insider: bool, turn: u32, interim: f64) {
    fall.exit_mode.set(mode);
    fall.exit_turn = f64::from(turn);
    if let Some(way) = mode.irregular()
        && fall.first_irregular_exit.get() == IrregularExit::None
    {
        fall.first_irregular_exit.set(way);
        fall.irregular_exit_turn = f64::from(turn);
    }
    fall.leader_exited.set(true);
    if !insider {
        fall.regime_failed.set(true);
    }
    // An elected successor needs no interim; a lawful succession half of one.
    fall.interim_months = match mode {
        ExitMode::Elected => 0.0,
        ExitMode::Natural => 0.5 * interim,
        _ => interim,
    };
    fall.exit_guarantee_old = 0.0;
    fall.dialogue = 0.0;
}

/// The chances of a month.
fn appraise(
    c: Res<ExitConstants>,
    mut falls: Query<&mut Fall>,
    palaces: Query<&Palace>,
    tensions: Query<&Tension>,
    residuals: Query<&Residual>,
    wars: Query<&War>,
) {
    for (country, fall) in falls.rows_mut().iter_mut().enumerate() {
        let palace = row(palaces.rows(), country);
        let crowd = row(tensions.rows(), country).capital_crowd;
        fall.uprising_risk = uprising(crowd, palace.loyal_force, palace.defected_weight, &c);
        fall.desertion_risk = desertion(palace.defected_weight, &c);
        fall.handover_risk = handover(fall.dialogue, fall.exit_guarantee_old, crowd, &c);
        let coup = 1.0
            - (1.0 - palace.coup_risk * palace.coup_success * (1.0 - c.insider))
                * (1.0 - fall.desertion_risk * (1.0 - c.insider));
        let insurgents = row(wars.rows(), country).insurgent_victory_risk;
        let elected = row(residuals.rows(), country).elected_risk;
        fall.fall_risk = 1.0
            - (1.0 - fall.uprising_risk)
                * (1.0 - fall.handover_risk)
                * (1.0 - coup)
                * (1.0 - insurgents)
                * (1.0 - elected);
    }
}

/// Who leaves office in this step, and what the newcomer finds.
#[allow(clippy::too_many_arguments, reason = "a change of government touches each of these columns")]
fn leave(
    (clock, c, polity): (Res<Clock>, Res<ExitConstants>, Res<Polity>),
    mut falls: Query<&mut Fall>,
    mut offices: Query<&mut Office>,
    mut legitimacies: Query<&mut Legitimacy>,
    mut palaces: Query<&mut Palace>,
    mut elites: Query<&mut Elite>,
    mut movements: Query<&mut Movement>,
    mut coercions: Query<&mut Coercion>,
    mut tensions: Query<&mut Tension>,
    mut crowds: Query<&mut Crowd>,
    mut harms: Query<&mut Harm>,
    residuals: Query<&Residual>,
    wars: Query<&War>,
) {
    for (country, fall) in falls.rows_mut().iter_mut().enumerate() {
        let interim = fall.interim_months > 0.0;
        fall.interim_months = max(0.0, fall.interim_months - clock.months);
        if interim && fall.interim_months == 0.0 {
            act(country, None, &mut elites, &polity);
        }
        fall.coup_attempted.set(false);
        let palace = row(palaces.rows(), country);
        let residual = row(residuals.rows(), country);
        let insurgents = row(wars.rows(), country).insurgent_victory_risk;
        let risks = [
            (Blow::Uprising, fall.uprising_risk),
            (Blow::Coup, palace.coup_risk),
            (Blow::Insurgents, insurgents),
            (Blow::Handover, fall.handover_risk),
            (Blow::Election, residual.elected_risk),
            (Blow::Death, residual.natural_risk),
            (Blow::Desertion, fall.desertion_risk),
        ];
        let draw = clock.stream(polity.country_names[country], EXIT_DRAW);
        let struck = competing(&risks.map(|(_, chance)| chance), clock.months, draw.uniform()).map(|at| risks[at].0);
        let promise = (fall.dialogue, fall.exit_guarantee_old);
        fall.exit_guarantee_old = towards(fall.exit_guarantee_old, 0.0, c.guarantee_decay, clock.months);
        fall.guarantee_new = towards(fall.guarantee_new, 0.0, c.guarantee_decay, clock.months);
        fall.dialogue = towards(fall.dialogue, 0.0, c.dialogue_decay, clock.months);
        let Some(blow) = struck else { continue };
        let second = draw.at(1).uniform();
        let mut mode = blow.mode(row(tensions.rows(), country).capital_crowd > c.street);
        let deserted = blow == Blow::Desertion;
        let mut insider = mode == ExitMode::Natural;
        // Either way the beaten may go by agreement; whom a plot strikes is not asked.
        if (mode == ExitMode::Uprising || deserted) && second < agreement(promise.0, promise.1, &c) {
            mode = ExitMode::Negotiated;
        }
        if mode == ExitMode::Coup && deserted {
            insider = draw.at(2).uniform() < c.insider;
        } else if mode == ExitMode::Coup {
            fall.coup_attempts += 1.0;
            fall.coup_attempted.set(true);
            if second >= palace.coup_success {
                foiled(country, &c, &mut palaces, &mut coercions);
                continue;
            }
            insider = draw.at(2).uniform() < c.insider;
        }
        record(fall, mode, insider, clock.moment.turn.0, c.interim);
        if let (Some(old), Some(new)) = (polity.head[country], polity.successor[country]) {
            offices.rows_mut()[old].in_office.set(false);
            offices.rows_mut()[new].in_office.set(true);
        }
        inherit_people(country, mode, &c, &mut legitimacies, &mut movements, &polity);
        inherit_streets(country, mode, &c, (&mut tensions, &mut crowds, &mut harms), &polity);
        inherit_palace(country, insider, &c, &mut palaces, &mut elites, &polity);
        let claims = || {
            let own = elites.rows().iter().zip(&polity.elite_country).enumerate();
            own.filter(|(_, (_, home))| **home == country)
                .map(|(row, (elite, _))| (row, elite.heir.get(), elite.weight))
        };
        let successor = acting(mode, insider, claims, draw.at(3).uniform());
        act(country, successor, &mut elites, &polity);
        if let Some(own) = coercions.rows_mut().get_mut(country).filter(|_| mode.is_popular()) {
            own.repression *= c.repression_left;
        }
    }
}

/// A coup that failed: the division is bared, and paid for.
fn foiled(country: usize, c: &ExitConstants, palaces: &mut Query<&mut Palace>, coercions: &mut Query<&mut Coercion>) {
    if let Some(palace) = palaces.rows_mut().get_mut(country) {
        palace.elite_split *= c.foiled_split;
        palace.purge = max(palace.purge, c.foiled_purge);
    }
    if let Some(own) = coercions.rows_mut().get_mut(country) {
        own.repression = min(1.0, own.repression + c.foiled_repression);
    }
}

/// Notes who acts for the head of state; its own people stand by it, and the others' posts end.
fn act(country: usize, successor: Option<usize>, elites: &mut Query<&mut Elite>, polity: &Polity) {
    for (row, elite) in elites.rows_mut().iter_mut().enumerate() {
        if polity.elite_country[row] == country {
            elite.acting.set(successor == Some(row));
            if elite.acting.get() {
                elite.loyalty = 1.0;
            }
        }
    }
}

fn inherit_people(
    country: usize,
    mode: ExitMode,
    c: &ExitConstants,
    legitimacies: &mut Query<&mut Legitimacy>,
    movements: &mut Query<&mut Movement>,
    polity: &Polity,
) {
    // A newcomer by the people's will has more credit than one by a plot or by arms.
    let credit = match mode {
        ExitMode::Uprising | ExitMode::Negotiated | ExitMode::Elected => 1.0,
        ExitMode::Coup | ExitMode::Natural => c.credit_insider,
        ExitMode::Insurgents | ExitMode::None => c.credit_arms,
    };
    if let Some(own) = legitimacies.rows_mut().get_mut(country) {
        own.legitimacy += c.honeymoon * credit * (1.0 - own.legitimacy);
        own.fraud = 0.0;
        own.verdict = 0.0;
        if mode.is_popular() {
            own.reform = min(1.0, own.reform + c.opening);
        }
    }
    for (own, _) in movements.rows_mut().iter_mut().zip(&polity.movement_country).filter(|(_, home)| **home == country)
    {
        own.mobilising *= c.mobilising_left;
        if mode.is_popular() {
            own.liberty = 1.0;
        }
    }
}

fn inherit_streets(
    country: usize,
    mode: ExitMode,
    c: &ExitConstants,
    (tensions, crowds, harms): (&mut Query<&mut Tension>, &mut Query<&mut Crowd>, &mut Query<&mut Harm>),
    polity: &Polity,
) {
    let own = |region: usize| polity.region_country[region] == country;
    for (region, crowd) in crowds.rows_mut().iter_mut().enumerate().filter(|(region, _)| own(*region)) {
        crowd.unrest *= c.crowd_left;
        if let Some(harm) = harms.rows_mut().get_mut(region) {
            harm.resentment *= c.resentment_left;
            harm.crackdown = 0.0;
        }
    }
    if let Some(tension) = tensions.rows_mut().get_mut(country) {
        tension.unrest *= c.crowd_left;
        tension.capital_unrest *= c.crowd_left;
        tension.capital_crowd *= c.crowd_left;
        if mode == ExitMode::Uprising {
            tension.prior_uprising = 1.0;
        }
    }
}

fn inherit_palace(
    country: usize,
    insider: bool,
    c: &ExitConstants,
    palaces: &mut Query<&mut Palace>,
    elites: &mut Query<&mut Elite>,
    polity: &Polity,
) {
    if let Some(palace) = palaces.rows_mut().get_mut(country) {
        palace.purge = 0.0;
        // Who shall have what is open again, and the more so after a change from outside.
        palace.elite_split = min(1.0, palace.elite_split + if insider { c.split_insider } else { c.split_outsider });
        palace.defected_weight = 0.0;
    }
    for (elite, _) in elites.rows_mut().iter_mut().zip(&polity.elite_country).filter(|(_, home)| **home == country) {
        // Those who had left the old order stand nearer to the new one.
        let nearer = if elite.defected.get() { c.nearer } else { 0.0 };
        elite.loyalty = clamp(c.loyalty + nearer, 0.0, 1.0);
        elite.defected.set(false);
        elite.split = 0.0;
        elite.purge_risk = c.wariness;
    }
}

#[cfg(test)]
mod tests {
    use super::ExitMode::{Coup, Elected, Insurgents, Natural, Negotiated, Uprising};
    use super::acting;

    #[test]
    fn the_constitution_names_who_acts_and_else_the_weights_decide() {
        let court = |heir: bool| move || [(2, false, 0.5), (3, heir, 0.1), (5, false, 0.4)].into_iter();
        // Natural exit and agreement: the heir, whatever the draw.
        for (mode, draw) in [(Natural, 0.0), (Natural, 0.99), (Negotiated, 0.3)] {
            assert_eq!(acting(mode, mode == Natural, court(true), draw), Some(3));
        }
        // Nobody by right: weights after a natural exit, nobody of the court after an agreement.
        assert_eq!(acting(Natural, true, court(false), 0.49), Some(2));
        assert_eq!(acting(Natural, true, court(false), 0.51), Some(3));
        assert_eq!(acting(Natural, true, court(false), 0.99), Some(5));
        assert_eq!(acting(Negotiated, false, court(false), 0.49), None);
        // A coup from within goes by weights even past the heir; one from without brings its own.
        assert_eq!(acting(Coup, true, court(true), 0.2), Some(2));
        assert_eq!(acting(Coup, false, court(true), 0.2), None);
        for mode in [Uprising, Insurgents, Elected] {
            assert_eq!(acting(mode, false, court(true), 0.2), None);
        }
        assert_eq!(acting(Natural, true, || [].into_iter(), 0.5), None);
    }
}
