//! Pictures as SVG: text that any browser opens and any office program prints.
//!
//! Every figure is a pure function to a `String`; equal inputs give equal bytes. Series differ by colour
//! (Okabe & Ito 2008, safe for the colour-blind) *and* by dash, filling or depth, so that a picture
//! survives a black-and-white printer. Values that are not finite leave a gap.

mod axis;
mod bars;
mod best_response;
mod change;
mod chart;
mod fan;
mod forecast;
mod scatter;
mod survival;
pub(crate) mod svg;
mod track;
mod trajectory;
mod tree;

pub use bars::{Bar, BarGroup, bars};
pub use best_response::{Node, best_response};
pub(crate) use change::change;
pub use chart::Labels;
pub use fan::{FanPoint, FanSeries, fan};
pub use forecast::{RocCurve, SaidAndSeen, reliability, roc, separation};
pub use scatter::{DotSeries, lines, scatter};
pub use survival::{SurvivalSeries, survival};
pub(crate) use track::{Track, sparkline, track};
pub use trajectory::trajectory;
pub(crate) use tree::tree;

#[cfg(test)]
mod tests;
