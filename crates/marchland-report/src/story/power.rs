//! Happenings of power: falls, plots, breaks, votes.

use marchland_game::{IndicatorId, PlayerId, PlayerSet};
use marchland_laws::state::country::{ExitMode, RegimeStatus, Vote, VoteResult};
use marchland_laws::state::elite::Strike;
use marchland_sim::scenario::Scenario;
use marchland_sim::scenario::telling::Theme;
use marchland_sim::world::CodedState;

use super::audience::Audience;
use super::cast::{Cast, Country, Values};
use super::happening::{Happening, POWER, PowerLost, What, authority};

/// Adds what happened to power in a month, with those particulars of it that the audience knows when it hears of it.
pub fn gather(scenario: &Scenario, cast: &Cast, values: Values<'_>, audience: Audience, found: &mut Vec<Happening>) {
    let (Some(country), Some(record)) = (&cast.country, values.record()) else { return };
    let weekly = record.rounds.len() > 1;
    let mut add = |what: What, weight: f64, theme: Theme, read_off: &[Option<IndicatorId>], round: Option<u8>| {
        let evidence = read_off.iter().flatten().map(|id| (*id, 0.0)).collect();
        let seen_by = PlayerSet::EVERYBODY;
        let week = round.filter(|_| weekly).map(|round| round + 1);
        found.push(Happening { turn: record.turn, week, what, weight, theme, seen_by, evidence });
    };
    let falls = falls(country, values);
    let strikes: Vec<(usize, u8, Strike)> = cast
        .elites
        .iter()
        .enumerate()
        .flat_map(|(at, elite)| {
            let taken = elite.strike.map(|id| values.taken(id)).unwrap_or_default();
            taken.into_iter().map(move |(round, value)| (at, round, Strike::nearest(value)))
        })
        .collect();
    let main = country.exit_mode.and_then(|id| audience.knows(scenario, id));
    let open = |id: Option<IndicatorId>| {
        let within = main.map_or(0, |known| known.delay);
        id.is_some_and(|id| audience.exactly(scenario, id, within))
    };
    for (nth, (round, way)) in falls.iter().enumerate() {
        let author = strikes.iter().find(|(_, at, strike)| *strike == Strike::Won && (at == round || falls.len() == 1));
        let last = nth + 1 == falls.len();
        let acting = last.then(|| acting(cast, values)).flatten();
        // Who acts is told, or nobody is said to have taken over, to those who cannot know whether somebody acts.
        let told = cast.elites.iter().all(|elite| elite.acting.is_none() || open(elite.acting));
        let result = country.result.filter(|id| open(Some(*id))).map(|id| values.state::<VoteResult>(id));
        let lost = PowerLost {
            way: *way,
            author: author.map(|(at, ..)| *at).filter(|at| open(cast.elites[*at].strike)),
            fallen: fallen(scenario, country, values, nth),
            acting: acting.filter(|_| told),
            successor: country.heir.or(country.head).filter(|_| acting.is_none() && told),
            stood_aside: cast
                .elites
                .iter()
                .all(|elite| elite.defected.is_none() || open(elite.defected))
                .then(|| deserters(cast, values)),
            interim: country.interim.filter(|id| open(Some(*id))).map_or(0, |id| super::scale::whole(values.now(id))),
            not_stood: result == Some(VoteResult::NotStood),
        };
        let weight = 100.0 - nth as f64;
        add(What::PowerLost(lost), weight, Theme::Power, &[country.exit_mode], Some(*round));
    }
    for (by, round, strike) in &strikes {
        let weight = match strike {
            Strike::Failed => 90.0,
            Strike::Discovered => 64.0,
            Strike::Won | Strike::None => continue,
        };
        let read_off = [cast.elites[*by].strike];
        add(What::Attempt { by: *by, strike: *strike }, weight, Theme::Power, &read_off, Some(*round));
    }
    for (at, elite) in cast.elites.iter().enumerate() {
        if let Some(plot) = elite.plot
            && values.before(plot) == 0.0
            && values.now(plot) > 0.0
        {
            add(What::PlotBegun(at), 34.0, Theme::Power, &[Some(plot)], None);
        }
    }
    if falls.is_empty() {
        breaks(cast, values, &mut add);
    }
    if let (Some(campaigns), Some(_)) = (country.campaigns, country.occasion)
        && values.now(campaigns) > values.before(campaigns)
    {
        add(What::Campaign, 56.0, Theme::Streets, &[Some(campaigns)], None);
    }
    let (stood, stands) = authority(country, values);
    if stood != stands {
        let weight = if stands { POWER } else { 97.0 };
        add(What::Authority { restored: stands }, weight, Theme::Power, &[Some(country.status)], None);
    } else if !stands {
        // A standing fact, told again after a quarter, half a year and each year.
        let months = lawless(country, values);
        if matches!(months, 3 | 6) || months.is_multiple_of(12) {
            add(What::Lawless(months), 52.0, Theme::Power, &[Some(country.status)], None);
        }
    }
    votes(country, values, &falls, &mut add);
}

/// Months at whose end authority has been gone without a break, this one among them.
fn lawless(country: &Country, values: Values<'_>) -> u32 {
    let gone = |at: &usize| {
        let so_far = Values { records: &values.records[..=*at] };
        so_far.state::<RegimeStatus>(country.status) == RegimeStatus::Collapsed
    };
    (0..values.records.len()).rev().take_while(gone).count() as u32
}

/// Every loss of office of the month: in which round, and how.
fn falls(country: &Country, values: Values<'_>) -> Vec<(u8, ExitMode)> {
    let (Some(mode), Some(turn), Some(record)) = (country.exit_mode, country.exit_turn, values.record()) else {
        return Vec::new();
    };
    let taken = values.taken(mode).into_iter().map(|(round, value)| (round, ExitMode::nearest(value)));
    let mut falls: Vec<(u8, ExitMode)> = taken.filter(|(_, way)| *way != ExitMode::None).collect();
    // The same way twice leaves no step of the indicator.
    if falls.is_empty() && values.now(turn) == f64::from(record.turn) {
        falls.push((0, values.state(mode)));
    }
    falls
}

/// Who governed before the month's first fall, or before a later one.
fn fallen(scenario: &Scenario, country: &Country, values: Values<'_>, nth: usize) -> Option<PlayerId> {
    let governed = |player: &PlayerId| {
        let office = scenario.catalogue.players[player.index()].in_office;
        office.is_none_or(|id| values.before(id) > 0.5)
    };
    match nth {
        0 => country.head.filter(governed).or(country.heir),
        _ => country.heir.or(country.head),
    }
}

fn acting(cast: &Cast, values: Values<'_>) -> Option<usize> {
    cast.elites.iter().position(|elite| elite.acting.is_some_and(|id| values.state::<bool>(id)))
}

/// Elites that had left when the month began, or left in it.
fn deserters(cast: &Cast, values: Values<'_>) -> Vec<usize> {
    let left = |at: &usize| {
        let Some(id) = cast.elites[*at].defected else { return false };
        values.before(id) > 0.5 || values.taken(id).iter().any(|(_, value)| *value > 0.5)
    };
    (0..cast.elites.len()).filter(left).collect()
}

fn breaks(cast: &Cast, values: Values<'_>, add: &mut impl FnMut(What, f64, Theme, &[Option<IndicatorId>], Option<u8>)) {
    let turned = |now: bool| -> Vec<usize> {
        let all = 0..cast.elites.len();
        let turned = |at: &usize| {
            let Some(id) = cast.elites[*at].defected else { return false };
            values.state::<bool>(id) == now && bool::nearest(values.before(id)) != now
        };
        all.filter(turned).collect()
    };
    let read_off = |who: &[usize]| who.iter().map(|at| cast.elites[*at].defected).collect::<Vec<_>>();
    let (left, returned) = (turned(true), turned(false));
    if !left.is_empty() {
        let force: f64 = left.iter().filter_map(|at| cast.elites[*at].force).map(|id| values.now(id)).sum();
        let read_off = read_off(&left);
        add(What::Left(left), if force >= 0.3 { 66.0 } else { 58.0 }, Theme::Power, &read_off, None);
    }
    if !returned.is_empty() {
        let read_off = read_off(&returned);
        add(What::Returned(returned), 44.0, Theme::Power, &read_off, None);
    }
}

fn votes(
    country: &Country,
    values: Values<'_>,
    falls: &[(u8, ExitMode)],
    add: &mut impl FnMut(What, f64, Theme, &[Option<IndicatorId>], Option<u8>),
) {
    let (Some(vote), Some(result)) = (country.vote, country.result) else { return };
    let read_off = [Some(vote), Some(result)];
    // In a month of weeks the vote's own week is booked, and the others overwrite it.
    let taken = values.taken(vote);
    let held = taken.iter().map(|(round, value)| (*round, Vote::nearest(*value)));
    let now = (0, values.state::<Vote>(vote));
    let held = held.rev().find(|(_, vote)| *vote != Vote::None).or((now.1 != Vote::None).then_some(now));
    let Some((round, vote)) = held else { return };
    // An election that costs office is told as that.
    if vote == Vote::President && falls.iter().any(|(_, way)| *way == ExitMode::Elected) {
        return;
    }
    let interim = country.interim.is_some_and(|id| values.before(id) > 0.0);
    let result = values.state::<VoteResult>(result);
    let weight = match (vote, result) {
        (_, VoteResult::Stolen) => 66.0,
        (Vote::President, _) if interim => 68.0,
        (Vote::President, _) => 65.0,
        (Vote::Parliament, _) => 60.0,
        _ => 52.0,
    };
    add(What::Vote { vote, result, interim }, weight, Theme::Power, &read_off, Some(round));
}
