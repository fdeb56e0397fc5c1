//! Payoff tensors as NumPy arrays, in OpenSpiel's layout.
//!
//! The array has one axis more than the game has players: the first runs over players, the others over
//! their strategies in order. OpenSpiel's `pyspiel.create_tensor_game` and `game_payoffs_array` use it
//! (Lanctot et al. 2019).

use winnow::Result as Parsed;
use winnow::ascii::{dec_uint, multispace0};
use winnow::combinator::{alt, delimited, opt, separated, separated_pair, terminated};
use winnow::prelude::*;
use winnow::token::take_till;

use crate::error::Error;
use crate::game::{Game, check_counts, strides_of};

/// What a `.npy` file begins with.
const MAGIC: &[u8] = b"\x93NUMPY";
/// The longest header accepted, in bytes; NumPy's own take 128 for any game of up to 20 players.
const MAX_HEADER: usize = 1024;
/// Where numbers begin is a multiple of this many bytes in what is written, as NumPy has it.
const ALIGNMENT: usize = 64;

/// Reads a game from the bytes of a `.npy` file of doubles, floats or integers, in C or Fortran order.
///
/// # Errors
/// [`Error::Tensor`] if the bytes are no such array, have other data types, or the first axis is not as
/// long as there are further axes. The errors of [`Game::new`] for what the array holds; [`Error::TooLarge`] before memory is taken.
pub fn read(bytes: &[u8]) -> Result<Game, Error> {
    let fail = |message: String| Err(Error::Tensor(message));
    let (header, data) = parts(bytes)?;
    let Header { kind, fortran, shape } = header;
    let Some((&players, counts)) = shape.split_first() else {
        return fail("an array of one number; expected one axis of players and one of strategies for each".into());
    };
    if players != counts.len() {
        return fail(format!(
            "the first axis runs over players and has length {players}, but {} axes of strategies follow",
            counts.len()
        ));
    }
    let names: Vec<String> = (1..=players).map(|i| i.to_string()).collect();
    let profiles = check_counts(counts, &names)?;
    let numbers = match kind.trim_start_matches(['<', '>', '=']) {
        "f8" => numbers(data, &kind, f64::from_le_bytes),
        "f4" => numbers(data, &kind, |four| f64::from(f32::from_le_bytes(four))),
        "i8" => numbers(data, &kind, |eight| i64::from_le_bytes(eight) as f64),
        "i4" => numbers(data, &kind, |four| f64::from(i32::from_le_bytes(four))),
        _ => return fail(format!("numbers of type {kind}; expected f8, f4, i8 or i4")),
    };
    let needed = profiles * players;
    let Some(numbers) = numbers.get(..needed) else {
        return fail(format!("{needed} numbers expected, the file ends after {}", numbers.len()));
    };
    let payoffs = if fortran {
        from_fortran(numbers, counts)
    } else {
        numbers.chunks_exact(profiles).map(<[f64]>::to_vec).collect()
    };
    Game::unnamed(counts, payoffs)
}

/// The bytes of a `.npy` file with a game's payoffs, as doubles in C order.
pub fn write(game: &Game) -> Vec<u8> {
    let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}", game.player_count());
    for count in game.counts() {
        header += &format!(", {count}");
    }
    header += "), }";
    let before = MAGIC.len() + 4;
    let whole = (before + header.len() + 1).next_multiple_of(ALIGNMENT);
    header = format!("{header:width$}\n", width = whole - before - 1);
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    // As a long header as sixteen bits can tell would need thousands of players.
    bytes.extend(u16::try_from(header.len()).expect("a game's shape is short").to_le_bytes());
    bytes.extend(header.as_bytes());
    for player in 0..game.player_count() {
        bytes.extend(game.tensor(player).iter().flat_map(|payoff| payoff.to_le_bytes()));
    }
    bytes
}

/// What the header of a `.npy` file says.
struct Header {
    /// The numbers' type: `<f8`.
    kind: String,
    fortran: bool,
    shape: Vec<usize>,
}

/// The header and the bytes after it.
fn parts(bytes: &[u8]) -> Result<(Header, &[u8]), Error> {
    let fail = |message: &str| Err(Error::Tensor(message.into()));
    if !bytes.starts_with(MAGIC) || bytes.len() < 12 {
        return fail("not a NumPy array");
    }
    let (length, start) = match bytes[6] {
        1 => (usize::from(u16::from_le_bytes([bytes[8], bytes[9]])), 10),
        _ => (u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]) as usize, 12),
    };
    if length > MAX_HEADER {
        return fail("a header of more than 1024 bytes");
    }
    let Some(text) = bytes.get(start..start + length) else {
        return fail("the file ends in its header");
    };
    let entries = std::str::from_utf8(text).ok().and_then(|text| dictionary.parse(text).ok());
    let Some(entries) = entries else {
        return fail("a header that is not the dictionary of an array of plain numbers");
    };
    let entry = |name: &str| entries.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
    let (Some(Value::Text(kind)), Some(Value::Flag(fortran)), Some(Value::Axes(shape))) =
        (entry("descr"), entry("fortran_order"), entry("shape"))
    else {
        return fail("a header without the type, order or shape of plain numbers");
    };
    let header = Header { kind: (*kind).to_owned(), fortran: *fortran, shape: shape.clone() };
    Ok((header, &bytes[start + length..]))
}

/// A value of a header: as much of a Python literal as NumPy writes for an array of plain numbers.
#[derive(Clone)]
enum Value<'a> {
    Text(&'a str),
    Flag(bool),
    Axes(Vec<usize>),
}

fn dictionary<'a>(input: &mut &'a str) -> Parsed<Vec<(&'a str, Value<'a>)>> {
    let entry = separated_pair(text, (multispace0, ':', multispace0), value);
    let entries = separated(0.., entry, (multispace0, ',', multispace0));
    delimited((multispace0, '{', multispace0), entries, (opt((multispace0, ',')), multispace0, '}', multispace0))
        .parse_next(input)
}

fn text<'a>(input: &mut &'a str) -> Parsed<&'a str> {
    let quoted = |quote: char| delimited(quote, take_till(0.., move |c| c == quote), quote);
    alt((quoted('\''), quoted('"'))).parse_next(input)
}

fn value<'a>(input: &mut &'a str) -> Parsed<Value<'a>> {
    // Python 2 wrote long integers with an L.
    let axis = terminated(dec_uint::<_, usize, _>, opt('L'));
    let axes = separated(0.., axis, (multispace0, ',', multispace0));
    let tuple = delimited(('(', multispace0), axes, (opt((multispace0, ',')), multispace0, ')'));
    alt((
        text.map(Value::Text),
        "True".value(Value::Flag(true)),
        "False".value(Value::Flag(false)),
        tuple.map(Value::Axes),
    ))
    .parse_next(input)
}

/// The numbers of a kind, by what reads one from its bytes, little end first.
fn numbers<const WIDTH: usize>(data: &[u8], kind: &str, one: impl Fn([u8; WIDTH]) -> f64) -> Vec<f64> {
    let turned = kind.starts_with('>') || kind.starts_with('=') && cfg!(target_endian = "big");
    let number = |bytes: &[u8; WIDTH]| {
        let mut bytes = *bytes;
        if turned {
            bytes.reverse();
        }
        one(bytes)
    };
    data.as_chunks().0.iter().map(number).collect()
}

/// Fortran order runs the first axis, over players, fastest.
fn from_fortran(numbers: &[f64], counts: &[usize]) -> Vec<Vec<f64>> {
    let n = counts.len();
    let strides = strides_of(counts);
    let profiles = numbers.len() / n;
    let mut payoffs = vec![vec![0.0; profiles]; n];
    for (k, values) in numbers.chunks_exact(n).enumerate() {
        let mut rest = k;
        let mut place = 0;
        for (count, stride) in counts.iter().zip(&strides) {
            place += rest % count * stride;
            rest /= count;
        }
        for (tensor, &u) in payoffs.iter_mut().zip(values) {
            tensor[place] = u;
        }
    }
    payoffs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn game() -> Game {
        let tensor = |k: usize| (0..12).map(|place| (place * (k + 2)) as f64).collect();
        Game::unnamed(&[2, 3, 2], (0..3).map(tensor).collect()).expect("a valid game")
    }

    #[test]
    fn round_trip() {
        assert_eq!(read(&write(&game())), Ok(game()));
    }

    /// A file as NumPy would write it.
    fn file(header: &str, numbers: impl IntoIterator<Item = u8>) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(numbers);
        bytes
    }

    #[test]
    fn what_is_written_is_what_numpy_writes() {
        // numpy.save of numpy.array([[3.0, 1.0]]): one player with two strategies.
        let header = format!("{:117}\n", "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }");
        let bytes = write(&Game::unnamed(&[2], vec![vec![3.0, 1.0]]).expect("a valid game"));
        assert_eq!(bytes, file(&header, [3.0_f64, 1.0].iter().flat_map(|u| u.to_le_bytes())));
        assert_eq!((bytes.len() - 16) % 64, 0);
    }

    #[test]
    fn fortran_order_and_other_numbers() {
        let game = game();
        let order = (0..2).flat_map(|c| (0..3).flat_map(move |b| (0..2).map(move |a| [a, b, c])));
        let numbers = |player: usize, at: &[usize; 3]| game.payoff(player, at);
        let all: Vec<f64> = order.flat_map(|at| (0..3).map(move |player| numbers(player, &at))).collect();
        let header = |kind: &str| format!("{{'descr': '{kind}', 'fortran_order': True, 'shape': (3, 2, 3, 2), }}\n");
        let little = file(&header("<f4"), all.iter().flat_map(|&u| (u as f32).to_le_bytes()));
        let big = file(&header(">i4"), all.iter().flat_map(|&u| (u as i32).to_be_bytes()));
        let long = file(
            "{\"shape\": (3L, 2L, 3L, 2L), 'descr':'<i8', 'fortran_order':True}",
            all.iter().flat_map(|&u| (u as i64).to_le_bytes()),
        );
        for bytes in [little, big, long] {
            assert_eq!(read(&bytes), Ok(game.clone()));
        }
    }

    #[test]
    fn other_arrays() {
        let told = |header: &str| match read(&file(header, [0; 64])) {
            Err(Error::Tensor(message)) => message,
            other => panic!("{header}: {other:?}"),
        };
        assert!(told("{'descr': '<c16', 'fortran_order': False, 'shape': (1, 2), }").contains("type <c16"));
        assert!(told("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1, 2), }").contains("plain numbers"));
        assert!(told("{'descr': '<f8', 'fortran_order': False, 'shape': (), }").contains("one number"));
        assert!(told("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }").contains("length 2"));
        assert!(told("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 9), }").contains("ends after 8"));
        assert!(
            told("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 99999999999999999999999), }")
                .contains("dictionary")
        );
    }

    #[test]
    fn refusals() {
        let bytes = write(&game());
        assert!(matches!(read(&bytes[..bytes.len() - 1]), Err(Error::Tensor(_))));
        assert!(matches!(read(&bytes[..40]), Err(Error::Tensor(_))));
        assert!(matches!(read(b"NFG 1 R"), Err(Error::Tensor(_))));
        let nan = Game::unnamed(&[2], vec![vec![f64::NAN, 0.0]]);
        assert!(matches!(nan, Err(Error::NotFinite { .. })));
        let mut deep = b"\x93NUMPY\x01\x00\x00\x01".to_vec();
        deep.extend([b'('; 256]);
        assert!(matches!(read(&deep), Err(Error::Tensor(_))));
    }
}
