//! Insurgency: cells of fighters by group and region, hunted by what the people tell.
//!
//! Militants choose postures and nothing else: how active a cell is, whether it rests in its
//! sanctuary, keeps a truce or allies itself with local commanders.

mod battle;

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max, min, probability_over};
use marchland_game::stream;
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, Fixed, Ids, Rows, RowsMut};

pub use battle::{Losses, deitchman, exposed};

use crate::kernels::adjustment::{saturating, towards};
use crate::kernels::mountain_season::season;
use crate::state::border::{Border, BorderIncidents};
use crate::state::cell::{Cell, CellAccount};
use crate::state::country::{DrugTrade, Legitimacy, Status, Umbrella, War};
use crate::state::neighbour::Theatre;
use crate::state::reading::{linked, row};
use crate::state::region::{Front, Population, Welfare};

constants! {
    /// Constants of the insurgency.
    pub struct InsurgencyConstants {
        /// Intelligence of the forces without help of the people, share of blows that hit.
        knowledge = "insurgency_knowledge",
        /// Share of drug rents that fighters tax.
        taxed = "drugs_fighters_share",
        /// Intelligence that full services add.
        services_gain = "insurgency_services_gain",
        /// Intelligence that full threat takes away.
        threat_loss = "insurgency_threat_loss",
        /// Share of blows that hit where nobody tells anything, and that miss where everybody tells all.
        blind = "insurgency_blind",
        /// Blows a month of all forces at full quality, fighters.
        blows = "insurgency_blows_month",
        /// Operations that go on without orders: patrols and checkpoints, share.
        patrols = "insurgency_patrols",
        /// Recruits for each innocent hit.
        backlash = "insurgency_backlash",
        /// Recruits a month for each fighter where hardship is full.
        recruitment = "insurgency_recruitment",
        /// Recruits a month for a million dollars of taxed rents where hardship is full.
        paid = "insurgency_recruits_musd",
        /// Share of fighters near the border who try to cross in a summer month at full tempo.
        crossing = "insurgency_crossing",
        /// How much more cross for each unit of pressure behind them.
        pressed = "insurgency_pressed",
        /// Share of fighters who leave in a month.
        leaving = "insurgency_leaving",
        /// Share of fighters who give up arms in a month of truce.
        disarming = "insurgency_disarming",
        /// Attacks a month of a hundred fighters at full tempo against exposed forces.
        attacks = "insurgency_attacks_month",
        /// Exposure of forces on garrison duty; operations expose the rest.
        exposure = "insurgency_exposure",
        /// Regulars lost an hour for each guerrilla in an ambush.
        aimed = "insurgency_aimed_fire",
        /// Guerrillas lost an hour for each guerrilla and regular.
        area = "insurgency_area_fire",
        /// Hours of an ambush.
        hours = "insurgency_ambush_hours",
        /// Guerrillas in an ambush for each regular, where there are enough.
        massed = "insurgency_massed",
        /// Smallest force that is attacked, regulars.
        smallest = "insurgency_smallest_force",
        /// Largest.
        largest = "insurgency_largest_force",
        /// Exponent of the sizes of forces attacked.
        alpha = "insurgency_death_exponent",
        /// Civilians killed for each death in battle.
        civilians = "insurgency_civilians",
        /// Civilians killed for each blow that misses.
        stray = "insurgency_stray",
        /// Thousands displaced for each death.
        displaced = "insurgency_displaced_k",
        /// Share of displaced who return in a month.
        returning = "insurgency_returning",
        /// Fighters at full tempo that hold half a region of a hundred thousand people.
        grip = "insurgency_grip",
        /// Share of the distance to habit that tempo closes in a month.
        habit = "insurgency_habit",
        /// Share of the distance to the theatre's level that its bands close in a month.
        raising = "insurgency_raising",
        /// That level where the theatre has no security at all, as a multiple of its base.
        raising_most = "insurgency_raising_most",
        /// Monthly probability of victory where militants hold every region and nobody stands by the state.
        victory = "insurgency_victory",
        /// How far peacekeepers at full strength deny a haven.
        peacekeeping = "insurgency_peacekeeping",
        /// How much more freely a full haven lets cells recruit, cross and attack.
        haven_gain = "insurgency_haven_gain",
        /// How far commanders who shelter a cell silence people, as a share of what threat does.
        shelter = "insurgency_shelter",
        /// Recruitment of a cell without local allies, as a share of one with them.
        alone = "insurgency_alone",
        /// How far forces of full quality deny a haven and victory.
        quality = "insurgency_quality",
        /// Weight on the people of a cell that lies low, as a share of one that campaigns.
        quiet = "insurgency_quiet",
        /// How far a truce takes a cell's weight off the people.
        truce = "insurgency_truce",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        NEW_RECRUITS = "new recruits",
        FIGHTERS_ARRIVING = "fighters arriving",
        LOSSES_IN_OPERATIONS = "losses in operations",
        FIGHTERS_GOING_HOME = "fighters going home",
        GAVE_UP_ARMS = "gave up arms",
    }
}

/// The law of insurgency.
pub(crate) const INSURGENCY: Mechanism = Mechanism {
    name: "insurgency",
    called: "fighting",
    meaning: "Moves fighters between sanctuary, region and grave; intelligence limits what force can do, and ambushes \
              follow a power law.",
    equations: "μ = μ₀ + a·services − b·threat; killed = γ·G·[μ + (1 − μ)·I/P]; hit in error C = γ·G·(1 − μ)·(1 − I/P); \
                I' = I + arrived + recruited − killed − left; arrived = σ·permeability·season·K·tempo·(1 + p·pressure); \
                recruited = r·I·H + ρ·rents·H + θ·C; attacks at rate λ·tempo·I/100·exposure; \
                their losses by dX = −aY, dY = −bXY on forces of size ∝ x^−α; \
                victory ∝ (hold over the people)² · (1 − legitimacy)",
    source: "Kress & Szechtman 2009, eqs 1–4; Deitchman 1962; Berman, Shapiro & Felter 2011 on information; \
             Bohorquez et al. 2009 on α; Atkinson, Gutfraind & Kress (arXiv 1106.4358) for victory by support and not \
             by numbers",
    parameters: InsurgencyConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Cell>();
        set.add::<CellAccount>();
        set.add::<Front>();
        set.add::<BorderIncidents>();
        set.add::<War>();
        set.add::<Theatre>();
    },
    needs: |_| {},
    build,
    constants: InsurgencyConstants::read,
    start: |_| {},
};

/// Where each cell fights and comes from.
pub(crate) struct Cells {
    region: Vec<usize>,
    home: Vec<Option<usize>>,
    border: Vec<Option<usize>>,
    name: Vec<u64>,
    country_of_region: Vec<usize>,
}

fn build(build: &mut Build<'_>) {
    let topology = build.topology;
    let (regions, homes) = (topology.links("cell", "region"), topology.links("cell", "home"));
    let (sides, far) = (topology.links("border", "region"), topology.links("border", "neighbour"));
    let cells = topology.count("cell");
    let region: Vec<usize> = (0..cells).map(|row| regions.one(row).unwrap_or(0)).collect();
    let home: Vec<Option<usize>> = (0..cells).map(|row| homes.one(row)).collect();
    // A cell crosses where its region meets its home; else by the region's first border.
    let border = (0..cells)
        .map(|row| {
            let own = sides.naming(region[row]);
            own.iter().copied().find(|border| far.one(*border) == home[row]).or_else(|| own.first().copied())
        })
        .collect();
    let countries = topology.links("region", "country");
    let country_of_region = (0..topology.count("region")).map(|row| countries.one(row).unwrap_or(0)).collect();
    let name = build
        .scenario
        .entities
        .get("cell")
        .into_iter()
        .flatten()
        .map(|entity| stream::name_hash(&entity.draw_key))
        .collect();
    Fixed::insert(build.world, Cells { region, home, border, name, country_of_region });
    build.system(fight);
    build.start(settle);
}

/// What a cell meets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// Hardship of the region's people, in [0, 1].
    pub hardship: f64,
    /// People of the region.
    pub people: f64,
    /// Public services in the region, in [0, 1].
    pub services: f64,
    /// Hold of militants over the region, in [0, 1].
    pub threat: f64,
    /// Operations in the region, in [0, 1].
    pub operations: f64,
    /// Quality of the forces, in [0, 1].
    pub army_quality: f64,
    /// Permeability of the border times the season, in [0, 1].
    pub open: f64,
    /// Fighters near the border.
    pub waiting: f64,
    /// Pressure behind them, in [0, 1].
    pub pressure: f64,
    /// The cell's part of taxed rents, million US dollars a month.
    pub rents_musd: f64,
    /// Haven that the country gives, in [0, 1].
    pub haven: f64,
}

/// The most of those present, or waiting, whom one step moves: rates are of small shares, and where they are not a step
/// still leaves somebody.
const STEP_MOST: f64 = 0.5;

/// What happens to a cell's fighters in a step.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Moves {
    /// Recruited in the region.
    pub recruited: f64,
    /// Came over the border.
    pub arrived: f64,
    /// Killed or captured by operations.
    pub killed: f64,
    /// Went home.
    pub home: f64,
    /// Gave up arms.
    pub disarmed: f64,
    /// Innocent people hit.
    pub collateral: f64,
}

/// Share of the forces' blows that hit fighters because people tell: never all, and never none.
#[must_use]
pub fn intelligence(services: f64, threat: f64, alliance: f64, c: &InsurgencyConstants) -> f64 {
    let sheltered = threat + (1.0 - threat) * c.shelter * alliance;
    clamp(c.knowledge + c.services_gain * services - c.threat_loss * sheltered, c.blind, 1.0 - c.blind)
}

/// What a step of `months` does to a cell, fights of its own choosing left out.
#[must_use]
pub fn moves(cell: &Cell, s: &Setting, months: f64, c: &InsurgencyConstants) -> Moves {
    let present = cell.fighters * (1.0 - cell.sanctuary);
    let haven = 1.0 + c.haven_gain * s.haven;
    let peace = 1.0 - cell.truce.number();
    let mu = intelligence(s.services, s.threat, cell.alliance, c);
    let density = if s.people > 0.0 { min(present / s.people, 1.0) } else { 0.0 };
    let blows =
        c.blows * s.army_quality * (c.patrols + (1.0 - c.patrols) * s.operations) * months * peace * (1.0 - s.haven);
    let killed = min(blows * (mu + (1.0 - mu) * density), STEP_MOST * present);
    let collateral = if present > 0.0 { blows * (1.0 - mu) * (1.0 - density) } else { 0.0 };
    let leaving = probability_over(c.leaving, months);
    let disarmed = probability_over(c.disarming * cell.truce.number(), months) * (cell.fighters - killed);
    let home = leaving * (cell.fighters - killed - disarmed);
    Moves {
        recruited: (c.recruitment * cell.fighters * (c.alone + (1.0 - c.alone) * cell.alliance)
            + c.paid * s.rents_musd)
            * s.hardship
            * haven
            * peace
            * months
            + c.backlash * collateral,
        arrived: min(
            c.crossing * s.open * cell.tempo * (1.0 + c.pressed * s.pressure) * haven * peace * months,
            STEP_MOST,
        ) * s.waiting,
        killed,
        home,
        disarmed,
        collateral,
    }
}

/// Attacks that a cell makes a month, on average.
#[must_use]
pub fn attack_rate(cell: &Cell, operations: f64, haven: f64, c: &InsurgencyConstants) -> f64 {
    let exposed = c.exposure + (1.0 - c.exposure) * operations;
    let present = cell.fighters * (1.0 - cell.sanctuary);
    c.attacks * cell.tempo * present / 100.0 * exposed * (1.0 - cell.truce.number()) * (1.0 + c.haven_gain * haven)
}

/// Hold of militants over a region, in [0, 1): half where their weight per hundred thousand people
/// equals `grip`.
#[must_use]
pub fn threat(weight: f64, people_k: f64, c: &InsurgencyConstants) -> f64 {
    saturating(weight, c.grip * max(people_k, 1.0) / 100.0)
}

/// Monthly probability that the insurgents win: the square of their hold over the people, times
/// those who would not stand by the state, less what forces of quality deny.
#[must_use]
pub fn victory_risk(hold: f64, legitimacy: f64, army_quality: f64, c: &InsurgencyConstants) -> f64 {
    clamp(c.victory * hold * hold * (1.0 - legitimacy) * (1.0 - c.quality * army_quality), 0.0, 1.0)
}

/// Weight of a cell on the people around it, fighters at full tempo.
#[must_use]
pub fn weight(cell: &Cell, c: &InsurgencyConstants) -> f64 {
    let felt = c.quiet + (1.0 - c.quiet) * cell.tempo;
    cell.fighters * (1.0 - cell.sanctuary) * felt * (1.0 + cell.alliance) * (1.0 - c.truce * cell.truce.number())
}

/// Haven that a country gives, in [0, 1]: what militants hold, or all of it once the state has
/// failed, less what forces and peacekeepers deny.
#[must_use]
pub fn haven(hold: f64, army_quality: f64, state_failed: f64, protection: f64, c: &InsurgencyConstants) -> f64 {
    let open = max(hold * (1.0 - c.quality * army_quality), state_failed);
    clamp(open * (1.0 - c.peacekeeping * protection), 0.0, 1.0)
}

/// Columns of a region and of a country that is fought in.
type Fields = (&'static mut Front, Option<&'static Population>, Option<&'static Welfare>);
type Wars = (
    &'static mut War,
    Option<&'static DrugTrade>,
    Option<&'static Legitimacy>,
    Option<&'static Status>,
    Option<&'static Umbrella>,
);

fn fight(
    (clock, c, links): (Res<Clock>, Res<InsurgencyConstants>, Local<Fixed<Cells>>),
    ids: Local<Ids<Cell>>,
    mut ledger: ResMut<Ledger>,
    mut cells: Query<(&mut Cell, &mut CellAccount)>,
    mut regions: Query<Fields>,
    mut countries: Query<Wars>,
    mut theatres: Query<&mut Theatre>,
    mut borders: Query<(&mut BorderIncidents, Option<&Border>)>,
) {
    let (cells, accounts) = cells.rows_mut();
    let (fronts, people, welfare) = regions.rows_mut();
    let (wars, trade, legitimacy, statuses, umbrellas) = countries.rows_mut();
    let (incidents, borders) = borders.rows_mut();
    let around = Around { people, welfare, trade, theatres: theatres.rows_mut(), borders };
    hunt(&clock, &c, (&links, &ids), &mut ledger, (cells, accounts), (fronts, wars), around);
    ambush(&clock, &c, &links, (cells, accounts), (fronts, wars), incidents);
    tally(&c, &links, cells, (fronts, people), (wars, legitimacy, statuses, umbrellas));
}

/// Threat, haven and the chance of victory as the game begins.
fn settle(
    (c, links): (Res<InsurgencyConstants>, Local<Fixed<Cells>>),
    cells: Query<&Cell>,
    mut regions: Query<Fields>,
    mut countries: Query<Wars>,
) {
    let (fronts, people, _) = regions.rows_mut();
    let (wars, _, legitimacy, statuses, umbrellas) = countries.rows_mut();
    tally(&c, &links, cells.rows(), (fronts, people), (wars, legitimacy, statuses, umbrellas));
}

/// What cells live on and between, beside fronts and wars.
struct Around<'a> {
    people: &'a [Population],
    welfare: &'a [Welfare],
    trade: &'a [DrugTrade],
    theatres: &'a mut [Theatre],
    borders: &'a [Border],
}

fn hunt(
    clock: &Clock,
    c: &InsurgencyConstants,
    (links, ids): (&Cells, &Ids<Cell>),
    ledger: &mut Ledger,
    (cells, accounts): (&mut [Cell], &mut [CellAccount]),
    (fronts, wars): (&mut [Front], &mut [War]),
    Around { people, welfare, trade, theatres, borders }: Around<'_>,
) {
    for front in fronts.iter_mut() {
        front.battle_deaths = 0.0;
        front.incidents = 0.0;
        front.conflict_displaced_k = towards(front.conflict_displaced_k, 0.0, c.returning, clock.months);
    }
    for theatre in theatres.iter_mut() {
        let level = theatre.haven_base * (c.raising_most - theatre.security);
        let next = towards(theatre.haven_fighters, level, c.raising, clock.months);
        theatre.haven_raised = next - theatre.haven_fighters;
        theatre.haven_fighters = next;
    }
    let everyone: f64 = cells.iter().map(|cell| cell.fighters).sum();
    for (at, (cell, account)) in cells.iter_mut().zip(accounts).enumerate() {
        let region = links.region[at];
        let country = links.country_of_region[region];
        let (front, war) = (&mut fronts[region], &mut wars[country]);
        let border = linked(borders, links.border[at]);
        let theatre = linked(theatres, links.home[at]);
        let rents = c.taxed * row(trade, country).drug_rents_musd;
        let setting = Setting {
            hardship: row(welfare, region).hardship,
            people: 1000.0 * row(people, region).population_k,
            services: front.services,
            threat: front.militant_threat,
            operations: front.operations,
            army_quality: war.army_quality,
            open: border.permeability * season(clock.calendar_month, border.snow),
            waiting: theatre.haven_fighters,
            pressure: theatre.coalition_pressure,
            rents_musd: if everyone > 0.0 { rents * cell.fighters / everyone } else { 0.0 },
            haven: war.haven,
        };
        let step = moves(cell, &setting, clock.months, c);
        cell.fighters += step.recruited + step.arrived - step.killed - step.home - step.disarmed;
        cell.tempo = towards(cell.tempo, cell.tempo_habit, c.habit, clock.months);
        *account = CellAccount {
            recruited: step.recruited,
            arrived: step.arrived,
            killed: step.killed,
            left: step.home + step.disarmed,
            disarmed: step.disarmed,
        };
        if let Some(home) = links.home[at] {
            theatres[home].haven_fighters += step.home - step.arrived;
        }
        let civilians = c.stray * step.collateral;
        front.battle_deaths += step.killed;
        front.conflict_civilian_deaths += civilians;
        front.conflict_displaced_k += c.displaced * (step.killed + civilians);
        war.battle_deaths += step.killed;
        war.conflict_civilian_deaths += civilians;
        if ledger.on() {
            let own = [ids.at(at, Cell::fighters)];
            let posture = [ids.at(at, Cell::tempo), ids.at(at, Cell::truce)];
            let terms = [
                Term { name: Terms::NEW_RECRUITS, amount: step.recruited, inputs: &own },
                Term { name: Terms::FIGHTERS_ARRIVING, amount: step.arrived, inputs: &posture },
                Term { name: Terms::LOSSES_IN_OPERATIONS, amount: -step.killed, inputs: &own },
                Term { name: Terms::FIGHTERS_GOING_HOME, amount: -step.home, inputs: &own },
                Term { name: Terms::GAVE_UP_ARMS, amount: -step.disarmed, inputs: &posture },
            ];
            ledger.terms(ids.at(at, Cell::fighters), cell.fighters, &terms);
        }
    }
}

/// The purposes of an attack's draws.
const ATTACK: u64 = stream::name_hash("attack");

fn ambush(
    clock: &Clock,
    c: &InsurgencyConstants,
    links: &Cells,
    (cells, accounts): (&mut [Cell], &mut [CellAccount]),
    (fronts, wars): (&mut [Front], &mut [War]),
    incidents: &mut [BorderIncidents],
) {
    for border in incidents.iter_mut() {
        border.incidents = 0.0;
    }
    for (at, (cell, account)) in cells.iter_mut().zip(accounts).enumerate() {
        let region = links.region[at];
        let (front, war) = (&mut fronts[region], &mut wars[links.country_of_region[region]]);
        let rate = attack_rate(cell, front.operations, war.haven, c);
        if rate <= 0.0 {
            continue;
        }
        let stream = clock.stream(links.name[at], ATTACK);
        if stream.at(0).uniform() >= -libm::expm1(-rate * clock.months) {
            continue;
        }
        let size = exposed(stream.at(1).uniform(), c.smallest, c.largest, c.alpha);
        let guerrillas = min(c.massed * size, cell.fighters * (1.0 - cell.sanctuary));
        let losses = deitchman(size, guerrillas, c.aimed, c.area, c.hours);
        let deaths = losses.regulars + losses.guerrillas;
        let civilians = c.civilians * deaths;
        cell.fighters -= losses.guerrillas;
        account.killed += losses.guerrillas;
        front.incidents += 1.0;
        front.battle_deaths += deaths;
        front.conflict_civilian_deaths += civilians;
        front.conflict_displaced_k += c.displaced * (deaths + civilians);
        war.battle_deaths += deaths;
        war.army_losses += losses.regulars;
        war.conflict_civilian_deaths += civilians;
        if let Some(border) = links.border[at] {
            incidents[border].incidents += 1.0;
        }
    }
}

fn tally(
    c: &InsurgencyConstants,
    links: &Cells,
    cells: &[Cell],
    (fronts, people): (&mut [Front], &[Population]),
    (wars, legitimacy, statuses, umbrellas): (&mut [War], &[Legitimacy], &[Status], &[Umbrella]),
) {
    for front in fronts.iter_mut() {
        front.militant_threat = 0.0;
    }
    for war in wars.iter_mut() {
        war.militant_strength = 0.0;
    }
    // Weights first, in the threat's own field, then the share that they hold.
    for (at, cell) in cells.iter().enumerate() {
        let region = links.region[at];
        wars[links.country_of_region[region]].militant_strength += cell.fighters;
        fronts[region].militant_threat += weight(cell, c);
    }
    for (region, front) in fronts.iter_mut().enumerate() {
        front.militant_threat = threat(front.militant_threat, row(people, region).population_k, c);
    }
    for (at, war) in wars.iter_mut().enumerate() {
        let (mut held, mut all) = (0.0, 0.0);
        for (region, front) in fronts.iter().enumerate() {
            if links.country_of_region[region] == at {
                held += front.militant_threat * row(people, region).population_k;
                all += row(people, region).population_k;
            }
        }
        let hold = if all > 0.0 { held / all } else { 0.0 };
        let protection = row(umbrellas, at).protection;
        war.haven = haven(hold, war.army_quality, row(statuses, at).state_failed.number(), protection, c);
        war.insurgent_victory_risk = victory_risk(hold, row(legitimacy, at).legitimacy, war.army_quality, c);
    }
}

#[cfg(test)]
mod tests;
