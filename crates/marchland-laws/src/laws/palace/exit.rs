//! Exit and succession: how office is lost, who takes it, and what the newcomer inherits.

use bevy_ecs::prelude::*;
use marchland_game::IndicatorId;
use marchland_game::number::{clamp, logistic, max, min};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Mechanism, Office};
use marchland_sim::world::{Clock, Fixed, Ids, OptionalIds, RowsMut};

use crate::kernels::adjustment::towards;
use crate::kernels::competing_risks::competing;
use crate::state::country::{
    Coercion, Conspiracy, ExitMode as Way, Fall, IrregularExit, Legitimacy, Palace, Residual, Tension, Vote,
    VoteResult, Votes,
};
use crate::state::elite::{Elite, Scheme, Strike};
use crate::state::movement::Movement;
use crate::state::polity::Polity;
use crate::state::reading::{input, row};
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
        /// Months from a fall to a referendum on the new order.
        referendum = "exit_referendum",
        /// Months from a fall to a vote on parliament, which ends the interim.
        interim = "exit_interim",
        /// Months from a fall to a vote on the head of state.
        presidential = "exit_presidential",
        /// Months from a lawful succession to a vote on the head of state, which ends the interim.
        succession = "exit_succession",
        /// Legitimacy that a newcomer gains of what is missing.
        honeymoon = "exit_honeymoon",
        /// Share of the crowd that stays out after a fall.
        crowd_left = "exit_crowd_left",
        /// Loyalty of elites to a newcomer from outside, whose coalition they join.
        loyalty = "exit_loyalty",
        /// Loyalty to a newcomer of those whom it appoints over the forces.
        appointed = "exit_appointed",
        /// Share of the forces from which on their chiefs are all its own; below it in proportion.
        appointed_force = "exit_appointed_force",
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
        /// Share of its attention that a newcomer from outside spends at home.
        attention = "exit_attention",
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
        /// Force of a plotter from which on its strike is a coup, and not a removal by insiders.
        armed = "exit_armed",
        /// The most division that a newcomer meets.
        split_most = "exit_split_most",
        /// Share of the memory of an irregular change of government that fades in a month.
        upheaval_decay = "exit_upheaval_decay",
        /// Share of the division that outlives the removal of the head by its own: the quarrel was with the head.
        quarrel_left = "exit_quarrel_left",
        /// Share of an opposition's following that outlives a change inside the ruling group.
        following_insider = "exit_following_insider",
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

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        LOSS_OF_OFFICE = "the loss of office",
        FADING_OF_MEMORY = "the fading of memory",
    }
}

/// The law of exit and succession.
pub(crate) const EXIT: Mechanism = Mechanism {
    name: "exit",
    called: "the struggle for office",
    meaning: "Draws, as competing risks, whether office is lost in this step and how, beside the strikes of plots and the votes of the \
              calendar; the acting successor and the new administration take office, and inherit what the fall left.",
    equations: "P(uprising) = logit⁻¹((a_capital − a0 − w·loyal force + v·defected)/s); P(handover) = h·dialogue·\
                (b + (1 − b)·guarantee)·min(1, a/a1); P(desertion) = logit⁻¹((defected − d0)/s); strikes from the law of plots, votes from \
                that of elections; insurgents, foreign and natural from theirs; hazards −ln(1 − p) add up over causes and time; acting: \
                the constitutional heir where the office falls vacant, else by the elites' weights, and in office where the vote \
                that ends the interim says so; plots against whom has fallen lapse; an heir of the coalition is no failure \
                of the regime; L' = L + h·credit·(1 − L); after a change from outside loyalty = ℓ + (ℓ_appointed − ℓ)·min(1, force share/f); \
                inside the ruling group, a death in office included, the quarrel that is left is q·split and the opposition's following \
                is f_i·following; after a change by popular will weariness = 0; upheaval = 1 at an irregular exit, and fades by \
                d·upheaval a month",
    source: "competing risks: Prentice et al. 1978; guarantees: Walter 1997, Escribà-Folch 2013, Krcmaric 2018, Debs & Goemans 2010; regime \
             failure after Geddes, Wright & Frantz 2014; calendar of an interim: Kyrgyzstan 2010, Tajikistan's constitution; what a \
             newcomer inherits is our choice",
    parameters: ExitConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| set.add::<Fall>(),
    needs: |needs| {
        needs.succession().law("means", "who is in office");
    },
    build: |build| {
        Polity::insert(build);
        build.system(leave);
        build.start(begin);
    },
    constants: ExitConstants::read,
    start: |_| {},
};

const EXIT_DRAW: u64 = name_hash("exit.draw");

/// Columns of a country that a change of government depends on, or touches.
type Governed = (
    &'static mut Fall,
    Option<&'static mut Legitimacy>,
    Option<&'static mut Palace>,
    Option<&'static mut Coercion>,
    Option<&'static mut Tension>,
    Option<&'static mut Votes>,
    Option<&'static Residual>,
    Option<&'static Conspiracy>,
);

/// The chances as the game begins.
fn begin(c: Res<ExitConstants>, mut countries: Query<Governed>) {
    let (falls, _, palaces, _, tensions, _, residuals, conspiracies) = countries.rows_mut();
    appraise(&c, falls, palaces, tensions, residuals, conspiracies);
}

/// The chances of a month.
fn appraise(
    c: &ExitConstants,
    falls: &mut [Fall],
    palaces: &[Palace],
    tensions: &[Tension],
    residuals: &[Residual],
    conspiracies: &[Conspiracy],
) {
    for (country, fall) in falls.iter_mut().enumerate() {
        let palace = row(palaces, country);
        let crowd = row(tensions, country).capital_crowd;
        let residual = row(residuals, country);
        let plots = row(conspiracies, country);
        fall.uprising_risk = uprising(crowd, palace.loyal_force, palace.defected_weight, c);
        fall.desertion_risk = desertion(palace.defected_weight, c);
        fall.handover_risk = handover(fall.dialogue, fall.exit_guarantee_old, crowd, c);
        fall.fall_risk = 1.0
            - (1.0 - fall.uprising_risk)
                * (1.0 - fall.handover_risk)
                * (1.0 - plots.coup_risk * plots.coup_success * (1.0 - c.insider))
                * (1.0 - residual.insurgent_risk)
                * (1.0 - residual.foreign_risk)
                * (1.0 - if crowd > c.street { fall.desertion_risk } else { 0.0 });
    }
}

/// Who leaves office in this step, and what the newcomer finds.
fn leave(
    (clock, c, polity): (Res<Clock>, Res<ExitConstants>, Local<Fixed<Polity>>),
    (ids, scheme_ids): (Local<Ids<Fall>>, Local<OptionalIds<Scheme>>),
    mut ledger: ResMut<Ledger>,
    mut countries: Query<Governed>,
    mut offices: Query<&mut Office>,
    mut elites: Query<AnyOf<(&mut Elite, &mut Scheme)>>,
    mut movements: Query<&mut Movement>,
    mut regions: Query<AnyOf<(&mut Crowd, &mut Harm)>>,
) {
    let (falls, legitimacies, palaces, coercions, tensions, votes, residuals, conspiracies) = countries.rows_mut();
    appraise(&c, falls, palaces, tensions, residuals, conspiracies);
    let ((elites, schemes), (crowds, harms)) = (elites.rows_mut(), regions.rows_mut());
    let (offices, movements) = (offices.rows_mut(), movements.rows_mut());
    for (country, fall) in falls.iter_mut().enumerate() {
        let interim = fall.interim_months > 0.0;
        fall.interim_months = max(0.0, fall.interim_months - clock.months);
        // Weeks that rounding leaves are none.
        if fall.interim_months < 1e-9 {
            fall.interim_months = 0.0;
        }
        let recalled = fall.upheaval;
        fall.upheaval = towards(recalled, 0.0, c.upheaval_decay, clock.months);
        if ledger.on() && recalled > 0.0 {
            let faded = Term { name: Terms::FADING_OF_MEMORY, amount: fall.upheaval - recalled, inputs: &[] };
            ledger.terms(ids.at(country, Fall::upheaval), fall.upheaval, &[faded]);
        }
        let residual = row(residuals, country);
        let promise = (fall.dialogue, fall.exit_guarantee_old);
        fall.exit_guarantee_old = towards(fall.exit_guarantee_old, 0.0, c.guarantee_decay, clock.months);
        fall.guarantee_new = towards(fall.guarantee_new, 0.0, c.guarantee_decay, clock.months);
        fall.dialogue = towards(fall.dialogue, 0.0, c.dialogue_decay, clock.months);
        let draw = clock.stream(polity.country_names[country], EXIT_DRAW);
        // A plot that has won comes first; one that failed leaves all other ways open.
        let author = (0..schemes.len())
            .find(|at| polity.elite_country[*at] == country && schemes[*at].strike.get() == Strike::Won);
        let vote = row(votes, country);
        // Voters dismiss an incumbent; whoever holds office ad interim hands over, which is no exit.
        let out = matches!(vote.vote_result.get(), VoteResult::Lost | VoteResult::NotStood);
        let voted = vote.vote.get() == Vote::President;
        let voted_out = voted && out && !interim;
        if interim && fall.interim_months == 0.0 {
            settle(country, voted && !out, elites, &polity);
        }
        let street = row(tensions, country).capital_crowd > c.street;
        let (way, insider) = if let Some(author) = author {
            let armed = elites[author].force_share >= c.armed;
            (if armed { Way::Coup } else { Way::Palace }, !armed || draw.at(2).uniform() < c.insider)
        } else if voted_out {
            (Way::Elected, false)
        } else {
            let risks = [
                fall.uprising_risk,
                residual.insurgent_risk,
                fall.handover_risk,
                fall.desertion_risk,
                residual.foreign_risk,
                residual.natural_risk,
            ];
            let Some(cause) = competing(&risks, clock.months, draw.uniform()) else { continue };
            // Whom the street has beaten, or the own have left, may go by agreement.
            let agrees = draw.at(1).uniform() < agreement(promise.0, promise.1, &c);
            match cause {
                0 if agrees => (Way::Negotiated, false),
                0 => (Way::Uprising, false),
                1 => (Way::Insurgents, false),
                2 => (Way::Negotiated, false),
                // A government that its own have left falls to the street where there is one; else its heir takes over.
                3 if street => (Way::Uprising, false),
                3 if agrees => (Way::Negotiated, true),
                3 => (Way::Resignation, true),
                4 => (Way::Foreign, false),
                _ => (Way::Natural, true),
            }
        };
        record(fall, way, insider, clock.moment.turn.0, &c);
        if ledger.on() {
            let at = |field| ids.at(country, field);
            let mut why = match way {
                Way::Uprising => vec![at(Fall::uprising_risk), at(Fall::desertion_risk)],
                Way::Resignation => vec![at(Fall::desertion_risk)],
                Way::Negotiated => vec![at(Fall::handover_risk), at(Fall::dialogue)],
                _ => Vec::new(),
            };
            if let Some(author) = author {
                why.extend(input(&scheme_ids, author, Scheme::strike));
            }
            ledger.book(Terms::LOSS_OF_OFFICE, at(Fall::exit_mode), fall.exit_mode.number(), &why);
            ledger.book(Terms::LOSS_OF_OFFICE, at(Fall::upheaval), fall.upheaval, &why);
        }
        if let (Some(old), Some(new)) = (polity.head[country], polity.successor[country]) {
            offices[old].in_office.set(false);
            offices[new].in_office.set(true);
        }
        schedule(votes.get_mut(country), way, insider, &c);
        // Where the incumbent did not stand, the winner is seldom a stranger to his group.
        let familiar = insider || (voted_out && vote.vote_result.get() == VoteResult::NotStood);
        inherit_people(country, way, (insider, familiar), &c, legitimacies, movements, &polity);
        inherit_streets(country, way, &c, (&mut *tensions, &mut *crowds, &mut *harms), &polity);
        inherit_palace(country, insider, &c, palaces, elites, &polity);
        let claims = || {
            let own = elites.iter().zip(&polity.elite_country).enumerate();
            own.filter(|(_, (_, home))| **home == country)
                .map(|(row, (elite, _))| (row, elite.heir.get(), elite.weight))
        };
        let successor = match author {
            // Who has struck and stays in the ruling group takes the office.
            Some(author) if insider => Some(author),
            _ => acting(way, insider, claims, draw.at(3).uniform()),
        };
        act(country, successor, elites, &polity);
        lapse(country, (ids.at(country, Fall::exit_mode), scheme_ids.get()), &mut ledger, schemes, &polity);
        if let Some(own) = coercions.get_mut(country)
            && way.is_popular()
        {
            own.repression *= c.repression_left;
        }
    }
}

/// Writes down an exit.
fn record(fall: &mut Fall, way: Way, insider: bool, turn: u32, c: &ExitConstants) {
    fall.exit_mode.set(way);
    fall.exit_turn = f64::from(turn);
    if let Some(irregular) = way.irregular() {
        fall.irregular_exits += 1.0;
        fall.upheaval = 1.0;
        if fall.first_irregular_exit.get() == IrregularExit::None {
            fall.first_irregular_exit.set(irregular);
            fall.irregular_exit_turn = f64::from(turn);
        } else if fall.second_irregular_turn == 0.0 {
            fall.second_irregular_turn = f64::from(turn);
        }
    }
    fall.leader_exited.set(true);
    fall.broken.set(!insider && way != Way::Elected);
    if !insider {
        fall.regime_failed.set(true);
    }
    // An elected successor needs no interim; a lawful succession lasts to the vote on the head of state.
    fall.interim_months = match way {
        Way::Elected => 0.0,
        _ if insider => c.succession,
        _ => c.interim,
    };
    fall.exit_guarantee_old = 0.0;
    fall.dialogue = 0.0;
}

/// The calendar that a change of government sets: after a fall a referendum, a vote on parliament and one on the head of
/// state; after a lawful succession the last alone.
fn schedule(votes: Option<&mut Votes>, way: Way, insider: bool, c: &ExitConstants) {
    let Some(votes) = votes else { return };
    votes.stolen = 0.0;
    if way == Way::Elected {
        return;
    }
    if insider {
        if votes.president_every > 0.0 {
            votes.president_in = c.succession;
        }
    } else {
        votes.referendum_in = c.referendum;
        votes.parliament_in = c.interim;
        votes.president_in = c.presidential;
    }
}

/// Which elite's head acts until the interim ends, of `(row, whether it is the constitutional heir, weight)`
/// each. Where the office falls vacant by agreement or by nature, the heir; where there is none after a natural
/// exit, and after a coup from within, the elites contend and win by their weights. A crowd, an army or voters bring
/// their own.
fn acting<I: Iterator<Item = (usize, bool, f64)>>(
    way: Way,
    insider: bool,
    claims: impl Fn() -> I,
    draw: f64,
) -> Option<usize> {
    if (insider || way == Way::Negotiated)
        && !matches!(way, Way::Coup | Way::Palace)
        && let Some((heir, ..)) = claims().find(|(_, heir, _)| *heir)
    {
        return Some(heir);
    }
    if !insider {
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

/// Notes who acts for the head of state; its own people stand by it, and the others' posts end.
fn act(country: usize, successor: Option<usize>, elites: &mut [Elite], polity: &Polity) {
    for (row, elite) in elites.iter_mut().enumerate() {
        if polity.elite_country[row] == country {
            elite.acting.set(successor == Some(row));
            elite.rules.set(successor == Some(row));
            if elite.rules.get() {
                elite.loyalty = 1.0;
            }
        }
    }
}

/// Ends an interim: nobody acts any more, and whoever did stays in office only where a vote on it has just said so.
fn settle(country: usize, confirmed: bool, elites: &mut [Elite], polity: &Polity) {
    for (elite, home) in elites.iter_mut().zip(&polity.elite_country) {
        if *home == country {
            elite.acting.set(false);
            elite.rules.set(elite.rules.get() && confirmed);
        }
    }
}

/// Ends the plots of a country: whom they were against is gone, and a plot against the newcomer has to be begun.
fn lapse(
    country: usize,
    (exit, ids): (IndicatorId, Option<&Ids<Scheme>>),
    ledger: &mut Ledger,
    schemes: &mut [Scheme],
    polity: &Polity,
) {
    for (at, scheme) in schemes.iter_mut().enumerate() {
        if polity.elite_country[at] != country || scheme.plot_months == 0.0 {
            continue;
        }
        scheme.plot_months = 0.0;
        if let (true, Some(ids)) = (ledger.on(), ids) {
            ledger.book(Terms::LOSS_OF_OFFICE, ids.at(at, Scheme::plot_months), 0.0, &[exit]);
        }
    }
}

fn inherit_people(
    country: usize,
    way: Way,
    (insider, familiar): (bool, bool),
    c: &ExitConstants,
    legitimacies: &mut [Legitimacy],
    movements: &mut [Movement],
    polity: &Polity,
) {
    // A newcomer by the people's will has more credit than one by a plot or by arms.
    let credit = match way {
        _ if familiar => c.credit_insider,
        _ if way.is_popular() => 1.0,
        Way::Coup => c.credit_insider,
        _ => c.credit_arms,
    };
    if let Some(own) = legitimacies.get_mut(country) {
        own.legitimacy += c.honeymoon * credit * (1.0 - own.legitimacy);
        own.fraud = 0.0;
        own.verdict = 0.0;
        if !insider {
            // What people credited the old order with goes with it.
            own.standing = 0.0;
            own.rested.set(true);
            own.responsiveness_natural = max(own.responsiveness_natural, c.attention);
        }
        if credit == 1.0 {
            own.reform = min(1.0, own.reform + c.opening);
        }
    }
    for (own, _) in movements.iter_mut().zip(&polity.movement_country).filter(|(_, home)| **home == country) {
        own.mobilising *= c.mobilising_left;
        // The head is gone for whom they marched: some have what they asked for, some have joined the new cabinet.
        if insider {
            own.capital_base *= c.following_insider;
            own.regional_base *= c.following_insider;
        }
        if credit == 1.0 {
            own.liberty = 1.0;
        }
    }
}

fn inherit_streets(
    country: usize,
    way: Way,
    c: &ExitConstants,
    (tensions, crowds, harms): (&mut [Tension], &mut [Crowd], &mut [Harm]),
    polity: &Polity,
) {
    let own = |region: usize| polity.region_country[region] == country;
    for (region, crowd) in crowds.iter_mut().enumerate().filter(|(region, _)| own(*region)) {
        crowd.unrest *= c.crowd_left;
        if let Some(harm) = harms.get_mut(region) {
            harm.resentment *= c.resentment_left;
            harm.crackdown = 0.0;
        }
    }
    if let Some(tension) = tensions.get_mut(country) {
        tension.unrest *= c.crowd_left;
        tension.capital_unrest *= c.crowd_left;
        tension.capital_crowd *= c.crowd_left;
        if way == Way::Uprising {
            tension.prior_uprising = 1.0;
        }
        // Crowds that won are not weary, and nobody knows yet what the newcomer withstands.
        if way.is_popular() {
            tension.weariness = 0.0;
        }
    }
}

fn inherit_palace(
    country: usize,
    insider: bool,
    c: &ExitConstants,
    palaces: &mut [Palace],
    elites: &mut [Elite],
    polity: &Polity,
) {
    if let Some(palace) = palaces.get_mut(country) {
        palace.purge = 0.0;
        // Who shall have what is open again, and the more so after a change from outside; but a coalition that has just
        // agreed whom to put in office is no house at war.
        let added = if insider { c.split_insider } else { c.split_outsider };
        if insider && palace.split_natural > c.split_most {
            palace.split_natural = max(c.split_most, c.quarrel_left * palace.split_natural);
        }
        palace.elite_split = min(palace.elite_split + added, max(c.split_most, palace.split_natural));
        if !insider {
            palace.elite_split = min(palace.elite_split, c.split_most);
            palace.split_natural = min(palace.split_natural, c.split_most);
        }
        palace.defected_weight = 0.0;
        palace.alarm = 0.0;
        palace.rents_expected = 0.0;
    }
    for (elite, _) in elites.iter_mut().zip(&polity.elite_country).filter(|(_, home)| **home == country) {
        if !insider {
            // A coalition of the newcomer's own: those who had left the old order stand nearer to it, and it appoints
            // whoever commands the forces.
            let nearer = if elite.defected.get() { c.nearer } else { 0.0 };
            // At a threshold of 0 whoever commands any forces is appointed.
            let commands = if elite.force_share > 0.0 { min(1.0, elite.force_share / c.appointed_force) } else { 0.0 };
            let own = c.loyalty + (c.appointed - c.loyalty) * commands;
            elite.loyalty = clamp(own + nearer, 0.0, 1.0);
            elite.bond = 0.0;
            elite.split = 0.0;
        } else {
            elite.split *= c.quarrel_left;
        }
        elite.defected.set(false);
        elite.purge_risk = max(elite.purge_risk, c.wariness);
    }
}

#[cfg(test)]
mod tests {
    use super::{Way, acting};

    #[test]
    fn the_constitution_names_who_acts_and_else_the_weights_decide() {
        let court = |heir: bool| move || [(2, false, 0.5), (3, heir, 0.1), (5, false, 0.4)].into_iter();
        // Natural exit, resignation and agreement: the heir, whatever the draw.
        for (way, draw) in [(Way::Natural, 0.0), (Way::Resignation, 0.99), (Way::Negotiated, 0.3)] {
            assert_eq!(acting(way, way != Way::Negotiated, court(true), draw), Some(3));
        }
        // Nobody by right: weights after a natural exit, nobody of the court after an agreement with outsiders.
        assert_eq!(acting(Way::Natural, true, court(false), 0.49), Some(2));
        assert_eq!(acting(Way::Natural, true, court(false), 0.51), Some(3));
        assert_eq!(acting(Way::Natural, true, court(false), 0.99), Some(5));
        assert_eq!(acting(Way::Negotiated, false, court(false), 0.49), None);
        // A change from without brings its own.
        for way in [Way::Coup, Way::Uprising, Way::Insurgents, Way::Foreign, Way::Elected] {
            assert_eq!(acting(way, false, court(true), 0.2), None);
        }
        assert_eq!(acting(Way::Natural, true, || [].into_iter(), 0.5), None);
    }
}
