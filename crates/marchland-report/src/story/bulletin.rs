//! What a chair reads to the room after a month, and what a seat is told of it.

use marchland_game::{IndicatorId, PlayerId, TurnRecord};
use marchland_laws::state::country::{ExitMode, RegimeStatus};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::Game;
use serde::Serialize;

use super::audience::Audience;
use super::cast::{Cast, Values};
use super::month::{Kind, Month, Teller};
use super::phrases::Phrases;
use super::sentence::set;
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
pub fn bulletin(game: &Game, records: &[TurnRecord]) -> Option<Bulletin> {
    of(game, records, Audience::Room)
}

/// What a seat is told of a game's last month: what is public, and what reached it alone.
#[must_use]
pub fn seat_report(game: &Game, records: &[TurnRecord], player: PlayerId) -> Option<Bulletin> {
    of(game, records, Audience::Seat(player))
}

fn of(game: &Game, records: &[TurnRecord], audience: Audience) -> Option<Bulletin> {
    let month = Teller::to(audience, game).months(records).pop()?;
    let scenario = game.scenario();
    let of_kind = |kind: Kind| -> Vec<String> {
        month.by_weight().into_iter().filter(|told| told.kind == kind).map(|told| told.text.clone()).collect()
    };
    let (votes, deaths, mut sentences) = (of_kind(Kind::Vote), of_kind(Kind::Deaths), of_kind(Kind::Other));
    sentences.truncate(SENTENCES);
    let offices = offices(scenario, &Cast::of(scenario), records, audience);
    let Month { turn, date, headline, .. } = month;
    Some(Bulletin { turn, date, headline, sentences, votes, deaths, offices })
}

/// Who holds office at the end of the last month, as the audience knows by now.
fn offices(scenario: &Scenario, cast: &Cast, records: &[TurnRecord], audience: Audience) -> Vec<String> {
    let Some(country) = &cast.country else { return Vec::new() };
    let values = Values { records };
    // What is known late, or not for sure, is no announcement.
    let known = |id: IndicatorId| audience.exactly(scenario, id, 0);
    let phrases = Phrases { scenario };
    let mut told = Vec::new();
    if known(country.status) && values.state::<RegimeStatus>(country.status) == RegimeStatus::Collapsed {
        told.push(set(&format!("the state has lost its hold on {}", country.title)));
    }
    let acting = |elite: &&super::cast::Elite| elite.acting.is_some_and(|id| known(id) && values.state::<bool>(id));
    let acting = cast.elites.iter().find(acting);
    let office = |player: PlayerId| scenario.catalogue.players[player.index()].in_office;
    let holders: Vec<PlayerId> = [country.head, country.heir].into_iter().flatten().collect();
    let sure = holders.iter().all(|player| office(*player).is_none_or(known));
    let in_office = holders.into_iter().find(|player| office(*player).is_none_or(|id| values.now(id) > 0.5));
    if let Some(player) = in_office.filter(|_| sure) {
        let interim = country.interim.is_some_and(|id| known(id) && values.now(id) > 0.0);
        let how = if interim { ", for the interim" } else { "" };
        told.push(set(&format!("in office{how}: {}", phrases.player(player))));
    }
    if let Some(elite) = acting {
        told.push(set(&format!("acting head of state: {}", elite.title)));
    }
    let stands = country.exit_mode.is_some_and(|id| known(id) && values.state::<ExitMode>(id) == ExitMode::None);
    if stands && told.is_empty() {
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
