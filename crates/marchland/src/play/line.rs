//! The line front: one terminal, passed from hand to hand.

use std::io::IsTerminal;
use std::time::Duration;

use marchland_game::PlayerId;
use marchland_report::screen::fitted;
use marchland_report::table::show;
use marchland_session::{Party, quoted};

use super::input::{Addressee, EchoGuard, Input, InputEvent};
use super::reply::{Continuation, Reply};
use super::room::{Room, Tick, spoken};
use super::{chair, questions, seat, seating};
use crate::failure::{self, Failure};
use crate::open::NOTICE;

/// How a seat's turn at the keyboard ended.
enum TurnEnding {
    /// The seat is done, or handed on.
    Done,
    /// The game stands elsewhere now.
    Moved,
    /// The keyboard goes to this seat.
    Hand(PlayerId),
    /// Everybody stops.
    Quit,
}

/// Plays at a terminal until somebody quits, the input ends, or the game is over.
///
/// # Errors
/// The log or the output cannot be written.
pub fn play(room: &mut Room) -> Result<(), Failure> {
    let mut input = Input::standard();
    say(&format!("{NOTICE}\n"))?;
    let course = room.table.course();
    say(&format!(
        "{}\nKept in {} after every input; `quit` stops, `marchland resume {}` goes on.\n",
        marchland_report::visible::line(&course.source.scenario.title),
        room.table.path().display(),
        quoted(room.table.path())
    ))?;
    if course.opening.minutes > 0 {
        say(&format!(
            "This preset allows {} minutes a turn: `clock {}m` starts the clock.\n",
            course.opening.minutes, course.opening.minutes
        ))?;
    }
    if let Some(difference) = room.table.difference() {
        say(&format!("This game can be looked at and not played on: its replay differs {difference}\n"))?;
    }
    if room.paused() {
        say("The game is paused since an earlier sitting; the facilitator's `go` goes on.\n")?;
    }
    if let Some((left, _)) = room.left() {
        say(&format!("The clock stands at {}; it goes on when a seat takes the keyboard.\n", spoken(left)))?;
    }
    let quit = if room.chaired() { chaired(room, &mut input)? } else { alone(room, &mut input)? };
    // The disk's refusal was told with what it refused; what is left on a clock is no reason to fail now.
    let _ = room.keep_clock();
    let over = room.table.course().game.is_over();
    if over {
        say(&show::outcome(room.table.course()))?;
    }
    let path = quoted(room.table.path());
    if over && !quit {
        say(&format!("The game is over. `marchland review {path}` tells what mattered.\n"))?;
    } else {
        say(&format!("Everything entered is kept in {path}; `marchland resume {path}` goes on.\n"))?;
    }
    let head = seating::short(&room.table.log().head());
    say(&format!(
        "Its head is {head}. Write that down: `marchland verify {path} --head '{head}'` proves later that nothing up to here was changed or taken away.\n"
    ))
}

/// Without a facilitator: seats in turn, until the game is over. Whether somebody quit.
fn alone(room: &mut Room, input: &mut Input) -> Result<bool, Failure> {
    let mut next: Option<PlayerId> = None;
    let mut moved = false;
    loop {
        let ended = room.advance(true).map_err(seating::failed)?;
        if ended > 0 {
            say(&stood(room))?;
        }
        if room.table.course().game.is_over() || room.table.difference().is_some() {
            return Ok(false);
        }
        // A seat whose office fell is asked where it would go before others are.
        let fallen = room.fallen().first().copied();
        let waiting = room.table.course().waiting();
        let Some(player) = next.take().or(fallen).or(waiting.first().copied()) else { return Ok(false) };
        match seat_turn(room, input, player, std::mem::take(&mut moved))? {
            TurnEnding::Quit => return Ok(true),
            TurnEnding::Hand(player) => {
                next = Some(player);
                moved = true;
            }
            TurnEnding::Done if waiting.len() > 1 => {
                // `leave` hands on to the one after it.
                let after = waiting.iter().position(|other| *other == player).map_or(0, |at| (at + 1) % waiting.len());
                let still = room.table.course().waiting();
                next = still.contains(&waiting[after]).then(|| waiting[after]);
            }
            TurnEnding::Done | TurnEnding::Moved => {}
        }
    }
}

/// With a facilitator: the keyboard comes back to the chair.
fn chaired(room: &mut Room, input: &mut Input) -> Result<bool, Failure> {
    clear(room)?;
    if !chair_returns(room, input)? {
        return Ok(true);
    }
    loop {
        let Some(line) = read(room, input, Addressee::Party("chair"), "chair> ")? else { return Ok(true) };
        let reply = match line {
            Line::Typed(line) => match room.questions.take() {
                Some(questions) => questions::answer(room, questions, &line),
                None => questions::begin(room, &line).unwrap_or_else(|| chair::command(room, &line)),
            },
            Line::Expired => chair::command(room, "look"),
        };
        answered(room, &reply)?;
        let mut then = reply.then;
        if then == Continuation::Quit {
            return Ok(true);
        }
        if then == Continuation::Moved {
            say(&stood(room))?;
            if room.table.course().game.is_over() {
                say("The game is over. `back TURN` goes back, `quit` ends here.\n")?;
            }
        }
        // A seat may hand on to another, at most once for each.
        let mut moved = false;
        for _ in 0..=room.table.course().seats.len() {
            let Continuation::Hand(player) = then else { break };
            match seat_turn(room, input, player, moved)? {
                TurnEnding::Quit => return Ok(true),
                TurnEnding::Hand(other) => {
                    then = Continuation::Hand(other);
                    moved = true;
                }
                TurnEnding::Done | TurnEnding::Moved => {
                    then = Continuation::Stay;
                    clear(room)?;
                    // What the chair sees is no seat's to see.
                    input.drain();
                    if room.clears && std::io::stdin().is_terminal() {
                        say("The keyboard goes back to the facilitator.\n")?;
                        if read(room, input, Addressee::Anybody, "Press Enter when only you can see the screen. ")?
                            .is_none()
                        {
                            return Ok(true);
                        }
                    }
                    if !chair_returns(room, input)? {
                        return Ok(true);
                    }
                }
            }
        }
    }
}

/// The facilitator sits down, by PIN where there is one, and looks; whether they do.
fn chair_returns(room: &mut Room, input: &mut Input) -> Result<bool, Failure> {
    loop {
        match admitted(room, input, &Party::Chair, "the facilitator")? {
            PinOutcome::Yes => break,
            // Nobody else may go on here.
            PinOutcome::No => {}
            PinOutcome::Ended => return Ok(false),
        }
    }
    let look = chair::command(room, "look");
    answered(room, &look)?;
    Ok(true)
}

/// Whether somebody got in.
enum PinOutcome {
    Yes,
    No,
    /// The input ended, or `quit` was typed.
    Ended,
}

/// Asks for a party's PIN, where it has one, three times at most.
fn admitted(room: &mut Room, input: &mut Input, party: &Party, title: &str) -> Result<PinOutcome, Failure> {
    const TRIES: usize = 3;
    /// What a wrong PIN costs, so that trying all of them takes longer than an evening.
    const WAIT: Duration = Duration::from_secs(1);
    if !room.table.sitting().has_pin(party) {
        return Ok(PinOutcome::Yes);
    }
    for _ in 0..TRIES {
        let hidden = EchoGuard::now();
        let line = read(room, input, Addressee::Anybody, &format!("PIN of {title} (`quit` stops): "))?;
        drop(hidden);
        say("\n")?;
        match line {
            None => return Ok(PinOutcome::Ended),
            Some(Line::Typed(line)) if line.trim() == "quit" => return Ok(PinOutcome::Ended),
            Some(Line::Typed(line)) if room.table.sitting().admits(party, &line) => return Ok(PinOutcome::Yes),
            Some(Line::Typed(_)) => {
                std::thread::sleep(WAIT);
                say("That is not the PIN.\n")?;
                input.drain();
            }
            Some(Line::Expired) => return Ok(PinOutcome::No),
        }
    }
    Ok(PinOutcome::No)
}

/// One seat at the keyboard, until it confirms or leaves; `moved` where its person has just moved there.
fn seat_turn(room: &mut Room, input: &mut Input, player: PlayerId, moved: bool) -> Result<TurnEnding, Failure> {
    if !moved && (room.table.course().people().len() > 1 || room.chaired()) {
        clear(room)?;
        say(&format!("The keyboard goes to {}.\n", room.title(player)))?;
        input.drain();
        match read(room, input, Addressee::Anybody, "Press Enter when only you can see the screen. ")? {
            None => return Ok(TurnEnding::Quit),
            Some(Line::Expired) => return Ok(TurnEnding::Moved),
            Some(Line::Typed(_)) => {}
        }
        let party = Party::Seat(room.table.course().name(player).to_owned());
        let title = room.title(player).into_owned();
        match admitted(room, input, &party, &title)? {
            PinOutcome::Yes => room.open_stage(),
            PinOutcome::No => return Ok(TurnEnding::Done),
            PinOutcome::Ended => return Ok(TurnEnding::Quit),
        }
    }
    let first = room.table.course().records.is_empty() && room.table.course().held(player).before().is_none();
    if first || moved {
        let briefing = seat::command(room, player, "briefing");
        answered(room, &briefing)?;
    }
    let look = seat::command(room, player, "look");
    answered(room, &look)?;
    say(match room.table.course().moment_of(player).0.stage {
        _ if !room.table.course().game.in_office(player) => "`take`, `leave`, `help`.\n",
        marchland_game::Stage::Orders => "`order N OPTION`, `submit`, `help`.\n",
        marchland_game::Stage::Ballots => "`vote MOTION yes|no|abstain`, `submit`, `help`.\n",
    })?;
    let name = room.table.course().name(player).to_owned();
    let prompt = format!("{name}> ");
    loop {
        let Some(line) = read(room, input, Addressee::Party(&name), &prompt)? else { return Ok(TurnEnding::Quit) };
        let Line::Typed(line) = line else { return Ok(TurnEnding::Moved) };
        room.open_stage();
        let reply = seat::command(room, player, &line);
        answered(room, &reply)?;
        match reply.then {
            Continuation::Stay => {}
            Continuation::Done => {
                if room.table.course().people().len() > 1 {
                    clear(room)?;
                }
                return Ok(TurnEnding::Done);
            }
            Continuation::Hand(other) => return Ok(TurnEnding::Hand(other)),
            Continuation::Moved => return Ok(TurnEnding::Moved),
            Continuation::Quit => return Ok(TurnEnding::Quit),
        }
    }
}

/// A line, or what the clock brought instead.
enum Line {
    Typed(String),
    /// Time is up for this stage.
    Expired,
}

/// Reads a line of whoever is asked, with the clock beside it; none where the input has ended.
fn read(room: &mut Room, input: &mut Input, asked: Addressee<'_>, prompt: &str) -> Result<Option<Line>, Failure> {
    if input.ask(asked, prompt) {
        say(prompt)?;
    }
    loop {
        match input.next(room.attention()) {
            InputEvent::End => {
                say("\n")?;
                return Ok(None);
            }
            InputEvent::Line(line) if line.trim() == "more" && !room.rest.is_empty() => {
                let rest = std::mem::take(&mut room.rest);
                paged(room, &rest)?;
                if input.ask(asked, prompt) {
                    say(prompt)?;
                }
            }
            InputEvent::Line(line) => return Ok(Some(Line::Typed(line))),
            InputEvent::Moment => match room.tick().map_err(seating::failed)? {
                Tick::Nothing => {}
                Tick::Failed(why) => beside(input, &format!("Time is up, and the clock stands: {why}."), prompt)?,
                Tick::Warned(left) => beside(input, &format!("{} left.", spoken(left)), prompt)?,
                Tick::Expired(late) => {
                    // What was being typed is nobody's draft any more.
                    input.drain();
                    let names: Vec<_> = late.iter().map(|player| room.title(*player)).collect();
                    let text = format!("\nTime is up. By their stated default: {}.\n", names.join(", "));
                    say(&text)?;
                    say(&stood(room))?;
                    return Ok(Some(Line::Expired));
                }
            },
        }
    }
}

/// Says something while a line is being typed.
fn beside(input: &mut Input, text: &str, prompt: &str) -> Result<(), Failure> {
    if input.say_above(&format!("{text}\n")) {
        say(&format!("\n{text}\n{prompt}"))?;
    }
    Ok(())
}

/// Where the game stands, for everybody to read.
fn stood(room: &Room) -> String {
    let stands = room.stands();
    let course = room.table.course();
    if stands.over {
        return format!("Turn {} has ended: the last.\n", course.records.len());
    }
    let week = if stands.round > 0 { format!(", week {}", stands.round + 1) } else { String::new() };
    let stage = if stands.stage == marchland_game::Stage::Orders { "orders" } else { "votes" };
    let date = show::month(&stands.date);
    format!("\nTurn {} of {}, {date}{week}: {stage}.\n", stands.turn, course.opening.turns)
}

/// Shows an answer, at a terminal no more of it than fits the screen.
fn answered(room: &mut Room, reply: &Reply) -> Result<(), Failure> {
    if reply.closed {
        return Err(Failure::Output(std::io::Error::other(reply.text.clone())));
    }
    let mut text = reply.text.clone();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    paged(room, &text)
}

/// Shows as much of a text as fits the terminal, and keeps the rest for `more`; all of it where there is no terminal.
fn paged(room: &mut Room, text: &str) -> Result<(), Failure> {
    /// Lines that the hint and the prompt take.
    const KEPT: usize = 2;
    room.rest.clear();
    let both = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    let Some((columns, rows)) = terminal_size::terminal_size().filter(|_| both) else { return say(text) };
    let text = fitted(text, usize::from(columns.0));
    let room_for = usize::from(rows.0).saturating_sub(KEPT).max(1);
    let cut = text.match_indices('\n').nth(room_for - 1).map_or(text.len(), |(at, _)| at + 1);
    room.rest = text[cut..].to_owned();
    say(&text[..cut])?;
    match room.rest.lines().count() {
        0 => Ok(()),
        1 => say("\u{2026} one line more: `more` shows it\n"),
        left => say(&format!("\u{2026} {left} lines more: `more` shows them\n")),
    }
}

/// Hides what was on the screen before.
fn clear(room: &mut Room) -> Result<(), Failure> {
    // What waited for `more` was the last reader's.
    room.rest.clear();
    if room.clears && std::io::stdout().is_terminal() {
        // The screen, what was scrolled off it, and home.
        failure::clear()
    } else {
        say("\n----\n")
    }
}

fn say(text: &str) -> Result<(), Failure> {
    failure::print(text)
}
