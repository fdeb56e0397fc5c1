//! Worlds that a scenario holds for plausible: its numbers drawn over their stated distributions.

use marchland_game::stream::{Domain, Root, name_hash};
use marchland_game::{Catalogue, Parameter, ParameterId};

/// The parameters that vary, each at a point of its own distribution. A parameter's point depends on the game's root and
/// on its own name alone, so that paired games have equal ones.
pub fn drawn(
    catalogue: &Catalogue,
    root: Root,
    varies: impl Fn(ParameterId, &Parameter) -> bool,
) -> Vec<(ParameterId, f64)> {
    let all = catalogue.parameters.iter().enumerate().map(|(at, parameter)| (ParameterId::from_index(at), parameter));
    all.filter(|(id, parameter)| varies(*id, parameter))
        .map(|(id, parameter)| {
            let draw = root.once(Domain::Start, name_hash(&parameter.draw_key), 1).uniform();
            (id, parameter.distribution.quantile(draw))
        })
        .collect()
}
