//! Forms of causal sentences, and who takes which when.

use marchland_game::IndicatorId;
use marchland_session::story::Change;

use crate::wording::{Wording, upper_first};

/// Forms of causal sentences. `{w}` what, `{a}` before, `{b}` after, `{d}` distance, `{y}` why; of
/// `[up|down]` and of `<one|many>` the word that fits. A capital letter in braces begins a sentence. A
/// cause is never a subject: its number is not known.
pub const FORMS: [&str; 16] = [
    "{W} [rise|fall]<s|> from {a} to {b}, because of {y}.",
    "Through {y}, {w} [climb|slip]<s|> from {a} to {b}.",
    "{W} stand<s|> at {b}, [up|down] from {a}, owing to {y}.",
    "Behind the [rise|fall] of {w} from {a} to {b}: {y}.",
    "{W}, {a} a month ago, <is|are> now {b}; the reason is {y}.",
    "By the end of the month {w} <has|have> [risen|fallen] from {a} to {b}, above all through {y}.",
    "{W} [gain|lose]<s|> {d} and <is|are> now {b}: chiefly {y}.",
    "Because of {y}, {w} move<s|> from {a} to {b}.",
    "The month leaves {w} at {b}, [higher|lower] by {d}; look to {y}.",
    "{W} go<es|> [up|down], from {a} to {b}, mostly for one reason: {y}.",
    "[Up|Down] from {a} to {b} go<es|> {w}, moved by {y}.",
    "Of what takes {w} from {a} to {b}, the largest part is {y}.",
    "From {a} to {b} for {w}; the main cause is {y}.",
    "With {y}, {w} [grow|drop]<s|> by {d}, to {b}.",
    "It comes to {b} for {w}, [up|down] from {a}; the cause is {y}.",
    "After {a}, {w} now stand<s|> at {b}; {y} explains most of it.",
];

/// Forms of headlines that tell a change.
const HEADLINES: [&str; 6] = [
    "{W} [rise|fall]<s|> to {b}",
    "{W}: {a} a month ago, {b} now",
    "{W} [up|down] by {d}",
    "{W} [above|below] the month before: {b}",
    "{W} <is|are> [up|down] to {b}",
    "{W} [climb|drop]<s|> by {d}",
];

/// Chooses forms so that none stands twice in a month or in consecutive months.
#[derive(Default)]
pub struct Forms {
    last: Vec<usize>,
    now: Vec<usize>,
    next: usize,
    headline: usize,
    /// What the last headlines told of, newest last.
    told: Vec<IndicatorId>,
}

impl Forms {
    /// Begins a month.
    pub fn next_month(&mut self) {
        self.last = std::mem::take(&mut self.now);
    }

    /// A sentence on a change, in a form that is free.
    pub fn sentence(&mut self, wording: &Wording<'_>, change: &Change, why: &str) -> String {
        fill(FORMS[self.take()], wording, change, why)
    }

    /// A form that stands neither in this month yet nor in the last.
    fn take(&mut self) -> usize {
        // At most ten are taken, of sixteen.
        let free = (0..FORMS.len())
            .map(|step| (self.next + step) % FORMS.len())
            .find(|form| !self.last.contains(form) && !self.now.contains(form))
            .unwrap_or(self.next);
        self.next = (free + 1) % FORMS.len();
        self.now.push(free);
        free
    }

    /// A headline on the change that matters most, before all of those that were not in the last two
    /// headlines.
    pub fn headline<'c, 'a: 'c>(
        &mut self,
        wording: &Wording<'_>,
        changes: impl Iterator<Item = &'c Change> + Clone,
    ) -> Option<String> {
        let fresh = changes.clone().find(|change| !self.told.contains(&change.indicator));
        let change = fresh.or(changes.clone().next())?;
        if self.told.len() == 2 {
            self.told.remove(0);
        }
        self.told.push(change.indicator);
        let form = HEADLINES[self.headline];
        self.headline = (self.headline + 1) % HEADLINES.len();
        Some(fill(form, wording, change, ""))
    }
}

fn fill(form: &str, wording: &Wording<'_>, change: &Change, why: &str) -> String {
    let what = wording.indicator(change.indicator);
    let up = change.after > change.before;
    let (before, after) = wording.values(change.indicator, change.before, change.after);
    let mut text = choose(&choose(form, ['<', '>'], !wording.plural(change.indicator)), ['[', ']'], up);
    for (slot, word) in [
        ("{w}", what.clone()),
        ("{W}", upper_first(&what)),
        ("{y}", why.to_owned()),
        ("{a}", before),
        ("{b}", after),
        ("{d}", wording.size(change.indicator, change.after - change.before)),
    ] {
        text = text.replace(slot, &word);
    }
    text
}

/// The form with the first or the second word of every pair between these brackets.
fn choose(form: &str, [open, close]: [char; 2], first: bool) -> String {
    let mut text = String::new();
    let mut rest = form;
    while let Some((before, after)) = rest.split_once(open) {
        text.push_str(before);
        let Some((choice, tail)) = after.split_once(close) else { break };
        let (one, other) = choice.split_once('|').unwrap_or((choice, choice));
        text.push_str(if first { one } else { other });
        rest = tail;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_choose_their_words() {
        let form = "{W} [rise|fall]<s|> to {b}.";
        assert_eq!(choose(&choose(form, ['<', '>'], true), ['[', ']'], true), "{W} rises to {b}.");
        assert_eq!(choose(&choose(form, ['<', '>'], false), ['[', ']'], false), "{W} fall to {b}.");
    }

    #[test]
    fn every_form_tells_what_where_to_and_why() {
        for form in FORMS {
            let of = |slot: &str| form.contains(slot);
            assert!((of("{w}") || of("{W}")) && of("{b}") && of("{y}") && (of("{a}") || of("{d}")), "{form}");
            assert_eq!(form.matches('[').count(), form.matches(']').count(), "{form}");
            assert_eq!(form.matches('<').count(), form.matches('>').count(), "{form}");
        }
    }

    #[test]
    fn no_form_stands_twice_in_a_month_nor_in_the_next() {
        let mut forms = Forms::default();
        let mut last: Vec<usize> = Vec::new();
        for month in 0..100 {
            forms.next_month();
            let mut now: Vec<usize> = Vec::new();
            for _ in 0..[5, 3, 0, 4, 5][month % 5] {
                let form = forms.take();
                assert!(!now.contains(&form) && !last.contains(&form), "month {month}, form {form}");
                now.push(form);
            }
            last = now;
        }
    }
}
