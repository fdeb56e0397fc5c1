//! Who and what a story is about, by role: the country whose regime the scenario names, its regions, its elites.

use marchland_game::{IndicatorId, PlayerId, TurnRecord};
use marchland_sim::scenario::Scenario;
use marchland_sim::world::{CodedState, EntityPlan};

use super::scale::listed;

/// The roles of a scenario.
pub struct Cast {
    /// The country, where the scenario has a regime.
    pub country: Option<Country>,
    /// Regions, in row order.
    pub regions: Vec<Region>,
    /// Elites, in row order.
    pub elites: Vec<Elite>,
}

/// Indicators of the country that a story reads.
pub struct Country {
    /// Display.
    pub title: String,
    /// The player at its head at the start.
    pub head: Option<PlayerId>,
    /// Who takes the head's seat.
    pub heir: Option<PlayerId>,
    /// Its capital: position in the regions.
    pub capital: Option<usize>,
    pub status: IndicatorId,
    pub exit_mode: Option<IndicatorId>,
    pub exit_turn: Option<IndicatorId>,
    pub interim: Option<IndicatorId>,
    pub killed: Option<IndicatorId>,
    pub soldiers: Option<IndicatorId>,
    pub civilians: Option<IndicatorId>,
    pub campaigns: Option<IndicatorId>,
    pub occasion: Option<IndicatorId>,
    pub vote: Option<IndicatorId>,
    pub result: Option<IndicatorId>,
    pub fall_risk: Option<IndicatorId>,
}

/// Indicators of a region that a story reads.
pub struct Region {
    /// Display.
    pub title: String,
    pub killed: Option<IndicatorId>,
    pub battle: Option<IndicatorId>,
    pub unrest: Option<IndicatorId>,
}

/// Indicators of an elite that a story reads.
pub struct Elite {
    /// Display: of the office that leads it, where a player does.
    pub title: String,
    pub force: Option<IndicatorId>,
    pub strike: Option<IndicatorId>,
    pub plot: Option<IndicatorId>,
    pub defected: Option<IndicatorId>,
    pub acting: Option<IndicatorId>,
}

impl Cast {
    /// The roles of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        let catalogue = &scenario.catalogue;
        let at = |entity: &str, field: &str| catalogue.indicator(&format!("{entity}.{field}"));
        let of_kind = |kind: &str| scenario.entities.get(kind).map_or(&[][..], Vec::as_slice);
        let link = |plan: &EntityPlan, name: &str| {
            plan.links.iter().find(|(link, _)| link == name).and_then(|(_, to)| to.first().cloned())
        };
        let regions = of_kind("region");
        let country = scenario.regime.and_then(|regime| {
            let name = &catalogue.indicators[regime.status.index()].entity;
            let plan = of_kind("country").iter().find(|plan| plan.name == *name)?;
            let head = link(plan, "head").and_then(|head| catalogue.player(&head));
            let heir = catalogue.players.iter().position(|player| head.is_some() && player.succeeds == head);
            let capital = link(plan, "capital");
            Some(Country {
                title: plan.title.clone(),
                head,
                heir: heir.map(PlayerId::from_index),
                capital: regions.iter().position(|region| Some(&region.name) == capital.as_ref()),
                status: regime.status,
                exit_mode: at(name, "exit_mode"),
                exit_turn: at(name, "exit_turn"),
                interim: at(name, "interim_months"),
                killed: at(name, "deaths_civil"),
                soldiers: at(name, "army_losses"),
                civilians: at(name, "conflict_civilian_deaths"),
                campaigns: at(name, "triggers"),
                occasion: at(name, "occasion"),
                vote: at(name, "vote"),
                result: at(name, "vote_result"),
                fall_risk: at(name, "fall_risk"),
            })
        });
        Self {
            country,
            regions: regions
                .iter()
                .map(|plan| Region {
                    title: plan.title.clone(),
                    killed: at(&plan.name, "deaths"),
                    battle: at(&plan.name, "battle_deaths"),
                    unrest: at(&plan.name, "unrest"),
                })
                .collect(),
            elites: of_kind("elite")
                .iter()
                .map(|plan| {
                    let player = link(plan, "player").and_then(|player| catalogue.player(&player));
                    let title = player.map(|id| &catalogue.players[id.index()].title);
                    let short = title.map(|title| title.split(", ").next().unwrap_or(title).to_owned());
                    Elite {
                        title: short.unwrap_or_else(|| plan.title.clone()),
                        force: at(&plan.name, "force_share"),
                        strike: at(&plan.name, "strike"),
                        plot: at(&plan.name, "plot_months"),
                        defected: at(&plan.name, "defected"),
                        acting: at(&plan.name, "acting"),
                    }
                })
                .collect(),
        }
    }

    /// Titles of elites, as a list.
    pub fn elites(&self, which: &[usize]) -> String {
        listed(&which.iter().map(|at| self.elites[*at].title.clone()).collect::<Vec<_>>())
    }
}

/// Values of a recorded game.
#[derive(Clone, Copy)]
pub struct Values<'r> {
    /// Months up to the one that is told.
    pub records: &'r [TurnRecord],
}

impl<'r> Values<'r> {
    /// The month that is told.
    pub fn record(self) -> Option<&'r TurnRecord> {
        self.records.last()
    }

    /// At the end of the month.
    pub fn now(self, id: IndicatorId) -> f64 {
        self.records.last().map_or(0.0, |record| record.indicators[id.index()])
    }

    /// At the end of the month before; of a first month, before its first booking.
    pub fn before(self, id: IndicatorId) -> f64 {
        if let [.., last, _] = self.records {
            return last.indicators[id.index()];
        }
        let bookings = self.records.iter().flat_map(|record| &record.rounds).flat_map(|round| &round.bookings);
        bookings.clone().find(|booking| booking.indicator == id).map_or_else(|| self.now(id), |booking| booking.before)
    }

    /// The turn whose record a month of the past began with, by the month's position, and an indicator's value in it: of
    /// a first month, turn 0.
    pub fn opened(self, at: usize, id: IndicatorId) -> (u32, f64) {
        let so_far = Self { records: &self.records[..=at] };
        (self.records[at].turn.saturating_sub(1), so_far.before(id))
    }

    /// The turn of a month of the past, by the month's position, and an indicator's value at its end.
    pub fn closed(self, at: usize, id: IndicatorId) -> (u32, f64) {
        let record = &self.records[at];
        (record.turn, record.indicators[id.index()])
    }

    /// A coded state at the end of the month.
    pub fn state<S: CodedState>(self, id: IndicatorId) -> S {
        S::nearest(self.now(id))
    }

    /// Whole people that a count grew by in the month.
    pub fn grown(self, id: IndicatorId) -> u64 {
        super::scale::whole(self.now(id)).saturating_sub(super::scale::whole(self.before(id)))
    }

    /// Each value that a coded indicator took in the month, with the round that it did so in.
    pub fn taken(self, id: IndicatorId) -> Vec<(u8, f64)> {
        let Some(record) = self.record() else { return Vec::new() };
        let rounds = record.rounds.iter().enumerate();
        let steps = rounds.flat_map(|(round, of)| {
            let own = of.bookings.iter().filter(|booking| booking.indicator == id && booking.after != booking.before);
            own.map(move |booking| (round as u8, booking.after))
        });
        let mut steps: Vec<(u8, f64)> = steps.collect();
        if steps.is_empty() && self.now(id) != self.before(id) {
            steps.push((0, self.now(id)));
        }
        steps
    }
}
