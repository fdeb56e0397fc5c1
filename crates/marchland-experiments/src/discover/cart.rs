//! A classification tree (Breiman et al. 1984): boxes by successive halving. Leaves are chosen for what
//! they hold, so that their densities are flattered: no coverage is claimed.

use super::boxes::Restriction;
use super::prim::PrimError;
use crate::table::{FactorColumn, FactorValues};
use serde::{Deserialize, Serialize};

/// Options of [`cart`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CartOptions {
    /// Smallest share of the usable games in a leaf, in (0, 1).
    pub least_mass: f64,
    /// Largest number of splits on the way to a leaf, at least 1.
    pub depth: u32,
}

impl Default for CartOptions {
    fn default() -> Self {
        CartOptions { least_mass: 0.05, depth: 4 }
    }
}

/// A leaf: a box with its games.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CartLeaf {
    /// What leads there. A lower end is exclusive of what lies on the other side of the split: it is put
    /// midway between the two nearest values.
    pub restrictions: Vec<Restriction>,
    /// Games in it.
    pub games: u64,
    /// Those of interest.
    pub hits: u64,
    /// Share of all games of interest.
    pub coverage: f64,
    /// Share of its games that are of interest.
    pub density: f64,
}

/// A classification tree by its leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cart {
    /// Usable games.
    pub used: u64,
    /// Games left out because their answer or one of their factors is unknown.
    pub left_out: u64,
    /// The leaves, densest first.
    pub leaves: Vec<CartLeaf>,
}

/// Grows a tree that splits by the largest fall of the Gini impurity; of equal falls by the earliest
/// factor and lowest value. Names are split one option against the rest. `interest` as for
/// [`Prim::new`](super::Prim::new).
///
/// # Errors
/// [`PrimError`] without factors, for lengths or options that do not fit, and if all usable games have
/// one answer.
pub fn cart(factors: &[FactorColumn], interest: &[Option<bool>], options: &CartOptions) -> Result<Cart, PrimError> {
    if factors.is_empty() {
        return Err(PrimError::NoFactors);
    }
    for f in factors {
        if f.len() != interest.len() {
            return Err(PrimError::Length { what: f.name.clone(), expected: interest.len(), found: f.len() });
        }
    }
    if !(options.least_mass > 0.0 && options.least_mass < 1.0) {
        return Err(PrimError::Option { what: "least_mass", allowed: "(0, 1)", found: options.least_mass });
    }
    if options.depth == 0 {
        return Err(PrimError::Option { what: "depth", allowed: "1 and above", found: 0.0 });
    }
    let usable: Vec<usize> =
        (0..interest.len()).filter(|&r| interest[r].is_some() && factors.iter().all(|f| f.usable(r))).collect();
    let columns: Vec<FactorColumn> = factors.iter().map(|f| f.rows(&usable)).collect();
    let answers: Vec<bool> = usable.iter().map(|&r| interest[r] == Some(true)).collect();
    let hits = answers.iter().filter(|&&a| a).count();
    if hits == 0 || hits == answers.len() {
        return Err(PrimError::OneKind { used: answers.len() as u64, interest: hits as u64 });
    }
    let least = (options.least_mass * answers.len() as f64) as usize;
    let grower = Grower { columns: &columns, answers: &answers, least: if least > 1 { least } else { 1 } };
    let orders = columns
        .iter()
        .map(|f| match &f.values {
            FactorValues::Numbers(values) => crate::statistics::rising_order(values),
            FactorValues::Names { .. } => (0..answers.len() as u32).collect(),
        })
        .collect();
    let mut leaves = Vec::new();
    grower.grow(orders, Vec::new(), options.depth, &mut leaves);
    for leaf in &mut leaves {
        leaf.coverage = leaf.hits as f64 / hits as f64;
    }
    leaves.sort_by(|a, b| b.density.total_cmp(&a.density));
    Ok(Cart { used: answers.len() as u64, left_out: (interest.len() - answers.len()) as u64, leaves })
}

struct Grower<'a> {
    columns: &'a [FactorColumn],
    answers: &'a [bool],
    least: usize,
}

/// A split: a factor, the rule of the left side, and its impurity.
struct Split {
    factor: usize,
    rule: Rule,
    impurity: f64,
}

#[derive(Clone, Copy)]
enum Rule {
    /// At most this value.
    AtMost(f64),
    /// This option.
    Is(u32),
}

impl Grower<'_> {
    /// Grows the node whose games stand in `orders`, one order per factor.
    fn grow(&self, orders: Vec<Vec<u32>>, restrictions: Vec<Restriction>, depth: u32, leaves: &mut Vec<CartLeaf>) {
        let rows = &orders[0];
        let hits = rows.iter().filter(|&&r| self.answers[r as usize]).count();
        let split = if depth == 0 || hits == 0 || hits == rows.len() { None } else { self.best_split(&orders, hits) };
        let Some(split) = split else {
            leaves.push(CartLeaf {
                restrictions,
                games: rows.len() as u64,
                hits: hits as u64,
                coverage: 0.0,
                density: hits as f64 / rows.len() as f64,
            });
            return;
        };
        let goes_left = |r: u32| match (split.rule, &self.columns[split.factor].values) {
            (Rule::AtMost(end), FactorValues::Numbers(values)) => values[r as usize] <= end,
            (Rule::Is(option), FactorValues::Names { codes, .. }) => codes[r as usize] == option,
            _ => false,
        };
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for order in orders {
            let (l, r): (Vec<u32>, Vec<u32>) = order.into_iter().partition(|&r| goes_left(r));
            left.push(l);
            right.push(r);
        }
        let (to_left, to_right) = self.restrict(&restrictions, &split, &left, &right);
        self.grow(left, to_left, depth - 1, leaves);
        self.grow(right, to_right, depth - 1, leaves);
    }

    fn best_split(&self, orders: &[Vec<u32>], hits: usize) -> Option<Split> {
        let n = orders[0].len();
        // n times the Gini impurity of two sides.
        let impurity = |n_left: usize, hits_left: usize| {
            let side = |n: usize, h: usize| 2.0 * h as f64 * (n - h) as f64 / n as f64;
            side(n_left, hits_left) + side(n - n_left, hits - hits_left)
        };
        let whole = 2.0 * hits as f64 * (n - hits) as f64 / n as f64;
        let mut best: Option<Split> = None;
        let mut consider = |factor: usize, rule: Rule, n_left: usize, hits_left: usize| {
            if n_left < self.least || n - n_left < self.least {
                return;
            }
            let impurity = impurity(n_left, hits_left);
            // Rounding must not pass for a gain.
            if impurity < whole * (1.0 - 1e-12) && best.as_ref().is_none_or(|b| impurity < b.impurity) {
                best = Some(Split { factor, rule, impurity });
            }
        };
        for (f, order) in orders.iter().enumerate() {
            match &self.columns[f].values {
                FactorValues::Numbers(values) => {
                    let mut hits_left = 0;
                    for i in 0..n - 1 {
                        hits_left += usize::from(self.answers[order[i] as usize]);
                        let (here, next) = (values[order[i] as usize], values[order[i + 1] as usize]);
                        if here < next {
                            consider(f, Rule::AtMost(here), i + 1, hits_left);
                        }
                    }
                }
                FactorValues::Names { options, codes } => {
                    let (mut games, mut hit) = (vec![0; options.len()], vec![0; options.len()]);
                    for &r in order {
                        let code = codes[r as usize] as usize;
                        games[code] += 1;
                        hit[code] += usize::from(self.answers[r as usize]);
                    }
                    for option in 0..options.len() {
                        consider(f, Rule::Is(option as u32), games[option], hit[option]);
                    }
                }
            }
        }
        best
    }

    /// The restrictions of both sides of a split.
    fn restrict(
        &self,
        now: &[Restriction],
        split: &Split,
        left: &[Vec<u32>],
        right: &[Vec<u32>],
    ) -> (Vec<Restriction>, Vec<Restriction>) {
        let column = &self.columns[split.factor];
        let side = |change: &dyn Fn(&mut Restriction)| {
            let mut out = now.to_vec();
            let place = out.iter().position(|r| r.factor == column.name).unwrap_or_else(|| {
                out.push(Restriction { factor: column.name.clone(), low: None, high: None, options: Vec::new() });
                out.len() - 1
            });
            change(&mut out[place]);
            out
        };
        match (split.rule, &column.values) {
            (Rule::AtMost(end), FactorValues::Numbers(values)) => {
                let next = right[split.factor].first().map_or(end, |&r| values[r as usize]);
                let middle = 0.5 * (end + next);
                // Adjacent doubles have no middle.
                let low = if middle > end { middle } else { next };
                (side(&|r| r.high = Some(if middle < next { middle } else { end })), side(&|r| r.low = Some(low)))
            }
            (_, FactorValues::Names { options, codes }) => {
                let present = |rows: &[u32]| -> Vec<String> {
                    let mut seen = vec![false; options.len()];
                    for &r in rows {
                        seen[codes[r as usize] as usize] = true;
                    }
                    options.iter().zip(seen).filter(|(_, s)| *s).map(|(o, _)| o.clone()).collect()
                };
                let (l, r) = (present(&left[split.factor]), present(&right[split.factor]));
                (side(&|x| x.options.clone_from(&l)), side(&|x| x.options.clone_from(&r)))
            }
            _ => (now.to_vec(), now.to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::boxes::in_box;
    use super::*;
    use crate::draws;

    fn uniform(name: &str, n: u64) -> Vec<f64> {
        (0..n).map(|i| draws::uniform(&mut draws::stream(draws::key(2, name, &[i])))).collect()
    }

    #[test]
    fn a_corner_is_cut_out_exactly() {
        let (x, y) = (uniform("x", 2000), uniform("y", 2000));
        let interest: Vec<Option<bool>> = x.iter().zip(&y).map(|(x, y)| Some(*x <= 0.4 && *y > 0.5)).collect();
        let factors = [FactorColumn::numbers("x", x), FactorColumn::numbers("y", y)];
        let tree = cart(&factors, &interest, &CartOptions::default()).unwrap();
        let best = &tree.leaves[0];
        assert_eq!((best.coverage, best.density), (1.0, 1.0));
        let games = (0..2000).filter(|&r| in_box(&factors, &best.restrictions, r)).count();
        assert_eq!(games as u64, best.games);
        assert_eq!(tree.leaves.iter().map(|l| l.games).sum::<u64>(), 2000);
        assert!((tree.leaves.iter().map(|l| l.coverage).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn names_are_split_one_against_the_rest() {
        let names: Vec<&str> = (0..300).map(|r| ["a", "b", "c"][r % 3]).collect();
        let s = FactorColumn { name: "s".into(), values: FactorValues::names(&names) };
        let interest: Vec<Option<bool>> = names.iter().map(|n| Some(*n == "b")).collect();
        let tree = cart(&[s], &interest, &CartOptions::default()).unwrap();
        assert_eq!(tree.leaves.len(), 2);
        assert_eq!(tree.leaves[0].restrictions[0].options, ["b"]);
        assert_eq!(tree.leaves[1].restrictions[0].options, ["a", "c"]);
    }

    #[test]
    fn leaves_respect_the_least_mass_and_the_depth() {
        let x = uniform("x", 1000);
        let interest: Vec<Option<bool>> = x.iter().map(|x| Some(libm::sin(40.0 * x) > 0.0)).collect();
        let factors = [FactorColumn::numbers("x", x)];
        let tree = cart(&factors, &interest, &CartOptions { least_mass: 0.1, depth: 10 }).unwrap();
        assert!(tree.leaves.iter().all(|l| l.games >= 100));
        let stump = cart(&factors, &interest, &CartOptions { least_mass: 0.01, depth: 1 }).unwrap();
        assert!(stump.leaves.len() <= 2);
        assert!(cart(&factors, &vec![None; 1000], &CartOptions::default()).is_err());
        assert!(cart(&factors, &interest, &CartOptions { least_mass: 0.1, depth: 0 }).is_err());
    }
}
