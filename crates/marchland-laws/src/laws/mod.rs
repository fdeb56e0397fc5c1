//! Laws of motion: one file each, in folders by subject, and the order in which they run.

pub mod money;
pub mod palace;
pub mod people;
pub mod powers;
pub mod streets;
pub mod war;

use marchland_sim::mechanisms::{EXOGENOUS, MEANS, Mechanism, Registry, TRACKS};

/// The laws of motion of this crate and of the engine, in the order of a month. A value: a caller may
/// extend it.
///
/// ```
/// let laws = marchland_laws::standard();
/// for law in laws.mechanisms() {
///     assert!(!law.equations.is_empty() && !law.source.is_empty(), "{} says what it is and whence", law.name);
/// }
/// ```
#[must_use]
pub fn standard() -> Registry {
    Registry::new(STANDARD)
}

/// The standard laws, in the order of a month: exogenous paths; then people, money and energy; then
/// welfare and legitimacy; border and fighters; unrest and repression; elites and exit; relations,
/// influence and recognition. Each is one line.
const STANDARD: &[Mechanism] = &[
    EXOGENOUS,
    money::host_economy::HOST_ECONOMY,
    people::migration::MIGRATION,
    money::remittances::REMITTANCES,
    money::energy::ENERGY,
    money::aluminium::ALUMINIUM,
    money::output::OUTPUT,
    money::budget::BUDGET,
    money::prices::PRICES,
    people::hardship::HARDSHIP,
    people::voice::VOICE,
    people::legitimacy::LEGITIMACY,
    war::border::BORDER,
    money::drugs::DRUGS,
    war::insurgency::INSURGENCY,
    streets::opposition::OPPOSITION,
    streets::triggers::TRIGGERS,
    streets::unrest::UNREST,
    streets::repression::REPRESSION,
    palace::elites::ELITES,
    palace::plots::PLOTS,
    palace::elections::ELECTIONS,
    palace::residual_hazards::RESIDUAL_HAZARDS,
    palace::exit::EXIT,
    palace::regime::REGIME,
    powers::patrons::PATRONS,
    powers::signals::SIGNALS,
    powers::bases::BASES,
    powers::transit::TRANSIT,
    powers::institutions::INSTITUTIONS,
    powers::treaty::TREATY,
    powers::influence::INFLUENCE,
    powers::recognition::RECOGNITION,
    streets::spill_over::SPILL_OVER,
    MEANS,
    TRACKS,
];
