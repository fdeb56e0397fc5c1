//! The budget and the external account: what the state takes in, whom it pays, and the reserves
//! that are left (3.4).
//!
//! Money closes: `debt' = debt − months · balance`, and `reserves' = reserves + months · (exports +
//! remittances + aid + borrowing − imports)`.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use marchland_game::number::{clamp, max, min};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Ids, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::{BudgetAccount, ExternalAccount, Output, Potential, Remittances, Smelter, Trade, Treasury};

constants! {
    /// Constants of the budget.
    pub struct BudgetConstants {
        /// Tax on output.
        tax = "budget_tax",
        /// Tax on goods bought with remittances, as a share of remittances.
        remittance_tax = "budget_remittance_tax",
        /// Share of aluminium rents that reaches the budget; the rest feeds patronage offshore.
        rent_share = "budget_rent_share",
        /// Pay of the state's staff and other fixed costs, as a share of output.
        fixed = "budget_fixed",
        /// Debt service, as a share of debt a year.
        service = "budget_service",
        /// The most that is borrowed, as a share of output.
        borrowing = "budget_borrowing",
        /// Share of a levy for the dam that pays for other things.
        levy_diverted = "budget_levy_diverted",
        /// What those who keep the ruler in office expect, as a share of the output to be expected.
        patronage_need = "budget_patronage_need",
        /// What people expect of public goods, as a share of the output to be expected.
        public_need = "budget_public_need",
        /// Share by which patronage and public goods follow spending in a month.
        speed = "budget_speed",
        /// Growth of potential a year, by which people expect more than the mean of the last year.
        trend = "output_trend",
        /// Other exports, as a share of output.
        other_exports = "budget_other_exports",
        /// Exports lost to a whole blockade of the railway, million US dollars a month.
        freight = "budget_freight_musd",
        /// Alumina and other imports of the smelter, as a share of its revenue.
        alumina = "aluminium_alumina_share",
        /// Imports for output, as a share of it.
        output_imports = "budget_output_imports",
        /// Imports bought with remittances, as a share of them.
        remittance_imports = "budget_remittance_imports",
    }
}

/// What the budget is worked out from, million US dollars a month.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sources {
    /// Output a month.
    pub output: f64,
    /// Output a month that expectations rest on.
    pub expected: f64,
    /// Remittances.
    pub remittances: f64,
    /// Aluminium revenue.
    pub aluminium: f64,
    /// Aluminium rents.
    pub rents: f64,
    /// Share of rail freight held up.
    pub blockade: f64,
}

/// Output, US dollars a year, that expectations rest on: the slow mean of the last year at constant prices, a year's
/// trend further, at the prices of today. Who shares in an economy that grows wants more of it: with the start's money for
/// ever, a country that grows by a twentieth a year would buy its coalition more cheaply every year.
#[must_use]
pub fn expected_output(trend: f64, potential: &Potential, output: &Output) -> f64 {
    let prices = if output.real_gdp_index > 0.0 { output.home_pay_index / output.real_gdp_index } else { 1.0 };
    potential.gdp_start_musd * potential.gdp_trend_index * (1.0 + trend) * prices
}

/// The budget of a month and what patronage and public goods tend to.
///
/// Fixed costs, debt service, relief and the dam that a levy is raised for come first; what is left, with what may be borrowed, is
/// split between patronage and public goods, up to what is expected of each. Rents that do not reach
/// the budget are patronage too.
#[must_use]
pub fn budget(of: &BudgetConstants, from: &Sources, treasury: &Treasury) -> (BudgetAccount, [f64; 2]) {
    let tax = of.tax * from.output + of.remittance_tax * from.remittances;
    let revenue = tax + of.rent_share * from.rents + treasury.aid_musd + treasury.levy_musd;
    let service = of.service / 12.0 * max(treasury.debt_musd, 0.0);
    let dam = (1.0 - of.levy_diverted) * treasury.levy_musd;
    let first = of.fixed * from.output + service + treasury.relief + dam;
    let at_hand = max(revenue + of.borrowing * from.output - first, 0.0);
    let offshore = (1.0 - of.rent_share) * from.rents;
    let (patronage_need, public_need) = (of.patronage_need * from.expected, of.public_need * from.expected);
    let patrons = min(treasury.patronage_share * at_hand, max(patronage_need - offshore, 0.0));
    let public = min(at_hand - patrons, public_need);
    let share = |pot: f64, need: f64| if need > 0.0 { clamp(pot / need, 0.0, 1.0) } else { 1.0 };
    let spending = first + patrons + public;
    let account = BudgetAccount {
        tax_revenue_musd: tax,
        revenue_musd: revenue,
        spending_musd: spending,
        budget_balance_musd: revenue - spending,
    };
    (account, [share(patrons + offshore, patronage_need), share(public, public_need)])
}

/// The external account of a month. Where reserves and receipts do not pay for what would be
/// imported, less is.
#[must_use]
pub fn external(
    of: &BudgetConstants,
    from: &Sources,
    treasury: &Treasury,
    balance: f64,
    months: f64,
) -> ExternalAccount {
    let lost = of.freight * from.blockade;
    let exports = max(from.aluminium + of.other_exports * from.output - lost, 0.0);
    let borrowing = max(-balance, 0.0);
    let receipts = exports + from.remittances + treasury.aid_musd + borrowing;
    let wanted =
        of.alumina * from.aluminium + of.output_imports * from.output + of.remittance_imports * from.remittances;
    ExternalAccount {
        exports_musd: exports,
        imports_musd: min(wanted, receipts + treasury.reserves_musd / months),
        borrowing_musd: borrowing,
        freight_loss_musd: lost,
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        TAXES = "taxes",
        RENTS_AID_AND_LEVIES = "rents, aid and levies",
        WHAT_THE_BUDGET_HOLDS = "what the budget holds",
        BUDGETS_BALANCE = "the budget's balance",
        SPENDING_ON_THE_RULING_NETWORKS = "spending on the ruling networks",
        SPENDING_ON_SERVICES = "spending on services",
        BORROWING = "borrowing",
        HELD_UP_FREIGHT = "held-up freight",
        EXPORTS = "exports",
        REMITTANCES = "remittances",
        AID_RECEIVED = "aid received",
        IMPORTS = "imports",
    }
}

/// The law of the budget.
pub(crate) const BUDGET: Mechanism = Mechanism {
    name: "budget",
    called: "the budget",
    meaning: "Revenue, spending, patronage and public goods, debt, trade and reserves.",
    equations: "revenue = τ Y + τ_R R + rents + aid + levy; discretionary = revenue + borrowing − fixed − service − relief − (1 − d)·levy; \
                patronage = (s · discretionary + offshore rents) / need; need = n · Ȳ · (1 + g) · p, Ȳ the mean of a year; \
                debt' = debt − balance; reserves' = reserves + exports + R + aid + borrowing − imports",
    source: "accounting identities; private and public goods: Bueno de Mesquita et al. 2003",
    parameters: BudgetConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Treasury>();
        set.add::<BudgetAccount>();
        set.add::<ExternalAccount>();
        set.add::<Output>();
        set.add::<Potential>();
        set.add::<Smelter>();
        set.add::<Remittances>();
        set.add::<Trade>();
    },
    needs: |_| {},
    build: |build| build.system(keep_books),
    constants: BudgetConstants::read,
    start: |_| {},
};

/// Columns of a country that its books are made of.
type Books = (
    &'static mut Treasury,
    &'static mut BudgetAccount,
    &'static mut ExternalAccount,
    &'static Output,
    &'static Potential,
    &'static Remittances,
    &'static Smelter,
    &'static Trade,
);

#[derive(SystemParam)]
struct BudgetIds<'s> {
    treasury: Local<'s, Ids<Treasury>>,
    budget: Local<'s, Ids<BudgetAccount>>,
    external: Local<'s, Ids<ExternalAccount>>,
    output: Local<'s, Ids<Output>>,
    smelter: Local<'s, Ids<Smelter>>,
    remittances: Local<'s, Ids<Remittances>>,
    trade: Local<'s, Ids<Trade>>,
}

fn keep_books(
    clock: Res<Clock>,
    of: Res<BudgetConstants>,
    mut countries: Query<Books>,
    ids: BudgetIds<'_>,
    mut ledger: ResMut<Ledger>,
) {
    let months = clock.months;
    let (treasuries, budgets, externals, outputs, potentials, remittances, smelters, trades) = countries.rows_mut();
    let rows = treasuries.iter_mut().zip(budgets).zip(externals);
    for (row, ((treasury, own), outside)) in rows.enumerate() {
        let (smelter, output) = (&smelters[row], &outputs[row]);
        let from = Sources {
            output: output.gdp_musd / 12.0,
            expected: expected_output(of.trend, &potentials[row], output) / 12.0,
            remittances: remittances[row].remittances_musd,
            aluminium: smelter.aluminium_revenue_musd,
            rents: smelter.aluminium_rents_musd,
            blockade: trades[row].rail_blockade,
        };
        let before = *own;
        let (account, [patronage, public]) = budget(&of, &from, treasury);
        *own = account;
        *outside = external(&of, &from, treasury, account.budget_balance_musd, months);
        treasury.patronage = towards(treasury.patronage, patronage, of.speed, months);
        treasury.public_goods = towards(treasury.public_goods, public, of.speed, months);
        treasury.debt_musd -= months * account.budget_balance_musd;
        let flow = outside.exports_musd + from.remittances + treasury.aid_musd + outside.borrowing_musd;
        // Rounding may leave a hair below nothing where all reserves are spent.
        treasury.reserves_musd = max(treasury.reserves_musd + months * (flow - outside.imports_musd), 0.0);
        if ledger.on() {
            book(&mut ledger, &ids, row, months, &from, treasury, (&before, own), outside);
        }
    }
}

fn book(
    ledger: &mut Ledger,
    ids: &BudgetIds<'_>,
    row: usize,
    months: f64,
    from: &Sources,
    treasury: &Treasury,
    (before, own): (&BudgetAccount, &BudgetAccount),
    outside: &ExternalAccount,
) {
    let gdp = [ids.output.at(row, Output::gdp_musd)];
    let sent = [ids.remittances.at(row, Remittances::remittances_musd)];
    let rents = [ids.smelter.at(row, Smelter::aluminium_rents_musd)];
    let tax = ids.budget.at(row, BudgetAccount::tax_revenue_musd);
    ledger.book(Terms::TAXES, tax, own.tax_revenue_musd, &[gdp[0], sent[0]]);
    let revenue = ids.budget.at(row, BudgetAccount::revenue_musd);
    let gifts = [Treasury::aid_musd, Treasury::levy_musd].map(|field| ids.treasury.at(row, field));
    let taxes = own.tax_revenue_musd - before.tax_revenue_musd;
    let rest = own.revenue_musd - before.revenue_musd - taxes;
    let terms = [
        Term { name: Terms::TAXES, amount: taxes, inputs: &[tax] },
        Term { name: Terms::RENTS_AID_AND_LEVIES, amount: rest, inputs: &[rents[0], gifts[0], gifts[1]] },
    ];
    ledger.terms(revenue, own.revenue_musd, &terms);
    let spending = ids.budget.at(row, BudgetAccount::spending_musd);
    let relief = ids.treasury.at(row, Treasury::relief);
    ledger.book(Terms::WHAT_THE_BUDGET_HOLDS, spending, own.spending_musd, &[revenue, relief]);
    let balance = ids.budget.at(row, BudgetAccount::budget_balance_musd);
    ledger.book(Terms::BUDGETS_BALANCE, balance, own.budget_balance_musd, &[revenue, spending]);
    let share = ids.treasury.at(row, Treasury::patronage_share);
    let patronage = ids.treasury.at(row, Treasury::patronage);
    ledger.book(
        Terms::SPENDING_ON_THE_RULING_NETWORKS,
        patronage,
        treasury.patronage,
        &[revenue, rents[0], share, gdp[0]],
    );
    let public = ids.treasury.at(row, Treasury::public_goods);
    ledger.book(Terms::SPENDING_ON_SERVICES, public, treasury.public_goods, &[revenue, share, relief, gdp[0]]);
    ledger.book(Terms::BORROWING, ids.treasury.at(row, Treasury::debt_musd), treasury.debt_musd, &[balance]);
    let blockade = [ids.trade.at(row, Trade::rail_blockade)];
    let lost = ids.external.at(row, ExternalAccount::freight_loss_musd);
    ledger.book(Terms::HELD_UP_FREIGHT, lost, outside.freight_loss_musd, &blockade);
    let reserves = ids.treasury.at(row, Treasury::reserves_musd);
    let terms = [
        Term { name: Terms::EXPORTS, amount: months * outside.exports_musd, inputs: &[lost, gdp[0]] },
        Term { name: Terms::REMITTANCES, amount: months * from.remittances, inputs: &sent },
        Term { name: Terms::AID_RECEIVED, amount: months * treasury.aid_musd, inputs: &gifts[..1] },
        Term { name: Terms::BORROWING, amount: months * outside.borrowing_musd, inputs: &[balance] },
        Term { name: Terms::IMPORTS, amount: -months * outside.imports_musd, inputs: &[gdp[0], sent[0]] },
    ];
    ledger.terms(reserves, treasury.reserves_musd, &terms);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    const FROM: Sources =
        Sources { output: 470.0, expected: 470.0, remittances: 168.0, aluminium: 63.0, rents: 16.0, blockade: 0.0 };

    fn treasury() -> Treasury {
        Treasury {
            aid_musd: 25.0,
            levy_musd: 20.0,
            relief: 0.0,
            patronage_share: 0.25,
            patronage: 0.65,
            public_goods: 0.6,
            reserves_musd: 400.0,
            debt_musd: 1680.0,
        }
    }

    #[test]
    fn a_dearer_metal_feeds_the_budget_and_patronage() {
        let richer = Sources { aluminium: 75.0, rents: 24.0, ..FROM };
        throughout(|value| {
            let of = BudgetConstants::from_parameters(value);
            let (poor, [poor_patrons, poor_public]) = budget(&of, &FROM, &treasury());
            let (rich, [rich_patrons, rich_public]) = budget(&of, &richer, &treasury());
            assert!(rich.revenue_musd > poor.revenue_musd, "{of:?}");
            // Who has all that is expected gets no more.
            assert!(rich_patrons >= poor_patrons && rich_public >= poor_public, "{of:?}");
        });
        let of = BudgetConstants::from_parameters(&declared);
        let ([poor_patrons, poor_public], [rich_patrons, rich_public]) =
            (budget(&of, &FROM, &treasury()).1, budget(&of, &richer, &treasury()).1);
        assert!(rich_patrons > poor_patrons && rich_public > poor_public, "nobody has all at the declared values");
    }

    /// Where everything grows at the trend, nobody's share moves: expectations neither stand still nor run ahead.
    #[test]
    fn steady_growth_neither_buys_nor_loses_anybody() {
        throughout(|value| {
            let of = BudgetConstants::from_parameters(value);
            let (now, later) = grown_twofold(&of);
            for (now, later) in now.into_iter().zip(later) {
                assert!((now - later).abs() < 1e-12, "{now} and {later}: {of:?}");
            }
        });
        let (now, _) = grown_twofold(&BudgetConstants::from_parameters(&declared));
        assert!(now[0] > 0.3 && now[0] < 1.0 && now[1] > 0.3 && now[1] < 1.0, "there is something to move: {now:?}");
    }

    /// Shares before and after everything has doubled.
    fn grown_twofold(of: &BudgetConstants) -> ([f64; 2], [f64; 2]) {
        let settled = Potential {
            gdp_start_musd: 5640.0,
            potential_index: 1.0,
            usd_price_index: 1.0,
            disruption: 0.0,
            metal_start_usd_t: 2173.0,
            gdp_trend_index: 1.0 / (1.0 + of.trend),
        };
        let shares = |grown: f64| {
            let potential = Potential { gdp_trend_index: settled.gdp_trend_index * grown, ..settled };
            // Prices in dollars have grown by a third of that.
            let prices = 1.0 + (grown - 1.0) / 3.0;
            let output = Output {
                real_gdp_index: grown,
                gdp_musd: potential.gdp_start_musd * grown * prices,
                gdp_growth_annual: of.trend,
                home_pay_index: grown * prices,
            };
            let whole = grown * prices;
            let from = Sources {
                output: output.gdp_musd / 12.0,
                expected: expected_output(of.trend, &potential, &output) / 12.0,
                remittances: FROM.remittances * whole,
                rents: FROM.rents * whole,
                ..FROM
            };
            let own = treasury();
            let own = Treasury {
                aid_musd: own.aid_musd * whole,
                levy_musd: own.levy_musd * whole,
                debt_musd: own.debt_musd * whole,
                ..own
            };
            budget(of, &from, &own).1
        };
        (shares(1.0), shares(2.0))
    }

    #[test]
    fn spending_stays_within_revenue_and_borrowing() {
        throughout(|value| {
            let of = BudgetConstants::from_parameters(value);
            for aid in [0.0, 25.0, 400.0] {
                let own = Treasury { aid_musd: aid, ..treasury() };
                let (account, shares) = budget(&of, &FROM, &own);
                assert!(account.budget_balance_musd >= -of.borrowing * FROM.output - 1e-9, "{account:?} {of:?}");
                assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{shares:?} {of:?}");
            }
        });
    }

    #[test]
    fn imports_stop_where_nothing_is_left_to_pay_them() {
        throughout(|value| {
            let of = BudgetConstants::from_parameters(value);
            let broke = Treasury { reserves_musd: 0.0, aid_musd: 0.0, ..treasury() };
            let hit = Sources { remittances: 20.0, aluminium: 0.0, ..FROM };
            let own = external(&of, &hit, &broke, -5.0, 0.25);
            let receipts = own.exports_musd + hit.remittances + own.borrowing_musd;
            assert!((own.imports_musd - receipts).abs() < 1e-12, "{of:?}");
        });
    }
}
