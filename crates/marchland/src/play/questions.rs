//! A grant or an inject asked for question by question, for a facilitator who is tired of syntax.

use marchland_report::number::number;
use marchland_report::visible::line;
use marchland_report::wording::{Wording, upper_first};
use marchland_session::{Card, FreeAction, ProposalState, SessionError, Shift, What, When};
use serde_json::json;

use super::chair::{self, amount, somebody, timed};
use super::reply::{Reply, or_refused};
use super::room::Room;
use super::seat::indicator;

/// What is being asked, and what was answered so far.
#[derive(Clone, Debug)]
pub struct Questions {
    about: QuestionSubject,
    step: Step,
    action: FreeAction,
    what: Option<What>,
    when: When,
    /// Whether something is granted already, which Enter leaves as it is.
    revises: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QuestionSubject {
    /// A free action offered, by its number.
    Grant(u32),
    Inject,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    What,
    Chance,
    Cost,
    When,
    Seen,
    Effects,
    Reason,
    Sure,
}

impl QuestionSubject {
    /// Questions in the order in which they are asked.
    fn steps(self, told: bool) -> &'static [Step] {
        match (self, told) {
            (Self::Grant(_), _) => &[Step::Chance, Step::Cost, Step::Seen, Step::Effects, Step::Reason, Step::Sure],
            (Self::Inject, true) => &[Step::What, Step::When, Step::Seen, Step::Effects, Step::Reason, Step::Sure],
            (Self::Inject, false) => &[Step::What, Step::When, Step::Reason, Step::Sure],
        }
    }
}

/// Words that anybody may answer at any question.
const WAYS_OUT: &str = "`back` asks the question before again, `cancel` leaves everything as it is.";

/// Begins to ask where a grant or an inject was typed without anything else; none for any other line.
pub fn begin(room: &mut Room, typed: &str) -> Option<Reply> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let about = match words[..] {
        ["inject"] => QuestionSubject::Inject,
        ["grant"] => match &open(room)[..] {
            [one] => QuestionSubject::Grant(*one),
            [] => return Some(Reply::refused("no proposal is open; `proposals` lists those that were offered")),
            _ => return Some(Reply::refused("which one? `grant N`; `proposals` lists them")),
        },
        ["grant", number] => match number.parse() {
            Ok(number) if open(room).contains(&number) || granted(room, number).is_some() => {
                QuestionSubject::Grant(number)
            }
            Ok(number) => return Some(Reply::refused(format!("no proposal {number} is open; `proposals` lists them"))),
            Err(_) => return None,
        },
        _ => return None,
    };
    let before = match about {
        QuestionSubject::Grant(number) => granted(room, number).cloned(),
        QuestionSubject::Inject => None,
    };
    let revises = before.is_some();
    let action = before.unwrap_or_else(|| FreeAction {
        cost: Vec::new(),
        chance: 1.0,
        // Whoever proposed it learns of it, and nobody else unless the chair says so.
        seen_by: Some(Vec::new()),
        effects: Vec::new(),
        reason: String::new(),
    });
    let step = about.steps(true)[0];
    let questions = Questions { about, step, action, what: None, when: When::Now, revises };
    let stands = if revises { format!("It is granted already:\n{}", summed(room, &questions)) } else { String::new() };
    let text = format!("{}{stands}{WAYS_OUT}\n{}", headed(room, about), asked(room, &questions));
    room.questions = Some(questions);
    Some(Reply::told(text))
}

/// Open proposals, by number.
fn open(room: &Room) -> Vec<u32> {
    let all = (1u32..).zip(&room.table.course().proposals);
    all.filter(|(_, proposal)| proposal.state == ProposalState::Open).map(|(number, _)| number).collect()
}

/// What is granted of a proposal and has not taken place.
fn granted(room: &Room, number: u32) -> Option<&FreeAction> {
    room.table.course().promised().find(|(own, ..)| *own == number).map(|(_, _, action)| action)
}

fn headed(room: &Room, about: QuestionSubject) -> String {
    match about {
        QuestionSubject::Grant(number) => {
            let proposal = &room.table.course().proposals[number as usize - 1];
            let who = upper_first(&room.title(proposal.player));
            format!("Proposal {number}. {who}: {}\n", line(&proposal.text))
        }
        QuestionSubject::Inject => String::new(),
    }
}

/// Budgets of whoever proposed it, from which it may be made to pay: name, and what is left beside its orders.
fn budgets(room: &Room, about: QuestionSubject) -> Vec<(&'static str, f64)> {
    match about {
        QuestionSubject::Grant(number) => room.table.course().payable(number),
        QuestionSubject::Inject => Vec::new(),
    }
}

/// What Enter means: what is said, or that what is granted stays as it is.
fn enter(questions: &Questions, otherwise: &'static str) -> &'static str {
    if questions.revises { "as it stands" } else { otherwise }
}

/// The question that is to be answered now.
fn asked(room: &Room, questions: &Questions) -> String {
    match questions.step {
        Step::What => "What happens? A sentence in your own words (\u{201c}A fire broke out at the bazaar\u{201d}), the name of an \
                       event (`event list` shows them), or a change of a number (`legitimacy = 30%`, `legitimacy -5%`)\n"
            .to_owned(),
        Step::Chance => {
            let enter = enter(questions, "it is certain");
            format!("How likely is it to succeed? From 0 to 100%; Enter: {enter}\n")
        }
        Step::Cost => {
            let budgets = budgets(room, questions.about);
            let left: Vec<String> =
                budgets.iter().map(|(name, left)| format!("{} ({} left)", name.replace('_', " "), number(*left))).collect();
            let (nothing, enter) = if questions.revises { ("`nothing`, or as", "as it stands") } else { ("As", "nothing") };
            format!("What does it cost? {nothing} in `money 5, attention 1`, of {}; Enter: {enter}\n", left.join(", "))
        }
        Step::When => "When? A turn (`5`), `when` and a condition, `hold` to keep it in your hand; Enter: now\n".to_owned(),
        Step::Seen => match questions.about {
            QuestionSubject::Grant(_) => {
                let (nobody, enter) = if questions.revises { ("`nobody`, ", "as it stands") } else { ("", "nobody") };
                format!(
                    "Who learns of it, beside whoever proposed it? `everybody`, {nobody}or names with commas between \
                     them; Enter: {enter}\n"
                )
            }
            QuestionSubject::Inject => "Who is told? Names with commas between them, or `nobody`; Enter: everybody\n".to_owned(),
        },
        Step::Effects => {
            let (nothing, enter) = if questions.revises { ("`nothing`, or as", "as it stands") } else { ("As", "no number") };
            format!(
                "What does it change where it happens? {nothing} in `legitimacy -5%`, several with commas between; Enter: \
                 {enter}\n"
            )
        }
        Step::Reason if questions.revises => {
            "Why? One sentence, for the log and the review; Enter: as it stands\n".to_owned()
        }
        Step::Reason => "Why? One sentence, for the log and the review\n".to_owned(),
        Step::Sure => format!("{}Is that right? `yes`, or `back`, or `cancel`\n", summed(room, questions)),
    }
}

/// Everything that was answered.
fn summed(room: &Room, questions: &Questions) -> String {
    let wording = Wording::new(&room.table.course().source.scenario);
    let action = &questions.action;
    let mut text = String::new();
    if let Some(what) = &questions.what {
        text += &format!("  {}\n", line(&super::cards::told(room, what)));
        let when = match &questions.when {
            When::Now => "now".to_owned(),
            When::Held => "kept in your hand".to_owned(),
            when => when.to_string(),
        };
        text += &format!("  {}\n", line(&when));
    } else {
        let cost: Vec<String> = action
            .cost
            .iter()
            .map(|(budget, cost)| format!("{} of {}", number(*cost), budget.replace('_', " ")))
            .collect();
        let cost = if cost.is_empty() { "costs nothing".to_owned() } else { format!("costs {}", cost.join(", ")) };
        text += &format!("  succeeds with {}%, {cost}\n", number(100.0 * action.chance));
        let seen = match &action.seen_by {
            None => "everybody".to_owned(),
            Some(names) if names.is_empty() => "nobody else".to_owned(),
            Some(names) => names.iter().map(|name| wording.short_player(name)).collect::<Vec<_>>().join(", "),
        };
        text += &format!("  known to {seen}\n");
        let catalogue = &room.table.course().source.scenario.catalogue;
        for effect in &action.effects {
            if let Some(id) = catalogue.indicator(&effect.indicator) {
                let sign = if effect.by < 0.0 { "\u{2212}" } else { "+" };
                text += &format!("  {} {sign} {}\n", wording.indicator(id), wording.size(id, effect.by));
            }
        }
    }
    text + &format!("  because {}\n", line(&action.reason))
}

/// Takes an answer, and asks the next question or does what was answered.
pub fn answer(room: &mut Room, mut questions: Questions, typed: &str) -> Reply {
    let typed = typed.trim();
    let told = matches!(questions.what, None | Some(What::Card(_)));
    let steps = questions.about.steps(told);
    let at = steps.iter().position(|step| *step == questions.step).unwrap_or(0);
    match typed {
        "cancel" | "quit" => return Reply::told("Nothing was done.\n"),
        "back" => {
            questions.step = steps[at.saturating_sub(1)];
            return next(room, questions);
        }
        "look" | "event list" | "proposals" | "truth" => {
            let mut reply = chair::command(room, typed);
            reply.text += &asked(room, &questions);
            room.questions = Some(questions);
            return reply;
        }
        _ => {}
    }
    if questions.step == Step::Sure {
        if !matches!(typed, "yes" | "y" | "") {
            return again(room, questions, "`yes` does it");
        }
        return finish(room, questions);
    }
    if let Err(why) = take(room, &mut questions, typed) {
        return again(room, questions, &why);
    }
    let told = matches!(questions.what, None | Some(What::Card(_)));
    let steps = questions.about.steps(told);
    questions.step = steps[(at + 1).min(steps.len() - 1)];
    next(room, questions)
}

fn next(room: &mut Room, questions: Questions) -> Reply {
    let text = asked(room, &questions);
    room.questions = Some(questions);
    Reply::told(text)
}

/// The same question, with what was wrong about the answer.
fn again(room: &mut Room, questions: Questions, why: &str) -> Reply {
    let why = upper_first(why.trim_end_matches(['.', '?']));
    let text = format!("{why}.\n{}", asked(room, &questions));
    room.questions = Some(questions);
    Reply::told(text)
}

/// Puts an answer where it belongs; or says what is wrong with it.
fn take(room: &Room, questions: &mut Questions, typed: &str) -> Result<(), String> {
    // What is granted already stays where nothing is said anew.
    if questions.revises && typed.is_empty() {
        return Ok(());
    }
    match questions.step {
        Step::What => {
            let found = match changed(room, typed) {
                Some(change) => change?,
                None => match chair::what_of(room, typed) {
                    Ok(what) => what,
                    // One word that names nothing is a slip; more of them are a story.
                    Err(why) if !typed.contains(char::is_whitespace) => return Err(why),
                    Err(_) => What::Card(Card {
                        text: typed.trim_matches('"').trim().to_owned(),
                        seen_by: None,
                        effects: Vec::new(),
                    }),
                },
            };
            questions.what = Some(found);
            questions.action.seen_by = None;
        }
        Step::Chance if typed.is_empty() => questions.action.chance = 1.0,
        Step::Chance => {
            let bare = typed.trim_end_matches('%').trim();
            // A number above 1 was meant in percent.
            let chance = match amount(typed) {
                Some(chance) if chance > 1.0 && bare == typed => Some(chance / 100.0),
                chance => chance,
            };
            match chance.filter(|chance| (0.0..=1.0).contains(chance)) {
                Some(chance) => questions.action.chance = chance,
                None => return Err(format!("`{typed}` is not a chance: write 60% or 0.6")),
            }
        }
        Step::Cost => {
            let budgets = budgets(room, questions.about);
            let mut cost = Vec::new();
            for part in parts(typed).filter(|part| *part != "nothing") {
                let (name, value) = named_amount(part).ok_or(format!("`{part}` should read like `money 5`"))?;
                let names: Vec<&str> = budgets.iter().map(|(name, _)| *name).collect();
                let own = budgets.iter().find(|(own, _)| own.replace('_', " ").starts_with(&name.to_lowercase()));
                let (own, left) = own.ok_or(format!("it has no budget `{name}`; it has: {}", names.join(", ")))?;
                if value < 0.0 || value > *left {
                    return Err(format!("it has {} of {} left", number(*left), own.replace('_', " ")));
                }
                cost.push(((*own).to_owned(), value));
            }
            questions.action.cost = cost;
        }
        Step::When => {
            let text = if typed.parse::<u32>().is_ok() { format!("it at {typed}") } else { format!("it {typed}") };
            questions.when = match typed {
                "" | "now" => When::Now,
                "hold" => When::Held,
                _ => match timed(&text)? {
                    ("it", when) => when,
                    _ => return Err(format!("`{typed}` is not a time: write 5, or `when` and a condition")),
                },
            };
        }
        Step::Seen => {
            let otherwise = if questions.about == QuestionSubject::Inject { None } else { Some(Vec::new()) };
            questions.action.seen_by = match typed {
                "" => otherwise,
                "everybody" | "everyone" | "all" => None,
                "nobody" => Some(Vec::new()),
                names => {
                    let named = |name: &str| match somebody(room, name) {
                        Ok(player) => Ok(room.table.course().name(player).to_owned()),
                        Err(error) => Err(error.to_string()),
                    };
                    Some(parts(names).map(named).collect::<Result<_, String>>()?)
                }
            };
        }
        Step::Effects => {
            let mut effects = Vec::new();
            for part in parts(typed).filter(|part| *part != "nothing") {
                let (name, by) = named_amount(part).ok_or(format!("`{part}` should read like `legitimacy -5%`"))?;
                let catalogue = &room.table.course().source.scenario.catalogue;
                let id = indicator(catalogue, name)?;
                effects.push(Shift { indicator: catalogue.indicators[id.index()].path.clone(), by });
            }
            questions.action.effects = effects;
        }
        Step::Reason if typed.is_empty() => return Err("the review asks for it: a few words".to_owned()),
        Step::Reason => typed.trim_start_matches("because ").clone_into(&mut questions.action.reason),
        Step::Sure => {}
    }
    Ok(())
}

/// What stands between commas.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// A name with a number after it: `money 5`, `unrest in the capital -5%`, `legitimacy+=0.1`.
fn named_amount(text: &str) -> Option<(&str, f64)> {
    let at = text.rfind([' ', '=', '+', '-', '\u{2212}'])?;
    let (name, _) = text.split_at(at);
    let value = text[at..].trim_start_matches([' ', '=']).replace('\u{2212}', "-");
    let sign = if name.trim_end().ends_with('-') { -1.0 } else { 1.0 };
    let name = name.trim_end_matches([' ', '=', '+', '-', '\u{2212}']);
    let value = amount(value.trim_start_matches('+'))?;
    (!name.is_empty()).then_some((name, sign * value))
}

/// A change of a number in plain words: `legitimacy = 30%`, `legitimacy -5%`; none where it is no such thing.
fn changed(room: &Room, typed: &str) -> Option<Result<What, String>> {
    if let Some((path, value)) = typed.split_once('=') {
        let path = path.trim().trim_end_matches(['+', '-']);
        let catalogue = &room.table.course().source.scenario.catalogue;
        let own = match indicator(catalogue, path) {
            Ok(id) => catalogue.indicators[id.index()].path.clone(),
            Err(why) => return Some(Err(why)),
        };
        let sign = typed.split('=').next().and_then(|head| head.trim().chars().last()).filter(|c| "+-".contains(*c));
        let sign = sign.map_or_else(String::new, String::from);
        return Some(chair::what_of(room, &format!("{own}{sign}={}", value.trim())));
    }
    let last = typed.rsplit(' ').next()?;
    let signed = last.starts_with(['+', '-', '\u{2212}']);
    let (name, by) = named_amount(typed).filter(|_| signed)?;
    let catalogue = &room.table.course().source.scenario.catalogue;
    Some(indicator(catalogue, name).map(|id| What::Add(catalogue.indicators[id.index()].path.clone(), by)))
}

fn finish(room: &mut Room, questions: Questions) -> Reply {
    let kept = questions.clone();
    let reply = or_refused(done(room, questions));
    if !reply.ok && !reply.closed {
        // What was answered is not lost by one impossible answer.
        let steps = kept.about.steps(matches!(kept.what, None | Some(What::Card(_))));
        return again(room, Questions { step: steps[0], ..kept }, reply.text.trim_end());
    }
    reply
}

fn done(room: &mut Room, questions: Questions) -> Result<Reply, SessionError> {
    let Questions { about, action, what, when, .. } = questions;
    match (about, what) {
        (QuestionSubject::Grant(number), _) => chair::granted(room, number, action),
        (QuestionSubject::Inject, None) => Ok(Reply::refused("nothing was named")),
        (QuestionSubject::Inject, Some(what)) => {
            let what = match what {
                What::Card(card) => What::Card(Card { seen_by: action.seen_by, effects: action.effects, ..card }),
                what => what,
            };
            let (number, done) = room.table.inject(what, when, &action.reason)?;
            Ok(Reply::kept(done, super::cards::shown(room, number)).with(&json!({"inject": number})))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_number_are_read_as_people_write_them() {
        assert_eq!(named_amount("money 5"), Some(("money", 5.0)));
        assert_eq!(named_amount("unrest in the capital -5%"), Some(("unrest in the capital", -0.05)));
        assert_eq!(named_amount("legitimacy+=0.1"), Some(("legitimacy", 0.1)));
        assert_eq!(named_amount("legitimacy-=0.1"), Some(("legitimacy", -0.1)));
        assert_eq!(named_amount("legitimacy + 3%"), Some(("legitimacy", 0.03)));
        assert_eq!([named_amount("money"), named_amount("money much"), named_amount("5")], [None; 3]);
    }
}
