//! What earlier months told, so that what goes on is merged and nothing is said twice in the same words.

use std::collections::BTreeMap;

use marchland_game::{Date, Turn};

use super::happening::Key;
use super::scale::ordinal;

/// What a happening of this month means beside earlier ones of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thread {
    /// It is the first.
    New,
    /// It goes on: so many months running, since this turn.
    Running(u32, u32),
    /// It comes back: so many times in all, the last in this turn.
    Again(u32, u32),
}

/// Memory of a story.
#[derive(Clone, Debug, Default)]
pub struct Threads {
    facts: BTreeMap<Key, Fact>,
    /// Every text told, and when last.
    told: BTreeMap<String, u32>,
}

#[derive(Clone, Copy, Debug)]
struct Fact {
    /// The turn that it began in, this time.
    since: u32,
    /// The last turn that had it.
    last: u32,
    /// Months that had it in all.
    times: u32,
}

impl Threads {
    /// Notes that a month had a happening, and says what it continues. Called once a month for each.
    pub fn meet(&mut self, key: Key, turn: u32) -> Thread {
        let Some(fact) = self.facts.get_mut(&key) else {
            self.facts.insert(key, Fact { since: turn, last: turn, times: 1 });
            return Thread::New;
        };
        if fact.last == turn {
            return Thread::Running(turn + 1 - fact.since, fact.since);
        }
        let last = fact.last;
        fact.times += 1;
        fact.last = turn;
        if last + 1 == turn {
            return Thread::Running(turn + 1 - fact.since, fact.since);
        }
        fact.since = turn;
        Thread::Again(fact.times, last)
    }

    /// What had gone on for three months or more and did not this month: what, since when.
    pub fn ended(&mut self, turn: u32) -> Vec<(Key, u32)> {
        let over = |fact: &Fact| fact.last + 1 == turn && fact.last + 1 - fact.since >= 3;
        self.facts.iter().filter(|(_, fact)| over(fact)).map(|(key, fact)| (*key, fact.since)).collect()
    }

    /// A text as it may stand in this month: one that stood before says when it did.
    pub fn fresh(&mut self, text: String, turn: u32, date: impl Fn(u32) -> String) -> String {
        let fresh = match self.told.get(&text) {
            Some(before) if *before == turn => return String::new(),
            Some(before) => format!("{text}, as in {}", date(*before)),
            None => text.clone(),
        };
        self.told.insert(text, turn);
        fresh
    }

    /// A sentence with what it continues. Empty where it merely goes on and was told to go on.
    #[must_use]
    pub fn threaded(text: &str, thread: Thread, date: impl Fn(u32) -> String) -> String {
        match thread {
            Thread::New => text.to_owned(),
            Thread::Running(2, _) => format!("{text} for the second month running"),
            Thread::Running(3, since) => format!("{text} for the third month running, since {}", date(since)),
            Thread::Running(months, since) if months.is_multiple_of(6) => {
                format!("{text} for the {} month running, since {}", ordinal(u64::from(months)), date(since))
            }
            Thread::Running(..) => String::new(),
            Thread::Again(2, _) => format!("{text} again"),
            Thread::Again(times, _) => format!("{text} for the {} time", ordinal(u64::from(times))),
        }
    }

    /// The same of what somebody did, without who: an adverb that would stand far from its verb goes before it.
    #[must_use]
    pub fn threaded_act(text: &str, thread: Thread, date: impl Fn(u32) -> String) -> String {
        let long = text.contains([',', ';']) || text.contains(" and ") || text.contains(" while ");
        match thread {
            Thread::Running(2, _) if long => format!("still {text}"),
            Thread::Again(2, _) => format!("again {text}"),
            Thread::Again(..) if long => format!("once more {text}"),
            _ => Self::threaded(text, thread, date),
        }
    }

    /// How much of its weight is left to what was news before.
    #[must_use]
    pub fn staleness(thread: Thread) -> f64 {
        let times = match thread {
            Thread::New => 1,
            Thread::Running(times, _) | Thread::Again(times, _) => times,
        };
        match times {
            0 | 1 => 1.0,
            2 => 0.75,
            3 => 0.6,
            _ => 0.45,
        }
    }
}

/// A month by name.
#[must_use]
pub fn month(start: Date, turn: u32) -> String {
    let date = start.of(Turn(turn));
    format!("{} {}", date.month_name(), date.year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_merged_and_what_comes_back_is_counted() {
        let mut threads = Threads::default();
        let key = Key::Campaign;
        assert_eq!(threads.meet(key, 1), Thread::New);
        assert_eq!(threads.meet(key, 2), Thread::Running(2, 1));
        assert_eq!(threads.meet(key, 3), Thread::Running(3, 1));
        assert_eq!(threads.ended(4), [(key, 1)]);
        assert_eq!(threads.meet(key, 6), Thread::Again(4, 3));
        let date = |turn: u32| format!("month {turn}");
        assert_eq!(Threads::threaded("it rained", Thread::Running(4, 1), date), "");
        assert_eq!(Threads::threaded("it rained", Thread::Again(4, 3), date), "it rained for the fourth time");
        assert_eq!(threads.fresh("x".into(), 1, date), "x");
        assert_eq!(threads.fresh("x".into(), 5, date), "x, as in month 1");
    }
}
