//! Rows of weights over indicators: what families share that score orders from what they observe.

use marchland_game::{Diagnostic, IndicatorId, Observation, Order, Readings};

use crate::arguments::Arguments;

/// Weights of each order, the constant last; sorted by order.
pub(crate) type WeightRows = Vec<(Order, Vec<f64>)>;

/// The argument `weights`, sorted by order, with what is wrong with it: a row whose length is not that of its inputs and
/// a constant, a weight that is not finite, an order that stands twice. `inputs` is what a weight is for, in words.
pub(crate) fn rows(
    from: &Arguments<'_>,
    code: &'static str,
    (count, inputs): (usize, &str),
    found: &mut Vec<Diagnostic>,
) -> WeightRows {
    let mut rows = from.weights("weights").to_vec();
    for (order, weights) in &rows {
        let name = from.catalogue.order_name(*order);
        if weights.len() != count + 1 {
            let message = format!(
                "order `{name}` has {} weights; one for each of {count} {inputs} and a constant are needed",
                weights.len()
            );
            found.push(from.error(code, message));
        }
        if !weights.iter().all(|weight| weight.is_finite()) {
            found.push(from.error(code, format!("order `{name}` has a weight that is not a finite number")));
        }
    }
    rows.sort_by_key(|(order, _)| *order);
    for pair in rows.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        let name = from.catalogue.order_name(pair[0].0);
        found.push(from.error(code, format!("order `{name}` has weights twice")));
    }
    rows
}

/// How many numbers the rows hold.
pub(crate) fn size(from: &Arguments<'_>) -> usize {
    from.weights("weights").iter().map(|(_, weights)| weights.len()).sum()
}

/// The row of an order; none where it has no weights.
pub(crate) fn row(rows: &WeightRows, order: Order) -> Option<&[f64]> {
    rows.binary_search_by_key(&order, |(order, _)| *order).ok().map(|at| rows[at].1.as_slice())
}

/// Indicators as shares of their ranges, in [0, 1] where the range is finite, else in their own units.
pub(crate) struct Inputs {
    indicators: Vec<IndicatorId>,
    /// Lower end and one over the width, by indicator.
    scales: Vec<(f64, f64)>,
}

impl Inputs {
    /// The argument `indicators`.
    pub fn of(from: &Arguments<'_>) -> Self {
        let indicators = from.indicators("indicators").to_vec();
        let scale = |id: &IndicatorId| {
            let (low, high) = from.catalogue.indicators[id.index()].range;
            let width = high - low;
            // An indicator without a finite range counts by its own unit.
            if width.is_finite() && width > 0.0 { (low, 1.0 / width) } else { (0.0, 1.0) }
        };
        Self { scales: indicators.iter().map(scale).collect(), indicators }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.indicators.len()
    }

    /// What is observed of each, in order.
    pub fn read<'a>(&'a self, at: &'a Observation<'_>) -> impl Iterator<Item = f64> + 'a {
        self.indicators.iter().zip(&self.scales).map(|(id, (low, per_width))| (at.now(*id) - low) * per_width)
    }
}
