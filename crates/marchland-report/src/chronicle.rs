//! The chronicle of a game: what a person reads.

mod ending;
mod forms;
mod headline;

use marchland_game::{
    Booking, Cause, EventId, LawStep, Outcome, PlayerId, RoundRecord, Ruling, Turn, TurnRecord, Vote,
};
use marchland_session::story::{self, Change, TurningPoint};
use marchland_sim::scenario::Scenario;
use marchland_sim::world::CodedState;

use crate::number::{counted, trend};
use crate::screen::{BAD, BOLD, DATE, PLAIN, QUIET, Screen, TURNING, WIDTH};
use crate::visible::line;
use crate::wording::{Wording, lower_first, upper_first};
use forms::Forms;

/// The most causal sentences of a month.
const SENTENCES: usize = 5;

/// What heads a chronicle.
pub struct Heading<'a> {
    /// The game's seed.
    pub seed: u64,
    /// The belief set in force.
    pub belief: Option<&'a str>,
    /// Strategies by player and population.
    pub strategies: &'a [(String, String)],
}

/// The chronicle of a traced game.
#[must_use]
pub fn chronicle(
    scenario: &Scenario,
    records: &[TurnRecord],
    outcome: &Outcome,
    heading: &Heading<'_>,
    notice: &str,
) -> Screen {
    let mut to = Screen::new();
    let wording = Wording::new(scenario);
    to.styled(BOLD, &line(&scenario.title)).end();
    let belief = heading.belief.map(|belief| format!(", belief {belief}")).unwrap_or_default();
    let turns = counted(u64::from(outcome.turns), "turn");
    to.styled(QUIET, &format!("Seed {}{belief}. {turns}.", heading.seed)).end();
    if !heading.strategies.is_empty() {
        let list: Vec<String> = heading.strategies.iter().map(|(player, name)| format!("{player} {name}")).collect();
        to.paragraph(&format!("Strategies: {}.", list.join("; ")), "", QUIET);
    }
    let turning = story::turning_point(scenario, records);
    let mut teller = Teller {
        scenario,
        wording: &wording,
        telling: story::worth_telling(scenario),
        forms: Forms::default(),
        told: Vec::new(),
    };
    for (at, record) in records.iter().enumerate() {
        to.end();
        let turning = turning.as_ref().filter(|point| point.turn == record.turn);
        teller.month(&mut to, &records[..=at], turning);
    }
    to.end();
    ending::write(&mut to, scenario, &wording, outcome, turning.as_ref());
    to.end().paragraph(notice, "", QUIET);
    to
}

/// Tells a game month by month.
struct Teller<'a> {
    scenario: &'a Scenario,
    wording: &'a Wording<'a>,
    /// Indicators worth a sentence, by `IndicatorId`.
    telling: Vec<bool>,
    forms: Forms,
    /// Fields that the sentences of the last two months were on, newest month last.
    told: Vec<Vec<&'a str>>,
}

impl<'a> Teller<'a> {
    fn month(&mut self, to: &mut Screen, so_far: &[TurnRecord], turning: Option<&TurningPoint<'_>>) {
        let Some(record) = so_far.last() else { return };
        let scenario = self.scenario;
        let last = so_far.len().checked_sub(2).map(|at| &so_far[at]);
        let changes = story::changes(scenario, last, record);
        // A first month computes what the start only implied: that is no news.
        let news = |change: &&Change| record.turn > 1 || change.before != 0.0;
        let worth: Vec<&Change> = changes
            .iter()
            .filter(|change| change.effect > 0.004 && self.telling[change.indicator.index()])
            .filter(news)
            .collect();
        self.forms.next_month();
        let head = headline::headline(scenario, self.wording, so_far, &worth, &changes, turning, &mut self.forms);
        let date = scenario.calendar.start.of(Turn(record.turn));
        let style = if turning.is_some() { TURNING } else { BOLD };
        let month = format!("{} {}", date.month_name(), date.year);
        to.styled(DATE, &month).plain("  ").styled(style, &line(&head)).end();
        for change in self.chosen(&worth) {
            let Some(cause) = change.causes.first() else { continue };
            let why = self.why(&changes, change, cause, record);
            let text = self.forms.sentence(self.wording, change, &why);
            to.paragraph(&text, "  ", PLAIN);
        }
        let headed = record.rounds.iter().flat_map(|round| &round.events).next().copied();
        let headed = headed.filter(|event| scenario.catalogue.events[event.index()].title == head);
        if let [round] = &record.rounds[..] {
            self.round(to, round, headed, "  ");
        } else {
            let text = "The crisis clock runs: this month is played week by week.";
            to.paragraph(text, "  ", BAD);
            for (at, round) in record.rounds.iter().enumerate() {
                let quiet = round.events.is_empty() && round.rulings.is_empty() && round.votes.is_empty();
                let fall = self.fall(round);
                to.plain("  ").styled(BOLD, &format!("Week {}", at + 1));
                match fall {
                    Some(fall) => to.plain("  ").styled(BAD, &fall).end(),
                    None if quiet => to.plain("  Nothing new.\n"),
                    None => to.end(),
                };
                self.round(to, round, headed, "    ");
            }
        }
        self.shown(to, so_far);
    }

    /// At most five changes of different fields, the greatest effect first. What the last months told
    /// of counts for less when they are chosen: nobody reads the same news every month.
    fn chosen<'c>(&mut self, worth: &[&'c Change]) -> Vec<&'c Change> {
        let fresh = |change: &Change| {
            let months = self.told.iter().filter(|told| told.contains(&self.field(change))).count();
            change.effect * [1.0, 0.4, 0.2][months.min(2)]
        };
        let mut order: Vec<&'c Change> = worth.to_vec();
        order.sort_by(|a, b| fresh(b).total_cmp(&fresh(a)).then(a.indicator.cmp(&b.indicator)));
        let mut fields: Vec<&'a str> = Vec::new();
        let mut chosen = Vec::new();
        for change in order {
            // One sentence for a field: five regions tell the same story.
            let field = self.field(change);
            if !fields.contains(&field) && chosen.len() < SENTENCES {
                fields.push(field);
                chosen.push(change);
            }
        }
        chosen.sort_by(|a, b| b.effect.total_cmp(&a.effect).then(a.indicator.cmp(&b.indicator)));
        if self.told.len() == 2 {
            self.told.remove(0);
        }
        self.told.push(fields);
        chosen
    }

    fn field(&self, change: &Change) -> &'a str {
        &self.scenario.catalogue.indicators[change.indicator.index()].field
    }

    /// The cause of a change in words. A law that names no term of its own is told by what it read.
    fn why(&self, changes: &[Change], change: &Change, cause: &story::CauseInMonth, record: &TurnRecord) -> String {
        let whole_law = matches!(cause.cause, Cause::Law(_, LawStep::Whole));
        let input = whole_law.then(|| story::moved_input(self.scenario, changes, cause)).flatten();
        match input.filter(|id| *id != change.indicator) {
            Some(id) => self.wording.indicator(id),
            // What an order set off comes and goes in later months too.
            None if of_earlier_order(cause.cause, record) => {
                format!("the after-effect of {}", self.wording.cause(cause.cause))
            }
            None => self.wording.cause(cause.cause),
        }
    }

    /// How the government fell in a week, where it did.
    fn fall(&self, round: &RoundRecord) -> Option<String> {
        let regime = self.scenario.regime?;
        let ways = &self.scenario.catalogue.indicators[regime.exit.index()];
        let fall = round.bookings.iter().rev().find(|booking| {
            booking.indicator == regime.exit && booking.after != booking.before && !ways.is_first(booking.after)
        });
        fall.map(|fall| {
            let way = headline::way(&self.wording.value(regime.exit, fall.after));
            format!("The government loses office through {way}.")
        })
    }

    /// Who holds the highest office until an interim ends, where somebody just took it.
    fn successor(&self, round: &RoundRecord) -> Option<String> {
        let indicators = &self.scenario.catalogue.indicators;
        let takes = |booking: &&Booking| !bool::nearest(booking.before) && bool::nearest(booking.after);
        let mut taken = round.bookings.iter().filter(takes).map(|booking| booking.indicator);
        taken.find(|id| indicators[id.index()].field == "acting").map(|id| self.wording.indicator(id))
    }

    /// What was done and happened in a month, or in a week of it.
    fn round(&self, to: &mut Screen, round: &RoundRecord, headed: Option<EventId>, indent: &str) {
        let mut titles: Vec<String> = round
            .events
            .iter()
            .filter(|event| Some(**event) != headed)
            .map(|event| self.scenario.catalogue.events[event.index()].title.clone())
            .collect();
        titles.extend(self.successor(round).map(|who| format!("Now in office: {who}")));
        if !titles.is_empty() {
            to.paragraph(&format!("News \u{2013} {}.", titles.join("; ")), indent, PLAIN);
        }
        self.orders(to, round, indent);
        self.votes(to, round, indent);
    }

    fn orders(&self, to: &mut Screen, round: &RoundRecord, indent: &str) {
        let catalogue = &self.scenario.catalogue;
        let name = |ruling: &Ruling| {
            let action = &catalogue.actions[ruling.order.action.index()];
            let option = &action.options[usize::from(ruling.order.option)];
            let title = lower_first(&action.title);
            let option =
                if action.options.len() > 1 { self.wording.option_of(&action.id, &option.id) } else { String::new() };
            let leaked = if ruling.leaked { ", which leaks" } else { "" };
            format!("{title}{option}{leaked}")
        };
        for (at, player) in catalogue.players.iter().enumerate() {
            let own = |wanted: fn(&Ruling) -> bool| -> Vec<String> {
                round
                    .rulings
                    .iter()
                    .filter(|ruling| ruling.player == PlayerId::from_index(at) && wanted(ruling))
                    .map(&name)
                    .collect()
            };
            let done = own(|ruling| ruling.legal() && ruling.success);
            let failed = own(|ruling| ruling.legal() && !ruling.success);
            let mut parts = Vec::new();
            if !done.is_empty() {
                parts.push(done.join(", "));
            }
            if !failed.is_empty() {
                parts.push(format!("without success: {}", failed.join(", ")));
            }
            if !parts.is_empty() {
                let text = format!("{}: {}.", upper_first(&player.title), parts.join("; "));
                to.paragraph(&text, indent, QUIET);
            }
        }
        for ruling in round.rulings.iter().filter(|ruling| !ruling.legal()) {
            if let Some(refusal) = ruling.refusal {
                let who = upper_first(&catalogue.players[ruling.player.index()].title);
                let why = refusal.text(ruling.order.action, catalogue);
                let text = format!("Refused \u{2013} {who}: {}, because {why}.", name(ruling));
                to.paragraph(&text, indent, BAD);
            }
        }
    }

    fn votes(&self, to: &mut Screen, round: &RoundRecord, indent: &str) {
        let catalogue = &self.scenario.catalogue;
        for vote in &round.votes {
            let motion = &catalogue.motions[vote.motion.index()];
            let institution = &catalogue.institutions[motion.institution.index()];
            let count = |wanted: Vote| vote.votes.iter().filter(|vote| **vote == wanted).count();
            let against: Vec<String> = vote
                .votes
                .iter()
                .zip(&institution.members)
                .filter(|(vote, _)| **vote == Vote::No)
                .map(|(_, member)| self.wording.player(&member.id))
                .collect();
            let most = 4;
            let more = against.len().saturating_sub(most);
            let mut names = against[..against.len().min(most)].join(", ");
            if more > 0 {
                names.push_str(&format!(" and {more} more"));
            }
            let against = if names.is_empty() { String::new() } else { format!("; against: {names}") };
            let text = format!(
                "Vote \u{2013} {}: \u{201c}{}\u{201d} {} yes, {} no, {} abstaining{against}. {}.",
                upper_first(&institution.title),
                motion.title,
                count(Vote::Yes),
                count(Vote::No),
                count(Vote::Abstain),
                if vote.passed { "Carried" } else { "Not carried" }
            );
            to.paragraph(&text, indent, QUIET);
        }
    }

    /// The scenario's key indicators with their last year.
    fn shown(&self, to: &mut Screen, so_far: &[TurnRecord]) {
        let from = so_far.len().saturating_sub(12);
        let cells: Vec<String> = self
            .scenario
            .shown
            .iter()
            .map(|id| {
                let values: Vec<f64> = so_far[from..].iter().map(|record| record.indicators[id.index()]).collect();
                let now = values.last().copied().unwrap_or(0.0);
                format!("{} {} {}", self.wording.label(*id), self.wording.value(*id, now), trend(&values))
            })
            .collect();
        let mut row = String::new();
        for cell in &cells {
            if !row.is_empty() && row.chars().count() + 3 + cell.chars().count() > WIDTH - 2 {
                to.plain("  ").styled(QUIET, &row).end();
                row.clear();
            }
            if !row.is_empty() {
                row.push_str(" | ");
            }
            row.push_str(cell);
        }
        if !row.is_empty() {
            to.plain("  ").styled(QUIET, &row).end();
        }
    }
}

/// Whether a cause is an order that was not given this month.
fn of_earlier_order(cause: Cause, record: &TurnRecord) -> bool {
    let (Cause::Order(player, order) | Cause::Leak(player, order)) = cause else { return false };
    let mut rulings = record.rounds.iter().flat_map(|round| &round.rulings);
    !rulings.any(|ruling| ruling.player == player && ruling.order.action == order.action && ruling.legal())
}
