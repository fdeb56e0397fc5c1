//! Means: what players can spend, refilled each month.

use bevy_ecs::prelude::*;
use marchland_game::number::min;

use super::Mechanism;
use crate::columns;
use crate::world::{Clock, Field, Rows, RowsMut, SeenBy};

columns! {
    /// What a player has left to spend.
    pub struct Means for "player" {
        /// Money left for orders, million US dollars.
        money = Field::stock("million US dollars", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 50.0 }).called("the purse of {}"),
        /// Attention left for orders this month.
        attention = Field::stock("points", 0.0, 20.0).starts(0.0).rests(0.0).seen(SeenBy::Owner { sd: 1.0 }).called("the free attention of {}"),
        /// Political capital left for orders.
        political_capital = Field::stock("points", 0.0, 100.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 2.0 }).called("the political capital of {}"),
        /// Forces not committed.
        forces = Field::stock("points", 0.0, 100.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 1.0 }).called("the free forces of {}"),
    }
    /// What a player's means grow by, and up to.
    pub struct Income for "player" {
        /// Money received each month, million US dollars.
        money_income = Field::stock("million US dollars a month", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 5.0 }),
        /// The most money that can be kept for orders, million US dollars.
        money_limit = Field::stock("million US dollars", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Owner { sd: 50.0 }),
        /// Attention received each month; none carries over.
        attention_income = Field::stock("points a month", 0.0, 20.0).starts(0.0).rests(0.0),
        /// Political capital received each month.
        political_capital_income = Field::stock("points a month", 0.0, 100.0).starts(0.0).rests(0.0).seen(SeenBy::Owner { sd: 0.5 }),
        /// The most political capital that can be kept.
        political_capital_limit = Field::stock("points", 0.0, 100.0).starts(0.0).rests(0.0).seen(SeenBy::Owner { sd: 2.0 }),
        /// Forces that become free each month.
        forces_income = Field::stock("points a month", 0.0, 100.0).starts(0.0).rests(0.0).seen(SeenBy::Owner { sd: 0.5 }),
        /// The most forces there are to commit.
        forces_limit = Field::stock("points", 0.0, 100.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 1.0 }),
    }
    /// Whether a player holds the office that it stands for.
    pub struct Office for "player" {
        /// 1 while the player is in office, and so may act.
        in_office: bool = Field::flag().starts(1.0).rests(1.0).called("the hold on office of {}"),
    }
}

/// The law of means: budgets are refilled at the end of each month.
pub const MEANS: Mechanism = Mechanism {
    name: "means",
    called: "the month's income",
    meaning: "Refills players' budgets at the end of each month; attention does not carry over.",
    equations: "budget' = min(limit, budget + income); attention' = income",
    source: "our choice: scarcity of attention after Jones & Baumgartner 2005",
    parameters: &[],
    populations: &[],
    terms: &[],
    columns: |set| {
        set.add::<Means>();
        set.add::<Income>();
        set.add::<Office>();
    },
    needs: |_| {},
    build: |build| build.system(refill),
    constants: |_, _| {},
    start: |_| {},
};

fn refill(clock: Res<Clock>, mut means: Query<&mut Means>, incomes: Query<&Income>) {
    if !clock.last_of_month() {
        return;
    }
    for (means, income) in means.rows_mut().iter_mut().zip(incomes.rows()) {
        means.money = min(income.money_limit, means.money + income.money_income);
        means.attention = income.attention_income;
        means.political_capital =
            min(income.political_capital_limit, means.political_capital + income.political_capital_income);
        means.forces = min(income.forces_limit, means.forces + income.forces_income);
    }
}
