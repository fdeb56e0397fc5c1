//! Accounts of people, money, energy and fighters close in every step, whoever plays, whatever the
//! parameters: nature's part of every booked step of a stock equals the flows that its law declares.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use marchland_experiments::compose;
use marchland_game::number::min;
use marchland_game::{Cause, IndicatorId, ParameterId, RoundRecord, StrategySpec, stream};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::{Engine, Setup, Variant};
use marchland_strategies::Registry;
use proptest::prelude::*;

use crate::scenarios::load;

static SCENARIOS: LazyLock<Vec<Arc<Scenario>>> =
    LazyLock::new(|| ["tajikistan-2010", "kyrgyzstan-2010", "tajikistan-2008"].map(load).to_vec());

/// A random choice below `n`, by the case's word and a name.
fn pick(word: u64, name: &str, n: usize) -> usize {
    (stream::mix2(word, stream::name_hash(name)) % n as u64) as usize
}

/// A lineup drawn from the strategies that each player may play, and from the cohort rules.
pub fn random_lineup(scenario: &Scenario, word: u64) -> marchland_game::Lineup {
    let registry = Registry::standard();
    let catalogue = &scenario.catalogue;
    let cohorts = |spec: &StrategySpec| registry.family(&spec.family).is_some_and(|family| family.schema.cohorts);
    let mut changes: Vec<(String, StrategySpec)> = Vec::new();
    let seats = catalogue.players.iter().map(|player| (player.id.as_str(), false));
    for (id, population) in seats.chain(catalogue.populations.iter().map(|population| (population.id.as_str(), true))) {
        let player = catalogue.player(id);
        let may = |spec: &&StrategySpec| {
            cohorts(spec) == population
                && (spec.players.is_empty() || player.is_some_and(|id| spec.players.contains(&id)))
        };
        let open: Vec<&StrategySpec> = scenario.strategies.iter().filter(may).collect();
        if !open.is_empty() {
            changes.push((id.to_owned(), open[pick(word, id, open.len())].clone()));
        }
    }
    compose::compose(scenario, &registry, &changes).expect("strategies that their players may play").lineup
}

/// Every parameter at a random quantile of what it is drawn from.
pub fn random_parameters(scenario: &Scenario, word: u64) -> Vec<(ParameterId, f64)> {
    let drawn = scenario.catalogue.parameters.iter().enumerate().map(|(at, parameter)| {
        let share = pick(word, &parameter.id, 1_000_001) as f64 / 1e6;
        (ParameterId::from_index(at), parameter.distribution.quantile(share))
    });
    drawn.collect()
}

/// The books of a game: values of all indicators, kept up by bookings alone.
struct Books<'a> {
    scenario: &'a Scenario,
    value: Vec<f64>,
    /// What each cause did to each indicator in the last round.
    moved: BTreeMap<(IndicatorId, Cause), f64>,
    months: f64,
    /// Share of returnees who find their place in a month.
    fade: f64,
}

impl Books<'_> {
    fn id(&self, path: &str) -> IndicatorId {
        self.scenario.catalogue.indicator(path).unwrap_or_else(|| panic!("no indicator `{path}`"))
    }

    fn now(&self, path: &str) -> f64 {
        self.value[self.id(path).index()]
    }

    /// What a law, or one cause, did to an indicator in the last round.
    fn by(&self, path: &str, cause: &str) -> f64 {
        let id = self.id(path);
        let of = |own: Cause| {
            let law = matches!(own, Cause::Law(law, _) if self.scenario.catalogue.laws[law.index()].id == cause);
            law || own.name(&self.scenario.catalogue) == cause
        };
        self.moved.iter().filter(|((moved, own), _)| *moved == id && of(*own)).map(|(_, amount)| amount).sum()
    }

    fn post(&mut self, round: &RoundRecord, rounds: usize) {
        self.moved.clear();
        self.months = 1.0 / rounds as f64;
        for booking in &round.bookings {
            let key = (booking.indicator, booking.cause);
            *self.moved.entry(key).or_default() += booking.after - booking.before;
            self.value[booking.indicator.index()] = booking.after;
        }
    }

    /// Holds that two amounts agree to rounding of numbers of this size.
    fn agree(&self, what: &str, found: f64, expected: f64, size: f64) {
        let close = (found - expected).abs() <= 1e-9 * (1.0 + size.abs());
        assert!(close, "{}: {what}: {found} and {expected}", self.scenario.catalogue.scenario);
    }

    fn people(&self, country: &str, regions: &[&str]) {
        let mut all = 0.0;
        for region in regions {
            let now = |field: &str| self.now(&format!("{region}.{field}"));
            let path = format!("{region}.migrants_k");
            let flows = now("departures_k") - now("returns_k") - now("expelled_k");
            self.agree(&path, self.by(&path, "migration"), flows, now("migrants_k"));
            // Whoever comes home is a returnee until a place is found there.
            let path = format!("{region}.returnees_k");
            let home = now("returnees_k") - self.by(&path, "migration") + now("returns_k") + now("expelled_k");
            let unplaced = 1.0 - min(self.fade * self.months, 1.0);
            self.agree(&path, now("returnees_k"), home * unplaced, now("migrants_k"));
            // Nobody is counted twice: stayers are who is left of the region's people.
            let stayers = now("population_k") - now("migrants_k");
            let counted = now("returnees_k") >= 0.0 && now("irregular_k") >= 0.0 && stayers >= now("returnees_k");
            assert!(counted, "{region}: {stayers} at home, {} of them returnees", now("returnees_k"));
            all += now("migrants_k");
        }
        let path = format!("{country}.migrants_k");
        self.agree(&path, self.now(&path), all, all);
        let legal = self.now(&format!("{country}.legal_k"));
        let irregular: f64 = regions.iter().map(|region| self.now(&format!("{region}.irregular_k"))).sum();
        self.agree("legal and irregular", legal + irregular, all, all);
    }

    fn energy(&self, country: &str) {
        let now = |field: &str| self.now(&format!("{country}.{field}"));
        let path = format!("{country}.reservoir_km3");
        let water = self.months * (now("inflow_km3") - now("release_km3") - now("spill_km3"));
        self.agree(&path, self.by(&path, "energy"), water, now("reservoir_km3"));
        let met = now("hydro_gwh") + now("energy_imports_gwh") + now("smelter_cut_gwh");
        let demand = now("demand_gwh");
        self.agree("energy", demand * (1.0 - now("energy_deficit")), met, demand);
    }

    fn money(&self, country: &str) {
        let now = |field: &str| self.now(&format!("{country}.{field}"));
        let path = format!("{country}.debt_musd");
        let balance = now("revenue_musd") - now("spending_musd");
        self.agree("budget", now("budget_balance_musd"), balance, now("revenue_musd"));
        self.agree(&path, self.by(&path, "budget"), -self.months * balance, now("debt_musd"));
        let path = format!("{country}.reserves_musd");
        // Aid is what it was when the books were kept; players' orders come before nature, and no law moves it.
        let flows = now("exports_musd") + now("remittances_musd") + now("aid_musd") + now("borrowing_musd")
            - now("imports_musd");
        self.agree(&path, self.by(&path, "budget"), self.months * flows, now("reserves_musd") + now("exports_musd"));
    }

    /// Fighters of cells, and those of the theatre from which they come.
    fn fighters(&self, country: &str) {
        let (mut across, mut all, mut crossed) = (0.0, 0.0, 0.0);
        let cells = self.scenario.entities.get("cell").map_or(&[][..], Vec::as_slice);
        for cell in cells {
            let now = |field: &str| self.now(&format!("{}.{field}", cell.name));
            let path = format!("{}.fighters", cell.name);
            let flows = now("recruited") + now("arrived") - now("killed") - now("left");
            self.agree(&path, self.by(&path, "insurgency"), flows, now("fighters") + 100.0);
            across += now("arrived") - (now("left") - now("disarmed"));
            all += now("fighters");
            crossed += self.by(&path, "event: border_attack");
        }
        if cells.is_empty() {
            return;
        }
        let theatre = "afghanistan_theatre.haven_fighters";
        let raised = self.now("afghanistan_theatre.haven_raised");
        self.agree(theatre, self.by(theatre, "insurgency"), raised - across, self.now(theatre) + 100.0);
        // A crossing in force moves fighters from one side to the other, and makes none.
        self.agree("a crossing in force", crossed, -self.by(theatre, "event: border_attack"), 100.0);
        let path = format!("{country}.militant_strength");
        self.agree(&path, self.now(&path), all, all);
    }

    fn drugs(&self, country: &str) {
        let Some(borders) = self.scenario.entities.get("border") else { return };
        let now = |field: &str| self.now(&format!("{country}.{field}"));
        let flow: f64 = borders.iter().map(|border| self.now(&format!("{}.flow_t", border.name))).sum();
        self.agree("drugs over borders", flow, now("drug_flow_t"), flow);
        self.agree("drugs", now("drug_seized_t") + now("drug_transit_t"), now("drug_flow_t"), flow);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn accounts_close_every_step(which in 0usize..3, word in any::<u64>(), seed in 0u64..1 << 53) {
        let scenario = &SCENARIOS[which];
        let names = |kind: &str| -> Vec<&str> { scenario.entities[kind].iter().map(|entity| entity.name.as_str()).collect() };
        let (country, regions) = (names("country")[0], names("region"));
        let variant = Variant::with_values(scenario, scenario.default_belief, &random_parameters(scenario, word));
        let fade = scenario.catalogue.parameter("migration_returnee_fade").expect("a parameter of migration");
        let fade = variant.parameters[fade.index()];
        let setup = Setup {
            variant: Arc::new(variant),
            lineup: random_lineup(scenario, word),
            seed,
            turns: scenario.calendar.horizon.min(24),
            tracing: true,
        };
        let mut game = Engine::new(scenario).start(&setup);
        game.set_recording(true);
        let value = (0..scenario.catalogue.indicators.len()).map(|at| game.world().get(IndicatorId::from_index(at))).collect();
        let mut books = Books { scenario, value, moved: BTreeMap::new(), months: 1.0, fade };
        while !game.is_over() {
            game.step();
            let record = game.last_record();
            for round in &record.rounds {
                books.post(round, record.rounds.len());
                books.people(country, &regions);
                books.energy(country);
                books.money(country);
                books.fighters(country);
                books.drugs(country);
            }
            for (at, value) in record.indicators.iter().enumerate() {
                prop_assert_eq!(books.value[at].to_bits(), value.to_bits(), "{}", scenario.catalogue.indicators[at].path);
            }
        }
    }
}
