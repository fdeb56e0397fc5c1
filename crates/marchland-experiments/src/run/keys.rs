//! The keys of experiment files, as the scenario language tells its own.

use marchland_sim::scenario::keys::{Topic, key};

/// An experiment file.
pub static EXPERIMENT: Topic = Topic {
    name: "experiment",
    section: "experiments/NAME.ron",
    meaning: "What is played many times, and what of it is kept: a file beside the scenario, for `marchland sweep`.",
    keys: &[
        key("title", "text", "\"\"", "\"What drives collapse\"", "Title"),
        key("question", "text", "\"\"", "\"Which unknowns matter?\"", "What it is to answer"),
        key(
            "design",
            "a design",
            "none: one point",
            "Saltelli(base: 64)",
            "Which points of the factors' space are played; see `marchland reference design`",
        ),
        key(
            "factors",
            "All, Judgements(share), list of parameters, or map from parameters to distributions",
            "All where there is a design",
            "{\"noise\": Uniform(0, 1)}",
            "The parameters that vary; `All` is every parameter with a range or with choices; `Judgements(0.2)` every quantity whose source is judgement, within ±20 % of its value and inside its range. A map gives ranges of its own: a distribution, a list of values, or `Declared`",
        ),
        key(
            "structure",
            "flag",
            "true",
            "false",
            "Whether every parameter with choices is a factor even where the others are listed: what is left out of a sensitivity report cannot show in it",
        ),
        key(
            "set",
            "map from parameters to values",
            "{}",
            "{\"noise\": 0}",
            "Parameters held at a value; they are then no factors",
        ),
        key(
            "levers",
            "list of levers, or map from players to lists of strategies",
            "the scenario's lineup",
            "[(name: \"firm\", strategies: {\"defender\": \"resist\"})]",
            "What is compared. A map gives every combination",
        ),
        key(
            "beliefs",
            "All or list of belief sets",
            "the scenario's default",
            "[\"known-2010-04\"]",
            "Belief sets, each crossed with every point and lever",
        ),
        key("replications", "whole number", "1", "8", "Games of every row"),
        key("seed", "whole number", "1", "7", "Seed of the games and of the design"),
        key(
            "shocks",
            "Fresh or Common",
            "Fresh of MonteCarlo, LatinHypercube, Sobol, Saltelli and Table; Common of the others",
            "Common",
            "Which points meet the same shocks. Fresh: every point has seeds of its own, as averages and shares of variance need; in Saltelli those of one base row share them. Common: replication r of every point meets the same shocks, as comparisons of points need. The levers and belief sets of a point always share them",
        ),
        key("turns", "whole number", "the scenario's horizon", "12", "Turns a game"),
        key("measures", "list of measures", "all", "[\"deaths\"]", "Measures kept"),
        key(
            "keep",
            "list of paths",
            "[]",
            "[\"valley.legitimacy\"]",
            "Indicators kept turn by turn, in a table of turns",
        ),
        key("games_per_part", "whole number", "1024", "256", "Games of one file"),
    ],
};

/// A lever.
pub static LEVER: Topic = Topic {
    name: "lever",
    section: "levers: [ … ]",
    meaning: "A named portfolio of an experiment: which strategies take the place of the scenario's own.",
    keys: &[
        key("name", "text", "required", "\"memo\"", "Name in tables and pictures"),
        key(
            "strategies",
            "map from players to strategies",
            "{}",
            "{\"north\": \"patient\"}",
            "By name, or written in place: \"Random(rate: 0.5)\"",
        ),
    ],
};

/// A design. Every kind takes the keys that its line names.
pub static DESIGN: Topic = Topic {
    name: "design",
    section: "design: Kind(…)",
    meaning: "OneAtATime(levels), FullFactorial(levels), LatinHypercube(sizes, maximin_candidates, copies), Sobol(rows, copies), Saltelli(base, second_order), Morris(trajectories, levels), Zip(rows), MonteCarlo(rows), Table(file).",
    keys: &[
        key(
            "levels",
            "whole number",
            "required",
            "4",
            "Levels of a factor; of the grid in Morris, where 4 is the default",
        ),
        key(
            "sizes",
            "list of whole numbers",
            "required",
            "[512, 1024]",
            "Rows of a Latin hypercube at first and after each extension",
        ),
        key(
            "maximin_candidates",
            "whole number",
            "1",
            "20",
            "Candidate hypercubes that compete for the largest smallest distance",
        ),
        key(
            "copies",
            "whole number",
            "16",
            "32",
            "Independent hypercubes or scrambles; point p belongs to copy p mod copies. Intervals are taken between them: there is none from fewer than 16",
        ),
        key("rows", "whole number", "required", "256", "Points"),
        key("base", "whole number", "required", "64", "Base rows; points are base × (factors + 2)"),
        key(
            "second_order",
            "flag",
            "false",
            "true",
            "Whether second-order indices are wanted; points are then base × (2 factors + 2)",
        ),
        key(
            "trajectories",
            "whole number",
            "required",
            "20",
            "Trajectories of Morris; points are trajectories × (factors + 1)",
        ),
        key(
            "file",
            "file name",
            "required",
            "\"points.csv\"",
            "A CSV or Parquet file beside the experiment's, one column per factor",
        ),
    ],
};

/// Every topic of experiment files, in reading order.
pub static TOPICS: &[&Topic] = &[&EXPERIMENT, &DESIGN, &LEVER];
