//! What the machine proposes, as the facilitator reads it.

use marchland_game::{PlayerSet, Ruling};
use marchland_session::{Amendment, Course, FreeRuling, ProposedRuling};

use crate::number::{counted, number};
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// What a facilitator should know who rules that an order fails which nothing thwarts: whoever sees it is still told that it
/// was done. None where others see no such order, or the ruling does not stand against them.
#[must_use]
pub fn told_otherwise(course: &Course, proposed: &ProposedRuling) -> Option<&'static str> {
    let ruling = proposed.ruling.as_ref()?;
    let scenario = &course.source.scenario;
    let action = ruling.order.action.index();
    let failed = proposed.amended.as_ref().is_some_and(|amended| amended.success == Some(false));
    let others = scenario.catalogue.actions[action].visibility.seen_by(ruling.leaked).without(ruling.player)
        != PlayerSet::NOBODY;
    (failed && others && scenario.actions[action].is_certain()).then_some(
        "Whoever sees this order is still told that it was done, since nobody learns how the orders of others come out. A \
         message to everybody, or a bulletin of your own, says otherwise.",
    )
}

/// Proposed rulings, numbered.
#[must_use]
pub fn rulings(course: &Course, proposed: &[ProposedRuling], accepted: &[usize]) -> String {
    if proposed.is_empty() {
        return "No orders, no votes and no free actions: `step` ends the stage.\n".to_owned();
    }
    let catalogue = &course.source.scenario.catalogue;
    let wording = Wording::new(&course.source.scenario);
    let mut text = format!("Proposed: {}\n", how_many(proposed, accepted));
    for (at, item) in proposed.iter().enumerate() {
        let machine = match (&item.ruling, &item.vote, &item.free) {
            (Some(ruling), ..) => match ruling.refusal {
                Some(refusal) => format!("refused, because {}", refusal.text(ruling.order.action, catalogue)),
                None => ruled(ruling),
            },
            (None, Some(vote), _) => {
                let count = |wanted| vote.votes.iter().filter(|vote| **vote == wanted).count();
                format!(
                    "{} yes, {} no, {} abstaining: {}",
                    count(marchland_game::Vote::Yes),
                    count(marchland_game::Vote::No),
                    count(marchland_game::Vote::Abstain),
                    if vote.passed { "carried" } else { "not carried" }
                )
            }
            (None, None, Some(free)) => thrown(free),
            (None, None, None) => String::new(),
        };
        let amended = item.amended.as_ref().filter(|amended| amended.overrules()).map_or_else(
            || if accepted.contains(&at) { "; accepted".to_owned() } else { String::new() },
            |amended| {
                let parts = [
                    amended.success.map(|yes| amended.outcome(yes)),
                    amended.leaked.map(|yes| if yes { "leak" } else { "no leak" }),
                ];
                let parts: Vec<&str> = parts.into_iter().flatten().collect();
                format!("; OVERRIDDEN to {}: {}", parts.join(", "), line(&amended.reason))
            },
        );
        let what = if let Some(free) = &item.free {
            let who = upper_first(&wording.short_player(&item.player));
            format!("{who}, free action {}, \u{201c}{}\u{201d}", free.proposal, line(offer(course, free.proposal)))
        } else if item.player.is_empty() {
            let title = catalogue.motion(&item.on).map(|id| catalogue.motions[id.index()].title.as_str());
            format!("vote on \u{201c}{}\u{201d}", line(title.unwrap_or(&item.on)))
        } else {
            let who = upper_first(&wording.short_player(&item.player));
            format!("{who}, to {}", wording.decision(&item.on))
        };
        text += &format!("  {:>3} {what}: {machine}{amended}\n", at + 1);
    }
    text
}

/// How many rulings there are, how many of them on free actions, and how many the facilitator has looked at: `3 rulings, 1
/// of them on a free action; 2 accepted; 1 overridden`.
#[must_use]
pub fn how_many(proposed: &[ProposedRuling], accepted: &[usize]) -> String {
    let all = counted(proposed.len() as u64, "ruling");
    let free = match proposed.iter().filter(|item| item.free.is_some()).count() {
        0 => String::new(),
        1 if proposed.len() == 1 => ", on a free action".to_owned(),
        1 => ", 1 of them on a free action".to_owned(),
        free => format!(", {free} of them on free actions"),
    };
    let overruled = |item: &&ProposedRuling| item.amended.as_ref().is_some_and(|amended| amended.overrules());
    let overridden = proposed.iter().filter(overruled).count();
    let stand = accepted.iter().filter(|at| proposed.get(**at).is_some_and(|item| !overruled(&item))).count();
    let of = |count: usize, what: &str| if count == 0 { String::new() } else { format!("; {count} {what}") };
    format!("{all}{free}{}{}", of(stand, "accepted"), of(overridden, "overridden"))
}

/// What is granted and waits for its dice: `1 free action is granted: its dice fall with the rulings`; none where nothing is.
#[must_use]
pub fn waiting(course: &Course) -> Option<String> {
    match course.promised().count() {
        0 => None,
        1 => Some("1 free action is granted: its dice fall with the rulings".to_owned()),
        free => Some(format!("{free} free actions are granted: their dice fall with the rulings")),
    }
}

/// What an amendment is on, in words: `the vote on “…”`, `Russia: to …`, `the free action of Russia, “…”`.
#[must_use]
pub(crate) fn amended_on(course: &Course, amended: &Amendment) -> String {
    let wording = Wording::new(&course.source.scenario);
    if let Some(proposal) = amended.free_action() {
        let who = wording.short_player(&amended.player);
        return format!("the free action of {who}, \u{201c}{}\u{201d}", offer(course, proposal).trim_end_matches('.'));
    }
    if amended.player.is_empty() {
        let motions = &course.source.scenario.catalogue.motions;
        let title = motions.iter().find(|motion| motion.id == amended.on).map(|motion| motion.title.clone());
        return format!("the vote on \u{201c}{}\u{201d}", title.unwrap_or_else(|| wording.decision(&amended.on)));
    }
    format!("{}: {}", wording.short_player(&amended.player), wording.decision(&amended.on))
}

/// What was offered as a free action.
pub(crate) fn offer(course: &Course, proposal: u32) -> &str {
    let at = (proposal as usize).checked_sub(1);
    at.and_then(|at| course.proposals.get(at)).map_or("", |offered| offered.text.as_str())
}

fn thrown(free: &FreeRuling) -> String {
    if let Some(unpaid) = &free.unpaid {
        return format!("does not take place, because {unpaid}: grant it at a lower price, or refuse it");
    }
    if free.chance >= 1.0 {
        return "succeeds, as it is certain".to_owned();
    }
    drawn(free.chance, free.draw, free.success)
}

/// What a draw came to, and why.
fn drawn(chance: f64, draw: f64, success: bool) -> String {
    let (verdict, side) = if success { ("succeeds", "below") } else { ("fails", "not below") };
    format!("chance {}, draw {}: {verdict}, since the draw is {side} the chance", number(chance), number(draw))
}

fn ruled(ruling: &Ruling) -> String {
    let leak = if ruling.leak_probability > 0.0 {
        format!(
            "; leak {} at chance {}",
            if ruling.leaked { "happens" } else { "does not happen" },
            number(ruling.leak_probability)
        )
    } else {
        String::new()
    };
    if ruling.probability >= 1.0 {
        return format!("succeeds, as it always does{leak}");
    }
    drawn(ruling.probability, ruling.draw, ruling.success) + &leak
}
