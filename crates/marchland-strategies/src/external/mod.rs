//! `External`: any program, over JSON Lines. The protocol is described in [`crate::protocol`].

mod message;
mod process;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use marchland_game::{ArgumentKind, ArgumentSchema, Choice, Decision, FamilySchema, Forfeit, Memory, Note, Strategy};

use crate::arguments::Arguments;
use crate::protocol::VERSION;
use crate::registry::{Build, BuildResult, Family};
use process::Process;

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "External",
        meaning: "Asks a program of one's own over JSON Lines, and plays a fallback where it fails to answer. Only where \
                  the caller permits it: a scenario never names a program.",
        source: "our choice: after chess engines' text protocols",
        arguments: &[
            ArgumentSchema {
                name: "command",
                kind: ArgumentKind::Text { default: None },
                meaning: "the program and its arguments, split into words without a shell",
            },
            ArgumentSchema {
                name: "fallback",
                kind: ArgumentKind::Strategy,
                meaning: "what plays where the program forfeits",
            },
            ArgumentSchema {
                name: "protocol",
                kind: ArgumentKind::Integer { low: 1, high: VERSION as u64, default: Some(VERSION as u64) },
                meaning: "the version that the program speaks: 2 tells of deals, 1 does not",
            },
        ],
        cohorts: false,
    },
    build: Build::Player(build),
};

fn build(from: &Arguments<'_>) -> BuildResult<dyn Strategy> {
    let Some(permission) = from.registry.external() else {
        let message = "programs are not started unless the caller permits it";
        return Err(vec![
            from.error("external-not-allowed", message)
                .hint("pass --allow-external, and never to a scenario you do not trust"),
        ]);
    };
    let command = from.text("command");
    let words = shlex::split(command).unwrap_or_default();
    if words.is_empty() {
        let message = format!("`{command}` is no command: it is empty, or a quote is left open");
        return Err(vec![from.error("external-command", message)]);
    }
    let fallback = from.strategy("fallback")?;
    let version = from.integer("protocol") as u32;
    match Process::start(&words, version) {
        Ok(process) => {
            let idle = Mutex::new(vec![process]);
            Ok(Box::new(External { words, version, timeout: permission.timeout, fallback, idle }))
        }
        Err(error) => {
            Err(vec![from.error("external-command", format!("`{}` could not be started: {error}", words[0]))])
        }
    }
}

/// Memory: words[0] is the game, 0 before its first decision; words[1] counts decisions; words[2] is
/// 0, or why the fallback plays the rest. The text is the program's own memory; within, the
/// fallback's.
struct External {
    words: Vec<String>,
    /// The protocol's version.
    version: u32,
    timeout: Duration,
    fallback: Box<dyn Strategy>,
    /// Programs that nobody is waiting for: as many as workers ever asked at once.
    idle: Mutex<Vec<Process>>,
}

const GAME: usize = 0;
const COUNT: usize = 1;
const LOST: usize = 2;
const LOST_TO_TIMEOUT: u64 = 1;
const LOST_TO_CRASH: u64 = 2;

impl Strategy for External {
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        if memory.words[GAME] == 0 {
            // Odd, so that it is never 0. Games of one seed may share it: their `game` is the same.
            memory.words[GAME] = at.stream.word() | 1;
        }
        memory.words[COUNT] += 1;
        let lost = match memory.words[LOST] {
            LOST_TO_TIMEOUT => Err(Forfeit::Timeout),
            LOST_TO_CRASH => Err(Forfeit::Crash),
            _ => self.ask(at, memory),
        };
        lost.unwrap_or_else(|forfeit| {
            match forfeit {
                Forfeit::Timeout => memory.words[LOST] = LOST_TO_TIMEOUT,
                Forfeit::Crash => memory.words[LOST] = LOST_TO_CRASH,
                Forfeit::Malformed | Forfeit::Oversized | Forfeit::Illegal => {}
            }
            Choice { forfeit: Some(forfeit), ..self.fallback.decide(at, &mut memory.inner[0]) }
        })
    }

    fn memory(&self) -> Memory {
        Memory { words: vec![0; 3], inner: vec![self.fallback.memory()], ..Memory::default() }
    }

    fn looks_ahead(&self) -> bool {
        self.fallback.looks_ahead()
    }
}

impl External {
    fn ask(&self, at: &Decision<'_>, memory: &mut Memory) -> Result<Choice, Forfeit> {
        let game = memory.words[GAME];
        let mut process = self.take(game).ok_or(Forfeit::Crash)?;
        if process.game != Some(game) {
            if let Some(last) = process.game.replace(game) {
                process.tell(message::end(last));
            }
            process.tell(message::game(game, at, self.version));
        }
        let decide = message::decide(memory.words[COUNT], at, &memory.text, self.timeout, self.version);
        // A program that failed is dropped here, and with that stopped: its next line could be late.
        let line = process.ask(decide, self.timeout)?;
        let answer = message::read(&line, memory.words[COUNT])?;
        let text = answer.memory_text()?;
        let choice = message::choice(&answer, at);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(process);
        let mut choice = choice?;
        if let Some(text) = text {
            memory.text = text;
        }
        if at.tracing && !answer.note.is_empty() {
            choice.notes.push(Note { on: self.words[0].clone(), acted: true, why: answer.note });
        }
        Ok(choice)
    }

    /// A program that waits: the one that is in this game, else the last to come back, else a new one.
    fn take(&self, game: u64) -> Option<Process> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = idle.iter().position(|process| process.game == Some(game)) {
            return Some(idle.swap_remove(at));
        }
        let waiting = idle.pop();
        drop(idle);
        waiting.or_else(|| Process::start(&self.words, self.version).ok())
    }
}
