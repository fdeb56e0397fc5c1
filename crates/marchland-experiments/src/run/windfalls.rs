//! Lint by running: one order that is worth more than an order can be.

use std::sync::Arc;

use marchland_game::{Diagnostic, Lineup, Strategy};
use marchland_strategies::Registry;

use super::lint::{Runs, idle};
use crate::extra_orders::ExtraOrders;
use crate::statistics::{Refusal, paired_difference};

/// Of what a whole month can be worth, the most that one order is: a month is one part in as many as a game has of the
/// payoff range. An order worth more decides the game by itself: a payoff is booked that the act did not earn, or many
/// months hang on one act. The first is a mistake, and of the second the author should know.
const HALF: f64 = 0.5;

/// Games by which an order is looked at first: one whose mean gain is less than half of what is looked for is asked no
/// further.
const FIRST: u64 = 16;

/// Of both bounds of a mean gain together.
const LEVEL: f64 = 0.99;

impl Runs<'_> {
    /// Orders that pay their player, given once, more than half of what a month can be worth: in the first month or after a
    /// third or two thirds of the game, beside doing nothing, beside what the player usually does, and where everybody plays
    /// what is publicly assumed.
    pub(super) fn windfalls(&self, registry: &Registry) -> Vec<Diagnostic> {
        let catalogue = &self.scenario.catalogue;
        let horizon = self.scenario.calendar.horizon;
        let mut months = vec![1, 1 + horizon / 3, 1 + 2 * horizon / 3];
        months.dedup();
        let least = HALF / f64::from(horizon);
        let Ok(nothing) = registry.build(&idle(), catalogue) else { return Vec::new() };
        let nothing: Arc<dyn Strategy> = Arc::from(nothing);
        let mut found = Vec::new();
        for player in 0..catalogue.players.len() {
            let (usual, assumed) = (&self.lineup, &self.assumed);
            let own = |lineup: &Lineup| Arc::clone(&lineup.players[player].strategy);
            let worlds = [
                ("nothing else", usual, Arc::clone(&nothing)),
                ("its usual orders", usual, own(usual)),
                ("what everybody is assumed to play", assumed, own(assumed)),
            ];
            let all = 0..self.games;
            let base = worlds.each_ref().map(|(_, lineup, own)| {
                self.payoffs(&Self::seated(lineup, player, Arc::clone(own)), player, false, all.clone())
            });
            for order in self.orders_of(player) {
                let mut best: Option<(f64, u32, &str)> = None;
                for ((words, lineup, own), base) in worlds.iter().zip(&base) {
                    for month in &months {
                        let once = ExtraOrders { own: Arc::clone(own), orders: vec![(*month, *month, order)] };
                        let gain = self.gain(&Self::seated(lineup, player, Arc::new(once)), player, base, least);
                        if let Some(gain) = gain.filter(|gain| best.is_none_or(|(most, ..)| *gain > most)) {
                            best = Some((gain, *month, *words));
                        }
                    }
                }
                let Some((gain, month, words)) = best else { continue };
                let message = format!(
                    "`{}` is a windfall: given once, in turn {month}, beside {words}, it pays `{}` {gain:.3} of its payoff \
                     range on average, more than half of what a turn can be worth ({least:.3}),",
                    catalogue.order_name(order),
                    catalogue.players[player].id
                );
                found.push(self.warning("windfall", message).hint(
                    "look through which payoff term it pays (`marchland review` of a game that gives it names the term): what it is paid \
                     for should be earned by the act, or lost again when it ends",
                ));
            }
        }
        found
    }

    /// What a lineup pays a player on average more than `base`, where it is told to be at least so much.
    fn gain(&self, lineup: &Lineup, player: usize, base: &[f64], least: f64) -> Option<f64> {
        let first = FIRST.min(self.games);
        let mut with = self.payoffs(lineup, player, false, 0..first);
        let seen = paired_difference(&with, &base[..with.len()], LEVEL);
        if seen.mean.is_none_or(|mean| mean < 0.5 * least) {
            return None;
        }
        with.extend(self.payoffs(lineup, player, false, first..self.games));
        let whole = paired_difference(&with, base, LEVEL);
        let told = match whole.interval {
            Some(interval) => interval.low > 0.5 * least,
            // Pairs that all differ by as much need no interval.
            None => whole.refusal == Some(Refusal::Constant),
        };
        whole.mean.filter(|mean| *mean > least && told)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use marchland_sim::scenario::{LoadOptions, load_text};
    use marchland_strategies::Registry;

    /// A keeper who lights a lamp for good, for one month, or where the town asked last month; and one who hides it.
    const HARBOUR: &str = r#"(
        title: "Harbour", calendar: (start: "2010-04", horizon: 24), mechanisms: ["tracks"],
        tracks: [(id: "light", range: (0, 1), initial: 0, rests: 0), (id: "debt", range: (0, 9), initial: 0)],
        players: [(id: "keeper", orders_per_turn: 1, payoffs: [(id: "light", indicator: "light", weight: 1, why: "a test")], payoff_range: (0, 1)), (id: "town", orders_per_turn: 1)],
        actions: [
            (id: "light_for_good", owners: ["keeper"], success: [Set("light", 1)]),
            (id: "light_tonight", owners: ["keeper"], success: [Add(indicator: "light", amount: 0.4, lasts: 1)]),
            (id: "answer", owners: ["keeper"], success: [Add(indicator: "light", amount: "0.4 * min(1, ordered(town, ask, 2))", lasts: 1)]),
            (id: "borrow", owners: ["keeper"], success: [Add("debt", 1)]),
            (id: "ask", owners: ["town"], success: [Add("debt", 0)]),
        ],
        measures: [(id: "owed", meaning: "What is owed", over: Last, value: "debt")],
        strategies: [(name: "asks", intent: "asks", players: ["town"], play: Rules(blocks: [(name: "ask", orders: ["ask"], every: 3)]))],
        lineup: {"town": "asks"},
    )"#;

    /// What is paid for good by one order is a windfall, and what is paid by every one of them a pump; what is paid for one
    /// month is no windfall, and what depends on another is no pump.
    #[test]
    fn an_order_is_a_windfall_or_a_pump_or_neither() {
        let registry = Registry::standard();
        let schemas = registry.schemas();
        let loaded = load_text("harbour", HARBOUR, &LoadOptions::new(marchland_laws::standard(), &schemas));
        let scenario = Arc::new(loaded.expect("a scenario").scenario);
        let found = super::super::lint(&scenario, &registry, 20).expect("games");
        let named = |code: &str| -> Vec<String> {
            let own = found.iter().filter(|one| one.code == code);
            own.filter_map(|one| one.message.split('`').nth(1).map(str::to_owned)).collect()
        };
        assert_eq!(named("windfall"), ["light_for_good"], "{found:#?}");
        assert_eq!(named("pump"), ["light_for_good", "light_tonight"], "{found:#?}");
    }
}
