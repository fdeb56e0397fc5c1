//! What somebody may do: verbs of a seat and of the chair, from the fields of a form or of JSON alike.

use marchland_game::{Catalogue, PlayerId, Vote};
use marchland_session::{
    Card, FreeAction, Holder, Inject, InjectState, Party, SessionError, Shift, StatedDefault, What, When,
};

use crate::access::Role;
use crate::room::{Fields, Room};

/// A verb, as the reference of the interface lists it.
pub struct Verb {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// Its fields: name, meaning, whether it must be given.
    pub fields: &'static [(&'static str, &'static str, bool)],
}

/// Verbs of a seat.
pub const SEAT: &[Verb] = &[
    Verb {
        name: "order",
        meaning: "Add an order to the draft.",
        fields: &[("order", "An action and its option: `aid high`.", true)],
    },
    Verb { name: "drop", meaning: "Take an order out of the draft.", fields: &[("order", "The order.", true)] },
    Verb { name: "undo", meaning: "Take back the confirmation, or else the last change of the draft.", fields: &[] },
    Verb {
        name: "vote",
        meaning: "Cast a vote.",
        fields: &[("motion", "The motion.", true), ("vote", "yes, no or abstain.", true)],
    },
    Verb { name: "submit", meaning: "Confirm the draft for this stage.", fields: &[] },
    Verb {
        name: "default",
        meaning: "State what the seat does where the clock runs out.",
        fields: &[("default", "entered, nothing or last.", true)],
    },
    Verb {
        name: "message",
        meaning: "Send private words.",
        fields: &[("to", "A player, or chair.", true), ("text", "The words.", true)],
    },
    Verb { name: "request", meaning: "Ask the chair for information.", fields: &[("text", "What.", true)] },
    Verb {
        name: "propose",
        meaning: "Offer an action that is not on the list.",
        fields: &[("text", "What, how, and to what end.", true)],
    },
    Verb { name: "take", meaning: "Take the seat that is offered after the own office fell.", fields: &[] },
    Verb {
        name: "pin",
        meaning: "Set the PIN that the seat asks further devices for, or take it away.",
        fields: &[("pin", "4 to 32 characters without a blank; none takes it away.", false)],
    },
    Verb {
        name: "type",
        meaning: "Keep a text that is not sent yet.",
        fields: &[("field", "Which.", true), ("text", "The text so far.", false)],
    },
];

/// Verbs of an observer.
pub const OBSERVER: &[Verb] = &[
    Verb {
        name: "note",
        meaning: "A remark on this moment, for the chair and the review.",
        fields: &[("text", "The remark.", true)],
    },
    Verb {
        name: "type",
        meaning: "Keep a text that is not sent yet.",
        fields: &[("field", "Which.", true), ("text", "The text so far.", false)],
    },
];

/// Verbs of the chair.
pub const CHAIR: &[Verb] = &[
    Verb { name: "decide", meaning: "Take the decisions of the stage.", fields: &[] },
    Verb {
        name: "expire",
        meaning: "Take them without waiting: missing seats take their stated default.",
        fields: &[],
    },
    Verb {
        name: "accept",
        meaning: "Let a ruling stand as the machine has it.",
        fields: &[("number", "Its number, or all.", true)],
    },
    Verb {
        name: "override",
        meaning: "Amend a ruling, a vote, or how the dice of a free action fell.",
        fields: &[
            ("number", "Its number.", true),
            ("verdict", "success, failure, leak, no-leak, carried or not-carried.", true),
            ("reason", "Why.", true),
        ],
    },
    Verb {
        name: "step",
        meaning: "End the stage: free actions take place, then rulings take effect, all as they stand.",
        fields: &[],
    },
    Verb {
        name: "inject",
        meaning: "Inject an event of the scenario's or of your own, or a change of a stock.",
        fields: &[
            ("text", "An event in your own words, in paragraphs if you like, or else:", false),
            ("seen", "Who is told of that, by name, with commas; empty is everybody.", false),
            ("effects", "What that does: stocks and amounts, one a comma.", false),
            ("event", "an event, or else:", false),
            ("path", "a stock,", false),
            ("by", "by how much it changes; `=0.3` sets it.", false),
            ("turn", "In which turn; empty is now, `in hand` is when it is played by an edit.", false),
            ("condition", "Or once this holds.", false),
            ("reason", "Why.", true),
        ],
    },
    Verb {
        name: "edit",
        meaning: "Make another of an inject that is to come: what, when or why. It keeps its number.",
        fields: &[
            ("number", "Of the one that is to come.", true),
            ("text", "An event in your own words, in paragraphs if you like, or else:", false),
            ("seen", "Who is told of that, by name, with commas; empty is everybody.", false),
            ("effects", "What that does: stocks and amounts, one a comma.", false),
            ("event", "an event, or else:", false),
            ("path", "a stock,", false),
            ("by", "by how much it changes; `=0.3` sets it.", false),
            ("turn", "In which turn; empty is now, `in hand` is when it is played by an edit.", false),
            ("condition", "Or once this holds.", false),
            ("reason", "Why.", true),
        ],
    },
    Verb {
        name: "call_off",
        meaning: "Call off an inject that is to come.",
        fields: &[("number", "Its number.", true)],
    },
    Verb {
        name: "grant",
        meaning: "Grant a free action, or grant it otherwise: its price is set aside, its dice fall with the rulings, and at the \
                  end of the stage it takes place.",
        fields: &[
            ("number", "The proposal.", true),
            ("chance", "Of success, from 0 to 1.", true),
            ("effects", "Stocks and amounts, one a comma.", false),
            ("cost", "Budgets and amounts, one a comma.", false),
            ("seen", "everybody or nobody.", false),
            ("reason", "Why.", true),
        ],
    },
    Verb {
        name: "take_back",
        meaning: "Take a grant back before the stage ends: the proposal is open again.",
        fields: &[("number", "The proposal.", true)],
    },
    Verb {
        name: "refuse",
        meaning: "Refuse a free action, granted or not, as long as it has not taken place.",
        fields: &[("number", "The proposal.", true), ("reason", "Why.", true)],
    },
    Verb {
        name: "answer",
        meaning: "Answer a request for information.",
        fields: &[("number", "The request.", true), ("text", "The answer.", true)],
    },
    Verb {
        name: "release",
        meaning: "Release a bulletin to everybody.",
        fields: &[("text", "The bulletin; its paragraphs are parted by line feeds.", true)],
    },
    Verb {
        name: "tell",
        meaning: "Write to one seat, or to all of people.",
        fields: &[("to", "A player, or all.", true), ("text", "The words.", true)],
    },
    Verb {
        name: "swap",
        meaning: "Give a seat to a person or a strategy.",
        fields: &[("seat", "The player.", true), ("holder", "human, or a strategy.", true)],
    },
    Verb {
        name: "close_seat",
        meaning: "Let no further device into a seat.",
        fields: &[("seat", "The player, screen or observer.", true)],
    },
    Verb {
        name: "open_seat",
        meaning: "Let devices in again.",
        fields: &[("seat", "The player, screen or observer.", true)],
    },
    Verb {
        name: "new_link",
        meaning: "Make a new link for a seat; those handed out before let nobody in any more.",
        fields: &[("seat", "The player, screen or observer.", true)],
    },
    Verb { name: "revoke", meaning: "Send a device away.", fields: &[("device", "Its number.", true)] },
    Verb {
        name: "move",
        meaning: "Give a device another seat.",
        fields: &[("device", "Its number.", true), ("seat", "The player, screen or observer.", true)],
    },
    Verb { name: "odds", meaning: "Whether seats may ask for their odds.", fields: &[("allow", "yes or no.", true)] },
    Verb { name: "note", meaning: "A remark for the log.", fields: &[("text", "The remark.", true)] },
    Verb { name: "clock", meaning: "Start the clock.", fields: &[("minutes", "How many.", true)] },
    Verb { name: "extend", meaning: "Two minutes more.", fields: &[] },
    Verb { name: "stop", meaning: "Stop the clock.", fields: &[] },
    Verb { name: "pause", meaning: "Hold the clock and the seats.", fields: &[] },
    Verb { name: "go", meaning: "Let them go on.", fields: &[] },
    Verb { name: "end", meaning: "End the game here, before its last turn.", fields: &[("reason", "Why.", true)] },
    Verb { name: "back", meaning: "Begin a branch at the start of a turn.", fields: &[("turn", "The turn.", true)] },
    Verb { name: "branch", meaning: "Play on in another branch.", fields: &[("number", "Its number.", true)] },
    Verb {
        name: "pin",
        meaning: "Set the chair's PIN or take it away, or take away a seat's that was forgotten.",
        fields: &[
            ("pin", "4 to 32 characters without a blank; none takes it away.", false),
            ("seat", "The player whose PIN is taken away; the chair's own where none is given.", false),
        ],
    },
    Verb {
        name: "type",
        meaning: "Keep a text that is not sent yet.",
        fields: &[("field", "Which.", true), ("text", "The text so far.", false)],
    },
];

/// Fields that may hold paragraphs: verb and field. Every other is a text of one line.
const PARAGRAPHS: [(&str, &str); 3] = [("release", "text"), ("inject", "text"), ("edit", "text")];

/// Makes blanks of the line breaks and tabs that a person put into a form's fields of one line: whoever presses Enter in a
/// message means no harm by it. Programs, which send JSON, are told instead.
pub fn on_one_line(fields: &mut Fields) {
    let verb = field(fields, "do").to_owned();
    if verb == "type" {
        // What is half-typed comes back as it stood.
        return;
    }
    for (name, text) in fields.iter_mut().filter(|(_, text)| text.contains(['\n', '\r', '\t'])) {
        *text = text.replace('\t', " ");
        if !PARAGRAPHS.contains(&(verb.as_str(), name.as_str())) {
            *text = text.replace("\r\n", " ").replace(['\n', '\r'], " ");
        }
    }
}

/// The longest text that is kept unsent, in characters.
const TYPED: usize = 4000;

fn refused<T>(text: impl Into<String>) -> Result<T, SessionError> {
    Err(SessionError::Refused(text.into()))
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |text| text.trim())
}

fn number<T: std::str::FromStr>(fields: &Fields, name: &str) -> Result<T, SessionError> {
    field(fields, name)
        .parse()
        .or_else(|_| refused(format!("`{name}` should be a number, not `{}`", field(fields, name))))
}

/// Does what a seat asks for.
///
/// # Errors
/// It is not possible; the text says why and what is.
pub fn seat(room: &mut Room, player: PlayerId, device: u32, fields: &Fields) -> Result<String, SessionError> {
    let name = room.table.course().name(player).to_owned();
    let role = Role::Seat(name.clone());
    let verb = field(fields, "do");
    if room.paused() && !matches!(verb, "type" | "message" | "request" | "default" | "pin") {
        return refused("the chair has paused the game; messages still go through");
    }
    let who = room.name_of(device);
    let wording = |room: &Room, what: &str| {
        marchland_report::wording::Wording::new(&room.table.course().source.scenario).decision(what)
    };
    Ok(match verb {
        "order" => {
            let order = field(fields, "order").to_owned();
            // One option of an action stands in a draft.
            let action = |name: &str| name.split(' ').next().unwrap_or_default().to_owned();
            let before = room.table.view(player).draft.into_iter().find(|name| action(name) == action(&order));
            room.table.order(player, &order)?;
            let what = wording(room, &order);
            room.kept.changed(&role, &who, format!("added: {what}"));
            match before {
                Some(old) => format!("Added to your draft: {what}, in place of: {}.", wording(room, &old)),
                None => format!("Added to your draft: {what}."),
            }
        }
        "drop" => {
            let order = field(fields, "order").to_owned();
            room.table.drop_order(player, &order)?;
            let what = wording(room, &order);
            room.kept.changed(&role, &who, format!("removed: {what}"));
            format!("Removed from your draft: {what}.")
        }
        "undo" => {
            let was = room.table.course().held(player).submitted;
            room.table.undo(player)?;
            let what = if was { "took the confirmation back" } else { "undid the last change" };
            room.kept.changed(&role, &who, what.into());
            if was { "You may change your draft again.".into() } else { "The last change is undone.".into() }
        }
        "vote" => {
            let vote = match field(fields, "vote") {
                "yes" => Vote::Yes,
                "no" => Vote::No,
                "abstain" => Vote::Abstain,
                other => return refused(format!("a vote is yes, no or abstain, not `{other}`")),
            };
            let motion = field(fields, "motion").to_owned();
            room.table.vote(player, &motion, vote)?;
            room.kept.changed(&role, &who, format!("voted {}", field(fields, "vote")));
            "Your vote stands in your draft.".into()
        }
        "submit" => {
            room.table.submit(player)?;
            room.kept.changed(&role, &who, "submitted".into());
            room.advance()?;
            "Submitted. You may take it back until the stage is resolved.".into()
        }
        "default" => {
            let stated = match field(fields, "default") {
                "entered" => StatedDefault::Entered,
                "nothing" => StatedDefault::Nothing,
                "last" => StatedDefault::Last,
                other => return refused(format!("a default is entered, nothing or last, not `{other}`")),
            };
            room.table.state_default(player, stated)?;
            "Kept.".into()
        }
        "message" => {
            let to = match field(fields, "to") {
                "chair" => Party::Chair,
                other => Party::Seat(other.to_owned()),
            };
            if to == Party::Chair && !room.table.course().opening.facilitator {
                return refused("this game has no chair");
            }
            room.table.message(Party::Seat(name), to, field(fields, "text"))?;
            "Sent.".into()
        }
        "request" => {
            room.table.request(player, field(fields, "text"))?;
            "Asked. The chair's answer will stand here.".into()
        }
        "propose" => {
            room.table.propose(player, field(fields, "text"))?;
            "Proposed. The chair grants or refuses it.".into()
        }
        "take" => {
            let (heir, _) = room.table.take_over(player)?;
            let title = room.table.course().source.scenario.catalogue.players[heir.index()].title.clone();
            let heir = room.table.course().name(heir).to_owned();
            // The person's devices move with the person; the old seat keeps its record.
            let heir = Role::Seat(heir);
            for one in room.kept.devices.iter_mut().filter(|one| one.role == role) {
                one.came_from = Some(std::mem::replace(&mut one.role, heir.clone()));
            }
            room.link(&heir).map_err(SessionError::Refused)?;
            room.advance()?;
            format!("You hold the seat of {title} now.")
        }
        "pin" => {
            let set = pin(room, Party::Seat(name), fields)?;
            room.kept.changed(&role, &who, if set { "set a PIN" } else { "took the PIN away" }.into());
            pin_told(set)
        }
        "type" => typed(room, device, fields)?,
        other => return refused(format!("a seat has no verb `{other}`; it has: {}", names(SEAT))),
    })
}

/// Sets a party's own PIN, or takes it away; whether it has one now.
fn pin(room: &mut Room, party: Party, fields: &Fields) -> Result<bool, SessionError> {
    let pin = Some(field(fields, "pin")).filter(|pin| !pin.is_empty());
    room.table.set_pin(party, pin)?;
    Ok(pin.is_some())
}

fn pin_told(set: bool) -> String {
    match set {
        true => "From now on a further device has to give this PIN; those that joined stay.".into(),
        false => "No PIN is asked for any more.".into(),
    }
}

fn names(verbs: &[Verb]) -> String {
    verbs.iter().map(|verb| verb.name).collect::<Vec<_>>().join(", ")
}

fn typed(room: &mut Room, device: u32, fields: &Fields) -> Result<String, SessionError> {
    let (name, text) = (field(fields, "field"), fields.get("text").map_or("", String::as_str));
    if name.is_empty() || name.len() > 60 || text.chars().count() > TYPED {
        return refused(format!("a text that is kept unsent has a field and at most {TYPED} characters"));
    }
    if !room.kept.draft(device, name, text) {
        return refused("this device keeps as much unsent text as it may: send some of it, or empty a field");
    }
    Ok("Kept.".into())
}

/// Does what the chair asks for.
///
/// # Errors
/// It is not possible; the text says why and what is.
pub fn chair(room: &mut Room, device: u32, fields: &Fields) -> Result<String, SessionError> {
    let verb = field(fields, "do");
    let adjudicates = [
        "decide",
        "expire",
        "accept",
        "override",
        "step",
        "inject",
        "grant",
        "take_back",
        "refuse",
        "answer",
        "odds",
        "edit",
        "end",
    ];
    if !room.table.course().opening.facilitator && adjudicates.contains(&verb) {
        return refused("this game has no chair who adjudicates: its stages resolve by themselves");
    }
    Ok(match verb {
        "decide" => {
            room.table.decide()?;
            "The decisions are taken; nothing has taken effect yet.".into()
        }
        "expire" => {
            room.table.time_out()?;
            "Missing seats took their stated default; nothing has taken effect yet.".into()
        }
        "accept" => accept(room, fields)?,
        "override" => amend(room, fields)?,
        "step" => {
            if room.paused() {
                return refused("the game is paused; let it go on first");
            }
            room.table.step()?;
            "The stage has ended.".into()
        }
        "inject" => {
            let (what, when) = (what(catalogue(room), fields)?, when(fields)?);
            let (at, _) = room.table.inject(what, when, field(fields, "reason"))?;
            injected(room, at)
        }
        "edit" => {
            let (what, when) = (what(catalogue(room), fields)?, when(fields)?);
            let at: u32 = number(fields, "number")?;
            let reason = field(fields, "reason").to_owned();
            room.table.revise_inject(Inject { inject: at, what, when, reason })?;
            injected(room, at)
        }
        "call_off" => {
            room.table.call_off(number(fields, "number")?)?;
            "Called off.".into()
        }
        "grant" => {
            let action = FreeAction {
                cost: pairs(field(fields, "cost"))?,
                chance: share(field(fields, "chance"))?,
                seen_by: match field(fields, "seen") {
                    "nobody" => Some(Vec::new()),
                    "everybody" | "" => None,
                    names => Some(names.split(',').map(|name| name.trim().to_owned()).collect()),
                },
                effects: shifts(catalogue(room), fields)?,
                reason: field(fields, "reason").to_owned(),
            };
            room.table.promise(number(fields, "number")?, action)?;
            match room.table.course().decided.is_empty() {
                true => "Granted: its dice fall with the rulings.".into(),
                false => "Granted: its dice are among the rulings.".into(),
            }
        }
        "take_back" => {
            room.table.take_back(number(fields, "number")?)?;
            "Taken back: the proposal is open again.".into()
        }
        "refuse" => {
            room.table.refuse(number(fields, "number")?, field(fields, "reason"))?;
            "Refused.".into()
        }
        "answer" => {
            room.table.answer(number(fields, "number")?, field(fields, "text"))?;
            "Answered, to that seat alone.".into()
        }
        "release" => {
            room.table.release(field(fields, "text"))?;
            "Released: everybody reads it now.".into()
        }
        "tell" => {
            let text = field(fields, "text").to_owned();
            let to = match field(fields, "to") {
                "all" => {
                    let course = room.table.course();
                    course.people().into_iter().map(|player| Party::Seat(course.name(player).to_owned())).collect()
                }
                one => vec![Party::Seat(one.to_owned())],
            };
            room.table.messages(&Party::Chair, to, &text)?;
            "Sent.".into()
        }
        "swap" => {
            let player = room.table.course().player(field(fields, "seat"))?;
            let holder = match field(fields, "holder") {
                "human" => Holder::Human,
                // Names of the scenario only: what a browser sends starts no program and reads no file.
                name if room.table.course().source.scenario.strategies.iter().any(|spec| spec.name == name) => {
                    Holder::Strategy(name.to_owned())
                }
                other => return refused(format!("the scenario has no strategy `{other}`")),
            };
            let person = holder.is_human();
            room.table.seat(player, holder)?;
            let role = Role::Seat(room.table.course().name(player).to_owned());
            if person {
                room.link(&role).map_err(SessionError::Refused)?;
            } else {
                // Whoever held it reads along no longer.
                room.vacate(&role);
            }
            room.advance()?;
            "The seat has changed hands.".into()
        }
        "close_seat" => {
            let role = opened(room, field(fields, "seat"))?;
            room.kept.closed.insert(role.name().to_owned());
            "Closed: no further device gets in.".into()
        }
        "new_link" => {
            let role = opened(room, field(fields, "seat"))?;
            room.unlink(&role);
            room.link(&role).map_err(SessionError::Refused)?;
            "The join sheet has the new link; the old ones let nobody in any more. Devices that joined stay.".into()
        }
        "move" => {
            let number: u32 = number(fields, "device")?;
            let role = opened(room, field(fields, "seat"))?;
            let held = room.kept.devices.iter().filter(|device| device.role == role).count();
            let Some(at) = room.kept.devices.iter().position(|one| one.number == number && one.role != Role::Chair)
            else {
                return refused("there is no such device of a seat or a projector");
            };
            if held >= crate::kept::DEVICES {
                return refused("that seat has as many devices as it may; revoke one first");
            }
            room.kept.drafts.remove(&number);
            room.kept.devices[at].role = role;
            "Moved. The device is told which page is its own when it reloads.".into()
        }
        "open_seat" => {
            room.kept.closed.remove(field(fields, "seat"));
            "Open: its links let devices in again.".into()
        }
        "revoke" => {
            if !room.revoke(number(fields, "device")?) {
                return refused("there is no such device");
            }
            "Revoked: that device is out.".into()
        }
        "odds" => {
            let allow = field(fields, "allow") == "yes";
            room.table.allow_odds(allow)?;
            if allow { "Seats may ask for their odds.".into() } else { "Seats may not ask for their odds.".into() }
        }
        "note" => {
            room.table.note(field(fields, "text"))?;
            "Noted.".into()
        }
        "clock" => {
            let minutes: f64 = number(fields, "minutes")?;
            if !(minutes > 0.0 && minutes <= 600.0) {
                return refused("the clock runs for more than 0 and at most 600 minutes");
            }
            room.start_clock((60.0 * minutes).ceil() as u32)?;
            "The clock runs.".into()
        }
        "extend" => {
            room.extend_clock(120)?;
            "Two minutes more.".into()
        }
        "stop" => {
            room.stop_clock()?;
            "The clock stands still.".into()
        }
        "pause" | "go" => {
            let paused = verb == "pause";
            room.table.pause(paused)?;
            room.hold(paused);
            if paused { "Paused.".into() } else { "The game goes on.".into() }
        }
        "end" => {
            room.table.end(field(fields, "reason"))?;
            "The game is over. Going back to a month begins a branch that goes on.".into()
        }
        "back" => {
            let turn = number(fields, "turn")?;
            room.table.back(turn)?;
            format!("Branch {} begins; the old future stays.", room.table.branch())
        }
        "branch" => {
            room.table.turn_to(number(fields, "number")?)?;
            format!("You play on in branch {}.", room.table.branch())
        }
        "pin" if !field(fields, "seat").is_empty() => {
            room.table.set_pin(Party::Seat(field(fields, "seat").to_owned()), None)?;
            "That seat asks for no PIN any more.".into()
        }
        "pin" => pin_told(pin(room, Party::Chair, fields)?),
        "type" => typed(room, device, fields)?,
        other => return refused(format!("the chair has no verb `{other}`; it has: {}", names(CHAIR))),
    })
}

fn injected(room: &Room, at: u32) -> String {
    match room.table.course().injects[at as usize - 1].state {
        InjectState::Happened(_) => format!("Inject {at} has taken effect."),
        _ => format!("Inject {at} is to come."),
    }
}

/// Does what an observer asks for.
///
/// # Errors
/// It is not possible; the text says why and what is.
pub fn observer(room: &mut Room, device: u32, fields: &Fields) -> Result<String, SessionError> {
    Ok(match field(fields, "do") {
        "note" => {
            let by = room.name_of(device);
            room.table.observe(&by, field(fields, "text"))?;
            "Noted, for the chair and the review.".into()
        }
        "type" => typed(room, device, fields)?,
        other => return refused(format!("an observer has no verb `{other}`; it has: {}", names(OBSERVER))),
    })
}

/// The role that a chair opens and closes by a name: a seat of people, the projector, or observers.
fn opened(room: &Room, name: &str) -> Result<Role, SessionError> {
    if let Some(role) = [Role::Screen, Role::Observer].into_iter().find(|role| role.name() == name) {
        return Ok(role);
    }
    let player = room.table.course().player(name)?;
    if !room.table.course().held(player).holder.is_human() {
        return refused(format!("a strategy holds the seat of {name}: give it to a person first"));
    }
    Ok(Role::Seat(name.to_owned()))
}

fn accept(room: &mut Room, fields: &Fields) -> Result<String, SessionError> {
    if field(fields, "number") == "all" {
        let proposed = room.table.course().proposed();
        room.table.accept((0..proposed.len()).collect())?;
        return Ok("All stand as they are, overrides among them.".into());
    }
    let at = number::<usize>(fields, "number")?.wrapping_sub(1);
    room.table.let_stand(at)?;
    Ok("It stands.".into())
}

fn amend(room: &mut Room, fields: &Fields) -> Result<String, SessionError> {
    let at = number::<usize>(fields, "number")?.wrapping_sub(1);
    let (success, leaked) = match field(fields, "verdict") {
        "success" | "carried" => (Some(true), None),
        "failure" | "not-carried" => (Some(false), None),
        "leak" => (None, Some(true)),
        "no-leak" => (None, Some(false)),
        other => {
            return refused(format!(
                "a verdict is success, failure, leak, no-leak, carried or not-carried, not `{other}`"
            ));
        }
    };
    room.table.amend(at, success, leaked, field(fields, "reason"))?;
    let course = room.table.course();
    let told = course.proposed().get(at).and_then(|one| marchland_report::table::rulings::told_otherwise(course, one));
    let told = told.map(|told| format!(" {told}")).unwrap_or_default();
    Ok(format!("Overridden; the machine's result is kept beside it.{told}"))
}

/// What an inject is, from its fields.
///
/// # Errors
/// They name nothing.
pub fn what(catalogue: &Catalogue, fields: &Fields) -> Result<What, SessionError> {
    let text = field(fields, "text");
    if !text.is_empty() {
        let names = field(fields, "seen").split(',').map(str::trim).filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(str::to_owned).collect();
        let seen_by = match field(fields, "seen") {
            "nobody" => Some(Vec::new()),
            _ => (!names.is_empty() && !names.iter().any(|name| name == "everybody")).then_some(names),
        };
        return Ok(What::Card(Card { text: text.to_owned(), seen_by, effects: shifts(catalogue, fields)? }));
    }
    let event = field(fields, "event");
    if !event.is_empty() {
        return Ok(What::Event(event.to_owned()));
    }
    let (path, by) = (field(fields, "path"), field(fields, "by"));
    if path.is_empty() {
        return refused("choose an event card, or name a stock and a change");
    }
    let sets = by.strip_prefix('=');
    match marchland_session::amount(sets.unwrap_or(by)) {
        Some(x) if sets.is_some() => Ok(What::Set(stock(catalogue, path)?, x)),
        Some(x) => Ok(What::Add(stock(catalogue, path)?, x)),
        None => refused(format!("`{by}` is not a change: write +0.05, +5%, -3 or =30%")),
    }
}

fn when(fields: &Fields) -> Result<When, SessionError> {
    if !field(fields, "condition").is_empty() {
        return Ok(When::Condition(field(fields, "condition").to_owned()));
    }
    match field(fields, "turn") {
        "" => Ok(When::Now),
        "in hand" => Ok(When::Held),
        _ => Ok(When::Turn(number(fields, "turn")?)),
    }
}

/// The effects of a grant, from its fields.
///
/// # Errors
/// One of them is no stock with a number.
pub fn shifts(catalogue: &Catalogue, fields: &Fields) -> Result<Vec<Shift>, SessionError> {
    let pairs = pairs(field(fields, "effects"))?;
    let shifts = pairs.into_iter().map(|(name, by)| Ok(Shift { indicator: stock(catalogue, &name)?, by }));
    shifts.collect()
}

/// The path of an indicator as somebody writes it: its path, or words that it alone has.
fn stock(catalogue: &Catalogue, name: &str) -> Result<String, SessionError> {
    match marchland_session::indicator_called(catalogue, name) {
        Ok(id) => Ok(catalogue.indicators[id.index()].path.clone()),
        Err(why) => refused(why),
    }
}

fn catalogue(room: &Room) -> &Catalogue {
    &room.table.course().source.scenario.catalogue
}

/// A chance as people write it: `60%`, `0.6`.
fn share(text: &str) -> Result<f64, SessionError> {
    match marchland_session::amount(text) {
        Some(share) => Ok(share),
        None => refused(format!("`{text}` is not a chance: write 60% or 0.6")),
    }
}

fn pairs(text: &str) -> Result<Vec<(String, f64)>, SessionError> {
    let mut list = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let number = part.rsplit_once([' ', '=']).and_then(|(name, x)| {
            let x = marchland_session::amount(x)?;
            Some((name.trim_end_matches([' ', '=', '+']).to_owned(), x))
        });
        match number {
            Some(pair) => list.push(pair),
            None => return refused(format!("`{part}` should be a name and a number")),
        }
    }
    Ok(list)
}
