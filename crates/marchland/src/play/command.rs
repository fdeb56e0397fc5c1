//! The words of a command line: verbs, their help, and what a mistyped one may have meant.

use clap::{Arg, Command};
use marchland_game::nearest;

/// A verb that somebody may type.
pub struct Verb {
    /// The word.
    pub name: &'static str,
    /// How it is used.
    pub usage: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

macro_rules! verbs {
    ($($name:literal $usage:literal $meaning:literal;)+) => {
        &[$(Verb { name: $name, usage: $usage, meaning: $meaning }),+]
    };
}

/// What a seat may type.
pub const SEAT: &[Verb] = verbs! {
    "look" "look" "what you know, what you may order, what is left";
    "briefing" "briefing" "your role, what you play for, and what is written down of you";
    "news" "news" "what reached you since last month";
    "story" "story [TURN]" "the game so far as you know it, or a month of it";
    "know" "know [WORDS]" "what you know of indicators whose names hold these words";
    "why" "why INDICATOR" "what may have moved it, as far as you know";
    "orders" "orders [all|INSTRUMENT|N]" "more of what you may order, with reasons where you may not; by number, what an order does";
    "order" "order N [OPTION]" "put an order into your draft, by number or name";
    "drop" "drop N" "take an order out of your draft";
    "undo" "undo" "take back your last input, or your confirmation";
    "preview" "preview N [OPTION]" "what an order is expected to change, as far as you know; without a number, your whole draft";
    "draft" "draft" "what you have entered, and what it leaves";
    "motions" "motions" "what stands to be voted on";
    "vote" "vote MOTION yes|no|abstain" "cast your vote";
    "submit" "submit" "confirm this stage with what is entered, nothing included";
    "message" "message SEAT TEXT" "private words to a seat, or to `chair`";
    "propose" "propose TEXT" "offer the facilitator an action that is not on the list; where it is granted, its price is set aside and the dice fall with the rulings";
    "odds" "odds [INDICATOR] [in N|by MONTH YEAR]" "how this may end, as far as you can tell, where the facilitator allows it";
    "default" "default entered|nothing|last" "what you do where the clock runs out";
    "clock" "clock [10m|stop]" "see, set or stop the clock: it runs from when a seat takes the keyboard until the stage is decided; with a facilitator, theirs to set";
    "pin" "pin [CODE|off]" "a PIN that your seat asks for when the keyboard comes to it";
    "more" "more" "what of the last answer was too long for the screen";
    "take" "take" "move to the seat that is offered to you, where your office has fallen";
    "leave" "leave" "hand the keyboard on without confirming";
    "help" "help" "this list";
    "quit" "quit" "stop here; the game can be resumed";
};

/// What the facilitator may type.
pub const CHAIR: &[Verb] = verbs! {
    "look" "look" "where the game stands, who has submitted, what is proposed";
    "next" "next" "hand the keyboard to the next seat that has not submitted";
    "seat" "seat PLAYER" "hand the keyboard to a seat";
    "rulings" "rulings" "take the decisions of this stage, and see the proposed rulings, free actions that are granted among them: chance, draw, reason";
    "accept" "accept N|all" "let a proposed ruling stand; N takes an override back, all leaves overrides";
    "override" "override N success|failure|leak|no-leak|carried|not-carried REASON" "rule otherwise on an order, a vote or a free action, with a reason; the machine's result is kept beside yours";
    "step" "step" "end the stage: free actions take place, then rulings take effect, all as they stand";
    "bulletin" "bulletin" "what to read out to the room of the last month: public knowledge only";
    "news" "news" "the same, and what the table did since the month began";
    "story" "story [TURN]" "the whole evening so far, or a month of it";
    "truth" "truth [WORDS]" "true values of indicators";
    "view" "view PLAYER" "what a seat sees";
    "why" "why INDICATOR" "its true causes";
    "odds" "odds [for PLAYER] [INDICATOR|on|off] [in N|by MONTH YEAR]" "how this may end, from the truth, or as a seat would say; on or off: whether seats may ask for theirs";
    "inject" "inject, or inject EVENT|PATH=X|PATH+=X [at TURN|when CONDITION] because REASON, or inject TEXT [seen PLAYER,…]" "an event or a change of a stock, now or to come; or news in your own words, which changes no number";
    "set" "set PATH VALUE because REASON" "set a stock now";
    "preview" "preview EVENT|PATH=X|PATH+=X|grant …" "what an inject or a grant would change, in paired futures from the truth";
    "injects" "injects" "injects so far, and what became of them";
    "event" "event [new|edit N] TEXT [seen PLAYER,…|nobody] [effect PATH+=X …] [because REASON], or event play N [at TURN|when CONDITION] [because REASON], event hold N, event off N" "cards with events in your own words: write one, change it, play it now or later, take it back in hand, call it off; alone, the cards you hold";
    "proposals" "proposals" "free actions offered";
    "grant" "grant N, or grant N chance P [cost BUDGET=X …] [seen PLAYER,…|everybody|nobody] [effect PATH+=X …] because REASON; or grant off N" "grant a free action, asked question by question or in one line: its price is set aside, its dice fall with the rulings, and until `step` it may be granted otherwise, taken back (`off`) or refused; only whoever proposed it learns of it unless `seen` says who else";
    "refuse" "refuse N REASON" "refuse a free action, granted or not, as long as it has not taken place";
    "swap" "swap PLAYER human|STRATEGY" "give a seat to a person or a strategy";
    "note" "note TEXT" "a remark for the review";
    "tell" "tell PLAYER|everybody TEXT" "private words to a seat, or the same words to every person";
    "back" "back TURN" "go back to the start of a turn, in a new branch; the old future stays";
    "branches" "branches" "all branches";
    "branch" "branch N" "play on in another branch";
    "clock" "clock [10m|stop]" "see, set or stop the clock: it runs from when a seat takes the keyboard until the stage is decided";
    "pause" "pause" "hold the seats and the clock";
    "go" "go" "go on after a pause";
    "pin" "pin [CODE|off|PLAYER off]" "a PIN that the chair asks for; or take away a seat's that was forgotten";
    "more" "more" "what of the last answer was too long for the screen";
    "help" "help" "this list";
    "quit" "quit" "stop here; the game can be resumed";
};

/// Other words for verbs that somebody may know from elsewhere.
fn aliases(verb: &str) -> &'static [&'static str] {
    match verb {
        "help" => &["?", "commands"],
        "quit" => &["exit", "bye", "q"],
        "look" => &["status", "show"],
        "submit" => &["done", "confirm"],
        "undo" => &["cancel"],
        "message" => &["say", "msg"],
        "step" => &["pass", "end", "n"],
        _ => &[],
    }
}

/// The grammar of a list of verbs: each takes the rest of its line as it was typed.
fn grammar(verbs: &'static [Verb]) -> Command {
    let verb = |verb: &Verb| {
        let rest = Arg::new("rest").num_args(0..=1).allow_hyphen_values(true);
        Command::new(verb.name)
            .about(verb.meaning)
            .override_usage(verb.usage)
            .aliases(aliases(verb.name))
            .disable_help_flag(true)
            .arg(rest)
    };
    Command::new("table")
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .infer_subcommands(true)
        .subcommands(verbs.iter().map(verb))
}

/// A line's verb and what follows it, or what to tell whoever typed it.
///
/// # Errors
/// The first word is not a verb of the list: the text offers the nearest.
pub fn parse<'a>(line: &'a str, verbs: &'static [Verb]) -> Result<(&'static str, &'a str), String> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (lower, rest) = (word.to_lowercase(), rest.trim());
    let known: Vec<&'static str> = verbs.iter().map(|verb| verb.name).collect();
    let short = known.iter().copied().find(|name| aliases(name).contains(&lower.as_str()));
    // A letter that begins a verb is asked about, unless it is a word for one.
    if short.is_some() || lower.chars().count() >= 2 {
        let typed = std::iter::once(lower.as_str()).chain((!rest.is_empty()).then_some(rest));
        let found = grammar(verbs).try_get_matches_from(typed).ok();
        let name = found.as_ref().and_then(|found| found.subcommand_name());
        if let Some(name) = name.and_then(|name| known.iter().copied().find(|known| *known == name)) {
            return Ok((name, rest));
        }
    }
    // `3 high` is what somebody means who has just read a numbered list.
    if known.contains(&"order") && lower.parse::<usize>().is_ok() {
        return Ok(("order", line));
    }
    let short: String = word.chars().take(40).collect();
    let help = "`help` lists all commands";
    if matches!(lower.as_str(), "yes" | "no" | "abstain" | "y") {
        return Err(format!("`{short}` to what? A vote reads `vote MOTION yes`; {help}"));
    }
    Err(match nearest(&lower, &known) {
        Some(near) => format!("there is no command `{short}`; did you mean `{near}`? {help}"),
        None => format!("there is no command `{short}`; {help}"),
    })
}

/// What keeps people at one keyboard apart, and what does not.
pub const TRUST: &str = "Whoever holds the keyboard is taken for the seat that it was handed to, unless that seat has a \
                         PIN; what was typed ahead at a terminal is thrown away when the keyboard changes hands. The \
                         game's file is readable by its owner alone and holds everything in clear: who may read it may \
                         read every seat. With --json, a line is taken for the seat it names, `chair` included, unless \
                         that has a PIN, which the line then bears as `pin`. Programs are started only where the \
                         command line named them.";

/// The list of verbs as text, or the one asked for.
#[must_use]
pub fn help(verbs: &[Verb], asked: &str) -> String {
    let asked = asked.trim().to_lowercase();
    let one: Vec<&Verb> = verbs.iter().filter(|verb| verb.name == asked).collect();
    let all = one.is_empty();
    let shown = if all { verbs.iter().collect() } else { one };
    let mut text = shown.iter().fold(String::from("What you may type\n"), |text, verb| {
        text + &format!("  {}\n      {}\n", verb.usage, verb.meaning)
    });
    if all {
        text += &format!("Who is trusted\n  {TRUST}\n");
    }
    text
}

/// A span of time: `10m`, `90s`, `1h`, minutes where no unit stands; in seconds.
///
/// # Errors
/// The text is none, or one of nothing or of more than a day.
pub fn seconds(text: &str) -> Result<u32, String> {
    let wrong = || {
        let short: String = text.chars().take(40).collect();
        format!("`{short}` is no time: write `10m`, `90s` or `1h`, up to a day")
    };
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic());
    let unit = match text[digits.len()..].trim() {
        "s" | "sec" | "seconds" => 1,
        "" | "m" | "min" | "minutes" => 60,
        "h" | "hour" | "hours" => 3600,
        _ => return Err(wrong()),
    };
    let count: u32 = digits.trim().parse().map_err(|_| wrong())?;
    count.checked_mul(unit).filter(|seconds| (1..=86_400).contains(seconds)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tired_person_types_is_understood_or_answered() {
        let seat = |line| parse(line, SEAT);
        assert_eq!(seat("  Order 3 high "), Ok(("order", "3 high")));
        assert_eq!(seat("3 high"), Ok(("order", "3 high")));
        assert_eq!(seat("sub"), Ok(("submit", "")));
        assert_eq!(seat("?"), Ok(("help", "")));
        assert_eq!(seat("EXIT"), Ok(("quit", "")));
        assert!(seat("sumbit").is_err_and(|text| text.contains("`submit`")));
        assert!(seat("yes").is_err_and(|text| text.contains("vote MOTION yes")));
        assert!(seat("o").is_err(), "a letter that begins several verbs is asked about");
        assert!(seat("ärger 🚀").is_err_and(|text| text.contains("help")));
        assert!(seat(&"x".repeat(100_000)).is_err_and(|text| text.len() < 200));
        assert_eq!(parse("override 1 failure x", CHAIR), Ok(("override", "1 failure x")));
    }

    #[test]
    fn spans_of_time() {
        assert_eq!(
            [seconds("10m"), seconds("90 s"), seconds("1h"), seconds("2")],
            [Ok(600), Ok(90), Ok(3600), Ok(120)]
        );
        assert!(
            seconds("soon").is_err()
                && seconds("0").is_err()
                && seconds("99999999999").is_err()
                && seconds("").is_err()
        );
        assert!(seconds("90000000").is_err() && seconds("ä").is_err());
    }
}
