//! What a log holds: everything that people and strategies did to a game, by name.

use marchland_game::{Forfeit, Memory, Moment, Note, Vote};
use serde::{Deserialize, Serialize};

/// Votes on motions, by the motions' names.
pub type Ballots = Vec<(String, Vote)>;

/// One entry of a log. Names are those of the scenario; orders read `security_aid high`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A game was opened: always the first entry, and only that.
    Opened(Opening),
    /// A seat changes hands from the next decision on.
    Seated {
        /// The player.
        player: String,
        /// Who holds it from now on.
        holder: Holder,
        /// The player whose office fell, where its person moves to this seat.
        from: Option<String>,
    },
    /// A person's draft stands like this from now on; each input of a seat is such a revision.
    Drafted {
        /// The player.
        player: String,
        /// Its orders, in order.
        orders: Vec<String>,
        /// Its ballots.
        ballots: Ballots,
    },
    /// A person confirms the draft for this stage.
    Submitted {
        /// The player.
        player: String,
    },
    /// A person takes the confirmation back, before the stage is decided.
    Withdrawn {
        /// The player.
        player: String,
    },
    /// What a seat does where the clock runs out.
    Stated {
        /// The player.
        player: String,
        /// The default.
        default: Default,
    },
    /// A decision that crossed `decide`, whoever took it.
    Given(DecisionRecord),
    /// A facilitator's amendment of a ruling or a vote of the stage that is decided.
    Amended(Amendment),
    /// A stage took effect.
    StageEnded(StageEnd),
    /// A facilitator's inject, now or to come.
    Injected(Inject),
    /// An inject that was to come takes effect.
    Happened {
        /// Its number.
        inject: u32,
    },
    /// A remark on this moment.
    Noted {
        /// The remark.
        text: String,
        /// The observer who makes it; empty where it is the facilitator's.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        by: String,
    },
    /// Private words.
    Message {
        /// From whom.
        from: Party,
        /// To whom.
        to: Party,
        /// The words.
        text: String,
    },
    /// A seat offers a free action.
    Proposed {
        /// Its number, from 1.
        proposal: u32,
        /// The player.
        player: String,
        /// The offer.
        text: String,
    },
    /// A facilitator promises a free action, or makes another of what was promised. Its price is set aside from now on,
    /// and nothing has taken effect: its dice fall with the rulings of the stage, at whose end it is granted. What was
    /// amended of its dice before is void.
    Promised {
        /// The proposal.
        proposal: u32,
        /// What it is to be.
        action: FreeAction,
    },
    /// A facilitator takes a promise back before the stage ends: the proposal is open again, its price set aside no longer.
    TakenBack {
        /// The proposal.
        proposal: u32,
    },
    /// A free action takes place. One that was promised does so with the end of its stage, the next [`Self::StageEnded`]:
    /// rulings are made of the state before it, then it pays and takes effect, then they do. One that was not promised,
    /// as in games of earlier versions, takes effect at once.
    Granted {
        /// The proposal.
        proposal: u32,
        /// What it is.
        action: FreeAction,
        /// The draw in [0, 1): success where it is below the chance, unless the facilitator ruled otherwise.
        draw: f64,
        /// Whether it succeeded.
        success: bool,
    },
    /// A facilitator refuses a free action, promised or not; or the stage of a promise ends, and its seat cannot pay.
    Refused {
        /// The proposal.
        proposal: u32,
        /// Why.
        reason: String,
    },
    /// A seat asks the facilitator for information.
    Requested {
        /// Its number, from 1.
        request: u32,
        /// The player.
        player: String,
        /// What it wants to know.
        text: String,
    },
    /// The facilitator answers a request for information, to its seat alone.
    Answered {
        /// The request.
        request: u32,
        /// The answer.
        text: String,
    },
    /// The facilitator releases a bulletin, for everybody to read.
    Released {
        /// The bulletin; its paragraphs are parted by line feeds.
        text: String,
    },
    /// An inject that was to come is another from now on, under its number.
    Revised(Inject),
    /// An inject that was to come is called off.
    CalledOff {
        /// Its number.
        inject: u32,
    },
    /// Whether seats may ask for their odds.
    Allowed {
        /// Whether they may.
        odds: bool,
    },
    /// The room's clock.
    Clock(ClockEvent),
    /// The facilitator holds the seats and the clock, or lets them go on.
    Paused {
        /// Whether they are held.
        paused: bool,
    },
    /// These rulings of the stage that is decided stand, by position: the facilitator has looked at them.
    Accepted {
        /// All of them.
        rulings: Vec<usize>,
    },
    /// A party asks for a PIN from now on, or for none.
    Pinned {
        /// Whose.
        party: Party,
        /// The PIN's hash.
        pin: Option<Pin>,
    },
    /// A branch begins here: this entry's history is that of the branch it leaves.
    Branched {
        /// Its number; the game begins as branch 1.
        branch: u32,
        /// The branch it leaves.
        from: u32,
        /// The turn at whose start it does.
        turn: u32,
    },
    /// Play goes on in another branch, where that one ended.
    Turned {
        /// The branch.
        branch: u32,
    },
    /// The facilitator ends the game here: the months that have passed are all there are.
    Ended {
        /// Why.
        reason: String,
    },
}

/// How a game was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// The scenario's name.
    pub scenario: String,
    /// Its identity, as `Scenario::hash`; the hash of its files in games of versions that knew no other.
    pub scenario_hash: String,
    /// Hash of a file of further strategies; empty where there was none.
    pub strategies_hash: String,
    /// The game's seed.
    pub seed: u64,
    /// The belief set in force; none where the scenario has none.
    pub belief: Option<String>,
    /// Parameters set by hand: name and value as written.
    pub parameters: Vec<(String, String)>,
    /// Turns to play.
    pub turns: u32,
    /// Who holds which seat, every player in the catalogue's order.
    pub seats: Vec<(String, Holder)>,
    /// The rule of every population: name or text of a rule.
    pub populations: Vec<(String, String)>,
    /// Whether a facilitator sits at the table.
    pub facilitator: bool,
    /// Minutes a turn by the preset that was chosen, 0 for none.
    pub minutes: u32,
    /// What people are to learn, by the preset.
    pub aims: Vec<String>,
    /// Version of the program.
    pub version: String,
}

/// Who holds a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A person.
    Human,
    /// A strategy, by its name in the scenario or its text.
    Strategy(String),
}

impl Holder {
    /// Whether a person holds the seat.
    #[must_use]
    pub fn is_human(&self) -> bool {
        matches!(self, Self::Human)
    }

    /// `human`, or the strategy's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Human => "human",
            Self::Strategy(name) => name,
        }
    }
}

/// What a seat does where the clock runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, std::default::Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Default {
    /// What is entered by then.
    #[default]
    Entered,
    /// Nothing.
    Nothing,
    /// What it ordered last, as far as that is legal.
    Last,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// When, and on what.
    pub moment: Moment,
    /// Who.
    pub player: String,
    /// Orders, in the order in which they resolve.
    pub orders: Vec<String>,
    /// Ballots.
    pub ballots: Ballots,
    /// `human`, or the strategy that decided.
    pub strategy: String,
    /// Whether the clock ran out on a person.
    #[serde(default)]
    pub timed_out: bool,
    /// Why an outside program lost the decision.
    pub forfeit: Option<Forfeit>,
    /// The strategy's remarks on what it did.
    pub notes: Vec<Note>,
    /// What the strategy remembers afterwards, where that changed.
    pub memory: Option<Memory>,
}

/// An amendment of what the machine proposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amendment {
    /// The player of the order or of the free action; empty for a vote.
    pub player: String,
    /// The order, the motion, or the free action: `free action 2`.
    pub on: String,
    /// Success of the order, of the motion or of the free action; none where that stays.
    pub success: Option<bool>,
    /// Whether the order leaks; none where that stays.
    pub leaked: Option<bool>,
    /// Why.
    pub reason: String,
    /// What the machine had: success or passage, then leak.
    pub machine: (bool, bool),
}

impl Amendment {
    /// Whether it differs from what the machine had: one that takes another back does not.
    #[must_use]
    pub fn overrules(&self) -> bool {
        let (success, leaked) = self.machine;
        self.success.is_some_and(|is| is != success) || self.leaked.is_some_and(|is| is != leaked)
    }

    /// How an order, a free action or, where no player stands behind it, a vote came out, in a word.
    #[must_use]
    pub fn outcome(&self, success: bool) -> &'static str {
        match (self.player.is_empty(), success) {
            (true, true) => "carried",
            (true, false) => "not carried",
            (false, true) => "success",
            (false, false) => "failure",
        }
    }

    /// The free action that it is on, by the number of its proposal; none where it is on an order or a vote.
    #[must_use]
    pub fn free_action(&self) -> Option<u32> {
        // No order and no motion has two blanks in its name.
        self.on.strip_prefix(FREE_ACTION)?.parse().ok()
    }
}

const FREE_ACTION: &str = "free action ";

/// The name of a free action beside those of orders and motions, and of the stream that its dice come from.
pub(crate) fn free_action(proposal: u32) -> String {
    format!("{FREE_ACTION}{proposal}")
}

/// The end of a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageEnd {
    /// The stage that took effect.
    pub moment: Moment,
    /// Where the game stands afterwards.
    pub next: Moment,
    /// Whether no turn is left.
    pub over: bool,
    /// The state.
    pub state: StateHash,
    /// Hash of the indicators' values, which stand beside the log.
    pub readings: StateHash,
}

impl StageEnd {
    /// Whether its state's hash follows from the one before it; in games of earlier versions each covers the whole state.
    #[must_use]
    pub(crate) fn is_chained(&self) -> bool {
        self.state.starts_with(CHAINED)
    }
}

/// What a state's hash begins with where it follows from the hash of the stage before.
pub(crate) const CHAINED: &str = "2:";

/// A SHA-256, in hexadecimal; of a state, after a mark of how it was made.
pub type StateHash = String;

/// Somebody who can speak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The facilitator.
    Chair,
    /// A player.
    Seat(String),
}

/// Something a facilitator does to a game from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inject {
    /// Its number, from 1.
    pub inject: u32,
    /// What.
    pub what: What,
    /// When.
    pub when: When,
    /// Why.
    pub reason: String,
}

/// What is injected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// An event of the scenario happens.
    Event(String),
    /// A stock is set.
    Set(String, f64),
    /// A stock is changed by this much.
    Add(String, f64),
    /// An event in the facilitator's own words.
    Card(Card),
}

/// An event that a facilitator writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// What is told of it; its paragraphs are parted by line feeds.
    pub text: String,
    /// Players who are told, by name; none for everybody.
    pub seen_by: Option<Vec<String>>,
    /// What it does to stocks; nothing where it is news alone.
    pub effects: Vec<Shift>,
}

impl Card {
    /// What is told of it, on one line.
    #[must_use]
    pub fn on_one_line(&self) -> String {
        on_one_line(&self.text)
    }

    /// Whether a player is told of it; of none, whether everybody is.
    #[must_use]
    pub fn tells(&self, player: Option<&str>) -> bool {
        match (&self.seen_by, player) {
            (None, _) => true,
            (Some(names), Some(player)) => names.iter().any(|name| name == player),
            (Some(_), None) => false,
        }
    }
}

/// A text's paragraphs on one line, a stop between those that begin as sentences do: for lists that give each thing its line.
#[must_use]
pub fn on_one_line(text: &str) -> String {
    let parts: Vec<&str> = text.split('\n').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut line = String::with_capacity(text.len());
    for (at, part) in parts.iter().enumerate() {
        line += part;
        if let Some(next) = parts.get(at + 1) {
            let ended = part.ends_with(['.', '!', '?', ':', ';', ',']);
            line += if ended || !next.starts_with(char::is_uppercase) { " " } else { ". " };
        }
    }
    line
}

impl std::fmt::Display for What {
    /// `a bad harvest`, `tajikistan.legitimacy = 0.3`, `tajikistan.legitimacy + 0.02`, `“A fire broke out”`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Event(name) => f.write_str(name),
            Self::Set(path, value) => write!(f, "{path} = {value}"),
            Self::Add(path, by) => write!(f, "{path} {} {}", if *by < 0.0 { "\u{2212}" } else { "+" }, by.abs()),
            Self::Card(card) => {
                write!(f, "\u{201c}{}\u{201d}", card.on_one_line())?;
                for effect in &card.effects {
                    let sign = if effect.by < 0.0 { "\u{2212}" } else { "+" };
                    write!(f, ", {} {sign} {}", effect.indicator, effect.by.abs())?;
                }
                match &card.seen_by {
                    None => Ok(()),
                    Some(names) if names.is_empty() => f.write_str(", told to nobody"),
                    Some(names) => write!(f, ", told to {}", names.join(", ")),
                }
            }
        }
    }
}

/// When it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At once.
    Now,
    /// At the start of this turn.
    Turn(u32),
    /// At the start of the first round at which this condition holds.
    Condition(String),
    /// Not before the facilitator plays it: it is kept in hand.
    Held,
}

impl std::fmt::Display for When {
    /// `at once`, `in turn 6`, `when tajikistan.legitimacy < 0.3`, `when it is played`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Now => f.write_str("at once"),
            Self::Turn(turn) => write!(f, "in turn {turn}"),
            Self::Condition(text) => write!(f, "when {text}"),
            Self::Held => f.write_str("when it is played"),
        }
    }
}

/// A free action, as a facilitator grants it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FreeAction {
    /// What it costs, by the budgets' names.
    pub cost: Vec<(String, f64)>,
    /// Chance of success in [0, 1].
    pub chance: f64,
    /// Players who learn of it beside its own, by name; none for everybody.
    pub seen_by: Option<Vec<String>>,
    /// What it does where it succeeds.
    pub effects: Vec<Shift>,
    /// The facilitator's words on it.
    pub reason: String,
}

/// A change of a stock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// The stock.
    pub indicator: String,
    /// By how much.
    pub by: f64,
}

/// A PIN, as a hash of it and of what was in the log before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// What is hashed before it.
    pub salt: String,
    /// The hash, in hexadecimal.
    pub hash: String,
}

/// What happens to the room's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockEvent {
    /// It runs: each stage has so many seconds.
    Set(u32),
    /// So many seconds of the stage are left: said now and then while it runs, at a pause, and where a sitting ends.
    Left(u32),
    /// The room was warned.
    Warned,
    /// Time is up: seats that have not submitted take their stated default.
    Expired,
    /// It was stopped.
    Stopped,
}
