//! A game played by JSON Lines: the program as a tool's other end.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::program::marchland;

/// A program that speaks JSON Lines.
pub struct Room {
    pub child: Child,
    pub to: ChildStdin,
    pub lines: Receiver<Json>,
}

impl Room {
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = marchland()
            .args(arguments)
            .arg("--json")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let to = child.stdin.take().expect("its input");
        let from = child.stdout.take().expect("its output");
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines() {
                // A line that a kill cut in two acknowledges nothing.
                let Some(value) = line.ok().and_then(|line| serde_json::from_str(&line).ok()) else { break };
                if send.send(value).is_err() {
                    break;
                }
            }
        });
        Self { child, to, lines }
    }

    pub fn say(&mut self, seat: &str, command: &str) {
        let line = json!({"seat": seat, "command": command});
        // A program that has been killed hears nothing more.
        let _ = writeln!(self.to, "{line}");
    }

    pub fn next(&self) -> Json {
        self.lines.recv_timeout(Duration::from_secs(60)).expect("an answer")
    }

    /// The next line of a type.
    pub fn of(&self, kind: &str) -> Json {
        for _ in 0..1000 {
            let line = self.next();
            if line["type"] == kind {
                return line;
            }
        }
        panic!("no line of type {kind}");
    }

    /// Says something and waits for its answer.
    pub fn ask(&mut self, seat: &str, command: &str) -> Json {
        self.say(seat, command);
        self.of("reply")
    }

    #[track_caller]
    pub fn ok(&mut self, seat: &str, command: &str) -> Json {
        let reply = self.ask(seat, command);
        assert_eq!(reply["ok"], true, "{command}: {reply}");
        reply
    }

    pub fn end(mut self) {
        drop(self.to);
        let status = self.child.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "the end of input is no failure");
    }
}

/// A plain generator: what a test picks at random needs no more.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}
