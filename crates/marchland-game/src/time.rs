//! The calendar of a game: months called turns, counted from 1, and what a month is made of.

use serde::{Deserialize, Serialize};

/// A turn: one calendar month, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Turn(pub u32);

/// A round within a turn, counted from 0: four to a month on the crisis clock, else one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Round(pub u8);

/// What is decided: orders first, then ballots on what stands tabled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Players order actions.
    Orders,
    /// Members vote on the motions that stand tabled.
    Ballots,
}

/// The place of a decision in a game. Logs, protocols and streams are keyed by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Moment {
    /// The month.
    pub turn: Turn,
    /// The round in the month.
    pub round: Round,
    /// The stage in the round.
    pub stage: Stage,
}

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Date {
    /// The year, from 1 to 9999.
    pub year: u16,
    /// The month, from 1 to 12.
    pub month: u8,
}

impl Date {
    /// The date of `turn` in a game whose first turn is this date.
    #[must_use]
    pub fn of(self, turn: Turn) -> Self {
        let months = u32::from(self.year) * 12 + u32::from(self.month) - 1 + turn.0.saturating_sub(1);
        Self { year: (months / 12).min(9999) as u16, month: (months % 12 + 1) as u8 }
    }

    /// The English name of the month.
    #[must_use]
    pub fn month_name(self) -> &'static str {
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        NAMES[usize::from(self.month.clamp(1, 12)) - 1]
    }
}

impl core::fmt::Display for Date {
    /// `2010-04`.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_run_over_the_year() {
        let start = Date { year: 2010, month: 4 };
        assert_eq!(start.of(Turn(1)).to_string(), "2010-04");
        assert_eq!(start.of(Turn(10)).to_string(), "2011-01");
        assert_eq!(start.of(Turn(24)).to_string(), "2012-03");
    }
}
