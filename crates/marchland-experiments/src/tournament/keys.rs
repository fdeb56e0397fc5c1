//! The keys of tournament files, as the scenario language tells its own.

use marchland_sim::scenario::keys::{Key, Topic};

const fn key(
    name: &'static str,
    kind: &'static str,
    unit: &'static str,
    default: &'static str,
    example: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, kind, unit, default, example, meaning }
}

/// A tournament file.
pub static TOURNAMENT: Topic = Topic {
    name: "tournament",
    section: "tournaments/NAME.ron",
    meaning: "Which strategies of which players are compared as a game: a file beside the scenario, for `marchland tournament`.",
    keys: &[
        key("title", "text", "", "\"\"", "\"The north and the south\"", "Title"),
        key("question", "text", "", "\"\"", "\"Is the portfolio stable?\"", "What it is to answer"),
        key(
            "players",
            "map from players to lists of strategies",
            "",
            "required",
            "{\"defender\": [\"yield\", \"answer\"]}",
            "Who is compared, and the strategies of each: by name, or written in place",
        ),
        key(
            "fixed",
            "map from players to strategies",
            "",
            "the scenario's lineup",
            "{\"opposition\": \"o2-wait\"}",
            "What the others play",
        ),
        key(
            "lineups",
            "list of levers",
            "",
            "[]",
            "[(name: \"hawks\", strategies: {\"north\": \"patient\"})]",
            "Other line-ups of the fixed players, under which the conclusions are repeated",
        ),
        key(
            "interchangeable",
            "list of lists of players",
            "",
            "[]",
            "[[\"row\", \"column\"]]",
            "Players whose payoffs depend on their own strategy and on how many play each, not on who: their k-th strategies count as the same, and only profiles that differ in those numbers are played",
        ),
        key("set", "map from parameters to values", "", "{}", "{\"noise\": 1}", "Parameters held at a value"),
        key(
            "beliefs",
            "All or list of belief sets",
            "",
            "the scenario's default",
            "[\"known-2010-04\"]",
            "Belief sets; each is a game of its own",
        ),
        key(
            "mode",
            "All, Quiesce or DoubleOracle",
            "",
            "Quiesce",
            "All",
            "How profiles are chosen: every one, along deviations that gain, or best responses one after another",
        ),
        key("starts", "whole number", "profiles", "4", "8", "Profiles from which the search starts"),
        key(
            "asked",
            "list of a player and a strategy",
            "",
            "none",
            "[\"defender\", \"answer\"]",
            "The strategy whose place in equilibrium is the question",
        ),
        key("replications", "whole number", "games", "32", "24", "Games of every profile at first, and of a block"),
        key("most_replications", "whole number", "games", "1024", "512", "The most games of a profile"),
        key(
            "epsilon",
            "number",
            "payoff",
            "a hundredth of the narrowest payoff range",
            "0.02",
            "The largest acceptable gain from deviating, and how finely the gain of the strategy asked about is told; games are added where they decide most until both are shown",
        ),
        key("measures", "list of measures", "", "all", "[\"deaths\"]", "Measures kept beside payoffs"),
        key(
            "along",
            "map from one parameter to its values",
            "",
            "none",
            "{\"omega_north\": [0, 0.3, 0.6]}",
            "A parameter along which the equilibrium is followed",
        ),
        key("weight_draws", "whole number", "draws", "200", "400", "Draws of all payoff weights, 0 for none"),
        key(
            "weight_spread",
            "number",
            "factor",
            "2",
            "1.5",
            "Each weight is multiplied by a factor between one over this and this, log-uniform",
        ),
        key("resamples", "whole number", "resamples", "1000", "10000", "Bootstrap resamples"),
        key("level", "number", "probability", "0.95", "0.9", "Confidence of intervals"),
        key("seed", "whole number", "", "1", "7", "Seed of the games and of every resample"),
        key("turns", "whole number", "turns", "the scenario's horizon", "12", "Turns a game"),
        key("games_per_part", "whole number", "games", "1024", "256", "Games of one file"),
    ],
};

/// Every topic of tournament files.
pub static TOPICS: &[&Topic] = &[&TOURNAMENT];
