//! Deals and beliefs about types: each compiles into indicators, actions and effects of the kinds that
//! everything else has, so that legality, sight, snapshots and logs are theirs too.

use std::sync::Arc;

use marchland_game::{
    Action, ActionId, ActionOption, Deal, DealId, DealMove, DealStatus, DealTracks, Diagnostic, Expression,
    IndicatorId, Offer, PATIENCE, PlayerId, PlayerSet, Sheet, Sight, Term, Visibility,
};

use super::world::{Draft, TrackDraft};
use super::{Builder, Item, Places};
use crate::effects::deals::Step;
use crate::scenario::expression::Scope;
use crate::scenario::keys;
use crate::scenario::model::{
    ActionPlan, CauseGroup, DealPlan, Effect, EvidencePlan, OptionPlan, PromisePlan, TypePlan, WordPlan, deals_cause,
};
use crate::scenario::node::{Kind, Node};
use crate::scenario::reader::Record;
use crate::scenario::sink::Place;
use crate::scenario::uses::Role;
use crate::world::SeenBy;

/// The most combinations of terms that may be offered: the options of one action.
const OFFERS: usize = 120;
/// The most types that a player is told apart into.
const TYPES: usize = 3;

/// A deal as the files declare it.
pub(crate) struct DealDraft<'n> {
    item: Item<'n>,
    id: String,
    title: String,
    parties: [PlayerId; 2],
    seen_by: PlayerSet,
    terms: Vec<Term>,
    links: Vec<String>,
    offers: Vec<Offer>,
}

/// Beliefs about a player's type as the files declare them.
pub(crate) struct TypeDraft<'n> {
    item: Item<'n>,
    holder: PlayerId,
    of: PlayerId,
    types: Vec<(&'n str, Place, &'n Node)>,
}

/// The path of an indicator of what a player believes.
pub(crate) fn belief_path(holder: &str, of: &str, kind: &str) -> String {
    format!("{holder}.believes.{of}.{kind}")
}

impl<'n> Builder<'n> {
    fn party_id(&self, player: PlayerId) -> &str {
        &self.catalogue.players[player.index()].id
    }

    /// Reads the shape of every deal; what names indicators follows later.
    pub(super) fn declare_deals(&self) -> Vec<DealDraft<'n>> {
        let mut drafts: Vec<DealDraft<'n>> = Vec::new();
        for item in self.items("deals", &keys::DEAL) {
            let record = item.record;
            let Some((name, place)) = record.name("id") else { continue };
            if !self.sink.identifier(name, place, false) {
                continue;
            }
            if drafts.iter().any(|other| other.id == name) {
                self.twice("deal", name, place);
                continue;
            }
            let parties = self.players(record.list("parties"));
            let &[first, second] = parties.as_slice() else {
                self.refuse("wrong-parties", "a deal is between two players", record.place_of("parties"));
                continue;
            };
            if first == second {
                self.refuse("wrong-parties", "nobody bargains with itself", record.place_of("parties"));
                continue;
            }
            let terms: Vec<Term> = record.list("terms").iter().filter_map(|node| self.term(node)).collect();
            let links = record.texts("links");
            let mut offers = combinations(&terms, None);
            for link in 0..links.len() {
                offers.extend(combinations(&terms, Some(link as u8)));
            }
            if offers.len() > OFFERS {
                // Counting stops there.
                let message =
                    format!("there are more than {OFFERS} combinations of terms and links; at most so many fit");
                self.refuse("too-many", message, record.place_of("terms"));
                continue;
            }
            let title = record.text("title");
            let both = PlayerSet::NOBODY.with(first).with(second);
            drafts.push(DealDraft {
                id: name.to_owned(),
                title: if title.is_empty() { name.replace('_', " ") } else { title },
                parties: [first, second],
                seen_by: if record.flag("private", false) { both } else { PlayerSet::EVERYBODY },
                terms,
                links,
                offers,
                item,
            });
        }
        drafts
    }

    fn term(&self, node: &Node) -> Option<Term> {
        let record = Record::of(node, &keys::TERM, self.sink)?;
        let (name, place) = record.name("id")?;
        self.sink.identifier(name, place, false);
        let mut options: Vec<(String, f64)> = Vec::new();
        for node in record.list("options") {
            let option = match &node.kind {
                Kind::Number(x) => (x.to_string().replace('.', "p").replace('-', "minus_"), *x),
                _ => {
                    let items = self.sink.items(node, 2, "an option: a number, or `(\"name\", number)`")?;
                    (self.sink.text(&items[0])?.value.clone(), self.sink.number(&items[1])?)
                }
            };
            if options.iter().any(|(name, value)| *name == option.0 || *value == option.1) {
                self.twice("option of this term", &option.0, node.place);
                continue;
            }
            options.push(option);
        }
        if options.is_empty() {
            self.refuse("missing-value", "a term has at least one option", record.place_of("options"));
            return None;
        }
        let title = record.text("title");
        Some(Term {
            id: name.to_owned(),
            title: if title.is_empty() { name.replace('_', " ") } else { title },
            unit: record.text("unit"),
            options,
        })
    }

    /// The indicators of deals and of promises kept and broken.
    pub(super) fn deal_drafts(&self, deals: &[DealDraft<'n>], drafts: &mut Vec<Draft<'n>>) {
        for deal in deals {
            let parties = deal.parties.map(|party| self.party_id(party).to_owned());
            let titles = deal.parties.map(|party| self.catalogue.players[party.index()].title.clone());
            let about = &deal.title;
            let seen_by = |side: PlayerSet| match side {
                PlayerSet::EVERYBODY => SeenBy::Everyone,
                _ => SeenBy::Nobody { sd: 0.0 },
            };
            let mut add = |field: &str, title: String, unit: &str, range: (f64, f64), labels: Vec<String>| {
                let track = TrackDraft {
                    meaning: title,
                    unit: unit.into(),
                    range,
                    rests: Some(0.0).filter(|rests| (range.0..=range.1).contains(rests)),
                    labels,
                    seen_by: seen_by(deal.seen_by),
                    initial: Some(marchland_game::number::clamp(0.0, range.0, range.1)),
                };
                drafts.push(track_draft(deal.item, format!("{}.{field}", deal.id), track));
            };
            let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            add(
                "status",
                format!("the state of the talks on {about}"),
                "state",
                (0.0, 3.0),
                names(&DealStatus::LABELS),
            );
            let whole_game = super::HORIZON as f64;
            let sides = names(&["nobody", &parties[0], &parties[1]]);
            add("proposer", format!("who made the last offer on {about}"), "side", (0.0, 2.0), sides);
            add("moved", format!("the month of the last offer on {about}"), "turn", (0.0, whole_game), Vec::new());
            let last = deal.offers.len().saturating_sub(1) as f64;
            add("table", format!("the offer last on the table on {about}"), "offer", (0.0, last), Vec::new());
            for term in &deal.terms {
                let values = || term.options.iter().map(|(_, value)| *value);
                let low = values().fold(f64::INFINITY, marchland_game::number::min);
                let high = values().fold(f64::NEG_INFINITY, marchland_game::number::max);
                let range = (marchland_game::number::min(low, 0.0), marchland_game::number::max(high, 0.0));
                let called = &term.title;
                add(&format!("table_{}", term.id), format!("{called} offered last"), &term.unit, range, Vec::new());
                add(&term.id, format!("{called} agreed last"), &term.unit, range, Vec::new());
            }
            let links = deal.links.len() as f64;
            add("link", format!("what the agreement on {about} depends on"), "deal", (0.0, links), Vec::new());
            add("since", format!("the month of the agreement on {about}"), "turn", (0.0, whole_game), Vec::new());
            add(
                "until",
                format!("the last month of the agreement on {about}"),
                "turn",
                (0.0, 2.0 * whole_game),
                Vec::new(),
            );
            for (id, title) in parties.iter().zip(&titles) {
                let title = format!("how often {title} broke the agreement on {about}");
                add(&format!("broken_by_{id}"), title, "times", (0.0, 1e4), Vec::new());
            }
            add("offers", format!("offers on {about}"), "offers", (0.0, 1e4), Vec::new());
            add("agreements", format!("agreements on {about}"), "agreements", (0.0, 1e4), Vec::new());
            let spurned = format!("offers on {about} that both sides' interests would have taken, and one refused");
            add("spurned", spurned, "offers", (0.0, 1e4), Vec::new());
        }
        self.word_drafts(deals, drafts);
    }

    /// What is remembered of every party's promises.
    fn word_drafts(&self, deals: &[DealDraft<'n>], drafts: &mut Vec<Draft<'n>>) {
        let prior = self.promise_prior();
        for (index, player) in self.catalogue.players.iter().enumerate() {
            let party = |deal: &&DealDraft<'n>| deal.parties.contains(&PlayerId::from_index(index));
            let Some(deal) = deals.iter().find(party) else { continue };
            let (item, title) = (deal.item, &player.title);
            let mut add = |field: &str, title: String, unit: &str, high: f64, (initial, rests): (f64, bool)| {
                let track = TrackDraft {
                    meaning: title,
                    unit: unit.into(),
                    range: (0.0, high),
                    rests: rests.then_some(initial),
                    labels: Vec::new(),
                    seen_by: SeenBy::Everyone,
                    initial: Some(initial),
                };
                drafts.push(track_draft(item, format!("{}.{field}", player.id), track));
            };
            add("promises_kept", format!("promises of {title} remembered as kept"), "months", 1e4, (0.0, true));
            add("promises_broken", format!("promises of {title} remembered as broken"), "promises", 1e4, (0.0, true));
            let word = prior.0 / (prior.0 + prior.1);
            add("word", format!("what the word of {title} is worth"), "share", 1.0, (word, false));
        }
    }

    fn promise_prior(&self) -> (f64, f64) {
        let plan = self.promises();
        (plan.kept, plan.broken)
    }

    /// How promises are remembered.
    pub(super) fn promises(&self) -> PromisePlan {
        let record = self.last("promises").and_then(|node| Record::of(node, &keys::PROMISES, self.sink));
        let number = |key: &str, low: f64, high: f64, default: f64| {
            let node = record.as_ref().and_then(|record| record.get(key));
            node.and_then(|node| self.sink.number_within(node, low, high, "this")).unwrap_or(default)
        };
        let usual = PromisePlan::USUAL;
        PromisePlan {
            kept: number("kept", 1e-3, 1e3, usual.kept),
            broken: number("broken", 1e-3, 1e3, usual.broken),
            breach: number("breach", 0.0, 1e3, usual.breach),
            fades: number("fades", 0.0, 1.0, usual.fades),
        }
    }

    /// Puts every deal and its four actions into the catalogue.
    pub(super) fn declare_deal_actions(&mut self, drafts: &[DealDraft<'n>], places: &mut Places) {
        if drafts.is_empty() {
            return;
        }
        let Ok(from) = u16::try_from(self.catalogue.actions.len()) else { return };
        self.catalogue.deals_from = from;
        for draft in drafts {
            let record = draft.item.record;
            let id = |field: &str| self.catalogue.indicator(&format!("{}.{field}", draft.id)).unwrap_or_default();
            let parties = draft.parties.map(|party| self.party_id(party).to_owned());
            let links = draft.links.iter().filter_map(|link| {
                let at = drafts.iter().position(|other| other.id == *link && other.id != draft.id);
                if at.is_none() {
                    let message = match *link == draft.id {
                        true => "a deal cannot depend on itself".to_owned(),
                        false => format!("no deal is called `{link}`"),
                    };
                    let others = drafts.iter().map(|other| other.id.as_str()).filter(|other| *other != draft.id);
                    let found = Diagnostic::error("unknown-deal", message).choose(link, others);
                    self.sink.push(found, record.place_of("links"));
                }
                at.map(DealId::from_index)
            });
            let duration = record.name("duration").and_then(|(name, place)| {
                let at = draft.terms.iter().position(|term| term.id == name);
                if at.is_none() {
                    let found = Diagnostic::error("unknown-term", format!("no term of this deal is called `{name}`"))
                        .choose(name, draft.terms.iter().map(|term| term.id.as_str()));
                    self.sink.push(found, place);
                }
                let months = at.into_iter().flat_map(|at| &draft.terms[at].options);
                let whole = |months: f64| months.fract() == 0.0 && (0.0..=super::HORIZON as f64).contains(&months);
                for (option, months) in months.filter(|(_, months)| !whole(*months)) {
                    let last = super::HORIZON;
                    let message =
                        format!("`{option}` lasts {months} months; a duration is a whole number, 0 to {last}");
                    let found = Diagnostic::error("out-of-range", message)
                        .hint(format!("give the options of `{name}` in whole months, 0 for good"));
                    self.sink.push(found, place);
                }
                at
            });
            let zero = || Expression::constant(0.0);
            let deal = Deal {
                id: draft.id.clone(),
                title: draft.title.clone(),
                meaning: record.text("meaning"),
                parties: draft.parties,
                seen_by: draft.seen_by,
                terms: draft.terms.clone(),
                links: links.collect(),
                offers: draft.offers.clone(),
                open: None,
                refusal: Some(record.text("refusal"))
                    .filter(|text| !text.is_empty())
                    .unwrap_or_else(|| "there is nothing to bargain over now".into()),
                deadline: record.integer("deadline", 1, super::HORIZON).map(|turn| turn as u32),
                stands: record.integer("stands", 1, super::HORIZON).unwrap_or(1) as u32,
                lasts: record.integer("lasts", 1, super::HORIZON).map(|months| months as u32),
                duration,
                worth: Default::default(),
                honour: Default::default(),
                outside: [zero(), zero()],
                penalty: [zero(), zero()],
                patience: [Expression::constant(PATIENCE), Expression::constant(PATIENCE)],
                tracks: DealTracks {
                    status: id("status"),
                    proposer: id("proposer"),
                    moved: id("moved"),
                    table: id("table"),
                    table_terms: draft.terms.iter().map(|term| id(&format!("table_{}", term.id))).collect(),
                    terms: draft.terms.iter().map(|term| id(&term.id)).collect(),
                    link: id("link"),
                    since: id("since"),
                    until: id("until"),
                    broken: [0, 1].map(|side: usize| id(&format!("broken_by_{}", parties[side]))),
                    offers: id("offers"),
                    agreements: id("agreements"),
                    spurned: id("spurned"),
                },
            };
            let actions = self.actions_of(draft, &deal);
            for action in actions {
                if self.catalogue.action(&action.id).is_some() {
                    self.twice("action", &action.id, draft.item.place);
                }
                self.catalogue.actions.push(action);
                places.actions.push((draft.item.place, draft.item.own));
            }
            self.catalogue.deals.push(deal);
        }
    }

    fn actions_of(&self, draft: &DealDraft<'n>, deal: &Deal) -> [Action; 4] {
        let record = draft.item.record;
        let cost = self.costs(&record);
        let visibility = match deal.seen_by {
            PlayerSet::EVERYBODY => Visibility::Public,
            both => Visibility::Private(both),
        };
        let instrument = record.text("instrument");
        DealMove::ALL.map(|what| {
            let option = |id: String, level: f64, cost| ActionOption { id, level, cost };
            let free = [0.0; marchland_game::Budget::ALL.len()];
            let options = match what {
                DealMove::Offer => draft
                    .offers
                    .iter()
                    .enumerate()
                    .map(|(at, offer)| option(name_of(offer, draft), at as f64, cost))
                    .collect(),
                _ => vec![option("do".into(), 1.0, free)],
            };
            let about = &deal.title;
            let (title, meaning) = match what {
                DealMove::Offer => {
                    (format!("Offer terms on {about}"), "Puts terms on the table, for the other side to answer.")
                }
                DealMove::Accept => (
                    format!("Accept the terms on {about}"),
                    "Takes the terms on the table: they are in force from this month on.",
                ),
                DealMove::Reject => (format!("Reject the terms on {about}"), "Takes the terms off the table."),
                DealMove::Break => (
                    format!("Break the agreement on {about}"),
                    "Ends the agreement before its time, at the price of one's word.",
                ),
            };
            Action {
                id: format!("{}_{}", what.word(), deal.id),
                draw_key: format!("{}_{}", what.word(), deal.id),
                title,
                meaning: meaning.into(),
                instrument: if instrument.is_empty() { "diplomacy".into() } else { instrument.clone() },
                owners: deal.parties.iter().fold(PlayerSet::NOBODY, |set, party| set.with(*party)),
                options,
                visibility: visibility.clone(),
                condition: None,
                refusal: String::new(),
                public_position: false,
                rows: record.texts("rows"),
            }
        })
    }

    /// Fills in what deals say of the state, and what their actions do.
    pub(super) fn finish_deals(
        &mut self,
        drafts: &[DealDraft<'n>],
        groups: &[CauseGroup],
        actions: &mut Vec<ActionPlan>,
    ) -> Vec<DealPlan> {
        let mut plans = Vec::with_capacity(drafts.len());
        for (index, draft) in drafts.iter().enumerate().take(self.catalogue.deals.len()) {
            let id = DealId::from_index(index);
            let (record, own) = (draft.item.record, draft.item.own);
            let state = self.state();
            let condition =
                |key: &str| record.get(key).and_then(|node| self.expression(node, state, Role::Condition, own));
            let (open, ends) = (condition("open"), condition("ends"));
            let by_side = |key: &str| -> [Option<&'n Node>; 2] {
                let mut sides = [None, None];
                for (name, place, node) in record.pairs(key) {
                    let side = draft.parties.iter().position(|party| self.party_id(*party) == name);
                    match side {
                        Some(side) => sides[side] = Some(node),
                        None => self.refuse("wrong-parties", format!("`{name}` is no party to this deal"), place),
                    }
                }
                sides
            };
            let amount = |node: Option<&'n Node>, default: f64| {
                node.and_then(|node| self.expression(node, state, Role::Amount, own))
                    .unwrap_or_else(|| Expression::constant(default))
            };
            let by_offer = |node: Option<&'n Node>| -> Vec<Expression> {
                let Some(node) = node else { return Vec::new() };
                let mut values = Vec::with_capacity(draft.offers.len());
                for offer in &draft.offers {
                    let texts: Vec<String> = offer.values.iter().map(|value| format!("({value})")).collect();
                    let mut names: Vec<(&str, &str)> = self.names.clone();
                    let linked = offer.link.map_or(0, |link| u32::from(link) + 1).to_string();
                    names.push(("linked", &linked));
                    names.extend(draft.terms.iter().zip(&texts).map(|(term, text)| (term.id.as_str(), text.as_str())));
                    let filled = filled(node, &names);
                    let scope = Scope { placeholders: &names, ..self.state() };
                    match self.expression(&filled, scope, Role::Amount, own) {
                        Some(value) => values.push(value),
                        // One finding speaks for all combinations.
                        None => return Vec::new(),
                    }
                }
                values
            };
            let effects = |key: &str| self.effects(record.list(key), state, groups, own);
            let plan = DealPlan {
                agreed: effects("agreed"),
                in_force: effects("in_force"),
                ended: effects("ended"),
                broken: by_side("broken").map(|node| {
                    let items = node.and_then(|node| self.sink.list(node)).unwrap_or_default();
                    self.effects(items, state, groups, own)
                }),
                ends,
            };
            let leak = record.get("leak").and_then(|node| {
                self.expression(node, state, Role::Chance(self.catalogue.deal_action(id, DealMove::Offer), false), own)
            });
            let leaked = effects("leaked");
            let (worth, honour) =
                (by_side("worth").map(by_offer).map(Sheet::from), by_side("honour").map(by_offer).map(Sheet::from));
            let outside = by_side("outside").map(|node| amount(node, 0.0));
            let penalty = by_side("penalty").map(|node| amount(node, 0.0));
            let patience = by_side("patience").map(|node| {
                let patience = amount(node, PATIENCE);
                if let (Some(share), Some(node)) = (patience.as_constant(), node)
                    && !(0.0..=1.0).contains(&share)
                {
                    let message = format!("a patience of {share} lies outside 0 to 1");
                    self.refuse("out-of-range", message, node.place);
                }
                patience
            });
            for what in DealMove::ALL {
                let count = if what == DealMove::Offer { draft.offers.len() } else { 1 };
                let of = &self.catalogue.deals[index];
                let options = (0..count).map(|option| {
                    let step = Effect {
                        kind: Arc::new(Step::new(id, of, what, option as u8)),
                        delay: 0,
                        lasts: None,
                        group: None,
                        when: None,
                    };
                    let leak = if what == DealMove::Offer { leaked.clone() } else { Vec::new() };
                    OptionPlan::new(vec![step], Vec::new(), leak)
                });
                actions.push(ActionPlan {
                    chance: Expression::constant(1.0),
                    leak: leak.clone().filter(|_| what == DealMove::Offer),
                    options: options.collect(),
                    chance_shown: false,
                });
            }
            let owners = self.owners(draft.parties);
            for what in DealMove::ALL {
                let action = self.catalogue.deal_action(id, what);
                self.catalogue.actions[ActionId::index(action)].owners = owners;
            }
            // The parties, and who takes their seats, see all of what is private to them.
            if draft.seen_by != PlayerSet::EVERYBODY {
                for track in crate::effects::deals::tracks_of(&self.catalogue.deals[index]) {
                    let sight = &mut self.catalogue.indicators[track.index()].sight;
                    for (player, sight) in sight.iter_mut().enumerate() {
                        if owners.contains(PlayerId::from_index(player)) {
                            *sight = Sight::Exact { delay: 0 };
                        }
                    }
                }
                self.catalogue.deals[index].seen_by = owners;
                for what in DealMove::ALL {
                    let action = self.catalogue.deal_action(id, what);
                    self.catalogue.actions[ActionId::index(action)].visibility = Visibility::Private(owners);
                }
            }
            let deal = &mut self.catalogue.deals[index];
            (deal.open, deal.worth, deal.honour) = (open, worth, honour);
            (deal.outside, deal.penalty, deal.patience) = (outside, penalty, patience);
            plans.push(plan);
        }
        plans
    }

    /// Where the record of every party's promises is kept.
    pub(super) fn words(&self) -> Vec<Option<WordPlan>> {
        let cause = deals_cause(&self.catalogue, 0);
        let players = self.catalogue.players.iter().map(|player| {
            let of = |field: &str| self.catalogue.indicator(&format!("{}.{field}", player.id));
            Some(WordPlan { kept: of("promises_kept")?, broken: of("promises_broken")?, value: of("word")?, cause })
        });
        players.collect()
    }

    /// The parties, and who takes their seats when they fall.
    fn owners(&self, parties: [PlayerId; 2]) -> PlayerSet {
        let mut owners = PlayerSet::NOBODY;
        for (index, player) in self.catalogue.players.iter().enumerate() {
            let id = PlayerId::from_index(index);
            if parties.contains(&id) || player.succeeds.is_some_and(|before| parties.contains(&before)) {
                owners = owners.with(id);
            }
        }
        owners
    }

    /// Reads who holds beliefs about whom.
    pub(super) fn declare_types(&self) -> Vec<TypeDraft<'n>> {
        let mut drafts: Vec<TypeDraft<'n>> = Vec::new();
        for item in self.items("type_beliefs", &keys::TYPE_BELIEF) {
            let record = item.record;
            let Some(of) = record.get("of").and_then(|node| self.player(node)) else { continue };
            let types = record.pairs("types");
            if types.len() < 2 || types.len() > TYPES {
                let message = format!("a player is told apart into 2 to {TYPES} types");
                self.refuse("too-many", message, record.place_of("types"));
                continue;
            }
            for (name, place, _) in &types {
                self.sink.identifier(name, *place, false);
            }
            // What depends on parameters is not known yet.
            let constants = types.iter().map(|(.., node)| match node.kind {
                Kind::Number(probability) => Some(probability),
                _ => None,
            });
            if let Some(sum) = constants.sum::<Option<f64>>()
                && (sum - 1.0).abs() > 1e-9
            {
                let message = format!("the types' probabilities add up to {sum}, and not to 1");
                let found = Diagnostic::error("out-of-range", message)
                    .hint("every other is one of the types: give the rest to one of them");
                self.sink.push(found, record.place_of("types"));
            }
            for holder in self.players(record.list("holders")) {
                if holder == of {
                    self.refuse("wrong-parties", "a player knows its own type", record.place_of("holders"));
                } else if drafts.iter().any(|other| other.holder == holder && other.of == of) {
                    self.twice("belief", &format!("{}, {}", self.party_id(holder), self.party_id(of)), item.place);
                } else {
                    drafts.push(TypeDraft { item, holder, of, types: types.clone() });
                }
            }
        }
        drafts
    }

    /// The indicators of beliefs: their holder alone sees them.
    pub(super) fn type_drafts(&self, types: &[TypeDraft<'n>], drafts: &mut Vec<Draft<'n>>) {
        for belief in types {
            let title = |player: PlayerId| self.catalogue.players[player.index()].title.as_str();
            for (kind, place, node) in &belief.types {
                let called = format!(
                    "how likely {} holds it that {} is {}",
                    title(belief.holder),
                    title(belief.of),
                    kind.replace('_', " ")
                );
                let track = TrackDraft {
                    meaning: called,
                    unit: "probability".into(),
                    range: (0.0, 1.0),
                    rests: None,
                    labels: Vec::new(),
                    seen_by: SeenBy::Owner { sd: 0.15 },
                    initial: None,
                };
                let name = belief_path(self.party_id(belief.holder), self.party_id(belief.of), kind);
                drafts.push(Draft {
                    owner: Some(belief.holder),
                    values: vec![("value", *place, node)],
                    ..track_draft(belief.item, name, track)
                });
            }
        }
    }

    /// What moves beliefs.
    pub(super) fn finish_types(&self, drafts: &[TypeDraft<'n>]) -> Vec<TypePlan> {
        let mut plans = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let (record, own) = (draft.item.record, draft.item.own);
            let types: Vec<IndicatorId> = draft
                .types
                .iter()
                .filter_map(|(kind, ..)| {
                    let path = belief_path(self.party_id(draft.holder), self.party_id(draft.of), kind);
                    self.catalogue.indicator(&path)
                })
                .collect();
            let holder = self.party_id(draft.holder).to_owned();
            let mut names: Vec<(&str, &str)> = self.names.clone();
            names.push(("holder", &holder));
            let scope = Scope { placeholders: &names, ..self.state() };
            let mut evidence = Vec::new();
            for node in record.list("evidence") {
                let Some(item) = Record::of(node, &keys::EVIDENCE, self.sink) else { continue };
                let role = Role::Player(draft.holder);
                let sees = item.get("sees").and_then(|node| self.expression(node, scope, role, own));
                let given = item.get("given").and_then(|node| self.expression(node, scope, role, own));
                let listed = item.pairs("chance");
                for (name, place, _) in &listed {
                    if !draft.types.iter().any(|(kind, ..)| kind == name) {
                        let found = Diagnostic::error("unknown-type", format!("no type is called `{name}` here"))
                            .choose(name, draft.types.iter().map(|(kind, ..)| *kind));
                        self.sink.push(found, *place);
                    }
                }
                let chances: Vec<Expression> = draft
                    .types
                    .iter()
                    .filter_map(|(kind, ..)| {
                        let found = listed.iter().find(|(name, ..)| name == kind);
                        if found.is_none() {
                            let message = format!("no chance for the type `{kind}`");
                            self.refuse("missing-value", message, item.place_of("chance"));
                        }
                        self.expression(found?.2, scope, Role::Within(0.0, 1.0), own)
                    })
                    .collect();
                if let (Some(sees), true) = (sees, chances.len() == draft.types.len()) {
                    evidence.push(EvidencePlan { sees, given, chances });
                }
            }
            let fades = record.get("fades").and_then(|node| self.sink.number_within(node, 0.0, 1.0, "this"));
            plans.push(TypePlan {
                holder: draft.holder,
                of: draft.of,
                types,
                evidence,
                fades: fades.unwrap_or(0.0),
                cause: deals_cause(&self.catalogue, 1),
            });
        }
        plans
    }
}

/// An indicator that a deal or a belief brings with it.
fn track_draft<'n>(item: Item<'n>, name: String, track: TrackDraft) -> Draft<'n> {
    Draft {
        kind: "track".into(),
        name,
        title: track.meaning.clone(),
        draw_key: None,
        owner: None,
        links: Vec::new(),
        values: Vec::new(),
        place: item.place,
        own: item.own,
        track: Some(track),
    }
}

/// Every combination of the terms' options, the first term's slowest.
fn combinations(terms: &[Term], link: Option<u8>) -> Vec<Offer> {
    let mut offers = vec![Offer { options: Vec::new(), values: Vec::new(), link }];
    for term in terms {
        let longer = offers.iter().flat_map(|offer| {
            term.options.iter().enumerate().map(move |(at, (_, value))| {
                let mut next = offer.clone();
                next.options.push(at as u8);
                next.values.push(*value);
                next
            })
        });
        offers = longer.collect();
        offers.truncate(OFFERS + 1);
    }
    offers
}

/// `rent_50_years_10`, and `_if_rail` where it depends on another deal.
fn name_of(offer: &Offer, draft: &DealDraft<'_>) -> String {
    let mut parts: Vec<String> = draft
        .terms
        .iter()
        .zip(&offer.options)
        .map(|(term, option)| format!("{}_{}", term.id, term.options[usize::from(*option)].0))
        .collect();
    if parts.is_empty() {
        parts.push("terms".into());
    }
    if let Some(link) = offer.link {
        parts.push(format!("if_{}", draft.links[usize::from(link)]));
    }
    parts.join("_")
}

/// A text node with its placeholders filled in before it is parsed: values of terms are numbers, not names.
fn filled(node: &Node, names: &[(&str, &str)]) -> Node {
    let mut node = node.clone();
    if let Kind::Text(text) = &mut node.kind {
        for (name, value) in names {
            text.value = text.value.replace(&format!("{{{name}}}"), value);
        }
    }
    node
}
