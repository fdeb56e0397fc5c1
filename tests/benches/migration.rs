//! One million migrant cohorts: the migration step in the ECS world beside a plain loop over arrays
//! that does the same arithmetic. `cargo bench -p marchland-tests --bench migration`.
//!
//! Prints the ratio of their medians over interleaved rounds, and stops where their sums differ.

#![allow(clippy::print_stdout, reason = "a bench prints")]

mod common;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use marchland_experiments::compose;
use marchland_game::number::{fast_logistic, max, min};
use marchland_game::{Domain, Moment, Root, Round, Stage, Turn, stream};
use marchland_laws::laws::people::migration::{MigrationConstants, MigrationIntentions, Permits, Season, permits};
use marchland_laws::state::host::HostPolicy;
use marchland_sim::scenario::{self, LoadOptions};
use marchland_sim::turn::{Engine, Game, Setup, Variant};
use marchland_strategies::Registry;

const COHORTS: usize = 1_000_000;
const ROUNDS: usize = 15;
const SEED: u64 = 1;
/// People of the one region, thousand.
const POPULATION_K: f64 = 8000.0;
const PROPENSITY: f64 = 0.23;

/// A world of migrants and their host alone: what a step takes beside the cohorts is microseconds.
const SCENARIO: &str = r#"(
    title: "Migrants and their host",
    base: "base",
    calendar: (start: "2010-04", horizon: 400),
    mechanisms: ["host_economy", "migration"],
    cohorts: (count: 1000000, spread: 0.5),
    populations: [(id: "migrants", title: "Migrants", decides: "migration", rule: "logit")],
    strategies: [(name: "logit", intent: "Weigh the advantage", play: Logit()), (name: "none", intent: "Nothing", play: Idle())],
    players: [(id: "nobody", orders_per_turn: 0, payoffs: [])],
    entities: {
        "host": [(id: "host", title: "The host")],
        "country": [(id: "land", title: "The land")],
        "region": [(id: "here", title: "Here", links: {"country": "land"}, values: {"population_k": 8000, "propensity": 0.23})],
    },
    measures: [(id: "abroad", meaning: "People abroad", unit: "thousand people", over: Last, value: "land.migrants_k")],
)"#;

/// The cohorts in plain arrays.
struct Plain {
    legal: Vec<f64>,
    irregular: Vec<f64>,
    returnees: Vec<f64>,
    earnings: Vec<f64>,
    going: Vec<f64>,
    network: Vec<f64>,
    satisfaction: Vec<f64>,
    aspiration: Vec<f64>,
    of: MigrationConstants,
    season: Season,
    /// People abroad, thousand.
    abroad: f64,
}

/// What a step reads of the host.
struct Host {
    policy: HostPolicy,
    jobs: f64,
    wage_usd: f64,
    risk: f64,
    jobs_start: f64,
    wage_start_usd: f64,
}

/// What a step comes to, thousand people.
#[derive(Debug, Default)]
struct Sums {
    out: f64,
    legal: f64,
    irregular: f64,
    returnees: f64,
    earners: f64,
}

impl Plain {
    /// The cohorts of an ECS world, in the order of its columns.
    fn of(game: &Game, of: MigrationConstants, abroad: f64) -> Self {
        let world = game.world();
        let mut flat = vec![0.0; world.width()];
        world.save(&mut flat);
        let mut columns = flat[world.indicator_width()..].chunks_exact(COHORTS).map(<[f64]>::to_vec);
        let mut next = || columns.next().expect("eight columns of cohorts");
        Self {
            legal: next(),
            irregular: next(),
            returnees: next(),
            earnings: next(),
            going: next(),
            network: next(),
            satisfaction: next(),
            aspiration: next(),
            of,
            season: Season::of(&of),
            abroad,
        }
    }

    /// One month, as the law of migration says, in two plain passes.
    fn step(&mut self, host: &Host, calendar_month: u32, luck: u64) -> Sums {
        let of = self.of;
        let range: Range<usize> = 0..COHORTS;
        let members = POPULATION_K * of.mover_share;
        let each = members / COHORTS as f64;
        let (depart, comeback) = self.season.rates(calendar_month);
        let (depart, comeback) = (min(depart, 1.0), min(comeback, 1.0));
        let share = self.abroad / members;
        let pay = (host.jobs * host.wage_usd) / (host.jobs_start * host.wage_start_usd);
        let region = libm::log(PROPENSITY / (1.0 - PROPENSITY)) / of.sensitivity + libm::log(pay)
            - of.home * libm::log(1.0)
            + of.network * libm::log((1.0 + share) / (1.0 + PROPENSITY))
            - of.risk * (host.risk - of.risk_reference);
        let spread = of.luck * 2.0 * 1.732_050_807_568_877_2;
        let base = region - of.selection - 0.5 * spread;
        let attention = min(of.attention, 1.0);
        let mut wish = MigrationIntentions::default();
        for at in range.clone() {
            let word = luck.wrapping_add((at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let advantage = base + of.selection * self.earnings[at] + spread * stream::unit(stream::mix(word));
            self.going[at] += attention * (fast_logistic(of.sensitivity * advantage) - self.going[at]);
            let (legal, irregular, going) = (self.legal[at], self.irregular[at], self.going[at]);
            let stays = 1.0 - comeback * (1.0 - going);
            wish.out += depart * max(each - legal - irregular, 0.0) * going;
            wish.legal += legal * stays;
            wish.irregular += irregular * stays;
        }
        let expulsion = min(host.policy.expulsion, 1.0);
        let permits: Permits = permits(&wish, &host.policy, &of, 1.0, expulsion);
        let fade = min(of.returnee_fade, 1.0);
        let follow = min(of.aspiration_rate, 1.0);
        let (pay_abroad, pay_home) = (of.pay_ratio * pay, 1.0);
        let (per_each, others) = (1.0 / each, (1.0 - of.own_network) * share);
        let mut sums = Sums::default();
        for at in range {
            let (legal, irregular, going) = (self.legal[at], self.irregular[at], self.going[at]);
            let out = depart * max(each - legal - irregular, 0.0) * going * permits.passed;
            let with_permit = out * permits.granted;
            let returns = comeback * (1.0 - going);
            let lapsed = legal * permits.lapsed;
            let deterred = lapsed * permits.deterred;
            let kept = legal - lapsed;
            let legal_back = kept * returns;
            let expelled = irregular * expulsion;
            let left = irregular - expelled;
            let irregular_back = left * returns;
            let stays = left - irregular_back;
            let regular = stays * permits.regularised;
            let legal = kept - legal_back + with_permit + regular;
            let irregular = stays - regular + (lapsed - deterred) + (out - with_permit);
            let home = deterred + legal_back + irregular_back;
            let returnees = (self.returnees[at] + home + expelled) * (1.0 - fade);
            let earners = self.earnings[at] * (legal + of.irregular_pay * irregular);
            let abroad = (legal + irregular) * per_each;
            let income = pay_abroad * earners * per_each + pay_home * (1.0 - abroad);
            self.legal[at] = legal;
            self.irregular[at] = irregular;
            self.returnees[at] = returnees;
            self.network[at] = others + of.own_network * abroad;
            self.satisfaction[at] = income / self.aspiration[at];
            self.aspiration[at] += follow * (income - self.aspiration[at]);
            sums.out += out;
            sums.legal += legal;
            sums.irregular += irregular;
            sums.returnees += returnees;
            sums.earners += earners;
        }
        self.abroad = sums.legal + sums.irregular;
        sums
    }
}

fn game() -> (Game, Setup) {
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let folder = tempfile::tempdir().expect("a folder");
    common::copy(
        &Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios")).join("base"),
        &folder.path().join("base"),
    );
    std::fs::write(folder.path().join("migrants.ron"), SCENARIO).expect("a file");
    let loaded = match scenario::load(
        &folder.path().join("migrants.ron"),
        &LoadOptions::new(marchland_laws::standard(), &schemas),
    ) {
        Ok(loaded) => loaded,
        Err(findings) => panic!("the scenario does not load: {findings:#?}"),
    };
    let scenario = Arc::new(loaded.scenario);
    let lineup = compose::compose(&scenario, &registry, &[]).expect("a lineup").lineup;
    let variant = Arc::new(Variant::new(&scenario, None, &[]).expect("a default variant"));
    let setup = Setup { variant, lineup, seed: SEED, turns: 400, tracing: false };
    (Engine::new(&scenario).start(&setup), setup)
}

fn near(what: &str, one: f64, other: f64) {
    assert!((one - other).abs() <= 1e-9 * (1.0 + other.abs()), "{what}: {one} in the world, {other} in plain arrays");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let (mut game, setup) = game();
    game.start(&setup);
    let catalogue = Arc::clone(&game.scenario().catalogue);
    let parameter = |name: &str| {
        let id = catalogue.parameter(name).unwrap_or_else(|| panic!("no parameter {name}"));
        setup.variant.parameters[id.index()]
    };
    let indicator = |game: &Game, path: &str| game.world().get(catalogue.indicator(path).expect("an indicator"));
    let of = MigrationConstants::from_parameters(&parameter);
    let mut plain = Plain::of(&game, of, indicator(&game, "here.migrants_k"));
    let (mut in_world, mut in_arrays) = (Vec::new(), Vec::new());
    for turn in 1..=ROUNDS as u32 {
        let begun = Instant::now();
        game.step();
        in_world.push(begun.elapsed().as_secs_f64());

        let host = Host {
            policy: HostPolicy {
                quota: indicator(&game, "host.quota"),
                enforcement: indicator(&game, "host.enforcement"),
                expulsion: indicator(&game, "host.expulsion"),
                hostility: indicator(&game, "host.hostility"),
                amnesty: indicator(&game, "host.amnesty"),
            },
            jobs: indicator(&game, "host.jobs"),
            wage_usd: indicator(&game, "host.wage_usd"),
            risk: indicator(&game, "host.deportation_risk"),
            jobs_start: parameter("host_jobs"),
            wage_start_usd: parameter("host_wage_usd"),
        };
        let moment = Moment { turn: Turn(turn), round: Round(0), stage: Stage::Orders };
        let name = stream::name_hash("migrants' luck");
        let luck = Root::of_game(SEED).stream(Domain::Cohort, moment, name, 0).word();
        let begun = Instant::now();
        let sums = plain.step(&host, (turn + 2) % 12 + 1, luck);
        in_arrays.push(begun.elapsed().as_secs_f64());

        near("departures", indicator(&game, "here.departures_k"), sums.out);
        near("migrants", indicator(&game, "here.migrants_k"), sums.legal + sums.irregular);
        near("irregular", indicator(&game, "here.irregular_k"), sums.irregular);
        near("returnees", indicator(&game, "here.returnees_k"), sums.returnees);
        near("earners", indicator(&game, "here.earners_k"), sums.earners);
    }
    let ratios: Vec<f64> = in_world.iter().zip(&in_arrays).map(|(world, arrays)| arrays / world).collect();
    let (world, arrays) = (median(in_world), median(in_arrays));
    let rate = |seconds: f64| COHORTS as f64 / seconds / 1e6;
    println!(
        "one million cohorts, one month: in the world {:.1} ms, in plain arrays {:.1} ms",
        world * 1e3,
        arrays * 1e3
    );
    println!("cohorts a second: {:.1} million, {:.1} million", rate(world), rate(arrays));
    println!("speed of the world as a share of the plain loop's, median of {ROUNDS} pairs: {:.2}", median(ratios));
}
