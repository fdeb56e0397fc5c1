//! JSON Lines both ways, for tools and tests.
//!
//! In: `{"seat": "russia", "command": "order 3 high", "id": 7}`; `"seat": "chair"` is the facilitator. A line is taken
//! for the seat that it names, unless that has a PIN: then it bears it as `"pin"`. Commands are those of the line front. Out: first a line of type `game`; then for each line in one of type `reply`,
//! with its `id`, after what it did is kept; and one of type `stage` whenever the game stands elsewhere; last one of type
//! `end` with the hash of the last entry. The `entry` of a reply to the chair is the log's last entry; that of a reply to a seat counts the seat's own
//! inputs, since the log's would tell it how much others have entered.

use std::time::Duration;

use marchland_game::PlayerId;
use marchland_session::Party;
use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{Input, InputEvent};
use super::reply::{Continuation, Reply};
use super::room::{Room, Tick};
use super::{chair, seat, seating};
use crate::failure::{self, Failure};
use crate::open::NOTICE;

/// A line that comes in.
#[derive(Deserialize)]
struct Asked {
    seat: String,
    command: String,
    #[serde(default)]
    pin: String,
    #[serde(default)]
    id: Value,
}

/// Plays by JSON Lines until somebody quits or the input ends.
///
/// # Errors
/// The log or the output cannot be written.
pub fn play(room: &mut Room) -> Result<(), Failure> {
    let mut input = Input::plain();
    let clock = room.left().map(|(left, runs)| json!({"seconds": left.as_secs_f64().ceil() as u64, "runs": runs}));
    let course = room.table.course();
    let people: Vec<&str> = course.people().into_iter().map(|player| course.name(player)).collect();
    say(&json!({
        "type": "game",
        "file": room.table.path().display().to_string(),
        "scenario": course.opening.scenario,
        "scenario_hash": course.opening.scenario_hash,
        "seed": course.opening.seed,
        "turns": course.opening.turns,
        "people": people,
        "facilitator": course.opening.facilitator,
        "read_only": room.table.difference(),
        "paused": room.paused(),
        "clock": clock,
        "entry": room.table.log().rows().len(),
        "notice": NOTICE,
    }))?;
    stage(room)?;
    loop {
        let line = match input.next(room.attention()) {
            InputEvent::End => return end(room),
            InputEvent::Line(line) if line.trim().is_empty() => continue,
            InputEvent::Line(line) => line,
            InputEvent::Moment => {
                match room.tick().map_err(seating::failed)? {
                    Tick::Nothing => {}
                    Tick::Failed(why) => say(&json!({"type": "clock", "event": "failed", "text": why}))?,
                    Tick::Warned(left) => say(&json!({"type": "clock", "event": "warned", "seconds": left.as_secs()}))?,
                    Tick::Expired(late) => {
                        let names: Vec<&str> = late.iter().map(|player| room.table.course().name(*player)).collect();
                        say(&json!({"type": "clock", "event": "expired", "seats": names}))?;
                        moved(room)?;
                    }
                }
                continue;
            }
        };
        let asked: Asked = match serde_json::from_str(&line) {
            Ok(asked) => asked,
            Err(error) => {
                let text = format!("that is no line of the form {{\"seat\": …, \"command\": …}}: {error}");
                say(
                    &json!({"type": "reply", "id": null, "seat": null, "ok": false, "entry": null, "text": text, "data": null}),
                )?;
                continue;
            }
        };
        let reply = command(room, &asked);
        let entry = reply.entry.map(|entry| match asked.seat.as_str() {
            "chair" => entry,
            seat => room.table.log().inputs_of(seat),
        });
        say(&json!({
            "type": "reply", "id": asked.id, "seat": asked.seat, "ok": reply.ok,
            "entry": entry, "text": reply.text.trim_end(), "data": reply.data,
        }))?;
        if reply.closed {
            return Err(Failure::Output(std::io::Error::other(reply.text)));
        }
        match reply.then {
            Continuation::Quit => return end(room),
            Continuation::Stay => {}
            Continuation::Done | Continuation::Moved | Continuation::Hand(_) => moved(room)?,
        }
    }
}

/// The last line: the hash of the last entry, to be kept elsewhere.
fn end(room: &mut Room) -> Result<(), Failure> {
    // The disk's refusal was told with what it refused; what is left on a clock is no reason to fail now.
    let _ = room.keep_clock();
    say(&json!({"type": "end", "entry": room.table.log().rows().len(), "head": room.table.log().head()}))
}

fn command(room: &mut Room, asked: &Asked) -> Reply {
    let party = match asked.seat.as_str() {
        "chair" => Party::Chair,
        seat => Party::Seat(seat.to_owned()),
    };
    if !room.table.sitting().admits(&party, &asked.pin) {
        // Trying all of them takes a while.
        std::thread::sleep(if asked.pin.is_empty() { Duration::ZERO } else { Duration::from_millis(500) });
        return Reply::refused(format!("`{}` has a PIN, and this line does not bear it as \"pin\"", asked.seat));
    }
    if asked.seat == "chair" {
        if !room.chaired() {
            return Reply::refused("this game has no facilitator");
        }
        return chair::command(room, &asked.command);
    }
    let player: PlayerId = match room.table.course().player(&asked.seat) {
        Ok(player) => player,
        Err(error) => return Reply::from(error),
    };
    if !room.table.course().held(player).holder.is_human() {
        return Reply::refused(format!("no person holds the seat of {}", asked.seat));
    }
    room.open_stage();
    seat::command(room, player, &asked.command)
}

/// Ends the stages that nobody has to be asked for, and says where the game stands.
fn moved(room: &mut Room) -> Result<(), Failure> {
    room.advance(false).map_err(seating::failed)?;
    stage(room)
}

fn stage(room: &Room) -> Result<(), Failure> {
    let mut value = serde_json::to_value(room.stands()).unwrap_or(Value::Null);
    if room.table.course().game.is_over() {
        let outcome = room.table.course().game.outcome();
        value["outcome"] =
            json!({"status": outcome.status, "exit": outcome.exit, "turn": outcome.turn, "turns": outcome.turns});
    }
    say(&value)
}

fn say(value: &Value) -> Result<(), Failure> {
    failure::print_json(&format!("{value}\n"))
}
