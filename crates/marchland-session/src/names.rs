//! Between the names in a log and the ids of a catalogue.

use marchland_game::{ActionId, Catalogue, MotionId, Order, PlayerId, nearest};

use crate::error::{SessionError, refused};

/// The order of a text: `security_aid high`, without the option where there is but one.
///
/// # Errors
/// No such action or option; the nearest name is offered.
pub fn order_named(catalogue: &Catalogue, text: &str) -> Result<Order, SessionError> {
    let mut words = text.split_whitespace();
    let name = words.next().unwrap_or_default();
    let Some(action) = catalogue.action(name) else {
        let names: Vec<&str> = catalogue.actions.iter().map(|action| action.id.as_str()).collect();
        return refused(format!("there is no action `{name}`{}", meant(name, &names)));
    };
    let options = &catalogue.actions[action.index()].options;
    let names: Vec<&str> = options.iter().map(|option| option.id.as_str()).collect();
    let option = match words.next() {
        None if options.len() == 1 => 0,
        None => {
            let title = &catalogue.actions[action.index()].title;
            return refused(format!("\u{201c}{title}\u{201d} needs one of: {}", names.join(", ")));
        }
        Some(word) => match names.iter().position(|known| *known == word) {
            Some(at) => at as u8,
            None => {
                return refused(format!(
                    "\u{201c}{}\u{201d} has no option `{word}`{}; it has: {}",
                    catalogue.actions[action.index()].title,
                    meant(word, &names),
                    names.join(", ")
                ));
            }
        },
    };
    match words.next() {
        None => Ok(Order { action, option }),
        Some(more) => refused(format!("`{more}` is one word too many after `{name} {}`", names[usize::from(option)])),
    }
}

/// The texts of orders.
#[must_use]
pub fn order_names<'a>(catalogue: &Catalogue, orders: impl IntoIterator<Item = &'a Order>) -> Vec<String> {
    orders.into_iter().map(|order| catalogue.order_name(*order)).collect()
}

/// The actions of a player in the order of their numbers, from 1: grouped by instrument as the catalogue
/// first names them. Numbers hold for the whole game, on paper and on the screen.
#[must_use]
pub fn numbered(catalogue: &Catalogue, player: PlayerId) -> Vec<ActionId> {
    let mut own: Vec<ActionId> = (0..catalogue.actions.len())
        .map(ActionId::from_index)
        .filter(|id| catalogue.actions[id.index()].owners.contains(player))
        .collect();
    let instrument = |id: &ActionId| catalogue.actions[id.index()].instrument.as_str();
    let mut instruments: Vec<&str> = Vec::new();
    for id in &own {
        if !instruments.contains(&instrument(id)) {
            instruments.push(instrument(id));
        }
    }
    own.sort_by_key(|id| (instruments.iter().position(|known| *known == instrument(id)), id.index()));
    own
}

/// A player as a refusal names it: by its title, and by the name that may be typed.
pub(crate) fn player_told(catalogue: &Catalogue, player: PlayerId) -> String {
    let info = &catalogue.players[player.index()];
    let title = info.title.split(", ").next().unwrap_or(&info.title);
    format!("{title} (`{}`)", info.id)
}

/// An order as a refusal names it.
pub(crate) fn order_told(catalogue: &Catalogue, order: Order) -> String {
    let action = &catalogue.actions[order.action.index()];
    match action.options.len() {
        0 | 1 => format!("\u{201c}{}\u{201d}", action.title),
        _ => {
            let option = &action.options[usize::from(order.option)].id;
            format!("\u{201c}{}\u{201d} ({})", action.title, option.replace('_', " "))
        }
    }
}

/// An order of a log's text as a refusal names it; as it is where there is none of that text.
pub(crate) fn text_told(catalogue: &Catalogue, text: &str) -> String {
    order_named(catalogue, text).map_or_else(|_| format!("`{text}`"), |order| order_told(catalogue, order))
}

/// A motion as a refusal names it: by its question, and by the name that may be typed.
pub(crate) fn motion_told(catalogue: &Catalogue, motion: MotionId) -> String {
    let info = &catalogue.motions[motion.index()];
    format!("\u{201c}{}\u{201d} (`{}`)", info.title, info.id)
}

/// An indicator as a refusal names it.
pub(crate) fn indicator_told(catalogue: &Catalogue, id: marchland_game::IndicatorId) -> String {
    let info = &catalogue.indicators[id.index()];
    format!("\u{201c}{}\u{201d} (`{}`)", info.title, info.path)
}

/// Stocks that an indicator computed anew follows from, the nearest first.
pub(crate) fn stocks_behind(
    catalogue: &Catalogue,
    of: marchland_game::IndicatorId,
) -> Vec<marchland_game::IndicatorId> {
    let (mut seen, mut stocks) = (vec![of], Vec::new());
    let mut at = 0;
    while let Some(id) = seen.get(at).copied() {
        at += 1;
        let info = &catalogue.indicators[id.index()];
        for input in &info.inputs {
            // An input is a path, or a field of the same entity.
            let own = || info.path.rsplit_once('.').map(|(entity, _)| format!("{entity}.{input}"));
            let found = catalogue.indicator(input).or_else(|| catalogue.indicator(&own()?));
            let Some(found) = found.filter(|found| !seen.contains(found)) else { continue };
            seen.push(found);
            if catalogue.indicators[found.index()].nature == marchland_game::Nature::Stock {
                stocks.push(found);
            }
        }
    }
    stocks
}

/// The words of what somebody typed that name something, in small letters: `unrest in Khatlon` names two.
#[must_use]
pub fn telling(text: &str) -> Vec<String> {
    const SMALL: [&str; 9] = ["in", "of", "the", "to", "a", "by", "for", "at", "on"];
    let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let named: Vec<String> = words.iter().filter(|word| !SMALL.contains(&word.as_str())).cloned().collect();
    if named.is_empty() { words } else { named }
}

/// Indicators of which one is meant that are named at most.
const LISTED: usize = 12;

/// An indicator by its path, or by words that only one path, or one title, holds.
///
/// # Errors
/// No indicator is meant, or several are: what to say instead, in words.
pub fn indicator_called(catalogue: &Catalogue, text: &str) -> Result<marchland_game::IndicatorId, String> {
    let text = text.trim();
    if let Some(id) = catalogue.indicator(text) {
        return Ok(id);
    }
    let words = telling(text);
    if words.is_empty() {
        return Err("which indicator? Its path, as in `valley.legitimacy`, or words of it".into());
    }
    let all = 0..catalogue.indicators.len();
    let in_path = |at: &usize| words.iter().all(|word| catalogue.indicators[*at].path.contains(word.as_str()));
    let in_title = |at: &usize| {
        let title = catalogue.indicators[*at].title.to_lowercase();
        words.iter().all(|word| title.contains(word.as_str()))
    };
    let mut found: Vec<usize> = all.clone().filter(in_path).collect();
    if found.is_empty() {
        found = all.filter(in_title).collect();
    }
    // A whole field's name goes before longer ones that begin so.
    let whole: Vec<usize> =
        found.iter().copied().filter(|at| words.iter().any(|word| catalogue.indicators[*at].field == *word)).collect();
    match (&found[..], &whole[..]) {
        ([one], _) | (_, [one]) => Ok(marchland_game::IndicatorId::from_index(*one)),
        ([], _) => {
            let paths: Vec<&str> = catalogue.indicators.iter().map(|info| info.path.as_str()).collect();
            let short: String = text.chars().take(60).collect();
            let near = nearest(text, &paths).map_or_else(|| ".".to_owned(), |near| format!("; did you mean `{near}`?"));
            Err(format!("no indicator is called `{short}`{near} Words of its name will do, as in `unrest`"))
        }
        _ => {
            // A country's before its regions', and those that are called so before those that have it in their name.
            let mut found = found;
            let rank = |at: &usize| {
                let info = &catalogue.indicators[*at];
                (!words.contains(&info.field), info.kind != "country", *at)
            };
            found.sort_by_key(rank);
            let more = if found.len() > LISTED { ", \u{2026}" } else { "" };
            let paths = found.iter().take(LISTED).map(|at| catalogue.indicators[*at].path.as_str());
            Err(format!("which one: {}{more}?", paths.collect::<Vec<_>>().join(", ")))
        }
    }
}

/// A number as somebody types it: `0.3`, `30%`, `+5`, with a minus of either kind.
#[must_use]
pub fn amount(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches('+').replace('\u{2212}', "-");
    let number = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => text.parse::<f64>().ok()?,
    };
    number.is_finite().then_some(number)
}

/// The player whom somebody means: its name, its title, or words that one title alone holds.
#[must_use]
pub fn player_called(catalogue: &Catalogue, text: &str) -> Option<PlayerId> {
    let text = text.trim().to_lowercase();
    if let Some(player) = catalogue.player(&text.replace([' ', '-'], "_")) {
        return Some(player);
    }
    let words: Vec<&str> = text.split_whitespace().filter(|word| !["the", "of"].contains(word)).collect();
    let holds = |at: &usize| {
        let title = catalogue.players[*at].title.to_lowercase();
        let title = title.split(", ").next().unwrap_or_default();
        let own: Vec<&str> = title.split(|c: char| !c.is_alphanumeric() && c != '\'').collect();
        words.iter().all(|word| own.contains(word))
    };
    let mut found = (0..catalogue.players.len()).filter(holds);
    match (words.is_empty(), found.next(), found.next()) {
        (false, Some(one), None) => Some(PlayerId::from_index(one)),
        _ => None,
    }
}

/// The player of a name.
pub(crate) fn player(catalogue: &Catalogue, name: &str) -> Result<PlayerId, SessionError> {
    catalogue.player(name).ok_or_else(|| {
        let names: Vec<&str> = catalogue.players.iter().map(|player| player.id.as_str()).collect();
        let told: Vec<String> = (0..names.len()).map(|at| player_told(catalogue, PlayerId::from_index(at))).collect();
        SessionError::Refused(format!(
            "there is no player `{name}`{}; there are: {}",
            meant(name, &names),
            told.join(", ")
        ))
    })
}

/// The motion of a name.
pub(crate) fn motion(catalogue: &Catalogue, name: &str) -> Result<MotionId, SessionError> {
    catalogue.motion(name).ok_or_else(|| {
        let names: Vec<&str> = catalogue.motions.iter().map(|motion| motion.id.as_str()).collect();
        SessionError::Refused(format!("there is no motion `{name}`{}", meant(name, &names)))
    })
}

/// The indicator of a path.
pub(crate) fn indicator(catalogue: &Catalogue, path: &str) -> Result<marchland_game::IndicatorId, SessionError> {
    catalogue.indicator(path).ok_or_else(|| {
        let names: Vec<&str> = catalogue.indicators.iter().map(|info| info.path.as_str()).collect();
        SessionError::Refused(format!("there is no indicator `{path}`{}", meant(path, &names)))
    })
}

/// The event of a name.
pub(crate) fn event(catalogue: &Catalogue, name: &str) -> Result<marchland_game::EventId, SessionError> {
    catalogue.event(name).ok_or_else(|| {
        let names: Vec<&str> = catalogue.events.iter().map(|event| event.id.as_str()).collect();
        SessionError::Refused(format!("there is no event `{name}`{}", meant(name, &names)))
    })
}

fn meant(found: &str, names: &[&str]) -> String {
    nearest(found, names).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}
