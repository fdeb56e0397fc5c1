//! The protocol of outside programs, version 1.
//!
//! A program plays a seat by reading lines from its standard input and writing lines to its standard
//! output. Each line is one JSON object in UTF-8, ended by a line feed. The program answers every
//! `decide` with exactly one line and nothing else; what it writes to standard error is not read.
//!
//! It is started once per worker, without a shell: the command is split into words as a POSIX shell
//! would, quotes respected, and nothing is expanded. It **keeps nothing between decisions but what it
//! puts into `memory`**: games are interleaved, branched and restored from snapshots, and the same
//! `decide` must get the same answer. Draws should come from the `seed` of the `decide`.
//!
//! # Messages to the program
//!
//! | `type` | when | further keys |
//! |---|---|---|
//! | `hello` | first | `protocol` (1), `engine`, `version` |
//! | `game` | before the first `decide` of a game, and again on returning to it | `game` (text), `scenario`, `start` ("2010-04" or null), `horizon` (turns), `seat` (player id), `briefing`, `players` [{`id`, `title`, `kind`, `briefing`}], `orders_per_turn`, `indicators` [{`path`, `unit`, `low`, `high`, `meaning`, `labels`}], `actions` (the seat's own) [{`id`, `title`, `meaning`, `options` \[id\], `public_position`}], `payoff` {`worst`, `best`, `terms` [{`id`, `indicator`, `weight`, `zero`, `one`, `at_end`}]} |
//! | `decide` | at each decision | `id`, `turn`, `round`, `stage` (`orders` or `ballots`), `observation` {path: {`value`, `sd`, `age`}}, `legal` [{`action`, `option`, `cost` {budget: number}}], `illegal` [{`action`, `option`, `because`}], `budget` {budget: number}, `tabled` [{`motion`, `by`, `stake`}], `memory`, `seed`, `deadline_seconds` |
//! | `end` | when the program leaves a game, for now or for good | `game` |
//! | `bye` | last; standard input then closes | |
//!
//! `age` is in months, and null where the value was never seen and is belief; `zero` and `one` are
//! null where a term counts by its indicator's own unit; `round` counts from 0; `seed` is an integer
//! below 2⁵³; `memory` is null at first.
//!
//! # The answer
//!
//! ```json
//! {"id": 3, "orders": [{"action": "security_aid", "option": "high"}], "ballots": [], "memory": {"n": 3}, "note": "why"}
//! ```
//!
//! `id` repeats the `decide`'s. In the stage `orders` list orders, in the stage `ballots` list
//! `{"motion": …, "vote": "yes" | "no" | "abstain"}`; motions left out are voted by stake. `option` may
//! be left out where an action has one only. `orders`, `ballots`, `memory` and `note` may be left out;
//! without `memory` the old one stays. Other keys are an error.
//!
//! # Forfeits
//!
//! A decision is lost, and the fallback strategy takes it, when
//!
//! | forfeit | cause | after it |
//! |---|---|---|
//! | `timeout` | no answer by the deadline | the program is stopped; the fallback plays the rest of the game |
//! | `crash` | the program ended, or could not be started again | the fallback plays the rest of the game |
//! | `malformed` | no JSON object of this shape, or another `id` | the program is started anew for the next decision |
//! | `oversized` | a line above 1 MiB, or `memory` above 64 KiB | the program is started anew for the next decision |
//! | `illegal` | an order or ballot that the seat may not give, alone or beside the others | the next decision is asked as ever |
//!
//! `examples/bot.py` and `examples/bot.rs` of this crate are complete programs.

/// The version of the protocol.
pub const VERSION: u32 = 1;
/// The longest line that is read from a program, in bytes.
pub const LINE_BYTES: usize = 1 << 20;
/// The longest memory that is kept for a program, in bytes of JSON.
pub const MEMORY_BYTES: usize = 64 << 10;
