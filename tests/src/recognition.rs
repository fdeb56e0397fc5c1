//! Interest and recognition (memo row 82; Ringmar 2002): what the weight ω of recognition turns, shown by
//! Russia's stake in the ballot on a deal that profits it and that it was not asked about.

use marchland_game::{Choice, Observation, Order, PlayerId, Stage as Step, Vote, VoteRecord};
use marchland_sim::turn::{Engine, Game};

use crate::scenarios::Stage;

/// A deal on transit that stands tabled, and what Russia makes of it.
struct Deal {
    stage: Stage,
    russia: PlayerId,
}

impl Deal {
    /// Under this weight of recognition for Russia; the scenario's own where none is given.
    fn under(omega: Option<&str>) -> Self {
        let set: Vec<_> = omega.map(|omega| ("omega_russia", omega)).into_iter().collect();
        let stage = Stage::with("tajikistan-2010", None, &set, &[]);
        let russia = stage.scenario.catalogue.player("russia").expect("a player");
        Self { stage, russia }
    }

    /// Russia's stake, U(yes) − U(no), and its vote where it follows the stake, after `turns` turns of the
    /// default game: the United States proposes the deal, having consulted Russia so far (a share) and
    /// doing so now or not.
    fn put(&self, game: &mut Game, seed: u64, turns: u32, consulted_before: f64, consults: bool) -> (f64, Vote) {
        let catalogue = &self.stage.scenario.catalogue;
        game.start(&self.stage.setup(seed, 24, false));
        for _ in 0..turns {
            game.step();
        }
        let consultation = catalogue.indicator("russia.united_states.consultation").expect("an indicator");
        game.inject(consultation, consulted_before).expect("a stock");
        let action = catalogue.action("propose_ndn_deal").expect("an action");
        let option = catalogue.option(action, if consults { "consulted" } else { "unilateral" }).expect("an option");
        let mut choices = vec![Choice::default(); catalogue.players.len()];
        let proposer = catalogue.player("united_states").expect("a player");
        choices[proposer.index()].orders.push(Order { action, option });
        game.play_stage(&choices);
        assert_eq!(game.moment().stage, Step::Ballots, "the deal stands tabled, seed {seed}");
        let motion = catalogue.motion("ndn_deal").expect("a motion");
        let stake = Observation::new(&game.view(self.russia)).stake(motion);
        let silent = vec![Choice::default(); catalogue.players.len()];
        let mut votes: Vec<VoteRecord> = Vec::new();
        game.count(&silent, &mut votes);
        let vote = votes.iter().find(|vote| vote.motion == motion).expect("a vote");
        let members = &catalogue.institutions[catalogue.motions[motion.index()].institution.index()].members;
        let seat = members.iter().position(|member| member.player == Some(self.russia)).expect("a member");
        (stake, vote.votes[seat])
    }
}

/// With ω = 0 Russia plays pure interest: the deal profits it in every state sampled, however it was
/// treated, and no term of recognition enters its payoff. n = 240 states: seeds 1 to 40, turns 1, 5 and 9,
/// consulted before or never.
#[test]
fn without_recognition_only_interest_counts() {
    let deal = Deal::under(Some("0"));
    let mut game = Engine::new(&deal.stage.scenario).start(&deal.stage.setup(1, 24, false));
    for seed in 1..=40 {
        for turns in [0, 4, 8] {
            let ignored = deal.put(&mut game, seed, turns, 0.0, false).0;
            let asked = deal.put(&mut game, seed, turns, 1.0, true).0;
            assert!(ignored > 0.0, "seed {seed}, turn {}: {ignored}", turns + 1);
            assert_eq!(ignored.to_bits(), asked.to_bits(), "seed {seed}, turn {}", turns + 1);
        }
    }
    let table = &deal.stage.scenario.catalogue.players[deal.russia.index()].payoffs;
    for (term, weight) in table.terms.iter().zip(&deal.stage.variant.weights[deal.russia.index()]) {
        let path = &deal.stage.scenario.catalogue.indicators[term.indicator.index()].path;
        let of_recognition = path == "russia.recognition" || path == "russia.respect_deficit";
        assert_eq!(*weight == 0.0, of_recognition, "weight of {path}: {weight}");
    }
}

/// With the default ω there are states in which Russia turns down the deal that profits it, because it was
/// not consulted: its stake's sign is turned by ω, and turned back by asking. n = 200 first months, seeds 1
/// to 200; votes by logit of the stake.
#[test]
fn an_unasked_russia_turns_down_a_deal_that_profits_it() {
    let (interest, proud) = (Deal::under(Some("0")), Deal::under(None));
    let n = 200;
    let arm = |deal: &Deal, before: f64, consults: bool| {
        let mut game = Engine::new(&deal.stage.scenario).start(&deal.stage.setup(1, 24, false));
        let answers: Vec<_> = (1..=n).map(|seed| deal.put(&mut game, seed, 0, before, consults)).collect();
        let stake = answers.iter().map(|(stake, _)| stake).sum::<f64>() / n as f64;
        let no = answers.iter().filter(|(_, vote)| *vote == Vote::No).count();
        (answers, stake, no)
    };
    let (profits, gain, no_of_interest) = arm(&interest, 0.0, false);
    let (unasked, loss, no_of_pride) = arm(&proud, 0.0, false);
    let (asked, mended, no_when_asked) = arm(&proud, 0.6, true);
    println!(
        "sign: stakes {gain:.4} at ω = 0, {loss:.4} unasked, {mended:.4} asked; no votes {no_of_interest}, {no_of_pride}, {no_when_asked} of {n}, seeds 1 to {n}"
    );
    for at in 0..profits.len() {
        assert!(profits[at].0 > 0.0 && unasked[at].0 < 0.0 && asked[at].0 > 0.0, "seed {}", at + 1);
    }
    assert!(no_of_pride > n as usize / 2, "{no_of_pride} of {n} refuse");
    assert!(
        no_of_interest < n as usize / 2 && no_when_asked < n as usize / 2,
        "{no_of_interest} and {no_when_asked} of {n}"
    );
}

/// Recognition switched off is a weight of 0 for everybody, in every number: the same worlds, measures and payoffs, bit
/// by bit. Default seats, and two in which recognition decides; seeds 1 to 6, 24 months.
#[test]
fn recognition_switched_off_is_a_weight_of_nothing() {
    let names: Vec<String> = {
        let scenario = crate::scenarios::load("tajikistan-2010");
        let weights = scenario.catalogue.parameters.iter().filter(|parameter| parameter.id.starts_with("omega_"));
        weights.map(|parameter| parameter.id.clone()).collect()
    };
    assert!(names.len() >= 3, "{names:?}");
    let nothing: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "0")).collect();
    let seats: [&[(&str, &str)]; 2] = [&[], &[("russia", "r8-recognition"), ("united_states", "u3-permanent-base")]];
    let mut differs = false;
    for lineup in seats {
        let off = Stage::with("tajikistan-2010", None, &[("recognition_on", "off")], lineup);
        let zero = Stage::with("tajikistan-2010", None, &nothing, lineup);
        let on = Stage::with("tajikistan-2010", None, &[], lineup);
        for seed in 1..=6 {
            let [off, zero, on] = [&off, &zero, &on].map(|stage| {
                let mut game = stage.engine().start(&stage.setup(seed, 24, false));
                game.finish();
                let outcome = game.outcome();
                let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
                let payoffs: Vec<Option<u64>> = outcome.payoffs.iter().map(|payoff| payoff.map(f64::to_bits)).collect();
                (game.state_hash(), bits(&outcome.measures), payoffs)
            });
            assert!(off == zero, "seed {seed}, {lineup:?}");
            differs |= off != on;
        }
    }
    assert!(differs, "recognition moves something where it is on");
}
