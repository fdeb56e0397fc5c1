//! The program under attack: called within bounds of time and memory, killed, and spoken to by JSON Lines.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use marchland_game::stream::{mix, mix2};
use serde_json::{Value as Json, json};

/// The longest that a call may take.
pub const LONGEST: Duration = Duration::from_secs(10);
/// The most memory that a call may have, in KiB: data, heap and stacks.
const MEMORY_KIB: u32 = 1 << 20;

/// Numbers that follow from a seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64, kind: u64) -> Self {
        Self(mix2(seed, kind))
    }

    pub fn word(&mut self) -> u64 {
        self.0 = mix(self.0.wrapping_add(0x9e37_79b9_7f4a_7c15));
        self.0
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.word() % bound.max(1)
    }

    /// A place in a list of so many.
    pub fn at(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.at(list.len())]
    }
}

/// The program's file.
pub fn path() -> PathBuf {
    std::env::var_os("MARCHLAND_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_marchland").into(), PathBuf::from)
}

/// A scenario of the repository.
pub fn scenario(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios")).join(name)
}

/// A folder that is taken away again.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for what is attacked")
}

/// The program under a limit of memory, and of `blocks` of 512 bytes a file where there is one.
pub fn limited(blocks: Option<u64>) -> Command {
    let mut command = Command::new("sh");
    let disk = blocks.map_or_else(String::new, |blocks| format!("trap '' XFSZ; ulimit -f {blocks}; "));
    command.arg("-c").arg(format!("{disk}ulimit -d {MEMORY_KIB}; exec \"$0\" \"$@\"")).arg(path());
    command
}

/// How a call ended.
pub struct CallResult {
    /// The exit code; none where a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
    /// Whether it had to be killed.
    pub hung: bool,
}

impl CallResult {
    /// Whether it ended as a program should: in time, with a code of its own, without a panic; and where it was refused,
    /// with words.
    pub fn sound(&self) -> Result<(), String> {
        let told = || self.err.chars().take(400).collect::<String>();
        if self.hung {
            return Err(format!("it hung: {}", told()));
        }
        match self.code {
            None => Err(format!("a signal ended it: {}", told())),
            Some(0..=3) if self.err.contains("panicked") => Err(format!("it panicked: {}", told())),
            Some(0) => Ok(()),
            Some(1..=3) if self.err.trim().is_empty() && self.out.trim().is_empty() => {
                Err("refused without a word".into())
            }
            Some(1..=3) => Ok(()),
            Some(code) => Err(format!("it ended with {code}: {}", told())),
        }
    }

    /// The same, and with this code.
    pub fn with(&self, code: i32) -> Result<(), String> {
        self.sound()?;
        match self.code == Some(code) {
            true => Ok(()),
            false => Err(format!("it ended with {:?}, not {code}: {}", self.code, self.err)),
        }
    }
}

/// Whether a call that takes longer than it may by the clock computes, and has had less of a processor than that: others
/// use the machine too. One that waits for something is not held up.
fn held_up(child: &Child, begun: Instant, longest: Duration, seen: &mut (Instant, Duration)) -> bool {
    let computed = computed(child.id()).unwrap_or(longest);
    if seen.0.elapsed() > STANDSTILL {
        if computed <= seen.1 {
            return false;
        }
        *seen = (Instant::now(), computed);
    }
    computed < longest && begun.elapsed() < 6 * longest
}

/// A program that computes gets some of a processor in this time, however busy the machine.
const STANDSTILL: Duration = Duration::from_secs(3);

/// The processor time of a program, where the system tells it.
fn computed(id: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // After the name in parentheses: the state, and eleventh and twelfth from there, hundredths of seconds.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (next()? + next()?)))
}

/// Calls the program.
pub fn call<S: AsRef<OsStr>>(arguments: &[S]) -> CallResult {
    finish(limited(None).args(arguments), b"")
}

/// Runs a command to its end, or kills it.
pub fn finish(command: &mut Command, input: &[u8]) -> CallResult {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell starts the program");
    let mut to = child.stdin.take().expect("its input");
    let input = input.to_vec();
    // Thousands of lines take longer than one call.
    let lines = input.iter().filter(|byte| **byte == b'\n').count() as u64;
    let writer = std::thread::spawn(move || {
        // A program that ends before it has read everything is no failure of the writer's.
        let _ = to.write_all(&input);
    });
    let reader = |mut from: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = from.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let out = reader(Box::new(child.stdout.take().expect("its output")));
    let err = reader(Box::new(child.stderr.take().expect("its errors")));
    let begun = Instant::now();
    let longest = LONGEST + Duration::from_millis(50 * lines);
    let mut hung = false;
    let mut seen = (begun, Duration::ZERO);
    while child.try_wait().expect("a child").is_none() {
        if begun.elapsed() > longest && !held_up(&child, begun, longest, &mut seen) {
            hung = true;
            child.kill().expect("it is ours");
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let status = child.wait().expect("a child");
    let _ = writer.join();
    let text = |thread: std::thread::JoinHandle<String>| thread.join().unwrap_or_default();
    CallResult { code: status.code(), out: text(out), err: text(err), hung }
}

/// A program that speaks JSON Lines.
pub struct Room {
    pub child: Child,
    pub to: Option<ChildStdin>,
    pub lines: Receiver<Json>,
    pub errors: Option<std::thread::JoinHandle<String>>,
}

impl Room {
    pub fn start<S: AsRef<OsStr>>(arguments: &[S], blocks: Option<u64>) -> Self {
        let mut child = limited(blocks)
            .args(arguments)
            .arg("--json")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell starts the program");
        let to = child.stdin.take();
        let from = child.stdout.take().expect("its output");
        let mut err = child.stderr.take().expect("its errors");
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
        let errors = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = err.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Self { child, to, lines, errors: Some(errors) }
    }

    /// Says something. A program that has been killed hears nothing more.
    pub fn say(&mut self, seat: &str, command: &str) {
        self.raw(json!({"seat": seat, "command": command}).to_string().as_bytes());
    }

    pub fn raw(&mut self, line: &[u8]) {
        if let Some(to) = &mut self.to {
            let _ = to.write_all(line).and_then(|()| to.write_all(b"\n"));
        }
    }

    /// The next line; none where the program said nothing more for as long as a call may take.
    pub fn next(&self) -> Option<Json> {
        self.lines.recv_timeout(LONGEST).ok()
    }

    /// The next line of a type.
    pub fn of(&self, kind: &str) -> Option<Json> {
        for _ in 0..10_000 {
            let line = self.next()?;
            if line["type"] == kind {
                return Some(line);
            }
        }
        None
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ends its input and waits.
    pub fn end(mut self) -> CallResult {
        drop(self.to.take());
        let begun = Instant::now();
        let (mut status, mut hung) = (None, false);
        while status.is_none() {
            status = self.child.try_wait().expect("a child");
            if status.is_none() && begun.elapsed() > LONGEST {
                hung = true;
                self.kill();
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let err = self.errors.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        // A program that talks is not without words.
        CallResult { code: status.and_then(|status| status.code()), out: "lines".into(), err, hung }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.kill();
    }
}
