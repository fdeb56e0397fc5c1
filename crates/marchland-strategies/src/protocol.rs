//! The protocol of outside programs, version 2.
//!
//! A program plays a seat by reading lines from its standard input and writing lines to its standard
//! output. Each line is one JSON object in UTF-8, ended by a line feed. The program answers every
//! `decide` with exactly one line and nothing else; what it writes to standard error is
//! passed on to the user, control characters made visible, and means nothing.
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
//! | `hello` | first | `protocol` (2), `engine`, `version` |
//! | `game` | before the first `decide` of a game, and again on returning to it | `game` (text), `scenario`, `start` ("2010-04" or null), `horizon` (turns), `seat` (player id), `briefing`, `players` [{`id`, `title`, `kind`, `briefing`}], `orders_per_turn`, `indicators` [{`path`, `unit`, `low`, `high`, `meaning`, `labels`}], `actions` (the seat's own) [{`id`, `title`, `meaning`, `options` \[id\], `public_position`}], `payoff` {`worst`, `best`, `terms` [{`id`, `indicator`, `weight`, `zero`, `one`, `at_end`}]}, `deals` (those the seat may know of) [{`id`, `title`, `meaning`, `parties` \[player, player\], `terms` [{`id`, `title`, `unit`, `options` [{`id`, `value`}]}], `offers` [{`option`, `terms` \[number\], `link`}], `deadline`, `stands`, `offer`, `accept`, `reject`, `break` (the actions)}] |
//! | `decide` | at each decision | `id`, `turn`, `round`, `stage` (`orders` or `ballots`), `observation` {path: {`value`, `sd`, `age`}}, `legal` [{`action`, `option`, `cost` {budget: number}}], `illegal` [{`action`, `option`, `because`}], `budget` {budget: number}, `tabled` [{`motion`, `by`, `stake`}], `deals` [{`id`, `status` (`open`, `offered`, `waiting` or `in_force`), `by`, `table` \[number\], `agreed` \[number\], `until`, `worth`, `outside`, `broken` \[number, number\]}], `memory`, `seed`, `deadline_seconds` |
//! | `end` | when the program leaves a game, for now or for good | `game` |
//! | `bye` | last; standard input then closes | |
//!
//! `age` is in months, and null where the value was never seen and is belief; `zero` and `one` are
//! null where a term counts by its indicator's own unit; `round` counts from 0; `seed` is an integer
//! below 2⁵³; `memory` is null at first.
//!
//! A deal is bargained over by orders: `{"action": "offer_lease", "option": "rent_10"}`, `accept_lease`,
//! `reject_lease`, `break_lease`, beside the seat's `orders_per_turn`. `by` is who made the last offer, `table` and
//! `agreed` list values in the order of the deal's terms and are null where nothing is offered or agreed, `until`
//! is the last turn of an agreement; `worth` is what the terms on the table, or agreed, are worth to the seat and
//! `outside` what it has without any, in its payoff's unit; both are null where the seat is no party.
//!
//! # Version 1
//!
//! A program of version 1 is asked with `External("…", protocol: 1)`. It is told what version 1 told: `hello` says
//! 1, and nobody speaks of `deals`; their actions and indicators are listed as any others.
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
pub const VERSION: u32 = 2;
/// The longest line that is read from a program, in bytes.
pub const LINE_BYTES: usize = 1 << 20;
/// The longest memory that is kept for a program, in bytes of JSON.
pub const MEMORY_BYTES: usize = 64 << 10;
