//! Payoff tensors as NumPy arrays, in OpenSpiel's layout.
//!
//! The array has one axis more than the game has players: the first runs over players, the others over
//! their strategies in order. OpenSpiel's `pyspiel.create_tensor_game` and `game_payoffs_array` use it
//! (Lanctot et al. 2019).

use npyz::{DType, NpyFile, Order, TypeChar, WriterBuilder};

use crate::error::Error;
use crate::game::{Game, check_counts, strides_of};

/// The longest header accepted, in bytes; NumPy's own take 128 for any game of up to 20 players.
const MAX_HEADER: usize = 1024;
/// The deepest nesting of brackets accepted in a header.
const MAX_BRACKETS: usize = 8;

/// Reads a game from the bytes of a `.npy` file of doubles, floats or integers, in C or Fortran order.
///
/// # Errors
/// [`Error::Tensor`] if the bytes are no such array, have other data types, or the first axis is not as
/// long as there are further axes. The errors of [`Game::new`] for what the array holds; [`Error::TooLarge`] before memory is taken.
pub fn read(bytes: &[u8]) -> Result<Game, Error> {
    let fail = |message: String| Err(Error::Tensor(message));
    check_header(bytes)?;
    let file = NpyFile::new(bytes).map_err(|error| Error::Tensor(error.to_string()))?;
    let shape: Option<Vec<usize>> = file.shape().iter().map(|&n| usize::try_from(n).ok()).collect();
    let Some((&players, counts)) = shape.as_ref().and_then(|shape| shape.split_first()) else {
        return fail("an array of one number, or an axis too long".into());
    };
    if players != counts.len() {
        return fail(format!(
            "the first axis runs over players and has length {players}, but {} axes of strategies follow",
            counts.len()
        ));
    }
    let names: Vec<String> = (1..=players).map(|i| i.to_string()).collect();
    let profiles = check_counts(counts, &names)?;
    let order = file.order();
    let DType::Plain(kind) = file.dtype() else {
        return fail("a structured array; expected plain numbers".into());
    };
    let size = kind.size_field();
    let header = bytes.len() as u64;
    let need = size.saturating_mul((profiles * players) as u64);
    if need > header {
        return fail(format!("{need} bytes of numbers expected, the file is shorter"));
    }
    let numbers = match (kind.type_char(), size) {
        (TypeChar::Float, 8) => file.into_vec::<f64>(),
        (TypeChar::Float, 4) => file.into_vec::<f32>().map(widen),
        (TypeChar::Int, 8) => file.into_vec::<i64>().map(|v| v.iter().map(|&u| u as f64).collect()),
        (TypeChar::Int, 4) => file.into_vec::<i32>().map(widen),
        _ => return fail(format!("numbers of type {kind}; expected f8, f4, i8 or i4")),
    }
    .map_err(|error| Error::Tensor(error.to_string()))?;
    let payoffs = match order {
        Order::C => numbers.chunks_exact(profiles).map(<[f64]>::to_vec).collect(),
        Order::Fortran => from_fortran(&numbers, counts),
    };
    Game::unnamed(counts, payoffs)
}

/// The bytes of a `.npy` file with a game's payoffs, as doubles in C order.
pub fn write(game: &Game) -> Vec<u8> {
    let shape: Vec<u64> =
        std::iter::once(game.player_count()).chain(game.counts().iter().copied()).map(|n| n as u64).collect();
    let mut bytes = Vec::new();
    let options = npyz::WriteOptions::new().default_dtype().shape(&shape);
    let mut writer = options.writer(&mut bytes).begin_nd().expect("writing to memory");
    for player in 0..game.player_count() {
        writer.extend(game.tensor(player).iter().copied()).expect("writing to memory");
    }
    writer.finish().expect("all payoffs were written");
    bytes
}

fn widen<T: Copy + Into<f64>>(numbers: Vec<T>) -> Vec<f64> {
    numbers.into_iter().map(Into::into).collect()
}

/// The header is a Python literal, read by recursion: a hostile one must not exhaust the stack.
fn check_header(bytes: &[u8]) -> Result<(), Error> {
    let fail = |message: &str| Err(Error::Tensor(message.into()));
    if !bytes.starts_with(b"\x93NUMPY") || bytes.len() < 12 {
        return fail("not a NumPy array");
    }
    let (length, start) = match bytes[6] {
        1 => (usize::from(u16::from_le_bytes([bytes[8], bytes[9]])), 10),
        _ => (u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]) as usize, 12),
    };
    if length > MAX_HEADER {
        return fail("a header of more than 1024 bytes");
    }
    let Some(header) = bytes.get(start..start + length) else {
        return fail("the file ends in its header");
    };
    let brackets = header.iter().filter(|b| b"([{".contains(b)).count();
    if brackets > MAX_BRACKETS {
        return fail("a header with more than 8 brackets");
    }
    Ok(())
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

    #[test]
    fn fortran_order_and_other_numbers() {
        let mut bytes = Vec::new();
        let options = npyz::WriteOptions::new().default_dtype().shape(&[3, 2, 3, 2]);
        let mut writer = options.order(Order::Fortran).writer(&mut bytes).begin_nd().expect("memory");
        let game = game();
        for (c, b, a) in (0..2).flat_map(|c| (0..3).flat_map(move |b| (0..2).map(move |a| (c, b, a)))) {
            for player in 0..3 {
                writer.push(&(game.payoff(player, &[a, b, c]) as f32)).expect("memory");
            }
        }
        writer.finish().expect("memory");
        assert_eq!(read(&bytes), Ok(game));
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
