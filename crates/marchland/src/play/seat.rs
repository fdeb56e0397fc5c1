//! What a seat types, and what it is answered.

use marchland_game::{Choice, IndicatorId, Order, PlayerId, Stage, Vote};
use marchland_report::wording::Wording;
use marchland_session::{Party, SessionError, StatedDefault};
use serde_json::json;

pub use marchland_session::{indicator_called as indicator, telling};

use super::command::{self, SEAT};
use super::reply::{Continuation, Reply, or_refused};
use super::room::{Room, spoken};
use marchland_report::table::{show, why};
use marchland_report::visible::line;

/// Lets a seat do what it typed.
pub fn command(room: &mut Room, player: PlayerId, line: &str) -> Reply {
    if line.trim().is_empty() {
        let view = room.table.view(player);
        let short = match view.moment.stage {
            _ if !view.in_office => show::fallen(scenario(room), &view),
            Stage::Orders => show::draft(scenario(room), &view),
            Stage::Ballots => show::motions(scenario(room), &view),
        };
        let hint = if view.over {
            "The game is over; `quit` ends here.\n"
        } else if view.in_office {
            "`submit` confirms it; `help` lists all commands.\n"
        } else {
            "`help` lists all commands.\n"
        };
        return Reply::told(short + hint).with(&view);
    }
    let (verb, rest) = match command::parse(line, SEAT) {
        Ok(found) => found,
        Err(text) => return Reply::refused(text),
    };
    let looks = [
        "look", "briefing", "news", "story", "know", "why", "orders", "draft", "motions", "help", "quit", "leave",
        "more", "clock", "pin",
    ];
    if room.paused() && !looks.contains(&verb) {
        return Reply::refused("the facilitator has paused the game; you can look, and wait");
    }
    let decides = ["order", "drop", "undo", "preview", "vote", "submit", "propose"];
    let course = room.table.course();
    if decides.contains(&verb) && !course.game.is_over() && !course.game.in_office(player) {
        return Reply::refused(show::fallen(scenario(room), &room.table.view(player)));
    }
    or_refused(answer(room, player, verb, rest))
}

fn scenario(room: &Room) -> &marchland_sim::scenario::Scenario {
    &room.table.course().source.scenario
}

fn answer(room: &mut Room, player: PlayerId, verb: &str, rest: &str) -> Result<Reply, SessionError> {
    let scenario = std::sync::Arc::clone(&room.table.course().source.scenario);
    let view = |room: &Room| room.table.view(player);
    Ok(match verb {
        "look" => {
            let view = view(room);
            Reply::told(show::view(&scenario, &view)).with(&view)
        }
        "briefing" => {
            let view = view(room);
            let text = show::briefing(&scenario, &view, &room.table.course().opening.aims);
            Reply::told(text)
                .with(&json!({"briefing": view.briefing, "private_briefing": view.private_briefing, "aims": view.aims}))
        }
        "news" => {
            let view = view(room);
            let course = room.table.course();
            let report = marchland_report::story::seat_report(&course.game, &course.records, player);
            let mut text = report.map(|report| report.screen().text()).unwrap_or_default();
            text += &show::news(&scenario, &view.news, &view.player);
            Reply::told(if text.is_empty() { "Nothing reached you.\n".to_owned() } else { text }).with(&view.news)
        }
        "story" => super::chair::told(room, Some(player), rest),
        "know" => know(room, player, rest),
        "why" => match indicator(&scenario.catalogue, rest) {
            Ok(id) => {
                let why = why::seen(&room.table, player, id);
                Reply::told(why::text(&scenario, id, &why)).with(&why)
            }
            Err(text) => Reply::refused(text),
        },
        "orders" => orders(room, player, rest),
        "draft" => {
            let view = view(room);
            Reply::told(show::draft(&scenario, &view))
                .with(&json!({"draft": view.draft, "budgets": view.budgets, "orders_left": view.orders_left}))
        }
        "motions" => {
            let view = view(room);
            Reply::told(show::motions(&scenario, &view)).with(&view.motions)
        }
        "order" => match named(room, player, rest) {
            Ok(text) => {
                let done = room.table.order(player, &text)?;
                let view = view(room);
                Reply::kept(done, show::draft(&scenario, &view))
                    .with(&json!({"draft": view.draft, "budgets": view.budgets}))
            }
            Err(text) => Reply::refused(text),
        },
        "drop" => match named_action(room, player, rest.split_whitespace().next().unwrap_or_default()) {
            Ok(name) => {
                let done = room.table.drop_order(player, &name)?;
                let view = view(room);
                Reply::kept(done, show::draft(&scenario, &view)).with(&json!({"draft": view.draft}))
            }
            Err(text) => Reply::refused(text),
        },
        "undo" => {
            let done = room.table.undo(player)?;
            let view = view(room);
            let text = match view.moment.stage {
                Stage::Orders => show::draft(&scenario, &view),
                Stage::Ballots => show::motions(&scenario, &view),
            };
            Reply::kept(done, text).with(&json!({"draft": view.draft, "submitted": view.submitted}))
        }
        "preview" => preview(room, player, rest),
        "vote" => vote(room, player, rest)?,
        "submit" => {
            let done = room.table.submit(player)?;
            Reply::kept(done, "Confirmed.\n").then(Continuation::Done)
        }
        "message" => match addressed(room, rest) {
            Some((to, text)) => {
                let from = Party::Seat(room.table.course().name(player).to_owned());
                let reader = match &to {
                    Party::Chair => None,
                    Party::Seat(name) => room.table.course().player(name).ok(),
                };
                let done = room.table.message(from, to, text)?;
                Reply::kept(done, sent(room, reader))
            }
            None => Reply::refused("it reads `message SEAT TEXT`; SEAT is a player's name, or `chair`"),
        },
        "propose" => {
            let done = room.table.propose(player, rest)?.1;
            // Its own count: the table's number would tell it how many others have made.
            let number = room.table.course().proposals.iter().filter(|one| one.player == player).count();
            Reply::kept(done, format!("Offered as proposal {number}; the facilitator will answer.\n"))
                .with(&json!({"proposal": number}))
        }
        "odds" if !room.table.course().odds_allowed => {
            Reply::refused("the facilitator has not allowed odds to seats; `odds on` in the chair does")
        }
        "odds" => {
            let (rest, by) = match horizon(room, rest) {
                Ok(found) => found,
                Err(text) => return Ok(Reply::refused(text)),
            };
            let wanted = match wanted(room, rest) {
                Ok(wanted) => wanted,
                Err(text) => return Ok(Reply::refused(text)),
            };
            room.ahead.seat_odds(&room.table, player, &wanted, by)
        }
        "default" => {
            let default = match rest.to_lowercase().as_str() {
                "entered" => StatedDefault::Entered,
                "nothing" => StatedDefault::Nothing,
                "last" => StatedDefault::Last,
                _ => return Ok(Reply::refused("it reads `default entered`, `default nothing` or `default last`")),
            };
            Reply::kept(
                room.table.state_default(player, default)?,
                match default {
                    StatedDefault::Entered => "Where the clock runs out, what you have entered by then stands.\n",
                    StatedDefault::Nothing => "Where the clock runs out, you order nothing.\n",
                    StatedDefault::Last => {
                        "Where the clock runs out, you order what you ordered last, as far as it is legal.\n"
                    }
                },
            )
        }
        "clock" if room.chaired() && !rest.is_empty() => {
            Reply::refused("the clock is the facilitator's; `clock` shows what is left")
        }
        "clock" => clock(room, rest)?,
        "take" => {
            let (heir, done) = room.table.take_over(player)?;
            Reply::kept(done, format!("You hold the seat of {} now.\n", room.title(heir)))
                .with(&json!({"seat": room.table.course().name(heir)}))
                .then(Continuation::Hand(heir))
        }
        "leave" if room.table.course().offered(player).is_some() => {
            room.declined.push(player);
            Reply::told("Handed on; you watch from here on.\n").then(Continuation::Done)
        }
        "leave" => Reply::told("Handed on; nothing is confirmed.\n").then(Continuation::Done),
        "pin" => pin(room, Party::Seat(room.table.course().name(player).to_owned()), rest)?,
        "more" => Reply::refused("there is nothing more to show"),
        "quit" => Reply::told("").then(Continuation::Quit),
        _ => Reply::told(command::help(SEAT, rest)),
    })
}

/// To whom words go, and the words: a seat by its name or by its title, the longest that fits, or the chair.
fn addressed<'t>(room: &Room, rest: &'t str) -> Option<(Party, &'t str)> {
    /// Words that a title has at most.
    const WORDS: usize = 6;
    let catalogue = &scenario(room).catalogue;
    let ends: Vec<usize> = rest.match_indices(char::is_whitespace).map(|(at, _)| at).take(WORDS).collect();
    for end in ends.iter().rev() {
        let (to, text) = (rest[..*end].trim(), rest[*end..].trim());
        let exact = |id: &PlayerId| {
            let info = &catalogue.players[id.index()];
            let title = info.title.split(", ").next().unwrap_or_default().to_lowercase();
            let (typed, bare) = (to.to_lowercase(), title.trim_start_matches("the "));
            typed == title || typed == bare || typed.replace([' ', '-'], "_") == info.id
        };
        if let Some(player) = marchland_session::player_called(catalogue, to).filter(exact) {
            return Some((Party::Seat(catalogue.players[player.index()].id.clone()), text));
        }
    }
    let (to, text) = rest.split_once(char::is_whitespace)?;
    let to = to.to_lowercase();
    Some((if matches!(to.as_str(), "chair" | "facilitator") { Party::Chair } else { Party::Seat(to) }, text))
}

/// What whoever sent words is told: where a program plays the seat, nobody reads them there.
pub fn sent(room: &Room, to: Option<PlayerId>) -> String {
    match to.filter(|player| !room.table.course().held(*player).holder.is_human()) {
        None => "Sent.\n".to_owned(),
        Some(player) => format!(
            "Sent, but nobody reads it: no person holds the seat of {}, and a program reads no words.\n",
            room.title(player)
        ),
    }
}

/// A party's own PIN.
pub fn pin(room: &mut Room, party: Party, rest: &str) -> Result<Reply, SessionError> {
    Ok(match rest {
        "" if room.table.sitting().has_pin(&party) => Reply::told("A PIN is set; `pin off` takes it away.\n"),
        "" => Reply::told("No PIN is set; `pin 4711` sets one, of 4 to 32 characters.\n"),
        "off" => Reply::kept(room.table.set_pin(party, None)?, "No PIN is asked for any more.\n"),
        pin => {
            let done = room.table.set_pin(party, Some(pin))?;
            Reply::kept(done, "From now on this place asks for its PIN when the keyboard comes to it.\n")
        }
    })
}

/// The clock, for whoever may have it.
pub fn clock(room: &mut Room, rest: &str) -> Result<Reply, SessionError> {
    Ok(match rest {
        "" => match room.left() {
            Some((left, runs)) => {
                let stands = match runs {
                    true => "",
                    false if room.paused() => " The game is paused, and the clock with it.",
                    false => " It stands until a seat takes the keyboard.",
                };
                Reply::told(format!("{} left.{stands}\n", spoken(left)))
                    .with(&json!({"seconds": left.as_secs_f64().ceil() as u64, "runs": runs}))
            }
            None => Reply::told("The clock is not running.\n"),
        },
        "stop" => match room.stop_clock()? {
            Some(done) => Reply::kept(done, "The clock is stopped.\n"),
            None => Reply::refused("the clock is not running"),
        },
        _ => match command::seconds(rest) {
            Ok(seconds) => {
                let done = room.start_clock(seconds)?;
                let span = spoken(std::time::Duration::from_secs(u64::from(seconds)));
                let runs = room.left().is_some_and(|(_, runs)| runs);
                let when = if runs { "The clock runs" } else { "The clock is set, and runs from the next stage on" };
                Reply::kept(
                    done,
                    format!("{when}: {span}. Seats that have not submitted by then take their stated default.\n"),
                )
            }
            Err(text) => Reply::refused(text),
        },
    })
}

/// A question of odds without the time that it asks for, and the turn at whose end that is: `in 12`, `by july 2011`.
pub fn horizon<'t>(room: &Room, rest: &'t str) -> Result<(&'t str, Option<u32>), String> {
    let course = room.table.course();
    let now = course.game.moment().turn.0;
    let usage = "it reads `odds in 12`, for twelve months from now, or `odds by july 2011`";
    let rest = rest.trim();
    let (before, asked) = match (rest.strip_prefix("in "), rest.strip_prefix("by ")) {
        (None, None) => match rest.rsplit_once(" in ").or_else(|| rest.rsplit_once(" by ")) {
            Some((before, asked)) => (before, asked),
            None => return Ok((rest, None)),
        },
        (asked, other) => ("", asked.or(other).unwrap_or_default()),
    };
    let words: Vec<String> = asked.split_whitespace().map(str::to_lowercase).collect();
    // `unrest in khatlon` asks of a place, and of no time.
    let time = |words: &[String]| match words {
        [first, ..] if first.parse::<f64>().is_ok() => true,
        [.., last] => last.parse::<u32>().is_ok(),
        [] => true,
    };
    if !time(&words) {
        return if before.is_empty() { Err(usage.to_owned()) } else { Ok((rest, None)) };
    }
    let turn = match &words[..] {
        [months] | [months, _] if months.parse::<u32>().is_ok() => {
            now.saturating_add(months.parse::<u32>().unwrap_or(0)).saturating_sub(1)
        }
        [month, year] => {
            let start = course.source.scenario.calendar.start;
            let fits = |turn: &u32| {
                let date = start.of(marchland_game::Turn(*turn));
                date.month_name().to_lowercase().starts_with(month.as_str()) && date.year.to_string() == *year
            };
            (now..=course.opening.turns).find(fits).ok_or_else(|| {
                let end = start.of(marchland_game::Turn(course.opening.turns));
                format!("{usage}; this game ends in {} {}", end.month_name(), end.year)
            })?
        }
        _ => return Err(usage.to_owned()),
    };
    match turn >= now && turn <= course.opening.turns {
        true => Ok((before, Some(turn))),
        false => match (course.opening.turns + 1).saturating_sub(now) {
            1 => Err(format!("{usage}; 1 turn is left")),
            left => Err(format!("{usage}; {left} turns are left")),
        },
    }
}

/// Indicators to draw: the one named, or those the scenario shows.
pub fn wanted(room: &Room, rest: &str) -> Result<Vec<IndicatorId>, String> {
    let scenario = &room.table.course().source.scenario;
    if rest.is_empty() { Ok(scenario.shown.clone()) } else { indicator(&scenario.catalogue, rest).map(|id| vec![id]) }
}

/// Indicators whose path or title holds all of these words.
pub fn called(scenario: &marchland_sim::scenario::Scenario, words: &[String]) -> Vec<IndicatorId> {
    let infos = &scenario.catalogue.indicators;
    let wording = Wording::new(scenario);
    let of_path = |at: &usize| words.iter().all(|word| infos[*at].path.contains(word.as_str()));
    let of_title = |at: &usize| {
        let title = wording.indicator(IndicatorId::from_index(*at)).to_lowercase();
        words.iter().all(|word| title.contains(word.as_str()))
    };
    let paths: Vec<usize> = (0..infos.len()).filter(of_path).collect();
    let found = if paths.is_empty() { (0..infos.len()).filter(of_title).collect() } else { paths };
    found.into_iter().map(IndicatorId::from_index).collect()
}

fn know(room: &Room, player: PlayerId, rest: &str) -> Reply {
    const MOST: usize = 20;
    let scenario = &room.table.course().source.scenario;
    if rest.is_empty() {
        let view = room.table.view(player);
        return Reply::told(show::knowledge(scenario, &view.knowledge, "What you know")).with(&view.knowledge);
    }
    let found = called(scenario, &telling(rest));
    if found.is_empty() {
        return Reply::refused(indicator(&scenario.catalogue, rest).err().unwrap_or_default());
    }
    let list: Vec<_> = found.iter().take(MOST).map(|id| room.table.knowledge(player, *id)).collect();
    let mut text = show::knowledge(scenario, &list, "What you know");
    if found.len() > MOST {
        text += &format!("  \u{2026} and {} more; use more words\n", found.len() - MOST);
    }
    Reply::told(text).with(&list)
}

fn orders(room: &Room, player: PlayerId, rest: &str) -> Reply {
    let view = room.table.view(player);
    let instruments = show::instruments(&view);
    let rest = rest.to_lowercase();
    if rest.parse::<usize>().is_ok() {
        let named = named_action(room, player, &rest);
        let found = named.map(|name| view.actions.iter().find(|action| action.action == name));
        return match found {
            Ok(Some(action)) => Reply::told(show::order(scenario(room), &view, action)).with(&[action]),
            Ok(None) => Reply::refused("you have no such order"),
            Err(text) => Reply::refused(text),
        };
    }
    let wanted: Vec<_> = match rest.as_str() {
        "all" | "" => view.actions.iter().collect(),
        word => {
            let known: Vec<&str> = instruments.iter().copied().filter(|name| name.starts_with(word)).collect();
            let [instrument] = known[..] else {
                let known = instruments.join(", ");
                return Reply::refused(format!("it reads `orders all`, `orders N` with a number, or one of: {known}"));
            };
            view.actions.iter().filter(|action| action.instrument == instrument).collect()
        }
    };
    Reply::told(show::orders(scenario(room), &view, &wanted) + &show::draft(scenario(room), &view)).with(&wanted)
}

/// An action's name, from its number or its name.
fn named_action(room: &Room, player: PlayerId, word: &str) -> Result<String, String> {
    let catalogue = &room.table.course().source.scenario.catalogue;
    let numbered = room.table.numbered(player);
    // `#3`, `3.` and `3,` are numbers too.
    let word = word.trim_matches(['#', '.', ',', ':', ';']);
    match word.parse::<usize>() {
        Ok(number) => match number.checked_sub(1).and_then(|at| numbered.get(at)) {
            Some(id) => Ok(catalogue.actions[id.index()].id.clone()),
            None => Err(format!("there is no order {number}; numbers go from 1 to {}", numbered.len())),
        },
        Err(_) if word.is_empty() => Err("which order? Its number in the list, or its name".into()),
        Err(_) => {
            let names: Vec<&str> = numbered.iter().map(|id| catalogue.actions[id.index()].id.as_str()).collect();
            if names.contains(&word) {
                return Ok(word.to_owned());
            }
            let short: String = word.chars().take(60).collect();
            Err(match marchland_game::nearest(word, &names) {
                Some(near) => {
                    let title = catalogue.action(near).map_or("", |id| &catalogue.actions[id.index()].title);
                    format!("you have no order `{short}`; did you mean \u{201c}{}\u{201d} (`{near}`)?", line(title))
                }
                None => format!("you have no order `{short}`; `orders all` lists yours"),
            })
        }
    }
}

/// The one order of a seat whose title holds the words typed, and what is left of them for an option.
fn by_title<'t>(room: &Room, player: PlayerId, typed: &'t str) -> Option<(String, &'t str)> {
    let actions = room.table.view(player).actions;
    let holds = |title: &str, words: &[&str]| {
        let title = title.to_lowercase();
        words.iter().all(|word| title.split(|c: char| !c.is_alphanumeric()).any(|own| own.starts_with(word)))
    };
    let words: Vec<&str> = typed.split_whitespace().collect();
    // The longest beginning that fits one title; the rest is the option.
    (1..=words.len()).rev().find_map(|count| {
        // Two letters are no word of a title.
        words[..count].iter().find(|word| word.chars().count() >= 4)?;
        let mut fits = actions.iter().filter(|action| holds(&action.title, &words[..count]));
        let (first, second) = (fits.next()?, fits.next());
        if second.is_some() {
            return None;
        }
        let option = words.get(count).map_or("", |word| {
            let at = word.as_ptr() as usize - typed.as_ptr() as usize;
            typed[at..].trim()
        });
        Some((first.action.clone(), option))
    })
}

/// An order's text, from what somebody typed.
pub fn named(room: &Room, player: PlayerId, rest: &str) -> Result<String, String> {
    let rest = rest.to_lowercase();
    let (word, option) = rest.split_once(char::is_whitespace).unwrap_or((&rest, ""));
    let (name, option) = match (named_action(room, player, word), by_title(room, player, &rest)) {
        (Ok(name), _) => (name, option.trim()),
        // Words of the title that is on the screen, then perhaps an option.
        (Err(_), Some((name, option))) => (name, option),
        (Err(text), None) => return Err(text),
    };
    let option = option.replace(' ', "_");
    let option = option.as_str();
    let catalogue = &room.table.course().source.scenario.catalogue;
    let Some(id) = catalogue.action(&name) else { return Ok(name) };
    let action = &catalogue.actions[id.index()];
    let known: Vec<&str> = action.options.iter().map(|option| option.id.as_str()).collect();
    if option.is_empty() || known.contains(&option) {
        return match known[..] {
            [_] => Ok(name),
            _ if option.is_empty() => Err(format!(
                "\u{201c}{}\u{201d} needs one of: {}; as in `order {word} {}`",
                line(&action.title),
                known.join(", "),
                known[0]
            )),
            _ => Ok(format!("{name} {option}")),
        };
    }
    let begun: Vec<&str> = known.iter().copied().filter(|own| own.starts_with(option) && known.len() > 1).collect();
    if let [one] = begun[..] {
        return Ok(format!("{name} {one}"));
    }
    let short: String = option.chars().take(60).collect();
    if short.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(format!("one order a line: `order {word}` first, then the next"));
    }
    Err(match known[..] {
        [_] => format!("\u{201c}{}\u{201d} has no options: `order {word}` is all", line(&action.title)),
        _ => {
            let near = marchland_game::nearest(&short, &known)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            format!(
                "\u{201c}{}\u{201d} has no option `{short}`{near}; it has: {}",
                line(&action.title),
                known.join(", ")
            )
        }
    })
}

fn preview(room: &mut Room, player: PlayerId, rest: &str) -> Reply {
    let catalogue = std::sync::Arc::clone(&room.table.course().source.scenario.catalogue);
    let (moment, _) = room.table.course().moment_of(player);
    let held = room.table.course().held(player);
    let drafted = Choice {
        orders: held.orders.iter().copied().collect(),
        ballots: held.ballots.iter().copied().collect(),
        ..Choice::default()
    };
    if rest.is_empty() {
        if drafted.orders.is_empty() && drafted.ballots.is_empty() {
            return Reply::refused(match moment.stage {
                Stage::Orders => "there is nothing to preview: your draft is empty; `preview N` tries an order",
                Stage::Ballots => "there is nothing to preview: you have cast no vote; `preview MOTION yes` tries one",
            });
        }
        return room.ahead.preview(&room.table, player, &Choice::default(), &drafted);
    }
    if moment.stage == Stage::Ballots {
        let rest = rest.to_lowercase();
        let (words, last) = rest.trim().rsplit_once(char::is_whitespace).unwrap_or(("", rest.trim()));
        let Some(vote) = vote_of(last) else {
            return Reply::refused("in this stage it reads `preview MOTION yes|no|abstain`");
        };
        let own = room.table.course().motions_of(player);
        let named = motion_called(&catalogue, &own, words.trim()).unwrap_or_else(|| words.trim().to_owned());
        let found = match own[..] {
            [only] if words.is_empty() => Some(only),
            _ => own.iter().copied().find(|id| catalogue.motions[id.index()].id == named),
        };
        let Some(motion) = found else {
            let titles: Vec<String> = own
                .iter()
                .map(|id| format!("\u{201c}{}\u{201d}", line(&catalogue.motions[id.index()].title)))
                .collect();
            let titles = if titles.is_empty() { "nothing now".to_owned() } else { titles.join(", ") };
            return Reply::refused(format!("which motion? You vote on: {titles}; words of one will do"));
        };
        let with = |vote| {
            let mut choice = drafted.clone();
            choice.ballots = drafted.ballots.iter().copied().filter(|ballot| ballot.motion != motion).collect();
            choice.ballots.push(marchland_game::Ballot { motion, vote });
            choice
        };
        return room.ahead.preview(&room.table, player, &with(Vote::Abstain), &with(vote));
    }
    let order = match named(room, player, rest)
        .and_then(|text| marchland_session::order_named(&catalogue, &text).map_err(|error| error.to_string()))
    {
        Ok(order) => order,
        Err(text) => return Reply::refused(text),
    };
    let mut with: Vec<Order> = drafted.orders.iter().copied().filter(|other| other.action != order.action).collect();
    let without = Choice { orders: with.iter().copied().collect(), ..drafted.clone() };
    with.push(order);
    let refusal = room.table.legal_together(player, &with);
    if let Err(why) = refusal {
        let name = Wording::new(scenario(room)).decision(&catalogue.order_name(order));
        return Reply::refused(format!("to {name} is not legal now, because {why}"));
    }
    let package = Choice { orders: with.into_iter().collect(), ..drafted };
    room.ahead.preview(&room.table, player, &without, &package)
}

fn vote(room: &mut Room, player: PlayerId, rest: &str) -> Result<Reply, SessionError> {
    let rest = rest.to_lowercase();
    let (first, second) = rest.trim().rsplit_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    let first = first.trim();
    let own = room.table.course().motions_of(player);
    let catalogue = &room.table.course().source.scenario.catalogue;
    if room.table.course().moment_of(player).0.stage == Stage::Orders {
        return Ok(Reply::refused("there is nothing to vote on in this stage: give orders, then `submit`"));
    }
    // With one motion on the table, `vote yes` says it all.
    let (motion, word) = match &own[..] {
        [only] if second.is_empty() => (catalogue.motions[only.index()].id.clone(), first),
        _ => (motion_called(catalogue, &own, first).unwrap_or_else(|| first.to_owned()), second),
    };
    let Some(vote) = vote_of(word) else {
        let each = own.iter().map(|id| &catalogue.motions[id.index()]);
        let names: Vec<String> =
            each.map(|motion| format!("\u{201c}{}\u{201d} (`{}`)", line(&motion.title), motion.id)).collect();
        let known = if names.is_empty() { "nothing now".to_owned() } else { names.join(", ") };
        return Ok(Reply::refused(format!("it reads `vote MOTION yes`, `no` or `abstain`; you vote on: {known}")));
    };
    let done = room.table.vote(player, &motion, vote)?;
    let view = room.table.view(player);
    Ok(Reply::kept(done, show::motions(scenario(room), &view)).with(&view.motions))
}

/// The one motion of these whose question, name or body holds the words.
fn motion_called(
    catalogue: &marchland_game::Catalogue,
    own: &[marchland_game::MotionId],
    words: &str,
) -> Option<String> {
    let infos = own.iter().map(|id| &catalogue.motions[id.index()]);
    if infos.clone().any(|motion| motion.id == words) {
        return None;
    }
    let holds = |motion: &&marchland_game::MotionKind| {
        let body = &catalogue.institutions[motion.institution.index()];
        let title = format!("{} {} {} {}", motion.title, motion.id, body.title, body.id).to_lowercase();
        !words.is_empty() && words.split_whitespace().all(|word| title.contains(word))
    };
    let mut fits = infos.filter(holds);
    let (first, second) = (fits.next()?, fits.next());
    second.is_none().then(|| first.id.clone())
}

fn vote_of(word: &str) -> Option<Vote> {
    match word.to_lowercase().as_str() {
        "yes" | "y" | "for" | "aye" => Some(Vote::Yes),
        "no" | "n" | "against" | "nay" => Some(Vote::No),
        "abstain" | "a" | "abstention" => Some(Vote::Abstain),
        _ => None,
    }
}
