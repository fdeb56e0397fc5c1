//! Money and goods: work abroad, remittances, energy, output, the budget, prices and the drug trade.

pub mod aluminium;
pub mod budget;
pub mod drugs;
pub mod energy;
pub mod host_economy;
pub mod output;
pub mod prices;
pub mod remittances;
