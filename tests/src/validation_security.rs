//! Security and international politics against outside figures: V19, V20, V22 to V25 and the signs of
//! V27 that the economy's and the politics' files leave.
//!
//! Labels: *fitted* (constants were chosen so; ideal points and stakes were coded by people who knew
//! the votes), *identity* (restates an input), *sign* (direction only). None is out of sample. Intervals are Wilson's 95 % for shares; signs pass by the paired one-sided 99 % bound.

use marchland_game::{Ballot, Choice, Order, Stage as Step, Vote, VoteRecord};
use marchland_laws::laws::war::insurgency::deitchman;
use marchland_sim::turn::Engine;

use crate::questions::{Question, interval, lasts, means, rises, wilson};
use crate::scenarios::{Stage, changed};

/// A motion put to its institution in the first month of a game.
struct Request<'a> {
    stage: &'a Stage,
    /// Stocks set before.
    inject: &'a [(&'a str, f64)],
    /// Who tables it, by which action and option.
    by: (&'a str, &'a str, &'a str),
    motion: &'a str,
    /// Ballots that are cast as told; all others by stake or ideal point.
    ballots: &'a [(&'a str, Vote)],
}

impl Request<'_> {
    /// The order that tables the motion, as the choices of the stage *Orders*.
    fn orders(&self) -> Vec<Choice> {
        let catalogue = &self.stage.scenario.catalogue;
        let (player, action, option) = self.by;
        let action = catalogue.action(action).expect("an action");
        let option = catalogue.option(action, option).expect("an option");
        let mut choices = vec![Choice::default(); catalogue.players.len()];
        choices[catalogue.player(player).expect("a player").index()].orders.push(Order { action, option });
        choices
    }

    /// How many of `n` games, seeds 1 to `n`, pass it.
    fn passed(&self, n: u64) -> f64 {
        self.outcomes(n).iter().sum()
    }

    /// By game, seeds 1 to `n`: 1 where it passes, else 0.
    fn outcomes(&self, n: u64) -> Vec<f64> {
        let catalogue = &self.stage.scenario.catalogue;
        let motion = catalogue.motion(self.motion).expect("a motion");
        let orders = self.orders();
        let mut ballots = vec![Choice::default(); catalogue.players.len()];
        for (player, vote) in self.ballots {
            let player = catalogue.player(player).expect("a player");
            ballots[player.index()].ballots.push(Ballot { motion, vote: *vote });
        }
        let engine = Engine::new(&self.stage.scenario);
        let mut votes: Vec<VoteRecord> = Vec::new();
        let outcome = |seed| {
            let mut game = engine.start(&self.stage.setup(seed, 12, false));
            for (path, value) in self.inject {
                game.inject(catalogue.indicator(path).expect("an indicator"), *value).expect("a stock");
            }
            game.play_stage(&orders);
            assert_eq!(game.moment().stage, Step::Ballots, "{} was not tabled", self.motion);
            game.count(&ballots, &mut votes);
            f64::from(u8::from(votes.iter().any(|vote| vote.motion == motion && vote.passed)))
        };
        (1..=n).map(outcome).collect()
    }
}

fn share(label: &str, what: &str, hits: f64, n: u64) -> f64 {
    let (low, high) = wilson(hits, n as f64);
    println!("{label}: {what}: {hits} of {n} (seeds 1 to {n}), 95 % {low:.4} to {high:.4}");
    hits / n as f64
}

/// V19, sign: a policy of force empties the street where the force is loyal (.9), and keeps it full where it
/// is not (.35) and the crowd is past the fold. Three months; crowds of .4 and .8 of the mobilisable; a country
/// so open that a crackdown is the government's choice, where a closed one nearly always cracks down.
#[test]
fn v19_force_is_not_monotone() {
    let n = 400;
    let stage = Stage::with("quiet-autocracy", None, &[("shock", "0.5"), ("opp", "0.6"), ("force", "0.5")], &[]);
    let ask = |loyalty: f64, policy: f64, crowd: f64, fear: f64| {
        let mut set: Vec<(String, f64)> = [("repression", policy), ("fear", fear), ("reform", 0.5)]
            .map(|(field, to)| (format!("country.{field}"), to))
            .into();
        set.extend(
            ["security_chiefs", "business", "regional_barons"].map(|elite| (format!("{elite}.loyalty"), loyalty)),
        );
        set.extend(["capital", "north", "south"].map(|region| (format!("{region}.unrest"), crowd)));
        let inject: Vec<(&str, f64)> = set.iter().map(|(path, value)| (path.as_str(), *value)).collect();
        means(&Question { stage: &stage, turns: 3, inject: &inject }.ask(n, "country.unrest"))
    };
    rises("force of the loyal empties the street", &ask(0.9, 0.9, 0.4, 0.5), &ask(0.9, 0.0, 0.4, 0.5));
    rises("force of the doubtful keeps it full", &ask(0.35, 0.0, 0.8, 0.3), &ask(0.35, 0.9, 0.8, 0.3));
}

/// V20, fitted: an ambush as at Kamarob costs a convoy of 75 a third to a half, and the attackers nearly
/// nobody.
#[test]
fn v20_an_ambush_costs_what_kamarob_did() {
    let stage = Stage::of("tajikistan-2010");
    let value = |name: &str| stage.parameter(name);
    let guerrillas = value("insurgency_massed") * 75.0;
    let (aimed, area) = (value("insurgency_aimed_fire"), value("insurgency_area_fire"));
    let losses = deitchman(75.0, guerrillas, aimed, area, value("insurgency_ambush_hours"));
    println!(
        "fitted: {:.3} of 75 regulars, {:.2} guerrillas, n 1: no chance in it",
        losses.regulars / 75.0,
        losses.guerrillas
    );
    assert!((0.33..=0.53).contains(&(losses.regulars / 75.0)), "{losses:?}");
    assert!(losses.guerrillas < 1.0, "{losses:?}");
}

/// V20, fitted: by December 2010 at least 25 are dead in battle in half of the games, and the regime
/// stands in most.
#[test]
fn v20_a_minor_conflict_leaves_the_regime_standing() {
    let (stage, n) = (Stage::of("tajikistan-2010"), 300);
    let paths = ["tajikistan.battle_deaths", "tajikistan.regime_failed"];
    let games = Question { stage: &stage, turns: 9, inject: &[] }.ask_all(n, &paths);
    let minor = games.iter().filter(|game| game[0].1 >= 25.0).count() as f64;
    let stands = games.iter().filter(|game| game[1].1 == 0.0).count() as f64;
    assert!(share("fitted", "25 or more battle deaths, April to December 2010", minor, n) >= 0.5);
    assert!(share("fitted", "the regime stands in December 2010", stands, n) >= 0.8);
}

/// V20, sign: a deal with the commanders, as of October 2010, ends the phase: fewer die, fewer fight.
#[test]
fn v20_a_deal_ends_the_phase() {
    let (stage, n) = (Stage::of("tajikistan-2010"), 200);
    let deal = [("imu_rasht.truce", 1.0), ("imu_rasht.alliance", 0.0)];
    let paths = ["rasht.militant_threat", "imu_rasht.fighters", "tajikistan.army_losses"];
    let fight = Question { stage: &stage, turns: 6, inject: &[] }.ask_all(n, &paths);
    let truce = Question { stage: &stage, turns: 6, inject: &deal }.ask_all(n, &paths);
    for (at, what) in paths.iter().enumerate() {
        let last = |games: &[Vec<(f64, f64)>]| games.iter().map(|game| game[at].1).collect::<Vec<_>>();
        rises(&format!("a deal lowers {what}"), &last(&truce), &last(&fight));
    }
}

/// V22, fitted: the CSTO refuses what the interim government of Kyrgyzstan asked for in June 2010,
/// troops for an internal crisis, in at least 70 % of games.
#[test]
fn v22_the_csto_refuses_kyrgyzstan() {
    let (stage, n) = (Stage::of("kyrgyzstan-2010"), 400);
    let asked = [
        ("kyrgyzstan.regime_status", 2.0),
        ("kyrgyzstan.regime_failed", 1.0),
        ("government.in_office", 0.0),
        ("new_administration.in_office", 1.0),
    ];
    let by = ("new_administration", "request_csto_intervention", "internal");
    let request = Request { stage: &stage, inject: &asked, by, motion: "csto_intervention_internal", ballots: &[] };
    let refused = n as f64 - request.passed(n);
    assert!(share("fitted", "the CSTO refuses, June 2010", refused, n) >= 0.7);
}

/// V22, fitted: it approves a request like Kazakhstan's of January 2022 in at least 70 %: the host asks
/// and votes for it, the crisis is framed as the work of outsiders, the charter reaches internal crises,
/// and Uzbekistan, out since 2012, has no vote.
#[test]
fn v22_the_csto_approves_a_request_like_that_of_2022() {
    let n = 400;
    let roster = r#"(id: "tajikistan", ideal: 0.4), (id: "government", ideal: 0.3), (id: "uzbekistan", ideal: -0.3)"#;
    let scenario =
        changed("kyrgyzstan-2010", &[(roster, r#"(id: "tajikistan", ideal: 0.4), (id: "government", ideal: 0.3),"#)]);
    let stage = Stage::around(&scenario);
    let request = Request {
        stage: &stage,
        inject: &[("kyrgyzstan.regime_status", 2.0), ("csto.mandate_internal", 1.0), ("russia.backing", 0.9)],
        by: ("government", "request_csto_intervention", "external"),
        motion: "csto_intervention_external",
        ballots: &[("government", Vote::Yes)],
    };
    assert!(share("fitted", "the CSTO approves, as in January 2022", request.passed(n), n) >= 0.7);
}

/// V23, fitted: after a collapse the Council sends peacekeepers in most games; the security treaty is
/// adopted in fewer than 5 %.
#[test]
fn v23_peacekeepers_pass_and_the_treaty_does_not() {
    let (stage, n) = (Stage::of("tajikistan-2010"), 400);
    let collapse =
        [("tajikistan.regime_status", 4.0), ("tajikistan.regime_failed", 1.0), ("tajikistan.state_failed", 1.0)];
    let by = ("russia", "table_unsc_pk", "do");
    let request = Request { stage: &stage, inject: &collapse, by, motion: "un_peacekeeping", ballots: &[] };
    assert!(share("fitted", "peacekeepers after a collapse", request.passed(n), n) > 0.5);
    let n = 2_000;
    let by = ("russia", "table_est", "do");
    let request = Request { stage: &stage, inject: &[], by, motion: "est_adoption", ballots: &[("russia", Vote::Yes)] };
    assert!(share("fitted", "the security treaty adopted", request.passed(n), n) < 0.05);
}

/// V24, fitted (the effort is): about 3 % of the flow is seized in April 2010, and less than 4.5 % over a half-year
/// in which powers aid the border. Sign: closing one segment moves the trade to the next, and some of it away.
#[test]
fn v24_little_is_seized_and_routes_shift() {
    let (stage, n) = (Stage::of("tajikistan-2010"), 100);
    let ask = |inject: &[(&str, f64)], path: &str| means(&Question { stage: &stage, turns: 6, inject }.ask(n, path));
    for (turns, low, high) in [(1, 0.025, 0.035), (6, 0.025, 0.045)] {
        let paths = ["tajikistan.drug_seized_t", "tajikistan.drug_flow_t"];
        let games = Question { stage: &stage, turns, inject: &[] }.ask_all(n, &paths);
        let shares: Vec<f64> = games.iter().map(|game| game[0].0 / game[1].0).collect();
        let (mean, half) = interval(&shares);
        println!("fitted: {mean:.4} ± {half:.4} is seized over {turns} months, n {n}, seeds 1 to {n}");
        assert!((low..high).contains(&mean), "{turns} months: {mean}");
    }
    let open = [("khatlon_border.closure", 0.0)];
    let shut = [("khatlon_border.closure", 0.7)];
    rises("a closed segment carries less", &ask(&shut, "khatlon_border.flow_t"), &ask(&open, "khatlon_border.flow_t"));
    rises("the next one carries more", &ask(&open, "gbao_border.flow_t"), &ask(&shut, "gbao_border.flow_t"));
    rises("the country less in all", &ask(&shut, "tajikistan.drug_flow_t"), &ask(&open, "tajikistan.drug_flow_t"));
}

/// V25, fitted: 108 containers a week become about 350 in six months, as from June to December 2009; in
/// August 2010 the network carries about 30 % of what comes by ground.
#[test]
fn v25_the_northern_network_grows_as_it_did() {
    let (stage, n) = (Stage::of("tajikistan-2010"), 100);
    // Six months from the traffic of June 2009, at the level of forces and transit of the autumn.
    let june = [("world_markets.transit_traffic", 108.0)];
    let grown = lasts(&Question { stage: &stage, turns: 6, inject: &june }.ask(n, "world_markets.transit_traffic"));
    let (mean, half) = interval(&grown);
    println!("fitted: 108 grow to {mean:.0} ± {half:.0} containers a week, n {n}, seeds 1 to {n}");
    assert!((280.0..430.0).contains(&mean), "{mean}");
    let august = lasts(&Question { stage: &stage, turns: 5, inject: &[] }.ask(n, "world_markets.transit_dependence"));
    let (mean, half) = interval(&august);
    println!("fitted: {mean:.3} ± {half:.3} of ground supply in August 2010, n {n}, seeds 1 to {n}");
    assert!((0.2..0.4).contains(&mean), "{mean}");
}

/// V25, identity (shares of traffic are inputs): without the Tajik branch the network loses little,
/// without Russia or Kazakhstan nearly all.
#[test]
fn v25_some_links_matter_more_than_others() {
    let (stage, n) = (Stage::of("tajikistan-2010"), 60);
    let ask = |inject: &[(&str, f64)]| {
        means(&Question { stage: &stage, turns: 4, inject }.ask(n, "world_markets.transit_open"))
    };
    let whole = ask(&[]);
    for (link, low, high) in [
        ("tajikistan.transit_permission", 0.0, 0.1),
        ("uzbekistan.transit", 0.3, 1.0),
        ("kazakhstan.transit", 0.3, 1.0),
        ("russia.transit", 0.3, 1.0),
    ] {
        let without = ask(&[(link, 0.0)]);
        let lost: Vec<f64> = whole.iter().zip(&without).map(|(whole, without)| 1.0 - without / whole).collect();
        let (mean, half) = interval(&lost);
        println!("identity: without {link} {mean:.3} ± {half:.3} is lost, n {n}, seeds 1 to {n}");
        assert!((low..=high).contains(&mean), "{link}: {mean}");
    }
}

/// V27, signs of security.
#[test]
fn v27_signs_of_security_hold() {
    let (stage, n) = (Stage::of("tajikistan-2010"), 200);
    let ask = |turns: u32, inject: &[(&str, f64)], path: &str| Question { stage: &stage, turns, inject }.ask(n, path);

    let border = |terrain: f64| [("khatlon_border.terrain", terrain), ("gbao_border.terrain", terrain)];
    rises(
        "permeable borders bring fighters",
        &means(&ask(12, &border(0.3), "tajikistan.militant_strength")),
        &means(&ask(12, &border(1.0), "tajikistan.militant_strength")),
    );

    let price = |musd: f64| [("tajikistan.drug_rent_musd_t", musd)];
    for path in ["tajikistan.militant_strength", "tajikistan.corruption"] {
        let what = format!("drug rents raise {path}");
        rises(&what, &means(&ask(12, &price(5.0), path)), &means(&ask(12, &price(40.0), path)));
    }

    let haven = |failed: f64| [("tajikistan.state_failed", failed)];
    for path in ["tajikistan.army_losses", "tajikistan.militant_strength"] {
        let what = format!("a haven raises {path}");
        rises(&what, &lasts(&ask(12, &haven(0.0), path)), &lasts(&ask(12, &haven(1.0), path)));
    }
}

/// V27, signs of diplomacy.
#[test]
fn v27_signs_of_diplomacy_hold() {
    let (stage, n) = (Stage::of("tajikistan-2010"), 200);
    let ask = |turns: u32, inject: &[(&str, f64)], path: &str| Question { stage: &stage, turns, inject }.ask(n, path);

    let hedge = [("tajikistan.contacts_mayor", 4.0), ("tajikistan.contacts_premier", 4.0)];
    rises(
        "hedging leaks",
        &lasts(&ask(6, &[], "tajikistan.hedge_leaked")),
        &lasts(&ask(6, &hedge, "tajikistan.hedge_leaked")),
    );
    rises(
        "and costs trust",
        &lasts(&ask(6, &hedge, "government.russia.trust")),
        &lasts(&ask(6, &[], "government.russia.trust")),
    );

    let asked = |level: f64| [("russia.united_states.consultation", level)];
    rises(
        "consultation brings recognition",
        &means(&ask(6, &asked(0.0), "russia.recognition")),
        &means(&ask(6, &asked(1.0), "russia.recognition")),
    );
    // Cooperation is Russia's vote on a deal put to it at once, which is its stake.
    let deal = |level: f64| {
        let by = ("united_states", "propose_ndn_deal", "consulted");
        let inject = asked(level);
        let request = Request { stage: &stage, inject: &inject, by, motion: "ndn_deal", ballots: &[] };
        request.outcomes(n)
    };
    let (ignored, consulted) = (deal(0.0), deal(1.0));
    share("sign", "the deal passes, Russia not consulted before", ignored.iter().sum(), n);
    share("sign", "the deal passes, Russia consulted before", consulted.iter().sum(), n);
    rises("and cooperation", &ignored, &consulted);
}
