//! Where does it fail: scenario discovery (Bryant & Lempert 2010).
//!
//! Given factors and a yes or no per game, [`Prim`] peels a box in which the answer is mostly yes, and
//! [`cart`] grows a tree of such boxes. Games without a result, or with a factor that is not finite, are
//! left out and counted.
//!
//! ```
//! use marchland_experiments::discover::{CartOptions, cart};
//! use marchland_experiments::table::FactorColumn;
//!
//! let price: Vec<f64> = (0..100).map(f64::from).collect();
//! let fails: Vec<Option<bool>> = price.iter().map(|price| Some(*price >= 70.0)).collect();
//! let tree = cart(&[FactorColumn::numbers("price", price)], &fails, &CartOptions::default())?;
//! assert_eq!((tree.leaves[0].games, tree.leaves[0].density), (30, 1.0));
//! # Ok::<(), marchland_experiments::discover::PrimError>(())
//! ```

mod boxes;
mod cart;
mod prim;
mod quasi_p;

pub use boxes::{Limits, Restriction, in_box};
pub use cart::{Cart, CartLeaf, CartOptions, cart};
pub use prim::{Prim, PrimBox, PrimError, PrimObjective, PrimOptions, knee};
pub use quasi_p::{QuasiP, quasi_p};
