//! The keys of a file of targets.

use marchland_sim::scenario::keys::{Topic, key};

/// A file of targets.
pub static MATCHING: Topic = Topic {
    name: "matching file",
    section: "matching.ron",
    meaning: "What points of a scenario's constants are held against, and what is asked of those that match: a file for `marchland match`.",
    keys: &[
        key("title", "text", "\"\"", "\"What the record allows\"", "Title"),
        key(
            "vary",
            "All or list of names",
            "All",
            "[\"plots_*\", \"noise\"]",
            "The constants that are varied over their declared ranges, by name or by its beginning and a star; choices are held",
        ),
        key("hold", "list of names", "[]", "[\"omega_*\"]", "Constants that are not varied though `vary` names them"),
        key("arms", "list of match arms", "required", "[(id: \"here\")]", "What is played"),
        key("targets", "list of match targets", "required", "[(id: \"falls\", …)]", "Figures on record"),
        key(
            "implausible_above",
            "number",
            "3",
            "3",
            "A target is implausible where the model is farther from the figure than so many times √(discrepancy² + simulation error²)",
        ),
        key(
            "forgiven",
            "whole number",
            "0",
            "1",
            "How many implausible targets a point of the region may have. Answers are given for every number from 0 on",
        ),
        key("answers", "list of match answers", "[]", "[(id: \"odds\", …)]", "What is asked of the region"),
        key(
            "claims",
            "whole number",
            "0: none",
            "100",
            "Pairs of games by which every contestable claim of the scenario's claims.ron is held at each point of the region",
        ),
    ],
};

/// An arm.
pub static MATCH_ARM: Topic = Topic {
    name: "match arm",
    section: "matching.ron: arms: [ … ]",
    meaning: "Games that are alike but for their shocks and the point.",
    keys: &[
        key("id", "text", "required", "\"here\"", "Name"),
        key(
            "scenario",
            "path",
            "the one that is matched",
            "\"../other\"",
            "Folder or file of another scenario, from this file's folder",
        ),
        key("turns", "whole number", "the scenario's horizon", "72", "Months; may go beyond the horizon"),
        key("belief", "name of a belief set", "the default", "\"memo\"", "Under which belief set"),
        key(
            "changes",
            "list of changes",
            "[]",
            "[Strategy(\"north\", \"patient\")]",
            "What makes the games differ from the default one, as in claims",
        ),
        key("until", "list of outcome events", "[]", "[\"fall\"]", "The first of these ends a game"),
    ],
};

/// What is measured of an arm.
const OF: &str = "`Share(\"event\", months)`: games in which it happens within so many months, in per cent. `Hazard(\"event\", year, [\"event\", …])`: games in which it happens in that year of the game, among those in which neither it nor one of the others has happened, in per cent. `Fraction(\"part\", \"whole\")`: the sum over games of one expression over that of another, of which it is never more, in per cent. `Rate(\"condition\")`: games in which it holds at the end, in a hundred years played. `Mean(\"measure or expression\")`. `Payoff(\"player\")`: its mean";

/// A target.
pub static MATCH_TARGET: Topic = Topic {
    name: "match target",
    section: "matching.ron: targets: [ … ]",
    meaning: "A figure on record, with its discrepancy: by how much a model of this kind may miss it, beside its simulation error.",
    keys: &[
        key("id", "text", "required", "\"falls in a year\"", "Name"),
        key("arm", "name of an arm", "required", "\"here\"", "What is played for it"),
        key("of", "quantity", "required", "Share(\"fall\", 12)", OF),
        key("figure", "number", "required", "37", "The figure"),
        key("discrepancy", "number", "required", "10", "Its discrepancy, in its unit, above 0"),
        key("source", "text", "required", "\"ten years of records\"", "Where both come from"),
    ],
};

/// A question.
pub static MATCH_ANSWER: Topic = Topic {
    name: "match answer",
    section: "matching.ron: answers: [ … ]",
    meaning: "What is asked at every point of the region, under shocks that no target has met.",
    keys: &[
        key("id", "text", "required", "\"odds\"", "Name"),
        key("title", "text", "the id", "\"falls within two years, %\"", "In words"),
        key("arm", "name of an arm", "required", "\"firm\"", "What is played for it"),
        key("of", "quantity", "required", "Payoff(\"north\")", OF),
        key(
            "against",
            "name of an arm",
            "none",
            "\"patient\"",
            "An arm of the same scenario and length whose quantity is subtracted, game by game under the same shocks; not for hazards, fractions and rates",
        ),
    ],
};

/// All of them.
pub const TOPICS: &[&Topic] = &[&MATCHING, &MATCH_ARM, &MATCH_TARGET, &MATCH_ANSWER];
