//! What a seat's player and others have on the table or have agreed, as the seat sees it.

use marchland_game::number::nearest_whole;
use marchland_game::{Catalogue, Deal, DealId, DealMove, DealStatus, PlayerId, Readings, Turn, TurnRecord};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::Game;
use serde::Serialize;

/// Where a deal of a seat's own stands; deals of which nothing is on the table or agreed are left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TalkView {
    /// The deal.
    pub deal: String,
    /// Who is on the other side, by name: whoever speaks for it now.
    pub with: String,
    /// How far the two have come.
    pub state: TalkState,
    /// The offer on the table, or the terms agreed: an option of the action that offers.
    pub offer: String,
    /// The last month in which the offer may be answered, in which what it depends on may come into force, or in which
    /// the agreement is in force: `2010-06`; none where it has no end.
    pub until: Option<String>,
}

/// How far a seat's player and the other side have come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TalkState {
    /// The other side's offer waits for an answer.
    Received,
    /// The player's own offer waits for an answer.
    Made,
    /// Agreed on condition of another deal that is not in force yet.
    Waiting,
    /// Agreed and in force.
    InForce,
}

/// A player's own deals that are under way, in the scenario's order.
pub(crate) fn talks(game: &Game, player: PlayerId) -> Vec<TalkView> {
    let catalogue = &game.scenario().catalogue;
    let start = game.scenario().calendar.start;
    game.at_decision(player, |at| {
        let at = &at.observation;
        let turn = |id| Some(nearest_whole(at.now(id)) as u32).filter(|turn| *turn > 0);
        let of = |(index, deal): (usize, &Deal)| {
            let side = catalogue.deal_side(deal, player)?;
            let state = match deal.status(at) {
                DealStatus::Open => return None,
                DealStatus::Offered if deal.proposer(at) == Some(side) => TalkState::Made,
                DealStatus::Offered => TalkState::Received,
                DealStatus::Waiting => TalkState::Waiting,
                DealStatus::InForce => TalkState::InForce,
            };
            let until = match state {
                TalkState::Received | TalkState::Made => turn(deal.tracks.moved).map(|moved| moved + deal.stands),
                // It is looked at once more in the month after, and lapses then.
                TalkState::Waiting => turn(deal.tracks.since).map(|since| since + deal.stands + 1),
                TalkState::InForce => turn(deal.tracks.until),
            };
            let offers = &catalogue.actions[catalogue.deal_action(DealId::from_index(index), DealMove::Offer).index()];
            let other = speaker(catalogue, deal.parties[1 - side], |player| game.in_office(player));
            Some(TalkView {
                deal: deal.id.clone(),
                with: catalogue.players[other.index()].id.clone(),
                state,
                offer: offers.options.get(deal.table(at)).map_or_else(String::new, |option| option.id.clone()),
                until: until.map(|turn| start.of(Turn(turn)).to_string()),
            })
        };
        catalogue.deals.iter().enumerate().filter_map(of).collect()
    })
}

/// A deal that came to nothing, or to its end, without anybody's move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DealEnd {
    /// The deal.
    pub deal: DealId,
    /// Whose offer lapsed; one side of an agreement that ended.
    pub by: PlayerId,
    /// The other side.
    pub with: PlayerId,
    /// Whether it was an agreement that ended; otherwise an offer lapsed.
    pub agreed: bool,
}

/// Offers that lapsed and agreements that came to an end between two months, of deals about which nobody moved.
pub fn deals_ended<'a>(
    scenario: &'a Scenario,
    before: &'a TurnRecord,
    record: &'a TurnRecord,
) -> impl Iterator<Item = DealEnd> + 'a {
    let catalogue = &scenario.catalogue;
    let rulings = || record.rounds.iter().flat_map(|round| &round.rulings).filter(|ruling| ruling.success);
    let moved = move |id: DealId| {
        rulings().any(|ruling| catalogue.deal_move(ruling.order.action).is_some_and(|(deal, _)| deal == id))
    };
    catalogue.deals.iter().enumerate().filter_map(move |(at, deal)| {
        let id = DealId::from_index(at);
        let status = |of: &TurnRecord| DealStatus::of(of.indicators[deal.tracks.status.index()]);
        let agreed = match (status(before), status(record)) {
            (DealStatus::Offered, DealStatus::Open) => false,
            (DealStatus::InForce, DealStatus::Open) => true,
            _ => return None,
        };
        let side = usize::from(before.indicators[deal.tracks.proposer.index()].round() == 2.0);
        let [by, with] = [side, 1 - side].map(|side| spoke(scenario, deal.parties[side], before));
        (!moved(id)).then_some(DealEnd { deal: id, by, with, agreed })
    })
}

/// Who spoke for a side at the end of a month.
#[must_use]
pub fn spoke(scenario: &Scenario, side: PlayerId, at: &TurnRecord) -> PlayerId {
    let catalogue = &scenario.catalogue;
    let office = |player: PlayerId| catalogue.players[player.index()].in_office;
    speaker(catalogue, side, |player| office(player).is_none_or(|id| at.indicators[id.index()] > 0.5))
}

/// Who speaks for a side: its own player, or the one whom its office has fallen to.
fn speaker(catalogue: &Catalogue, side: PlayerId, in_office: impl Fn(PlayerId) -> bool) -> PlayerId {
    let heir = catalogue.players.iter().position(|player| player.succeeds == Some(side)).map(PlayerId::from_index);
    heir.filter(|heir| !in_office(side) && in_office(*heir)).unwrap_or(side)
}
