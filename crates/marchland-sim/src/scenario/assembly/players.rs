//! Players, their payoffs and stakes.

use marchland_game::{Budget, Diagnostic, PayoffTable, PayoffTerm, Player, PlayerSet};

use super::{Builder, Item, Places};
use crate::scenario::keys;
use crate::scenario::reader::Record;
use crate::scenario::uses::Role;
use crate::world::path;

/// A player as the files declare it.
pub(crate) struct PlayerDraft<'n> {
    pub item: Item<'n>,
}

impl<'n> Builder<'n> {
    /// Declares every player by name; what refers to indicators follows later.
    pub(super) fn declare_players(&mut self, places: &mut Places) -> Vec<PlayerDraft<'n>> {
        let mut drafts = Vec::new();
        for item in self.items("players", &keys::PLAYER) {
            let record = item.record;
            let Some((name, place)) = record.name("id") else { continue };
            if self.catalogue.player(name).is_some() {
                self.twice("player", name, place);
                continue;
            }
            if drafts.len() == PlayerSet::CAPACITY {
                self.refuse("too-many", format!("a scenario has at most {} players", PlayerSet::CAPACITY), place);
                break;
            }
            let or = |key: &str, default: &str| {
                let text = record.text(key);
                if text.is_empty() { default.to_owned() } else { text }
            };
            self.catalogue.players.push(Player {
                id: name.to_owned(),
                draw_key: self.draw_key(&record).unwrap_or_else(|| name.to_owned()),
                title: or("title", &name.replace('_', " ")),
                kind: or("kind", "state"),
                briefing: record.text("briefing"),
                private_briefing: record.text("private_briefing"),
                payoffs: PayoffTable { terms: Vec::new(), range: (0.0, 1.0) },
                stakes: Vec::new(),
                orders_per_turn: record.integer("orders_per_turn", 0, marchland_game::ORDERS as u64).unwrap_or(3) as u8,
                in_office: None,
                succeeds: None,
                budgets: [None; Budget::ALL.len()],
            });
            places.players.push((place, item.own));
            drafts.push(PlayerDraft { item });
        }
        drafts
    }

    /// Fills in what players say about indicators, motions and each other.
    pub(super) fn finish_players(&mut self, drafts: &[PlayerDraft<'n>], places: &mut Places) {
        for (index, draft) in drafts.iter().enumerate() {
            let record = draft.item.record;
            let id = self.catalogue.players[index].id.clone();
            let of = |field: &str| self.catalogue.indicator(&path(&id, field));
            let in_office = of("in_office");
            let budgets = Budget::ALL.map(|budget| of(budget.name()));
            let succeeds = record.get("succeeds").and_then(|node| self.player(node));
            if succeeds.is_some_and(|other| other.index() == index) {
                self.refuse("bad-succession", "a player cannot succeed itself", record.place_of("succeeds"));
            }
            let mut spots = Vec::new();
            let mut terms = Vec::new();
            for node in record.list("payoffs") {
                let Some(term) = Record::of(node, &keys::PAYOFF, self.sink) else { continue };
                if let Some(term) = self.payoff(&term, &draft.item) {
                    terms.push(term);
                    spots.push(node.place);
                }
            }
            // Bounds that cannot be read are one finding: nothing is held against them.
            let range = record
                .get("payoff_range")
                .map_or((0.0, 1.0), |node| self.range(node).unwrap_or((f64::NEG_INFINITY, f64::INFINITY)));
            let mut stakes = Vec::new();
            for (name, place, node) in record.pairs("stakes") {
                match self.catalogue.motion(name) {
                    Some(motion) => {
                        let role = Role::Player(marchland_game::PlayerId::from_index(index));
                        if let Some(stake) = self.expression(node, self.state(), role, draft.item.own) {
                            stakes.push((motion, stake));
                        }
                    }
                    None => self.unknown_motion(name, place),
                }
            }
            let player = &mut self.catalogue.players[index];
            player.in_office = in_office;
            player.budgets = budgets;
            player.succeeds = succeeds;
            player.payoffs = PayoffTable { terms, range };
            player.stakes = stakes;
            places.payoffs.push(spots);
            places.ranges.push(record.place_of("payoff_range"));
        }
    }

    pub(super) fn unknown_motion(&self, name: &str, place: crate::scenario::sink::Place) {
        let found = Diagnostic::error("unknown-motion", format!("no motion is called `{name}`"))
            .choose(name, self.catalogue.motions.iter().map(|motion| motion.id.as_str()));
        self.sink.push(found, place);
    }

    fn payoff(&self, term: &Record<'_>, item: &Item<'_>) -> Option<PayoffTerm> {
        let indicator = self.path(term.get("indicator")?, self.state());
        let weight = self.expression(term.get("weight")?, self.constants(), Role::Amount, item.own);
        let scale = match term.get("scale") {
            None => None,
            Some(node) => {
                let items = self.sink.items(node, 2, "a scale `(zero, one)`")?;
                let (zero, one) = (self.sink.number(&items[0])?, self.sink.number(&items[1])?);
                if zero == one {
                    self.refuse("bad-range", "the values that count as 0 and as 1 are the same", node.place);
                    return None;
                }
                Some((zero, one))
            }
        };
        let indicator = indicator?;
        let given = term.text("id");
        Some(PayoffTerm {
            id: if given.is_empty() { self.catalogue.indicators[indicator.index()].path.clone() } else { given },
            indicator,
            weight: weight?,
            scale,
            at_end: term.flag("at_end", false),
            why: term.text("why"),
        })
    }
}
