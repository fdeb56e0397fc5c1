//! The keys of the scenario language, as data: the reader holds files against these tables, and
//! `marchland reference` prints them.

/// The longest game, in months.
pub const HORIZON: u64 = 5000;

/// A kind of record.
#[derive(Debug)]
pub struct Topic {
    /// Name: `action`.
    pub name: &'static str,
    /// Where it stands: `actions: [ … ]`.
    pub section: &'static str,
    /// What it is, a sentence or two.
    pub meaning: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

/// One key of a record.
#[derive(Debug)]
pub struct Key {
    /// Name.
    pub name: &'static str,
    /// Type: `number`, `expression`, `list of effects`.
    pub kind: &'static str,
    /// Unit; empty where it has none.
    pub unit: &'static str,
    /// Value when left out; `required` where it may not be.
    pub default: &'static str,
    /// An example of a value.
    pub example: &'static str,
    /// One sentence.
    pub meaning: &'static str,
}

/// A key without a unit.
#[must_use]
pub const fn key(
    name: &'static str,
    kind: &'static str,
    default: &'static str,
    example: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, kind, unit: "", default, example, meaning }
}

macro_rules! topics {
    ($($constant:ident $name:literal in $section:literal: $meaning:literal {
        $($key:literal: $kind:literal [$unit:literal] = $default:literal, $example:literal, $text:literal;)*
    })+) => {
        $(
            #[doc = $meaning]
            pub static $constant: Topic = Topic {
                name: $name,
                section: $section,
                meaning: $meaning,
                keys: &[$(Key {
                    name: $key, kind: $kind, unit: $unit, default: $default, example: $example, meaning: $text,
                }),*],
            };
        )+
        /// Every topic, in reading order.
        pub static TOPICS: &[&Topic] = &[$(&$constant),+];
    };
}

topics! {
    SCENARIO "scenario" in "scenario.ron": "A scenario: the file scenario.ron of a folder, or a single file. Sections that are lists may be split over the files that `include` names; each such file is a record with some of the same keys." {
        "title": "text" [""] = "required", "\"Chicken\"", "Title";
        "description": "text" [""] = "\"\"", "\"Two powers on one road.\"", "What it is about, a paragraph";
        "sources": "list of texts" [""] = "[]", "[\"Rapoport & Chammah 1966\"]", "Where its facts come from";
        "background": "list of known facts" [""] = "[]", "[(fact: \"One household in three has somebody abroad\", source: \"census 2000\")]", "What everybody may know when the game begins: for the packs of its seats";
        "base": "text" [""] = "none", "\"base\"", "A folder beside the scenario's, whose content is taken first";
        "include": "list of file names" [""] = "[]", "[\"actions.ron\"]", "Further files of the scenario's folder";
        "map": "file name" [""] = "none", "\"map/regions.geo.json\"", "Shapes of its regions, GeoJSON or TopoJSON in the scenario's folder; a feature's property `id` is a region's name";
        "calendar": "calendar" [""] = "required", "(start: \"2010-04\", horizon: 24)", "When it plays";
        "mechanisms": "list of names" [""] = "[\"tracks\"]", "[\"tracks\", \"means\"]", "Laws of motion that run; a case's list replaces its base's";
        "names": "map from placeholders to names" [""] = "{}", "{\"country\": \"valley\"}", "Texts that stand for `{country}` in paths, expressions and names of actions";
        "entities": "map from kinds to lists of entities" [""] = "{}", "{\"region\": [(id: \"highland\")]}", "What there is in the world, by kind";
        "tracks": "list of tracks" [""] = "[]", "[(id: \"tension\", range: (0, 10), initial: 2)]", "Indicators of the scenario's own";
        "players": "list of players" [""] = "[]", "[(id: \"north\", title: \"The north\")]", "Who decides, in the order in which orders resolve";
        "pairs": "list of pairs" [""] = "[]", "[(among: [\"north\", \"south\"], values: {\"relation\": 0.3})]", "Relations between players, one entity per ordered pair";
        "paths": "list of paths" [""] = "[]", "[(indicator: \"employer.gdp_index\", values: [1, 1.01])]", "Exogenous paths";
        "cohorts": "cohorts" [""] = "none", "(count: 500, spread: 0.6)", "The cohorts of its populations";
        "called": "map from kind.field to phrases" [""] = "{}", "{\"country.alignment\": \"the lean of {} towards the north\"}", "What a reader calls a field here, where the law of motion has but a general phrase; `{}` stands for the title of what bears it";
        "draw_keys": "map from kind.field to names" [""] = "{}", "{\"country.reserves_musd\": \"reserves\"}", "What keys the random draws of a field, where it is not the field's name: a field renamed keeps its draws where it keeps its key";
        "populations": "list of populations" [""] = "[]", "[(id: \"young\", title: \"The young\", decides: \"migration\", rule: \"logit\")]", "Populations and the rule by which they choose";
        "parameters": "list of parameters" [""] = "[]", "[(id: \"noise\", value: 0, unit: \"payoff\", meaning: \"…\", source: Judgement(\"…\"))]", "Every uncertain number";
        "beliefs": "list of belief sets" [""] = "[]", "[(name: \"memo\", meaning: \"…\", parameters: {\"x\": 1})]", "Named overlays of parameters, initial values and paths";
        "default_belief": "name of a belief set" [""] = "none", "\"known-then\"", "The belief set in force unless told otherwise";
        "groups": "list of groups" [""] = "[]", "[(id: \"aid\", cap: 0.1)]", "Caps on what like effects add up to in one stage";
        "actions": "list of actions" [""] = "[]", "[(id: \"yield\", title: \"Yield\", owners: [\"row\"])]", "What players may order";
        "events": "list of events" [""] = "[]", "[(id: \"quake\", title: \"An earthquake\", trigger: Scheduled(3))]", "What happens by itself, or by a facilitator";
        "institutions": "list of institutions" [""] = "[]", "[(id: \"forum\", title: \"the Forum\", rule: Consensus, members: [(id: \"steppe\")])]", "Bodies whose members vote";
        "motions": "list of motions" [""] = "[]", "[(id: \"mission\", title: \"Send a mission?\", institution: \"forum\", appeal: \"-ideal\")]", "Questions that a body may be asked";
        "deals": "list of deals" [""] = "[]", "[(id: \"lease\", parties: [\"north\", \"south\"], terms: [(id: \"rent\", options: [0, 10])])]", "Issues on which two players may come to terms";
        "promises": "promises" [""] = "()", "(breach: 6, fades: 0.02)", "How promises kept and broken are remembered";
        "type_beliefs": "list of beliefs about types" [""] = "[]", "[(holders: [\"north\"], of: \"south\", types: {\"firm\": 0.5, \"soft\": 0.5})]", "What players believe others to be, and what changes their minds";
        "strategies": "list of strategies" [""] = "[]", "[(name: \"patient\", intent: \"…\", play: Idle())]", "Named ways to play";
        "lineup": "map from players to strategies" [""] = "{}", "{\"north\": \"patient\"}", "Who plays what unless told otherwise; `Idle` where nothing is said";
        "assumed": "map from players to strategies" [""] = "the lineup", "{\"north\": \"patient\"}", "The public expectation of who plays what";
        "sight": "list of sights" [""] = "[]", "[(of: \"highland.unrest\", viewers: [\"north\"], sees: Noisy(1, 0.05))]", "Who sees what, where it differs from the declaration";
        "measures": "list of measures" [""] = "[]", "[(id: \"deaths\", meaning: \"…\", unit: \"people\", over: Last, value: \"valley.battle_deaths\")]", "Results of a game";
        "outcome_events": "list of outcome events" [""] = "[]", "[(id: \"war\", title: \"outbreak of war\", when: \"tension >= 10\")]", "What may happen in a game and is a result of it: whether, and when first";
        "regime": "regime" [""] = "none", "(status: \"valley.regime_status\", exit: \"valley.first_irregular_exit\", exit_turn: \"valley.irregular_exit_turn\")", "Which indicators tell the regime's fate";
        "main_indicator": "path" [""] = "none", "\"valley.legitimacy\"", "The indicator whose largest step is the turning point";
        "shown": "list of paths" [""] = "[]", "[\"valley.legitimacy\"]", "Indicators that a story shows as gauges";
        "end": "condition" [""] = "none", "\"tension >= 10\"", "Ends the game when it holds at the end of a turn";
        "payoff_noise": "name of a parameter" [""] = "none", "\"noise\"", "Standard deviation of the draw added to each payoff of each turn";
        "vote_sensitivity": "name of a parameter" [""] = "none", "\"vote_lambda\"", "Sensitivity of a vote to its stake, as a share of the payoff range";
        "presets": "list of presets" [""] = "[]", "[(people: 2, seats: [\"row\", \"column\"], minutes: 5)]", "Seats for a number of people";
        "words": "list of words for levels" [""] = "[]", "[(of: \"region.unrest\", steps: [(0, \"calm\"), (0.1, \"crowds\")])]", "What people call the levels of an indicator";
        "phrases": "list of phrases" [""] = "[]", "[(action: \"relief\", done: \"sent food\")]", "How what is done and happens is told";
        "observed": "map from paths to lists" [""] = "{}", "{\"valley.legitimacy\": [0.5, None, 0.4]}", "The observed path of indicators, by turn";
    }
    CALENDAR "calendar" in "calendar: ( … )": "When a scenario plays. A turn is a calendar month." {
        "start": "text" ["year-month"] = "required", "\"2010-04\"", "The month of turn 1";
        "horizon": "whole number" ["months"] = "required", "24", "Turns in a full game, at most 5000";
        "crisis_clock": "condition" [""] = "none", "\"valley.regime_status == 2\"", "While it holds at the start of a month, the month is played as four weekly rounds";
    }
    ENTITY "entity" in "entities: {\"kind\": [ … ]}": "Something that is in the world: a country, a region, a cell of militants. Several files may speak of one entity, each of its own fields." {
        "id": "name" [""] = "required", "\"highland\"", "Its name, unique in the scenario; with a field it makes the path of an indicator, `highland.unrest`";
        "title": "text" [""] = "the id", "\"Highland\"", "Display";
        "draw_key": "name" [""] = "the id", "\"first_name\"", "What keys its random draws: an entity renamed keeps its draws where it keeps its key";
        "owner": "name of a player" [""] = "none", "\"cabinet\"", "Who sees its inner state exactly";
        "links": "map to a name or names" [""] = "{}", "{\"country\": \"valley\"}", "Other entities that it belongs to or that laws of motion look for: a country's `head` is the player that governs it, its `capital` a region; a market's `theatre` is the neighbour where the troops stand whom it supplies";
        "values": "map from fields to values" [""] = "{}", "{\"population_k\": 2677, \"unrest\": Uniform(0, 0.1)}", "How its indicators start: a number, a label of a coded state, a distribution, or an expression of parameters";
    }
    TRACK "track" in "tracks: [ … ]": "An indicator of the scenario's own; effects move it. Its path is its id." {
        "id": "name" [""] = "required", "\"tension\"", "Name and path";
        "title": "text" [""] = "the id", "\"Tension\"", "Display";
        "draw_key": "name" [""] = "the id", "\"first_name\"", "What keys its random draws: an entity renamed keeps its draws where it keeps its key";
        "meaning": "text" [""] = "the title", "\"How close the powers are to war\"", "One sentence";
        "unit": "text" [""] = "\"points\"", "\"points\"", "Unit";
        "range": "(low, high)" [""] = "required", "(0, 10)", "Smallest and largest value";
        "initial": "value" [""] = "required", "2", "How it starts";
        "rests": "number" [""] = "none", "0", "The bound at which it rests when nothing happens";
        "labels": "list of names" [""] = "[]", "[\"quiet\", \"alert\", \"war\"]", "Names of the values 0, 1, 2 … of a coded state";
        "owner": "name of a player" [""] = "none", "\"row\"", "Who owns it";
        "seen_by": "Everyone, Estimated(sd), Owner(sd) or Nobody(sd)" [""] = "Everyone", "Owner(1)", "Who sees it; sd is the error of the others' estimate or belief";
    }
    PLAYER "player" in "players: [ … ]": "An office or organisation that decides. The loader makes an entity of kind `player` for each." {
        "id": "name" [""] = "required", "\"north\"", "Name";
        "title": "text" [""] = "the id", "\"The north\"", "Display";
        "draw_key": "name" [""] = "the id", "\"first_name\"", "What keys its random draws: an entity renamed keeps its draws where it keeps its key";
        "kind": "text" [""] = "\"state\"", "\"great_power\"", "state, great_power, office, opposition, militant, institution";
        "briefing": "text" [""] = "\"\"", "\"You are …\"", "What everybody may know of the role";
        "private_briefing": "text" [""] = "\"\"", "\"You want …\"", "What only the seat is told";
        "orders_per_turn": "whole number" ["orders"] = "3", "1", "The most orders of one turn, at most 8; offers and answers of deals do not count";
        "succeeds": "name of a player" [""] = "none", "\"cabinet\"", "The player whose seat falls to this one when that one's office is lost: the law `exit` hands the office of a country's `head` to the player that succeeds it";
        "links": "map to a name or names" [""] = "{}", "{\"country\": \"valley\"}", "Entities that it belongs to";
        "values": "map from fields to values" [""] = "{}", "{\"money\": 40, \"money_income\": 10}", "How its indicators start";
        "payoffs": "list of payoff terms" [""] = "[]", "[(indicator: \"row_payoff\", weight: 1, why: \"…\")]", "What it plays for";
        "payoff_range": "(worst, best)" ["payoff"] = "(0, 1)", "(-10, 1)", "Bounds of its payoff, proved from the terms";
        "stakes": "map from motions to amounts" ["payoff"] = "{}", "{\"mission\": \"0.2 * valley.unrest\"}", "U(yes) − U(no) of each motion";
    }
    PAYOFF "payoff term" in "players: [(payoffs: [ … ])]": "One weighted indicator of a payoff. A game's payoff is the mean over its turns of the terms, plus those at the end." {
        "id": "name" [""] = "the indicator", "\"influence\"", "Name of the term";
        "indicator": "path" [""] = "required", "\"row_payoff\"", "What is valued";
        "weight": "number or expression of parameters" [""] = "required", "1", "Its weight";
        "scale": "(zero, one)" [""] = "none", "(0, 0.5)", "Values that count as 0 and as 1, in either order; none where the indicator counts by its own unit";
        "at_end": "flag" [""] = "false", "true", "Whether only the end of the game counts";
        "why": "text" [""] = "required", "\"judgement: …\"", "Source or judgement";
    }
    PAIRS "pairs" in "pairs: [ … ]": "One entity of kind `pair`, named `a.b`, for each ordered pair of players, with links `from` and `to`; the first owns it." {
        "among": "list of players" [""] = "required", "[\"north\", \"south\"]", "Whose ordered pairs";
        "values": "map from fields to values" [""] = "{}", "{\"relation\": 0.3}", "How all of them start";
        "overrides": "map from pairs to maps" [""] = "{}", "{\"north.south\": {\"relation\": 0.6}}", "How some start instead";
    }
    PATH "path" in "paths: [ … ]": "An exogenous path of an indicator." {
        "indicator": "path" [""] = "required", "\"world_markets.wheat_index\"", "What it moves";
        "values": "list of numbers" ["the indicator's"] = "required", "[1, 1.02, 1.1]", "Values by turn, from 1; the last one holds on";
        "sd": "number or expression of parameters" ["share of the value"] = "0", "0.04", "Standard deviation of a month's shock";
        "persistence": "number or expression of parameters" [""] = "0", "0.8", "Share of a shock that carries over, in [0, 1)";
        "why": "text" [""] = "\"\"", "\"World Bank commodity prices\"", "Source";
    }
    COHORTS "cohorts" in "cohorts: ( … )": "The cohorts of a scenario's populations." {
        "count": "whole number" ["cohorts"] = "required", "500", "How many, split over regions by population; at most 2000000";
        "spread": "number" ["log points"] = "required", "0.6", "Standard deviation of the logarithm of earnings between cohorts of a region";
    }
    POPULATION "population" in "populations: [ … ]": "A population of cohorts whose rule is chosen by name." {
        "id": "name" [""] = "required", "\"young\"", "Name";
        "title": "text" [""] = "the id", "\"Migrants\"", "Display";
        "decides": "name of a decision" [""] = "required", "\"migration\"", "What its cohorts decide, by the rule: one of the decisions that laws of motion ask populations for";
        "rule": "name of a strategy" [""] = "required", "\"habit\"", "The rule by which its cohorts choose; its family plays populations";
    }
    PARAMETER "parameter" in "parameters: [ … ]": "An uncertain number with its source. A case may restate one of its base with a `why`; what it leaves out stays as the base says." {
        "id": "name" [""] = "required", "\"unrest_coordination\"", "Name";
        "draw_key": "name" [""] = "the id", "\"first_name\"", "What keys its random draws in designs: a parameter renamed keeps its draws where it keeps its key";
        "value": "number, or name of a choice" [""] = "the base's", "0.4", "The value without belief set or override";
        "distribution": "distribution" [""] = "the value alone", "Uniform(0.2, 0.6)", "What designs draw it from";
        "choices": "list of names" [""] = "[]", "[\"threshold\", \"epstein\"]", "Names of the values 0, 1, 2 … of a structural choice";
        "unit": "text" [""] = "the base's", "\"share\"", "Unit";
        "meaning": "text" [""] = "the base's", "\"How strongly people join those they see\"", "One sentence";
        "source": "Memo, Found, Computed or Judgement with a text" [""] = "the base's", "Found(\"IMF 2010, table 2\")", "Where its size comes from: the value and the range";
        "mechanism": "Memo, Found, Computed or Judgement with a text" [""] = "the law's own source", "Found(\"Londregan & Poole 1990\")", "Where it comes from that the number acts as it does";
        "fitted_to": "text" [""] = "\"\"", "\"rate of irregular exits 1970–2009\"", "What it was fitted to";
        "why": "text" [""] = "none", "\"the valley is cut off in winter\"", "Why a case differs from its base";
    }
    BELIEF "belief set" in "beliefs: [ … ]": "An overlay of parameters, initial values and paths." {
        "name": "name" [""] = "required", "\"known-then\"", "Name; hyphens allowed";
        "meaning": "text" [""] = "required", "\"Public evidence at the start\"", "One sentence";
        "parameters": "map from parameters to numbers" [""] = "{}", "{\"host_shock\": 0.2}", "Parameters";
        "initial": "map from paths to values" [""] = "{}", "{\"valley.legitimacy\": 0.5}", "Initial values";
        "paths": "list of paths" [""] = "[]", "[(indicator: \"world_markets.wheat_index\", values: [1])]", "Paths that replace those of the same indicator";
    }
    GROUP "group" in "groups: [ … ]": "A cap on what effects of one group add to one indicator in one stage." {
        "id": "name" [""] = "required", "\"aid\"", "Name";
        "cap": "number" ["the indicator's"] = "required", "0.1", "The cap, both ways";
    }
    ACTION "action" in "actions: [ … ]": "Something a player may order. `{option}` in a path or expression stands for the option ordered; an action that says `{owner}` becomes one action per owner and must say so in its id." {
        "id": "name" [""] = "required", "\"security_aid\"", "Name; may hold `{owner}`";
        "title": "text" [""] = "the id", "\"Send security aid\"", "Display, in the imperative: reads after \"decides to\"";
        "meaning": "text" [""] = "\"\"", "\"Trains and equips border troops\"", "One sentence on what it does";
        "instrument": "text" [""] = "\"posture\"", "\"security\"", "diplomacy, economy, security, institutions, domestic, posture";
        "owners": "list of players" [""] = "required", "[\"north\"]", "Who may order it";
        "options": "list of options, or of names" [""] = "[(id: \"do\", level: 1)]", "[\"low\", \"high\"]", "Levels or targets; names alone have the levels 1, 2, 3 …";
        "cost": "map from budgets to amounts" [""] = "{}", "{\"money\": 5, \"attention\": 1}", "Cost of every option that names none of its own";
        "condition": "condition" [""] = "none", "\"valley.unrest > 0.1\"", "When it may be ordered";
        "refusal": "text" [""] = "\"its condition does not hold\"", "\"the streets are quiet\"", "Why it may not be ordered; reads after \"because\"";
        "visibility": "Public, Private([players]) or Covert" [""] = "Public", "Covert", "Who learns of it";
        "leak": "number or expression" ["probability"] = "none", "\"0.05 + 0.05 * ordered(north, security_aid, 6)\"", "Chance that a covert order leaks";
        "chance": "number or expression" ["probability"] = "1", "\"clamp(0.3 + 0.1 * level, 0, 1)\"", "Chance of success";
        "chance_shown": "flag" [""] = "true", "false", "Whether the owner is shown the chance before it orders";
        "success": "list of effects" [""] = "[]", "[Add(\"tension\", -1)]", "Effects on success";
        "failure": "list of effects" [""] = "[]", "[Add(\"tension\", 1)]", "Effects on failure";
        "leaked": "list of effects" [""] = "[]", "[Add(\"tension\", 2)]", "Effects when it leaks";
        "public_position": "flag" [""] = "false", "true", "Whether its orderer takes a public position by it: at most one a turn";
        "rows": "list of texts" [""] = "[]", "[\"18\"]", "Rows of the source that it represents";
    }
    OPTION "option" in "actions: [(options: [ … ])]": "One level or target of an action." {
        "id": "name" [""] = "required", "\"high\"", "Name";
        "level": "number" [""] = "its place, from 1", "2", "The value of `level` in the action's expressions";
        "cost": "map from budgets to amounts" [""] = "the action's", "{\"money\": 20}", "What it costs";
    }
    EFFECT "effect" in "Add(…), Set(…), Scale(…), Table(…), Fire(…)": "What an order, event or motion does. Short: its kind with the values of the kind's own keys in their order, `Add(\"tension\", 1)`. Long, with any of these keys too: `Add(indicator: \"tension\", amount: 1, lasts: 3)`." {
        "delay": "whole number" ["months"] = "0", "2", "Months until it happens";
        "lasts": "whole number" ["months"] = "for good", "3", "Months after which it is undone";
        "group": "name of a group" [""] = "none", "\"aid\"", "Its stacking group";
        "when": "condition" [""] = "none", "\"tension > 5\"", "Only where this holds at the start of the stage";
    }
    EVENT "event" in "events: [ … ]": "Something that happens." {
        "id": "name" [""] = "required", "\"bad_harvest\"", "Name";
        "title": "text" [""] = "the id", "\"The harvest fails\"", "Headline, in the present tense";
        "trigger": "Scheduled(turn), When(condition), Hazard(monthly probability) or Manual" [""] = "required", "Hazard(\"0.02\")", "What sets it off";
        "repeats": "flag" [""] = "false", "true", "Whether it may happen more than once";
        "seen_by": "Everyone or [players]" [""] = "Everyone", "[\"north\"]", "Who learns of it";
        "effects": "list of effects" [""] = "[]", "[Add(\"tension\", 1)]", "What it does";
        "rows": "list of texts" [""] = "[]", "[\"41\"]", "Rows of the source that it represents";
    }
    INSTITUTION "institution" in "institutions: [ … ]": "A body whose members vote. Where laws of motion have columns for the kind `institution`, an entity is made of it." {
        "id": "name" [""] = "required", "\"forum\"", "Name";
        "title": "text" [""] = "the id", "\"the Forum\"", "Display";
        "draw_key": "name" [""] = "the id", "\"first_name\"", "What keys its random draws: an entity renamed keeps its draws where it keeps its key";
        "rule": "Consensus, Majority(yes) or MajorityWithVeto(yes)" [""] = "required", "MajorityWithVeto(9)", "How ballots become a result";
        "members": "list of members" [""] = "required", "[(id: \"north\", ideal: 0.9, veto: true)]", "Who votes, in roll-call order";
        "chairs": "list of (turn, member)" [""] = "[]", "[(1, \"steppe\"), (10, \"coast\")]", "Who holds the chair from which turn on";
        "owner": "name of a player" [""] = "none", "\"north\"", "Who sees its inner state exactly";
        "links": "map to a name or names" [""] = "{}", "{}", "Other entities that it belongs to";
        "values": "map from fields to values" [""] = "{}", "{\"cohesion\": 0.6}", "How its indicators start";
    }
    MEMBER "member" in "institutions: [(members: [ … ])]": "A voter. One whose id is a player's votes as that player; any other votes by its ideal point." {
        "id": "name" [""] = "required", "\"marsh\"", "Name";
        "title": "text" [""] = "the player's, or the id", "\"The Marsh\"", "Display";
        "ideal": "number" ["−1 to 1"] = "0", "0.8", "Position on the axis along which members differ; the scenario says what its ends are";
        "veto": "flag" [""] = "false", "true", "Whether its no stops a motion";
    }
    MOTION "motion" in "motions: [ … ]": "A question that a body may be asked." {
        "id": "name" [""] = "required", "\"peacekeepers\"", "Name";
        "title": "text" [""] = "the id", "\"Send peacekeepers?\"", "The question";
        "institution": "name of an institution" [""] = "required", "\"league\"", "Who votes";
        "rule": "a rule" [""] = "the institution's", "Majority(9)", "How ballots become a result";
        "appeal": "number or expression" ["payoff"] = "\"ideal\"", "\"0.8 * ideal - 0.2\"", "U(yes) − U(no) of a member that is no player, with `ideal` its ideal point";
        "condition": "condition" [""] = "none", "\"valley.regime_status >= 2\"", "Whether it may be tabled";
        "seen_by": "Everyone or [players]" [""] = "Everyone", "[\"north\"]", "Who may be told of it";
        "passed": "list of effects" [""] = "[]", "[Set(\"league.mission\", 1)]", "When it passes";
        "failed": "list of effects" [""] = "[]", "[Add(\"league.cohesion\", -0.05)]", "When it fails";
    }
    DEAL "deal" in "deals: [ … ]": "An issue on which two players bargain by alternating offers: `offer_ID`, `accept_ID`, `reject_ID` and `break_ID` become actions, its state becomes indicators `ID.status`, `ID.rent` and so on. An offer stands until the other side accepts, rejects or makes another, or its time is over. Within its expressions of worth, `{rent}` stands for the value of the term `rent`, and `{linked}` for 0, or for the place in `links` of the deal that the offer depends on." {
        "id": "name" [""] = "required", "\"lease\"", "Name";
        "title": "text" [""] = "the id", "\"the lease of the harbour\"", "What is bargained over, a noun phrase";
        "meaning": "text" [""] = "\"\"", "\"A harbour for a rent\"", "One sentence";
        "parties": "two players" [""] = "required", "[\"north\", \"south\"]", "The two sides; the first may open in odd turns, the second in even ones";
        "terms": "list of terms" [""] = "[]", "[(id: \"rent\", options: [0, 10, 20])]", "What has to be settled; together with the links, at most 120 combinations";
        "worth": "map from parties to amounts" ["payoff"] = "{}", "{\"north\": \"0.1 - 0.01 * {rent}\"}", "What an agreement is worth to each side in interests alone";
        "honour": "map from parties to amounts" ["payoff"] = "{}", "{\"north\": \"-0.05 * omega\"}", "What agreeing says of each side's standing, added to its worth";
        "outside": "map from parties to amounts" ["payoff"] = "{}", "{\"north\": \"0.2 * valley.unrest\"}", "What each side has without an agreement; 0 where nothing is said";
        "penalty": "map from parties to amounts" ["payoff"] = "{}", "{\"north\": 0.1}", "What breaking the agreement costs each side, once";
        "patience": "map from parties to amounts" ["share"] = "{}", "{\"north\": 0.9}", "What next month is worth to each side beside this one; 0.9 where nothing is said";
        "links": "list of deals" [""] = "[]", "[\"pipeline\"]", "Deals on which an offer may be made to depend: agreed so, it comes into force with the other and ends with it";
        "open": "condition" [""] = "always", "\"valley.unrest < 0.5\"", "When offers may be made";
        "refusal": "text" [""] = "\"there is nothing to bargain over now\"", "\"the harbour is frozen\"", "Why not where that does not hold; reads after \"because\"";
        "ends": "condition" [""] = "none", "\"valley.regime_failed\"", "Ends an agreement without breach when it holds at the end of a month";
        "deadline": "whole number" ["turn"] = "none", "12", "The last turn in which offers may be made";
        "stands": "whole number" ["months"] = "1", "2", "Months in which an offer may be answered";
        "lasts": "whole number" ["months"] = "for good", "12", "Months for which an agreement is in force";
        "duration": "name of a term" [""] = "none", "\"months\"", "The term that says for how many months instead; 0 is for good";
        "private": "flag" [""] = "false", "true", "Whether the two sides alone know of it";
        "leak": "number or expression" ["probability"] = "none", "0.05", "Chance that an offer leaks";
        "leaked": "list of effects" [""] = "[]", "[Add(\"tension\", 1)]", "Effects when it leaks";
        "cost": "map from budgets to amounts" [""] = "{}", "{\"attention\": 1}", "What making an offer costs";
        "agreed": "list of effects" [""] = "[]", "[Add(\"tension\", \"-0.1 * terms(lease.rent)\")]", "Effects when an agreement comes into force";
        "in_force": "list of effects" [""] = "[]", "[Add(\"south_purse\", \"terms(lease.rent)\")]", "Effects of every month in which it is in force";
        "ended": "list of effects" [""] = "[]", "[Add(\"tension\", 1)]", "Effects when it ends without breach";
        "broken": "map from parties to lists of effects" [""] = "{}", "{\"north\": [Add(\"tension\", 2)]}", "Effects when that side breaks it";
        "instrument": "text" [""] = "\"diplomacy\"", "\"security\"", "The instrument its actions belong to";
        "rows": "list of texts" [""] = "[]", "[\"61\"]", "Rows of the source that it represents";
        "why": "text" [""] = "required", "\"Rubinstein 1982\"", "The game it is taken for, with its source";
    }
    TERM "term" in "deals: [(terms: [ … ])]": "One thing that a deal settles." {
        "id": "name" [""] = "required", "\"rent\"", "Name; the value agreed is the indicator `lease.rent`, the one offered `lease.table_rent`";
        "title": "text" [""] = "the id", "\"the yearly rent\"", "What a reader calls it, a noun phrase";
        "unit": "text" [""] = "\"\"", "\"million US dollars\"", "Unit";
        "options": "list of numbers, or of (name, number)" [""] = "required", "[0, 10, (\"dear\", 20)]", "What may be agreed";
    }
    PROMISES "promises" in "promises: ( … )": "How promises in public deals are remembered: the word of a player is (kept + years kept) / (that + broken + breach × promises broken), the mean of a beta distribution; it belongs to the office, whoever holds it." {
        "kept": "number" ["years"] = "4", "4", "Kept years that everybody is credited with";
        "broken": "number" ["promises"] = "1", "1", "What everybody is debited with";
        "breach": "number" ["years"] = "6", "6", "How many kept years one breach outweighs";
        "fades": "number" ["share a month"] = "0.02", "0.02", "Share of the record that is forgotten in a month";
    }
    TYPE_BELIEF "belief about types" in "type_beliefs: [ … ]": "What players believe another to be, updated once a month by Bayes' rule from what they saw. `believes(holder, of, type)` reads it." {
        "holders": "list of players" [""] = "required", "[\"north\"]", "Who believes; `{holder}` stands for each in the evidence";
        "of": "name of a player" [""] = "required", "\"south\"", "Of whom";
        "types": "map from types to probabilities" [""] = "required", "{\"firm\": 0.5, \"soft\": 0.5}", "Two or three types, with the probabilities at the start";
        "evidence": "list of evidence" [""] = "[]", "[(sees: \"broke(south) > 0\", chance: {\"firm\": 0.05, \"soft\": 0.3})]", "What may be seen";
        "fades": "number" ["share a month"] = "0", "0.02", "Share of the way back to the start that a belief goes in a month";
        "why": "text" [""] = "required", "\"Fearon 1994\"", "Source";
    }
    EVIDENCE "evidence" in "type_beliefs: [(evidence: [ … ])]": "Something that may be seen of a player in a month." {
        "sees": "condition" [""] = "required", "\"ordered(south, warn, 1) > 0\"", "Holds where the holder saw it this month";
        "given": "condition" [""] = "always", "\"agreed(lease)\"", "Holds where it could have been seen: its absence tells then too";
        "chance": "map from types to probabilities" [""] = "required", "{\"firm\": 0.6, \"soft\": 0.2}", "How likely a player of each type is to be seen doing it in a month; taken as at least 0.01 and at most 0.99, as a belief that has come to 0 would never change again";
    }
    STRATEGY "strategy" in "strategies: [ … ]": "A named way to play: a family with its arguments. `marchland reference strategies` lists the families." {
        "name": "name" [""] = "required", "\"patient\"", "Name; hyphens allowed";
        "intent": "text" [""] = "required", "\"Waits and sees\"", "What it tries to do, one sentence";
        "players": "list of players" [""] = "anybody", "[\"north\"]", "Who may play it";
        "play": "a family with arguments" [""] = "required", "Random(rate: 0.5)", "Its family and arguments";
    }
    BLOCK "block" in "Rules(blocks: [ … ])": "One rule of the family `Rules`: when everything in `all` and anything in `any` holds, it gives its orders." {
        "name": "name" [""] = "required", "\"warn\"", "Name within the strategy";
        "intent": "text" [""] = "\"\"", "\"Warns before it acts\"", "What it is for";
        "window": "(first turn, last turn)" ["months"] = "the whole game", "(1, 12)", "When it may act";
        "all": "list of conditions" [""] = "[]", "[\"tension > 3\"]", "Every one must hold";
        "any": "list of conditions" [""] = "[]", "[\"turn == 1\"]", "At least one must hold, where there is any";
        "orders": "list of orders" [""] = "[]", "[\"security_aid high\"]", "What it orders; those not legal are left out and noted";
        "ballots": "map from motions to Yes, No or Abstain" [""] = "{}", "{\"mission\": No}", "How it votes";
        "chance": "number or expression" ["probability"] = "1", "0.5", "Chance of acting when everything holds";
        "every": "whole number" ["months"] = "1", "3", "Months before it acts again";
        "once": "flag" [""] = "false", "true", "Whether it acts once a game";
    }
    SIGHT "sight" in "sight: [ … ]": "Who sees an indicator, where that differs from its declaration." {
        "of": "path, or kind.field" [""] = "required", "\"region.unrest\"", "Which indicator, or which field of every entity of a kind";
        "viewers": "list of players" [""] = "everybody", "[\"north\"]", "Whose sight";
        "sees": "Exact(delay), Noisy(delay, sd) or Hidden(sd)" [""] = "required", "Noisy(1, 0.05)", "What they see; the delay in months, sd in the indicator's unit";
    }
    MEASURE "measure" in "measures: [ … ]": "A result of a game, one number." {
        "id": "name" [""] = "required", "\"unrest_peak\"", "Name";
        "meaning": "text" [""] = "required", "\"Highest unrest of any month\"", "One sentence";
        "unit": "text" [""] = "\"\"", "\"share\"", "Unit";
        "over": "Last, Sum, Mean, Max, Min or At(turn)" [""] = "Last", "Max", "How the turns' values become one number";
        "value": "number or expression" [""] = "required", "\"largest(region.unrest)\"", "The value at the end of a turn";
        "better": "Higher or Lower" [""] = "none", "Lower", "Which way is better, for comparisons that say so";
    }
    OUTCOME_EVENT "outcome event" in "outcome_events: [ … ]": "Something whose occurrence is a result of a game: rates, survival curves and tables name it, and `--event` chooses it. The first one is taken where none is chosen." {
        "id": "name" [""] = "required", "\"regime_failure\"", "Name";
        "title": "text" [""] = "the id", "\"failure of the regime\"", "What happens, as a noun: reads after \"the\"";
        "when": "condition" [""] = "required", "\"valley.regime_failed\"", "It has happened once this holds at the end of a turn";
        "better": "Higher or Lower" [""] = "none", "Lower", "Whether it is better where it happens more often or less";
    }
    WORDS "words for levels" in "words: [ … ]": "What people call the levels of an indicator, and what is told when one is reached. Sentences may hold `{places}`, `{word}`, `{before}` and `{value}`." {
        "of": "path, or kind and field" [""] = "required", "\"region.unrest\"", "One indicator, or a field of every entity of a kind";
        "theme": "Power, Streets, Purse, Border or Abroad" [""] = "Power", "Streets", "What a paragraph on it is about";
        "steps": "list of (from, word, rising, falling)" [""] = "[]", "[(0, \"calm\"), (0.1, \"crowds\", \"crowds filled the streets of {places}\")]", "Levels from the lowest up: from which value, its word, and the sentences told when it is reached from below and from above; a sentence left out or empty is no news";
        "says": "text" [""] = "\"\"", "\"one household in {one_in} goes short\"", "How a person says a value, with `{percent}`, `{one_in}`, `{whole}` or `{number}`";
        "weight": "number" [""] = "25", "40", "How much news a step is, 0 to 100";
        "better": "Higher or Lower" [""] = "none", "Lower", "Which way is better: a step for the worse is more news, the more the nearer it is to the worst";
    }
    PHRASE "phrase" in "phrases: [ … ]": "How something is told in the past tense. It names one action, event, motion, law or deal. A phrase of an action follows whoever did it and may hold `{option}`; a phrase of a law is a clause that gives it as a cause; one of a deal's term says what was agreed and may hold `{value}`." {
        "action": "name of an action" [""] = "none", "\"relief\"", "The action; `{owner}` in it stands for any player";
        "event": "name of an event" [""] = "none", "\"quake\"", "The event";
        "motion": "name of a motion" [""] = "none", "\"mission\"", "The motion";
        "law": "name of a law of motion" [""] = "none", "\"unrest\"", "The law";
        "deal": "name of a deal" [""] = "none", "\"lease\"", "The deal";
        "term": "name of a term" [""] = "none", "\"a spark\"", "A term of the law's equations, or one that the deal settles";
        "done": "text" [""] = "required", "\"sent food to the north\"", "What happened, in the past tense; of a deal's term, what was agreed, a noun phrase";
        "again": "text" [""] = "\"\"", "\"went on sending food\"", "Of an action, `done` where it succeeded before: without it the word `again` stands before";
        "to_do": "text" [""] = "\"\"", "\"send food to {option}\"", "Of an action, what somebody could not do or did no longer; its title, with the option, where left out";
        "failed": "text" [""] = "\"\"", "\"sent food, which never arrived\"", "The same where it failed, in which `{done}` stands for what it would have been (an act that holds it was done either way, and is told so to those who do not learn how it came out), and of a law where it lowers something; a general form, or the same, where left out. Of a law an empty text tells no cause";
        "options": "map from options to texts" [""] = "{}", "{\"high\": \"sent much food\"}", "`done` by option";
        "weight": "number" [""] = "none", "40", "How much news it is, 0 to 100; of a term, 0 says that what lies behind it tells more";
        "theme": "Power, Streets, Purse, Border or Abroad" [""] = "none", "Streets", "What a paragraph on it is about";
    }
    REGIME "regime" in "regime: ( … )": "Which indicators tell the regime's fate." {
        "status": "path" [""] = "required", "\"valley.regime_status\"", "The coded regime status";
        "exit": "path" [""] = "required", "\"valley.first_irregular_exit\"", "The coded first way of irregular exit, 0 is none";
        "exit_turn": "path" [""] = "required", "\"valley.irregular_exit_turn\"", "The turn of that exit, 0 before it";
    }
    KNOWN_FACT "known fact" in "background: [ … ]": "Something that everybody may know when the game begins, in the packs of its seats. Nothing of what is known later." {
        "fact": "text" [""] = "required", "\"One household in three has somebody abroad\"", "A sentence, without full stop";
        "source": "text" [""] = "required", "\"census 2000\"", "Where it is written";
    }
    PRESET "preset" in "presets: [ … ]": "Seats for a number of people." {
        "people": "whole number" ["people"] = "required", "4", "How many";
        "seats": "list of players" [""] = "required", "[\"north\"]", "Which players they hold";
        "minutes": "whole number" ["minutes"] = "10", "15", "Minutes a turn";
        "aims": "list of texts" [""] = "[]", "[\"Learn to …\"]", "What they are to learn";
    }
    CLAIMS "claims file" in "claims.ron": "What a scenario's source says, row by row, each with a check: the file claims.ron in the scenario's folder, which `marchland claims` reads." {
        "claims": "list of claims" [""] = "required", "[(id: \"X1\", kind: X, …)]", "The rows";
        "scales": "list of scales" [""] = "[]", "[(of: \"deaths\", width: 100, why: \"the dead of a bad year\")]", "The scales of what rows of `Moves` compare that has none of its own";
    }
    SCALE "scale" in "claims.ron: (scales: [ … ])": "How wide the scale is of something that has none of its own: an amount, a sum over turns, an expression of several indicators. Shares, indices, coded states and points have their declared range, flags and probabilities are counted in points. A row of `Moves` has to move a hundredth of the scale, and .2 standard deviations of the unchanged games; of a flag or a probability, 2 points." {
        "of": "measure, or expression" [""] = "required", "\"deaths\"", "What is compared, as the row writes it";
        "width": "number" ["the unit of what is compared"] = "required", "100", "How wide it is, above 0; stated before anything is played";
        "why": "text" [""] = "required", "\"the dead of a bad year\"", "Why it is that wide";
    }
    CLAIM "claim" in "claims.ron: (claims: [ … ])": "One row of the source with the objects that represent it and its check." {
        "id": "name" [""] = "required", "\"X1\"", "Number of the row";
        "kind": "X, S, A, E, R, P or O" [""] = "required", "R", "Actor, state variable, action, event, rule, datum, output";
        "meaning": "text" [""] = "required", "\"Unrest follows hardship\"", "What the row says, in words of one's own";
        "objects": "list of names" [""] = "required", "[\"north\", \"unrest\"]", "Players, populations, entities, kinds, indicators, actions, events, institutions, motions, laws, parameters, measures, strategies, belief sets";
        "check": "Exists, Constant(…), Moves(…) or Contestable(…)" [""] = "required", "Exists", "How it is checked: its objects are there; a number is what the source says; a change moves something, in every case or as the model has it";
        "why": "text" [""] = "\"\"", "\"a date\"", "Why an A, E or R row is only held to exist or be constant; remarks";
    }
    CONSTANT "constant" in "claims.ron: (claims: [(check: Constant( … ))])": "A parameter or initial value that equals what the source says." {
        "of": "parameter or path" [""] = "required", "\"irregular_share\"", "What";
        "value": "number" ["its own"] = "required", "0.65", "What it must be";
        "belief": "name of a belief set" [""] = "the default", "\"memo\"", "Under which belief set";
    }
    ABLATION "ablation file" in "ablation.ron": "What is switched off and what is driven from calm to worst, and the outcome event that is asked for: the file ablation.ron in the scenario's folder, which `marchland ablate` plays. Changes are those of claims." {
        "event": "outcome event" [""] = "the first", "\"regime_failure\"", "What may happen in a game";
        "months": "list of whole numbers" ["months"] = "[12, 24]", "[12, 24]", "Within how many months it is counted; the last is how long games last";
        "families": "list of families" [""] = "[]", "[(id: \"war\", off: [Off(\"insurgency\")])]", "Mechanisms that are switched off, one family at a time";
        "drivers": "list of drivers" [""] = "[]", "[(id: \"hardship\", worst: [ … ])]", "What is driven from calm to its worst documented value, one at a time";
        "pairs": "list of pairs of drivers" [""] = "[]", "[(\"hardship\", \"fear\")]", "Drivers whose interaction on the log hazard is asked for";
    }
    FACTS "facts file" in "facts.ron": "What followed, fact by fact, each with a tolerance: the file facts.ron in the scenario's folder, which `marchland facts` plays." {
        "belief": "name of a belief set" [""] = "the default", "\"observed\"", "Under which belief set games are played";
        "facts": "list of facts" [""] = "required", "[(id: \"prices\", role: Emergent, …)]", "What followed";
    }
    FACT "fact" in "facts.ron: (facts: [ … ])": "One thing on record, with what counts as meeting it." {
        "id": "name" [""] = "required", "\"prices-2010\"", "Name in tables";
        "meaning": "text" [""] = "required", "\"Prices rose by a tenth in 2010\"", "What the record says";
        "role": "Input, Fitted, Emergent or Condition" [""] = "required", "Emergent", "Whether the scenario was given it, was fitted to it, makes it by itself, or takes it as given from outside";
        "of": "measure, or expression" [""] = "required", "\"deaths\"", "What is read of a game: a measure over its turns so far, or an expression";
        "turn": "whole number" [""] = "required", "9", "At the end of which turn";
        "value": "number" ["its own"] = "required", "0.098", "What the record has";
        "low": "number" ["its own"] = "required", "0.05", "The lower end of what counts as met, stated before anything is played";
        "high": "number" ["its own"] = "required", "0.15", "The upper end";
        "known": "text" [""] = "\"\"", "\"January 2011\"", "When it was known";
        "source": "text" [""] = "required", "\"IMF, December 2010\"", "Where it is from";
    }
    FAMILY "family" in "ablation.ron: (families: [ … ])": "Mechanisms that are switched off together." {
        "id": "name" [""] = "required", "\"war\"", "Name in tables";
        "title": "text" [""] = "the id", "\"insurgency and border\"", "What it is";
        "off": "list of changes" [""] = "required", "[Off(\"insurgency\")]", "What switches it off";
    }
    DRIVER "driver" in "ablation.ron: (drivers: [ … ])": "A driver with its calm and its worst documented value." {
        "id": "name" [""] = "required", "\"hardship\"", "Name in tables";
        "title": "text" [""] = "the id", "\"hardship\"", "What it is";
        "calm": "list of changes" [""] = "[]", "[Initial(\"valley.fear\", 0)]", "Calm; where it is empty, the scenario as it is";
        "worst": "list of changes" [""] = "required", "[Initial(\"valley.fear\", 1)]", "Its worst";
        "low": "number" ["ratio of hazards"] = "none", "1.2", "Lower end of the range stated beforehand";
        "high": "number" ["ratio of hazards"] = "none", "4", "Upper end";
        "source": "text" [""] = "\"\"", "\"ten years of records\"", "Where the values and the range come from";
    }
    COMPARISON "comparison" in "claims.ron: (claims: [(check: Moves( … ))])": "Paired games with and without a change, under common random numbers. Changes: `Order(\"player\", \"action option\", first turn, last turn)`, `Strategy(\"player\", \"name\")`, `Set(\"parameter\", value)`, `Initial(\"path\", value)`, `Stock(\"path\", value, turn)`, `Event(\"event\", turn)`, `Off(\"law\")`." {
        "change": "list of changes" [""] = "required", "[Event(\"drought\", 2)]", "What the one game has; where it is empty, the value itself is compared with 0";
        "instead": "list of changes" [""] = "[]", "[]", "What the other game has";
        "base": "list of changes" [""] = "[]", "[Set(\"noise\", 0)]", "What both games have, so that the situation exists";
        "yes_world": "list of changes" [""] = "none", "[Set(\"noise\", 0.2)]", "Of a contestable row: what both games have in a plausible world where it comes out as supported, played at least 400 times; with `no_world`";
        "no_world": "list of changes" [""] = "none", "[Set(\"noise\", 0.9)]", "The same of a world where it comes out as not supported: a row without both may be one that cannot fail";
        "of": "measure, or expression" [""] = "required", "\"deaths\"", "What is compared: a measure, or an expression at the end of the last turn";
        "direction": "Up or Down" [""] = "required", "Up", "Which way the change moves it";
        "least": "number" ["the unit of what is compared"] = "0", "0.01", "By how much it has to move that way before a contestable row counts as supported, or what a row of `Moves` asks beyond the rule of size, and says why; a threshold is stated before anything is played";
        "slight": "text" [""] = "none", "\"one of many ways to influence\"", "Of a row of `Moves` that is known to move the right way by less than the rule of size asks: why; one that is not listed so is declared to hold";
        "through": "expression, or list of them" [""] = "none", "\"tension\"", "Of a row of `Moves`: the state that its effect goes through, or several; neither what is compared nor what the change itself writes. Held in every game by its mean over the turns before the last. A row states this or `direct`";
        "direct": "text" [""] = "none", "\"the law adds the one to the other\"", "Of a row of `Moves` that goes through no state: why nothing lies between";
        "turn": "whole number" ["months"] = "the horizon", "12", "How many turns are played";
        "n": "whole number" ["pairs"] = "200", "400", "Pairs of games, at most 2000";
        "seed": "whole number" [""] = "1", "1", "The first game's seed; the next games have the next seeds";
        "belief": "name of a belief set" [""] = "the default", "\"memo\"", "Under which belief set; contestable rows are played under each";
    }
}

/// A function or word of expressions, an effect, or a distribution.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// How it is written.
    pub form: &'static str,
    /// Type of what it gives.
    pub kind: &'static str,
    /// Unit of what it gives; empty where it has none.
    pub unit: &'static str,
    /// What stands for an argument that is left out; empty where none may be.
    pub default: &'static str,
    /// What it gives or does.
    pub meaning: &'static str,
    /// How it is written.
    pub example: &'static str,
}

/// What may stand in an expression.
pub static FUNCTIONS: &[Function] = &[
    function("a number", "number", "any", "", "itself", "2e-3"),
    function("a path", "number", "the indicator's", "", "an indicator", "highland.unrest"),
    function("a name", "number", "the parameter's", "", "a parameter", "noise"),
    function("turn", "whole number", "months", "", "the turn, from 1", "turn >= 3"),
    function("month", "whole number", "", "", "the calendar month, 1 to 12", "month >= 11 or month <= 2"),
    function("level", "number", "", "", "the level of the option ordered; within an action only", "0.05 * level"),
    function("ideal", "number", "", "", "a member's ideal point; within a motion's appeal only", "ideal - 0.2"),
    function("true, false", "flag", "", "", "1 and 0; any number but 0 counts as true", "true"),
    function(
        "a + b, a - b, a * b, a / b, -a",
        "number",
        "as it comes",
        "",
        "arithmetic; division by 0 gives 0",
        "0.3 + 0.1 * level",
    ),
    function(
        "a < b, <=, >, >=, ==, !=",
        "flag",
        "",
        "",
        "1 where it holds, else 0; comparisons do not chain",
        "tension > 5",
    ),
    function(
        "a and b, a or b, not a",
        "flag",
        "",
        "",
        "logic; `not` binds tighter than `and`, `and` tighter than `or`",
        "turn > 3 and not tension > 5",
    ),
    function(
        "min(a, b, …), max(a, b, …)",
        "number",
        "the arguments'",
        "",
        "the smallest and the largest",
        "max(0, tension - 5)",
    ),
    function("clamp(x, low, high)", "number", "the argument's", "", "x moved into [low, high]", "clamp(tension, 0, 1)"),
    function("abs(x)", "number", "the argument's", "", "the absolute value", "abs(change(tension, 1))"),
    function("exp(x), ln(x)", "number", "", "", "e^x and the natural logarithm", "exp(-0.1 * turn)"),
    function("logistic(x)", "number in (0, 1)", "", "", "1/(1+e^−x)", "logistic(4 * (unrest - 0.3))"),
    function("is(x, label)", "flag", "", "", "1 where a coded state or a choice has the named value", "is(rule, soft)"),
    function(
        "prev(x), prev(x, n)",
        "number",
        "the indicator's",
        "n: 1",
        "the indicator at the last record, or n − 1 months before it",
        "prev(tension)",
    ),
    function(
        "change(x, n)",
        "number",
        "the indicator's",
        "",
        "the indicator now less its value n months ago",
        "change(tension, 3) > 1",
    ),
    function(
        "since(event)",
        "number",
        "months",
        "",
        "months since an event last happened, 1000000 where it never did",
        "since(riot) < 6",
    ),
    function(
        "ordered(player, action, n)",
        "whole number",
        "orders",
        "",
        "how often a player ordered an action in the last n turns, this one included",
        "ordered(north, security_aid, 6)",
    ),
    function(
        "offered(deal), offered(deal, player)",
        "flag",
        "",
        "by whomever",
        "1 while an offer is on the table, or one of this player's",
        "offered(lease, north)",
    ),
    function("agreed(deal)", "flag", "", "", "1 while an agreement is in force", "agreed(lease)"),
    function("terms(deal.term)", "number", "the term's", "", "the value agreed last", "0.1 * terms(lease.rent)"),
    function("table(deal.term)", "number", "the term's", "", "the value offered last", "table(lease.rent) > 10"),
    function(
        "broke(player), broke(player, deal)",
        "whole number",
        "times",
        "all its deals",
        "how often a player broke agreements, as far as the reader knows",
        "broke(north) > 0",
    ),
    function(
        "believes(holder, player, type)",
        "number",
        "probability",
        "",
        "how likely a holder takes a player to be of a type",
        "believes(north, south, firm) > 0.5",
    ),
    function(
        "sum(kind.field), sum(a, b, …)",
        "number",
        "the field's",
        "",
        "the sum over all entities of a kind, or over the paths listed",
        "sum(region.unrest)",
    ),
    function("mean(kind.field)", "number", "the field's", "", "their mean", "mean(region.grievance)"),
    function(
        "largest(kind.field), smallest(kind.field)",
        "number",
        "the field's",
        "",
        "the largest and the smallest of them",
        "largest(region.unrest) > 0.3",
    ),
];

/// The long form of an effect, whose kinds list their short ones: see [`crate::effects::STANDARD`].
pub const LONG_EFFECT: Function = function(
    "Add(indicator: …, amount: …, …)",
    "effect",
    "the indicator's",
    "delay: 0; lasts: for good; group: none; when: always",
    "any of them with the keys of `marchland reference effect`",
    "Add(indicator: \"tension\", amount: \"0.1 * level\", delay: 1, lasts: 3)",
);

/// The distributions that may be written.
pub static DISTRIBUTIONS: &[Function] = &[
    function("Uniform(low, high)", "distribution", "the number's", "", "even between two bounds", "Uniform(0.2, 0.6)"),
    function(
        "LogUniform(low, high)",
        "distribution",
        "the number's",
        "",
        "even in the logarithm between two positive bounds",
        "LogUniform(0.01, 1)",
    ),
    function("Triangular(low, mode, high)", "distribution", "the number's", "", "triangular", "Triangular(0, 0.3, 1)"),
    function(
        "TruncatedNormal(mean, sd, low, high)",
        "distribution",
        "the number's",
        "",
        "normal, cut off at two bounds",
        "TruncatedNormal(0.5, 0.1, 0, 1)",
    ),
    function("Choice", "distribution", "", "", "one of the parameter's choices, each as likely", "Choice"),
];

/// A form, its type, unit, default, meaning and example.
#[must_use]
pub const fn function(
    form: &'static str,
    kind: &'static str,
    unit: &'static str,
    default: &'static str,
    meaning: &'static str,
    example: &'static str,
) -> Function {
    Function { form, kind, unit, default, meaning, example }
}
