//! What the facilitator types, and what it is answered.

use marchland_game::Readings;
use marchland_report::screen::Screen;
use marchland_report::story;
use marchland_report::table::{granted, show};
use marchland_report::visible::line;
use marchland_report::wording::{Wording, upper_first};
use marchland_session::{
    Entry, FreeAction, Holder, InjectState, Party, ProposalState, ProposedRuling, SessionError, Shift, What, When,
};
use serde_json::json;

pub use marchland_session::amount;

use super::cards;
use super::command::{self, CHAIR};
use super::reply::{Continuation, Reply, or_refused};
use super::room::Room;
use super::seat::{clock, horizon, indicator, wanted};
use crate::open;

/// Lets the facilitator do what was typed.
pub fn command(room: &mut Room, line: &str) -> Reply {
    if line.trim().is_empty() {
        return look(room);
    }
    let (verb, rest) = match command::parse(line, CHAIR) {
        Ok(found) => found,
        Err(text) => return Reply::refused(text),
    };
    if room.paused() && matches!(verb, "step" | "next" | "seat") {
        return Reply::refused("the game is paused; `go` goes on");
    }
    or_refused(answer(room, verb, rest))
}

fn answer(room: &mut Room, verb: &str, rest: &str) -> Result<Reply, SessionError> {
    Ok(match verb {
        "look" => look(room),
        "next" => match room.table.course().waiting().first() {
            Some(player) => Reply::told("").then(Continuation::Hand(*player)),
            None => Reply::refused("nobody has to submit; `rulings` shows what is proposed, `step` ends the stage"),
        },
        "seat" => {
            let player = somebody(room, rest)?;
            if !room.table.course().held(player).holder.is_human() {
                let (title, id) = (room.title(player), room.table.course().name(player));
                return Ok(Reply::refused(format!(
                    "no person holds the seat of {title}; `swap {id} human` gives it to one"
                )));
            }
            Reply::told("").then(Continuation::Hand(player))
        }
        "rulings" => {
            let done = room.table.decide()?;
            let proposed = room.table.course().proposed();
            Reply::kept(done, show::rulings(room.table.course(), &proposed, &room.table.sitting().accepted))
                .with(&shown(&proposed))
        }
        "accept" => accept(room, rest)?,
        "override" => amend(room, rest)?,
        "step" => {
            let months = room.table.course().records.len();
            let done = room.table.step()?;
            let course = room.table.course();
            match story::bulletin(&course.game, &course.records) {
                Some(bulletin) if course.records.len() > months => {
                    let text = bulletin.screen().text() + &cards::read_out(course, bulletin.turn);
                    Reply::kept(done, text).with(&bulletin).then(Continuation::Moved)
                }
                _ => Reply::kept(done, "The orders stand; the month goes on.\n").then(Continuation::Moved),
            }
        }
        "bulletin" | "news" => {
            let course = room.table.course();
            let Some(bulletin) = story::bulletin(&course.game, &course.records) else {
                return Ok(Reply::refused("no month has passed yet; `step` ends the stage"));
            };
            let mut text = bulletin.screen().text() + &cards::read_out(course, bulletin.turn);
            if verb == "news" {
                for line in story::evening::at_the_table(course, None, course.game.moment().turn.0) {
                    text += &format!("  {}\n", marchland_report::visible::line(&line));
                }
            }
            Reply::told(text).with(&bulletin)
        }
        "story" => told(room, None, rest),
        "truth" => truth(room, rest),
        "view" => {
            let player = somebody(room, rest)?;
            let view = room.table.view(player);
            Reply::told(show::view(&room.table.course().source.scenario, &view)).with(&view)
        }
        "why" => why(room, rest)?,
        "odds" if rest == "on" || rest == "off" => {
            let done = room.table.allow_odds(rest == "on")?;
            Reply::kept(done, format!("Seats {} ask for their odds.\n", if rest == "on" { "may" } else { "may not" }))
        }
        "odds" => odds(room, rest)?,
        "inject" if narrative(rest).is_some() => tell_of(room, narrative(rest).unwrap_or_default())?,
        "inject" => {
            let Some((what, reason)) = rest.split_once("because ") else {
                return Ok(Reply::refused("it reads `inject WHAT [at TURN|when CONDITION] because REASON`"));
            };
            let (what, when) = match timed(what) {
                Ok(found) => found,
                Err(text) => return Ok(Reply::refused(text)),
            };
            let what = match what_of(room, what) {
                Ok(what) => what,
                Err(text) => return Ok(Reply::refused(text)),
            };
            let (number, done) = room.table.inject(what, when, reason)?;
            let state = room.table.course().injects[number as usize - 1].state;
            let text = match state {
                InjectState::Waiting | InjectState::CalledOff(_) => {
                    format!("Inject {number} is to come; `event off {number}` calls it off.\n")
                }
                InjectState::Happened(_) => format!("Inject {number} has taken effect.\n"),
            };
            Reply::kept(done, text).with(&json!({"inject": number}))
        }
        "set" => {
            let Some((what, reason)) = rest.split_once("because ") else {
                return Ok(Reply::refused("it reads `set PATH VALUE because REASON`"));
            };
            let what = match what.trim().split_once(char::is_whitespace) {
                Some((path, value)) => what_of(room, &format!("{path}={}", value.trim_start_matches('=').trim())),
                None => what_of(room, what),
            };
            match what {
                Ok(what @ What::Set(..)) => {
                    let (number, done) = room.table.inject(what, When::Now, reason)?;
                    Reply::kept(done, "Set.\n").with(&json!({"inject": number}))
                }
                Ok(_) => Reply::refused("it reads `set PATH VALUE because REASON`"),
                Err(text) => Reply::refused(text),
            }
        }
        "preview" => preview(room, rest)?,
        "injects" => injects(room),
        "event" => cards::answer(room, rest)?,
        "proposals" => proposals(room),
        "grant" => match rest.strip_prefix("off").map(str::trim) {
            Some(number) => match number.parse() {
                Ok(proposal) => {
                    let done = room.table.take_back(proposal)?;
                    Reply::kept(done, format!("The grant is taken back; proposal {proposal} is open again.\n"))
                }
                Err(_) => Reply::refused("it reads `grant off N`; `proposals` lists what is granted"),
            },
            None => match grant(rest) {
                Ok((proposal, action)) => granted(room, proposal, action)?,
                Err(text) => Reply::refused(text),
            },
        },
        "refuse" => match rest.split_once(char::is_whitespace).and_then(|(n, why)| Some((n.parse().ok()?, why))) {
            Some((proposal, reason)) => Reply::kept(room.table.refuse(proposal, reason)?, "Refused.\n"),
            None => Reply::refused("it reads `refuse N REASON`"),
        },
        "swap" => match rest.split_once(char::is_whitespace) {
            Some((player, holder)) => swap(room, player, holder.trim())?,
            None => Reply::refused("it reads `swap PLAYER human` or `swap PLAYER STRATEGY`"),
        },
        "note" => Reply::kept(room.table.note(rest)?, "Noted.\n"),
        "tell" => match rest.split_once(char::is_whitespace) {
            Some(("everybody" | "everyone" | "all", text)) => {
                let mut done = None;
                for player in room.table.course().people() {
                    let to = Party::Seat(room.table.course().name(player).to_owned());
                    done = Some(room.table.message(Party::Chair, to, text)?);
                }
                match done {
                    Some(done) => Reply::kept(done, "Sent to everybody.\n"),
                    None => Reply::refused("no person holds a seat"),
                }
            }
            Some((to, text)) => {
                let to = somebody(room, to)?;
                let party = Party::Seat(room.table.course().name(to).to_owned());
                let done = room.table.message(Party::Chair, party, text)?;
                Reply::kept(done, super::seat::sent(room, Some(to)))
            }
            None => Reply::refused("it reads `tell PLAYER TEXT`, or `tell everybody TEXT`"),
        },
        "back" => match rest.parse() {
            Ok(turn) => {
                let done = room.table.back(turn)?;
                let text = format!(
                    "You stand at the start of turn {turn}, in branch {}; the old future stays.\n",
                    room.table.branch()
                );
                Reply::kept(done, text)
                    .with(&json!({"branch": room.table.branch(), "turn": turn}))
                    .then(Continuation::Moved)
            }
            Err(_) => Reply::refused("it reads `back TURN`, a whole number"),
        },
        "branches" => {
            let list = room.table.branches();
            Reply::told(marchland_report::branches::listed(&list)).with(&list)
        }
        "branch" => match rest.parse() {
            Ok(branch) => {
                let done = room.table.turn_to(branch)?;
                Reply::kept(done, format!("You play on in branch {branch}.\n")).then(Continuation::Moved)
            }
            Err(_) => Reply::refused("it reads `branch N`; `branches` lists them"),
        },
        "clock" => clock(room, rest)?,
        "pause" => Reply::kept(room.pause(true)?, "Paused; `go` goes on.\n"),
        "go" => Reply::kept(room.pause(false)?, "The game goes on.\n"),
        "pin" => pin(room, rest)?,
        "more" => Reply::refused("there is nothing more to show"),
        "quit" => Reply::told("").then(Continuation::Quit),
        _ => Reply::told(command::help(CHAIR, rest)),
    })
}

/// Grants a free action, or grants it otherwise: its dice fall with the rulings, and are shown among them where the stage is
/// decided.
pub fn granted(room: &mut Room, proposal: u32, action: FreeAction) -> Result<Reply, SessionError> {
    let done = room.table.promise(proposal, action)?;
    let course = room.table.course();
    if course.decided.is_empty() {
        let text = format!(
            "Granted: the price is set aside, and the dice fall with the rulings of this stage. Until `step`, `grant \
             {proposal}` grants it otherwise, `grant off {proposal}` takes it back, `refuse {proposal} REASON` refuses it.\n"
        );
        return Ok(Reply::kept(done, text).with(&json!({"granted": proposal, "rulings": null})));
    }
    let proposed = course.proposed();
    let text = format!(
        "Granted: its dice are among the rulings.\n{}",
        show::rulings(course, &proposed, &room.table.sitting().accepted)
    );
    Ok(Reply::kept(done, text).with(&json!({"granted": proposal, "rulings": shown(&proposed)})))
}

/// Gives a seat to a person or a strategy. A program is started only where the command line named it, or the file that
/// it was allowed to name it in.
fn swap(room: &mut Room, player: &str, holder: &str) -> Result<Reply, SessionError> {
    let id = somebody(room, player)?;
    let player = room.title(id).into_owned();
    let holder = match holder {
        "human" | "person" => Holder::Human,
        text => Holder::Strategy(marchland_session::written_out(text)),
    };
    let course = room.table.course();
    if let Holder::Strategy(text) = &holder
        && open::names_program(&course.source.scenario, &course.source.registry, course.name(id), text)
    {
        let seated = room.table.log().rows().iter().filter_map(|row| match &row.entry {
            Entry::Seated { holder, .. } => Some(holder),
            _ => None,
        });
        if !course.opening.seats.iter().map(|(_, holder)| holder).chain(seated).any(|named| *named == holder) {
            return Ok(Reply::refused(format!(
                "a program is started only where the command line named it: `--seat '{}=External(...)'` when the game \
                 is opened",
                course.name(id)
            )));
        }
    }
    let done = room.table.seat(id, holder)?;
    Ok(Reply::kept(
        done,
        match &room.table.course().held(id).holder {
            Holder::Human => format!("A person plays {player} now.\n"),
            Holder::Strategy(name) => format!("The strategy `{name}` plays {player} now.\n"),
        },
    ))
}

/// The facilitator's own PIN, and a forgotten one of a seat.
fn pin(room: &mut Room, rest: &str) -> Result<Reply, SessionError> {
    if let Some(name) = rest.strip_suffix("off").map(str::trim).filter(|name| !name.is_empty()) {
        let player = somebody(room, name)?;
        let party = Party::Seat(room.table.course().name(player).to_owned());
        let done = room.table.set_pin(party, None)?;
        return Ok(Reply::kept(done, format!("{} asks for no PIN any more.\n", room.title(player))));
    }
    super::seat::pin(room, Party::Chair, rest)
}

/// The story of the evening so far, or of a month of it, for the facilitator or a seat.
pub fn told(room: &Room, seat: Option<marchland_game::PlayerId>, rest: &str) -> Reply {
    let course = room.table.course();
    let turn = match rest.trim().trim_start_matches("turn ").trim() {
        "" => None,
        number => match number.parse::<u32>() {
            Ok(turn) if turn >= 1 && turn <= course.game.moment().turn.0 => Some(turn),
            _ => return Reply::refused("it reads `story`, or `story TURN` of a turn that has begun"),
        },
    };
    Reply::told(story::evening(course, seat, turn).text())
}

/// A player as somebody types it: `Russia`, `united states`.
pub fn somebody(room: &Room, text: &str) -> Result<marchland_game::PlayerId, SessionError> {
    if let Some(player) = marchland_session::player_called(&room.table.course().source.scenario.catalogue, text) {
        return Ok(player);
    }
    room.table.course().player(&text.trim().to_lowercase().replace([' ', '-'], "_"))
}

fn look(room: &Room) -> Reply {
    let course = room.table.course();
    let stands = room.stands();
    let mut text = if stands.over {
        format!(
            "The game is over after {} turns (branch {}); `back TURN` goes back\n",
            course.records.len(),
            stands.branch
        )
    } else {
        format!(
            "Turn {} of {}, {}, {} (branch {}){}\n",
            stands.turn,
            course.opening.turns,
            show::month(&stands.date),
            if stands.stage == marchland_game::Stage::Orders { "orders" } else { "votes" },
            stands.branch,
            if room.paused() { ", paused" } else { "" },
        )
    };
    for player in course.people() {
        let held = course.held(player);
        let state = if held.submitted {
            "has submitted".to_owned()
        } else if course.game.decides(player) && !course.game.is_over() {
            "has not submitted".to_owned()
        } else if let Some(heir) = course.offered(player) {
            format!(
                "its office has fallen; the seat of {} is offered: `seat {}`",
                room.title(heir),
                course.name(player)
            )
        } else {
            "has nothing to decide".to_owned()
        };
        let title = upper_first(&Wording::new(&course.source.scenario).short_player(course.name(player)));
        text += &format!("  {title}: {state}\n");
    }
    let open = course.proposals.iter().filter(|proposal| proposal.state == ProposalState::Open).count();
    if open > 0 {
        let wait = if open == 1 { "proposal waits" } else { "proposals wait" };
        text += &format!("  {open} {wait}: `proposals`\n");
    }
    if let Some(granted) = show::waiting(course).filter(|_| course.decided.is_empty() && !stands.over) {
        text += &format!("  {granted}\n");
    }
    // What was said before the last month is old.
    let recent = course.letters.iter().filter(|letter| letter.moment.turn.0 + 1 >= stands.turn);
    for letter in recent.filter(|letter| letter.to == Party::Chair) {
        if let Party::Seat(from) = &letter.from {
            let from = upper_first(&Wording::new(&course.source.scenario).short_player(from));
            text += &format!("  {from} to you: {}\n", line(&letter.text));
        }
    }
    if !course.decided.is_empty() {
        text += &show::rulings(course, &course.proposed(), &room.table.sitting().accepted);
    } else if stands.waiting.is_empty() && !stands.over {
        text += "  everybody has: `rulings` shows what is proposed, `step` ends the stage\n";
    }
    Reply::told(text).with(&stands)
}

fn shown(proposed: &[ProposedRuling]) -> serde_json::Value {
    let list: Vec<serde_json::Value> = proposed
        .iter()
        .enumerate()
        .map(|(at, item)| {
            json!({
                "number": at + 1,
                "player": item.player,
                "on": item.on,
                "ruling": item.ruling,
                "vote": item.vote,
                "free_action": item.free,
                "override": item.amended,
            })
        })
        .collect();
    json!(list)
}

fn accept(room: &mut Room, rest: &str) -> Result<Reply, SessionError> {
    room.table.decide()?;
    let proposed = room.table.course().proposed();
    if rest == "all" {
        let done = room.table.accept((0..proposed.len()).collect())?;
        return Ok(Reply::kept(done, "All stand as they are, overrides among them; `step` ends the stage.\n"));
    }
    let Some((at, _)) = numbered(rest, &proposed) else {
        return Ok(Reply::refused(format!("it reads `accept all` or `accept N`, from 1 to {}", proposed.len())));
    };
    let done = room.table.let_stand(at)?;
    Ok(Reply::kept(done, "It stands.\n"))
}

fn numbered<'a>(word: &str, proposed: &'a [ProposedRuling]) -> Option<(usize, &'a ProposedRuling)> {
    let at = word.trim().parse::<usize>().ok()?.checked_sub(1)?;
    proposed.get(at).map(|item| (at, item))
}

fn amend(room: &mut Room, rest: &str) -> Result<Reply, SessionError> {
    room.table.decide()?;
    let proposed = room.table.course().proposed();
    let mut words = rest.splitn(3, char::is_whitespace);
    let found = words.next().and_then(|word| numbered(word, &proposed));
    let verdict = words.next().unwrap_or_default();
    let reason = words.next().unwrap_or_default().trim();
    let reason = reason.strip_prefix("because ").map_or(reason, |why| why.strip_prefix("of ").unwrap_or(why));
    let Some((at, _)) = found else {
        return Ok(Reply::refused(format!(
            "which ruling? It reads `override N failure REASON`, N from 1 to {}",
            proposed.len()
        )));
    };
    let (success, leaked) = match verdict {
        "success" | "succeed" | "succeeds" | "carried" => (Some(true), None),
        "failure" | "fail" | "fails" | "not-carried" => (Some(false), None),
        "leak" | "leaks" => (None, Some(true)),
        "no-leak" => (None, Some(false)),
        _ => {
            return Ok(Reply::refused(
                "it reads `override N success|failure|leak|no-leak REASON`, or for a vote `carried|not-carried`",
            ));
        }
    };
    let done = room.table.amend(at, success, leaked, reason)?;
    let proposed = room.table.course().proposed();
    let mut text = show::rulings(room.table.course(), &proposed, &room.table.sitting().accepted);
    if let Some(told) = marchland_report::table::rulings::told_otherwise(room.table.course(), &proposed[at]) {
        text += &show::paragraph(told);
    }
    Ok(Reply::kept(done, text).with(&shown(&proposed)))
}

fn truth(room: &Room, rest: &str) -> Reply {
    const MOST: usize = 30;
    let course = room.table.course();
    let scenario = &course.source.scenario;
    let wording = Wording::new(scenario);
    let words = super::seat::telling(rest);
    let infos = &scenario.catalogue.indicators;
    let ids: Vec<marchland_game::IndicatorId> =
        if words.is_empty() { scenario.shown.clone() } else { super::seat::called(scenario, &words) };
    if ids.is_empty() {
        return Reply::refused(indicator(&scenario.catalogue, rest).err().unwrap_or_default());
    }
    let readings = course.game.truth();
    let mut text = String::from("True values\n");
    for id in ids.iter().take(MOST) {
        text += &format!(
            "  {} ({}): {}\n",
            wording.indicator(*id),
            infos[id.index()].path,
            wording.value(*id, readings.now(*id))
        );
    }
    if ids.len() > MOST {
        text += &format!("  \u{2026} and {} more; use more words\n", ids.len() - MOST);
    }
    let values: serde_json::Map<String, serde_json::Value> =
        ids.iter().map(|id| (infos[id.index()].path.clone(), json!(readings.now(*id)))).collect();
    Reply::told(text).with(&values)
}

fn why(room: &mut Room, rest: &str) -> Result<Reply, SessionError> {
    let course = room.table.course();
    let records = &course.records;
    Ok(match indicator(&course.source.scenario.catalogue, rest) {
        Ok(id) if records.is_empty() => {
            let info = &course.source.scenario.catalogue.indicators[id.index()];
            Reply::told(format!("No month has passed yet. {}\n", info.meaning.trim()))
        }
        Ok(id) => {
            let mut screen = Screen::new();
            let scenario = &course.source.scenario;
            marchland_report::why::write(&mut screen, scenario, records, id);
            let now = course.game.truth().now(id);
            Reply::told(screen.text() + &marchland_report::why::since(scenario, records, id, now))
        }
        Err(text) => Reply::refused(text),
    })
}

/// Odds from the truth, or as a seat would tell them: `odds for russia in 12`.
fn odds(room: &Room, rest: &str) -> Result<Reply, SessionError> {
    let (seat, rest) = match rest.trim().strip_prefix("for ") {
        Some(named) => {
            let (name, rest) = named.split_once(char::is_whitespace).unwrap_or((named, ""));
            (Some(somebody(room, name)?), rest)
        }
        None => (None, rest),
    };
    let (rest, by) = match horizon(room, rest) {
        Ok(found) => found,
        Err(text) => return Ok(Reply::refused(text)),
    };
    Ok(match (wanted(room, rest), seat) {
        (Ok(wanted), Some(player)) => room.ahead.seat_odds(&room.table, player, &wanted, by),
        (Ok(wanted), None) => room.ahead.true_odds(&room.table, &wanted, by),
        (Err(text), _) => Reply::refused(text),
    })
}

/// The words of an inject that is told and changes no number: `A fire at the bazaar broke out seen russia`, or anything in
/// quotes. What is one word, holds `=` or gives a reason, names an event or a stock: a reason is the chair's own, and nobody
/// is told of it because a name was mistyped.
fn narrative(text: &str) -> Option<&str> {
    let text = text.trim();
    let words = text.split(" at ").next().and_then(|text| text.split(" when ").next()).unwrap_or(text);
    let told = !text.contains('=') && !text.contains(" because ") && words.trim().contains(char::is_whitespace);
    (text.starts_with('"') || told).then_some(text)
}

/// Tells people of something in words: those named after `seen`, or all.
fn tell_of(room: &mut Room, text: &str) -> Result<Reply, SessionError> {
    let (text, seen) = match text.rsplit_once(" seen ") {
        Some((text, seen)) => (text, Some(seen.trim())),
        None => (text, None),
    };
    let text = text.trim().trim_matches('"').trim();
    let people = match seen {
        None | Some("everybody" | "everyone" | "all") => room.table.course().people(),
        Some(names) => names.split(',').map(|name| somebody(room, name)).collect::<Result<_, _>>()?,
    };
    let mut done = None;
    let mut told = Vec::new();
    for player in people {
        let to = Party::Seat(room.table.course().name(player).to_owned());
        done = Some(room.table.message(Party::Chair, to, text)?);
        told.push(room.title(player).into_owned());
    }
    Ok(match done {
        Some(done) => Reply::kept(done, format!("Told in words, with no number changed: {}.\n", told.join(", ")))
            .with(&json!({"told": text, "seats": told})),
        None => Reply::refused("no person holds a seat"),
    })
}

/// An inject's text with its time: `WHAT`, `WHAT at TURN`, `WHAT when CONDITION`.
pub fn timed(text: &str) -> Result<(&str, When), String> {
    let text = text.trim();
    if let Some((what, condition)) = text.split_once(" when ") {
        return Ok((what.trim(), When::Condition(condition.trim().trim_matches('"').to_owned())));
    }
    match text.split_once(" at ") {
        Some((what, turn)) => match turn.trim().trim_start_matches("turn ").trim().parse() {
            Ok(turn) => Ok((what.trim(), When::Turn(turn))),
            Err(_) => Err(format!("`{}` is no turn", turn.trim())),
        },
        None => Ok((text.trim_end_matches(" now"), When::Now)),
    }
}

/// What is injected: an event's name, `PATH=X`, `PATH+=X` or `PATH-=X`.
pub fn what_of(room: &Room, text: &str) -> Result<What, String> {
    let catalogue = &room.table.course().source.scenario.catalogue;
    let text = text.trim();
    let Some((path, value)) = text.split_once('=') else {
        return match catalogue.event(text) {
            Some(_) => Ok(What::Event(text.to_owned())),
            None => {
                let names: Vec<&str> = catalogue.events.iter().map(|event| event.id.as_str()).collect();
                let near = marchland_game::nearest(text, &names)
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                Err(format!(
                    "there is no event `{text}`{near}. A change of a stock reads PATH=X or PATH+=X; words for people stand in quotes"
                ))
            }
        };
    };
    let (path, sign) = match path.trim().strip_suffix(['+', '-']) {
        Some(bare) => (bare.trim(), if path.trim().ends_with('-') { -1.0 } else { 1.0 }),
        None => (path.trim(), 0.0),
    };
    let id = indicator(catalogue, path)?;
    let info = &catalogue.indicators[id.index()];
    let value = value.trim();
    let found = info.labels.iter().position(|label| label == value).map(|at| at as f64);
    let Some(amount) = found.or_else(|| amount(value)) else {
        let hint =
            if info.labels.is_empty() { String::new() } else { format!("; it may be: {}", info.labels.join(", ")) };
        return Err(format!("`{value}` is no value of `{}`{hint}", info.path));
    };
    Ok(if sign == 0.0 { What::Set(info.path.clone(), amount) } else { What::Add(info.path.clone(), sign * amount) })
}

fn preview(room: &mut Room, rest: &str) -> Result<Reply, SessionError> {
    let rest = rest.strip_prefix("inject ").unwrap_or(rest);
    let changes = if let Some(text) = rest.strip_prefix("grant ") {
        let (proposal, action) = match grant(text) {
            Ok(found) => found,
            Err(text) => return Ok(Reply::refused(text)),
        };
        let course = room.table.course();
        let Some(offered) = (proposal as usize).checked_sub(1).and_then(|at| course.proposals.get(at)) else {
            return Ok(Reply::refused(format!("there is no proposal {proposal}")));
        };
        let budgets = &course.source.scenario.catalogue.players[offered.player.index()].budgets;
        let paths = marchland_game::Budget::ALL.into_iter().zip(budgets);
        let mut changes = Vec::new();
        for (budget, id) in paths {
            let cost = action.cost.iter().find(|(name, _)| name == budget.name());
            if let (Some((_, cost)), Some(id)) = (cost, id) {
                let path = course.source.scenario.catalogue.indicators[id.index()].path.clone();
                changes.push(What::Add(path, -cost));
            }
        }
        changes.extend(action.effects.iter().map(|effect| What::Add(effect.indicator.clone(), effect.by)));
        changes
    } else {
        let what = rest.split(" because ").next().unwrap_or(rest);
        let what = match timed(what).and_then(|(what, _)| what_of(room, what)) {
            Ok(what) => what,
            Err(text) => return Ok(Reply::refused(text)),
        };
        vec![what]
    };
    room.ahead.trial(&room.table, &changes)
}

/// A grant: `N chance P [cost BUDGET=X …] [seen WHO] [effect PATH+=X …] because REASON`.
fn grant(text: &str) -> Result<(u32, FreeAction), String> {
    let usage = "it reads `grant N chance P [cost BUDGET=X …] [seen PLAYER,…|everybody|nobody] [effect PATH+=X …] because REASON`, or `grant off N`";
    let (head, reason) = text.split_once("because ").ok_or(usage)?;
    let mut words = head.split_whitespace();
    let number = words.next().and_then(|word| word.parse().ok()).ok_or(usage)?;
    let mut action = FreeAction {
        cost: Vec::new(),
        chance: 1.0,
        // Whoever proposed it learns of it, and nobody else unless the chair says so.
        seen_by: Some(Vec::new()),
        effects: Vec::new(),
        reason: reason.trim().to_owned(),
    };
    let mut part = "";
    for word in words {
        if matches!(word, "chance" | "cost" | "seen" | "effect") {
            part = word;
            continue;
        }
        match part {
            "chance" => action.chance = amount(word).ok_or(format!("`{word}` is no chance: write 0.6 or 60%"))?,
            "cost" => {
                let (budget, amount) = word.split_once('=').ok_or(format!("`{word}` should read BUDGET=X"))?;
                let amount = self::amount(amount).ok_or(format!("`{amount}` is no number"))?;
                action.cost.push((budget.to_owned(), amount));
            }
            "seen" => {
                action.seen_by = match word {
                    "everybody" => None,
                    "nobody" => Some(Vec::new()),
                    names => Some(names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()),
                };
            }
            "effect" => {
                let (path, by) = word.split_once('=').ok_or(format!("`{word}` should read PATH+=X"))?;
                let (path, sign) = match path.strip_suffix('-') {
                    Some(path) => (path, -1.0),
                    None => (path.trim_end_matches('+'), 1.0),
                };
                let by = amount(by).ok_or(format!("`{by}` is no number"))?;
                action.effects.push(Shift { indicator: path.to_owned(), by: sign * by });
            }
            _ => return Err(usage.to_owned()),
        }
    }
    Ok((number, action))
}

fn injects(room: &Room) -> Reply {
    let course = room.table.course();
    let mut text = String::new();
    for due in &course.injects {
        let state = match due.state {
            InjectState::Happened(moment) => format!("took effect in turn {}", moment.turn.0),
            InjectState::Waiting if due.inject.when == When::Held => "in your hand".to_owned(),
            InjectState::Waiting => format!("to come {}", due.inject.when),
            InjectState::CalledOff(moment) => format!("called off in turn {}", moment.turn.0),
        };
        let what = cards::told(room, &due.inject.what);
        text += &format!("  {} {}, {state}: {}\n", due.inject.inject, line(&what), line(&due.inject.reason));
    }
    let list: Vec<_> = course.injects.iter().map(|due| &due.inject).collect();
    Reply::told(if text.is_empty() { "No injects.\n".to_owned() } else { format!("Injects\n{text}") }).with(&list)
}

fn proposals(room: &Room) -> Reply {
    let course = room.table.course();
    let mut text = String::new();
    let mut list = Vec::new();
    for (at, proposal) in course.proposals.iter().enumerate() {
        let state = match &proposal.state {
            ProposalState::Open => "open".to_owned(),
            ProposalState::Promised(action) => {
                format!("granted, its dice fall with the rulings. {}", granted::terms(course, action))
            }
            ProposalState::Granted(action, _, success) => {
                let success = if *success { "succeeded" } else { "failed" };
                format!("granted, {success}. {}", granted::terms(course, action))
            }
            ProposalState::Refused(reason) => format!("refused: {reason}"),
        };
        let who = course.name(proposal.player);
        let title = upper_first(&room.title(proposal.player));
        text += &format!("  {} {title}: {} ({})\n", at + 1, line(&proposal.text), line(&state));
        list.push(json!({"proposal": at + 1, "player": who, "text": proposal.text, "state": state}));
    }
    Reply::told(if text.is_empty() { "No proposals.\n".to_owned() } else { format!("Proposals\n{text}") }).with(&list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inject_in_words_is_told_from_one_that_names_something() {
        assert!(narrative("A fire broke out at the bazaar seen russia").is_some());
        assert!(narrative("\"Fire at the bazaar\"").is_some());
        assert_eq!([amount("30%"), amount(" 0.3 "), amount("many")], [Some(0.3), Some(0.3), None]);
        let mistyped = "Border attack at 3 because late";
        for named in
            ["border_attack because late", "border_attack at 3 because late", "x.unrest=0.3 because late", mistyped, ""]
        {
            assert!(narrative(named).is_none(), "{named}");
        }
    }
}
