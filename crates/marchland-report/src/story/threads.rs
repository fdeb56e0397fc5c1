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
    /// It comes back: so many times told in all, this one among them, the last in this turn.
    Again(u32, u32),
}

/// Memory of a story.
#[derive(Clone, Debug, Default)]
pub struct Threads {
    facts: BTreeMap<Key, Fact>,
    /// Every text told, and when last.
    texts: BTreeMap<String, u32>,
}

#[derive(Clone, Copy, Debug)]
struct Fact {
    /// The turn that it began in, this time.
    since: u32,
    /// The last turn that had it.
    last: u32,
    /// Months in which this reader was told of it, and the last of them.
    told: (u32, u32),
    /// What its last month meant.
    thread: Thread,
}

/// Months within which nothing is told twice in the same words.
pub const FRESH: u32 = 6;

impl Threads {
    /// Notes that a month had a happening, and says what it continues; the same for every other of its kind in that month.
    /// Only what was told counts: a reader knows of no other.
    pub fn meet(&mut self, key: Key, turn: u32) -> Thread {
        let fact = self.facts.entry(key).or_insert(Fact { since: turn, last: turn, told: (0, 0), thread: Thread::New });
        if fact.last == turn {
            return fact.thread;
        }
        let runs = fact.last + 1 == turn;
        fact.last = turn;
        if !runs {
            fact.since = turn;
        }
        fact.thread = match fact.told {
            (0, _) => Thread::New,
            _ if runs => Thread::Running(turn + 1 - fact.since, fact.since),
            (times, last) => Thread::Again(times + 1, last),
        };
        fact.thread
    }

    /// Notes that a happening stands in what a month told.
    pub fn told(&mut self, key: Key, turn: u32) {
        if let Some(fact) = self.facts.get_mut(&key).filter(|fact| fact.told.1 != turn) {
            fact.told = (fact.told.0 + 1, turn);
        }
    }

    /// What was told, had gone on for three months or more and did not this month: what, since when.
    pub fn ended(&mut self, turn: u32) -> Vec<(Key, u32)> {
        let over = |fact: &Fact| fact.told.0 > 0 && fact.last + 1 == turn && fact.last + 1 - fact.since >= 3;
        self.facts.iter().filter(|(_, fact)| over(fact)).map(|(key, fact)| (*key, fact.since)).collect()
    }

    /// Whether a text would stand in a month as it is.
    #[must_use]
    pub fn is_fresh(&self, text: &str, turn: u32) -> bool {
        self.texts.get(text).is_none_or(|before| before + FRESH <= turn)
    }

    /// A text as it may stand in this month: what stood in the last months too is told once more only where it has to
    /// be, and says when it was. Empty where it may not.
    pub fn fresh(&mut self, text: String, turn: u32, has_to: bool, date: impl Fn(u32) -> String) -> String {
        let fresh = match self.texts.get(&text) {
            Some(before) if *before == turn => return String::new(),
            Some(before) if before + FRESH > turn && !has_to => return String::new(),
            Some(before) if before + FRESH > turn => format!("{text}, as in {}", date(*before)),
            _ => text.clone(),
        };
        self.texts.insert(text, turn);
        fresh
    }

    /// A sentence with what it continues; `counted` where it matters how often it happened. What was last told half a
    /// year ago stands as it is. Empty where it merely goes on and was told to go on.
    #[must_use]
    pub fn threaded(text: &str, thread: Thread, turn: u32, counted: bool, date: impl Fn(u32) -> String) -> String {
        let with = |adverb: &str| {
            // What is added at the end of a sentence of two clauses would belong to the second.
            let clauses = [", and ", ", though ", ", but "].iter().any(|word| text.contains(word));
            match () {
                () if text.contains(" again") => text.to_owned(),
                () if clauses => format!("{adverb} {text}"),
                () => format!("{text} {adverb}"),
            }
        };
        match thread {
            Thread::New => text.to_owned(),
            Thread::Running(2, _) => format!("{text} for the second month running"),
            Thread::Running(3, since) => format!("{text} for the third month running, since {}", date(since)),
            Thread::Running(months, since) if months.is_multiple_of(6) => {
                format!("{text} for the {} month running, since {}", ordinal(u64::from(months)), date(since))
            }
            Thread::Running(..) => String::new(),
            Thread::Again(times, _) if counted => {
                format!("{text} for the {} time", ordinal(u64::from(times)))
            }
            Thread::Again(_, last) if last + FRESH < turn => text.to_owned(),
            Thread::Again(..) => with("again"),
        }
    }

    /// The adverb that stands before what somebody did; none where what it does has become its habit and is told no
    /// more. What is great news is told however often it is done, and what was last told half a year ago as if it were
    /// the first time.
    #[must_use]
    pub fn before_act(thread: Thread, turn: u32, great: bool) -> Option<&'static str> {
        match thread {
            Thread::New => Some(""),
            Thread::Again(_, last) if last + FRESH < turn => Some(""),
            Thread::Running(2, _) | Thread::Again(2, _) => Some("again"),
            Thread::Running(..) => None,
            Thread::Again(..) => great.then_some("again"),
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
        assert_eq!(threads.meet(key, 2), Thread::New, "the first was not told");
        threads.told(key, 2);
        threads.told(key, 2);
        assert_eq!(threads.meet(key, 3), Thread::Running(3, 1));
        assert_eq!(threads.meet(key, 3), Thread::Running(3, 1), "another of the same month");
        threads.told(key, 3);
        assert_eq!(threads.ended(4), [(key, 1)]);
        assert_eq!(threads.meet(key, 6), Thread::Again(3, 3));
        assert_eq!(threads.meet(key, 9), Thread::Again(3, 3), "what was not told does not count");
        let date = |turn: u32| format!("month {turn}");
        let threaded = |text, thread, counted| Threads::threaded(text, thread, 5, counted, date);
        assert_eq!(threaded("it rained", Thread::Running(4, 1), false), "");
        assert_eq!(threaded("it rained", Thread::Again(4, 3), true), "it rained for the fourth time");
        assert_eq!(threaded("it was calm again", Thread::Again(4, 3), false), "it was calm again");
        assert_eq!(threaded("it rained, and it blew", Thread::Again(2, 3), false), "again it rained, and it blew");
        assert_eq!(Threads::threaded("it rained", Thread::Again(2, 3), 11, false, date), "it rained");
        assert_eq!(Threads::before_act(Thread::Again(5, 3), 10, false), Some(""));
        assert_eq!(Threads::before_act(Thread::Again(5, 3), 6, false), None);
        assert_eq!(threads.fresh("x".into(), 1, true, date), "x");
        assert_eq!(threads.fresh("x".into(), 5, true, date), "x, as in month 1");
        assert_eq!(threads.fresh("x".into(), 6, false, date), "");
        assert_eq!(threads.fresh("x".into(), 11, false, date), "x");
    }
}
