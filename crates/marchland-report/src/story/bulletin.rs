//! What a chair reads to the room after a month, and what a seat is told of it.

use marchland_game::{PlayerId, TurnRecord};
use marchland_laws::state::country::{ExitMode, RegimeStatus};
use marchland_sim::scenario::Scenario;
use serde::Serialize;

use super::audience::Audience;
use super::cast::{Cast, Values};
use super::happening::What;
use super::month::{Month, Teller, heard, late};
use super::phrases::Phrases;
use super::sentence::{Sentences, set};
use crate::screen::{BOLD, PLAIN, QUIET, Screen};

/// What is read out after a month. Everything in it is known to its audience.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bulletin {
    /// The turn.
    pub turn: u32,
    /// The month by name.
    pub date: String,
    /// What heads it.
    pub headline: String,
    /// At most five sentences, most news first.
    pub sentences: Vec<String>,
    /// Votes of institutions: what was decided, by which count.
    pub votes: Vec<String>,
    /// The dead, where anybody died.
    pub deaths: Vec<String>,
    /// Who holds office.
    pub offices: Vec<String>,
}

/// Sentences of a bulletin.
const SENTENCES: usize = 5;

/// The bulletin of a game's last month, of public knowledge only; none before a month has passed.
#[must_use]
pub fn bulletin(scenario: &Scenario, records: &[TurnRecord]) -> Option<Bulletin> {
    of(scenario, records, Audience::Room)
}

/// What a seat is told of a game's last month: what is public, and what reached it alone.
#[must_use]
pub fn seat_report(scenario: &Scenario, records: &[TurnRecord], player: PlayerId) -> Option<Bulletin> {
    of(scenario, records, Audience::Seat(player))
}

fn of(scenario: &Scenario, records: &[TurnRecord], audience: Audience) -> Option<Bulletin> {
    let month = Teller::months(scenario, audience, records).pop()?;
    let cast = Cast::of(scenario);
    let sentences = Sentences { scenario, cast: &cast, phrases: Phrases { scenario }, audience };
    let mut votes = Vec::new();
    let mut deaths = Vec::new();
    for happening in heard(scenario, &cast, records, audience) {
        let own = match happening.what {
            What::Motion(_) => &mut votes,
            What::Killed(_) | What::Fighting { .. } => &mut deaths,
            _ => continue,
        };
        let Some(main) = sentences.main(&happening) else { continue };
        let main = late(main, &happening, month.turn, scenario);
        own.push(set(&main));
        own.extend(sentences.details(&happening).iter().map(|text| set(text)));
    }
    let apart: Vec<&String> = votes.iter().chain(&deaths).collect();
    let rest = month.by_weight().into_iter().filter(|told| !apart.contains(&&told.text));
    let list = rest.take(SENTENCES).map(|told| told.text.clone()).collect();
    let Month { turn, date, headline, .. } = month;
    Some(Bulletin { turn, date, headline, sentences: list, votes, deaths, offices: offices(scenario, &cast, records) })
}

/// Who holds office at the end of the last month.
fn offices(scenario: &Scenario, cast: &Cast, records: &[TurnRecord]) -> Vec<String> {
    let Some(country) = &cast.country else { return Vec::new() };
    let values = Values { records };
    let phrases = Phrases { scenario };
    let mut told = Vec::new();
    if values.state::<RegimeStatus>(country.status) == RegimeStatus::Collapsed {
        told.push(set(&format!("nobody governs {}", country.title)));
    }
    let acting = cast.elites.iter().find(|elite| elite.acting.is_some_and(|id| values.state::<bool>(id)));
    let in_office = [country.head, country.heir]
        .into_iter()
        .flatten()
        .find(|player| scenario.catalogue.players[player.index()].in_office.is_none_or(|id| values.now(id) > 0.5));
    if let Some(player) = in_office {
        let interim = country.interim.is_some_and(|id| values.now(id) > 0.0);
        let how = if interim { " ad interim" } else { "" };
        told.push(set(&format!("in office{how}: {}", phrases.player(player))));
    }
    if let Some(elite) = acting {
        told.push(set(&format!("acting head of state: {}", elite.title)));
    }
    let fell = country.exit_mode.is_some_and(|id| values.state::<ExitMode>(id) != ExitMode::None);
    if !fell && told.is_empty() {
        told.push(set(&format!("nothing has changed in {}", country.title)));
    }
    told
}

impl Bulletin {
    /// As it is read out.
    #[must_use]
    pub fn screen(&self) -> Screen {
        let mut to = Screen::new();
        to.heading(&self.date, BOLD, &self.headline);
        for sentence in &self.sentences {
            to.paragraph(sentence, "  ", PLAIN);
        }
        for (title, list) in [("Votes", &self.votes), ("The dead", &self.deaths), ("Offices", &self.offices)] {
            if !list.is_empty() {
                to.paragraph(&format!("{title} \u{2013} {}", list.join(" ")), "  ", QUIET);
            }
        }
        to
    }
}
