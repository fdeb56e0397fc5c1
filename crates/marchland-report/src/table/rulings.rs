//! What the machine proposes, as the facilitator reads it.

use marchland_game::Ruling;
use marchland_session::{Course, Proposed};

use crate::number::number;
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// Proposed rulings, numbered.
#[must_use]
pub fn rulings(course: &Course, proposed: &[Proposed], accepted: &[usize]) -> String {
    if proposed.is_empty() {
        return "No orders and no votes: `step` ends the stage.\n".to_owned();
    }
    let catalogue = &course.source.scenario.catalogue;
    let wording = Wording::new(&course.source.scenario);
    let mut text = String::from("Proposed\n");
    for (at, item) in proposed.iter().enumerate() {
        let machine = match (&item.ruling, &item.vote) {
            (Some(ruling), _) => match ruling.refusal {
                Some(refusal) => format!("refused, because {}", refusal.text(ruling.order.action, catalogue)),
                None => ruled(ruling),
            },
            (None, Some(vote)) => {
                let count = |wanted| vote.votes.iter().filter(|vote| **vote == wanted).count();
                format!(
                    "{} yes, {} no, {} abstaining: {}",
                    count(marchland_game::Vote::Yes),
                    count(marchland_game::Vote::No),
                    count(marchland_game::Vote::Abstain),
                    if vote.passed { "carried" } else { "not carried" }
                )
            }
            (None, None) => String::new(),
        };
        let amended = item.amended.as_ref().filter(|amended| amended.overrules()).map_or_else(
            || if accepted.contains(&at) { "; accepted".to_owned() } else { String::new() },
            |amended| {
                let parts = [
                    amended.success.map(|yes| if yes { "success" } else { "failure" }),
                    amended.leaked.map(|yes| if yes { "leak" } else { "no leak" }),
                ];
                let parts: Vec<&str> = parts.into_iter().flatten().collect();
                format!("; OVERRIDDEN to {}: {}", parts.join(", "), line(&amended.reason))
            },
        );
        let what = if item.player.is_empty() {
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
    format!(
        "chance {}, draw {}: {}, since the draw is {} the chance{leak}",
        number(ruling.probability),
        number(ruling.draw),
        if ruling.success { "succeeds" } else { "fails" },
        if ruling.success { "below" } else { "not below" },
    )
}
