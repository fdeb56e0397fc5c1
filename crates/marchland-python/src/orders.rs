//! Orders and ballots as Python writes them.

use marchland_game::{Ballot, Catalogue, Choice, Decision, Draft, Order, Stage, Vote};
use marchland_session as names;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::error::{input, of_findings};

/// An order: `"security_aid high"`, `("security_aid", "high")`, or the action alone where it has one option.
///
/// # Errors
/// It is none of these, or names no action or option of the scenario.
pub fn order(catalogue: &Catalogue, from: &Bound<'_, PyAny>) -> PyResult<Order> {
    let text = if let Ok(text) = from.cast::<PyString>() {
        text.to_string()
    } else if let Ok(words) = from.cast::<PyTuple>() {
        let words: Vec<String> = words.extract()?;
        words.join(" ")
    } else {
        return Err(input(format!(
            "an order is written \"ACTION OPTION\" or (ACTION, OPTION), and not {}",
            from.repr()?
        )));
    };
    names::order_named(catalogue, &text).map_err(|error| input(error.to_string()))
}

/// A list of orders; none where Python says `None`.
///
/// # Errors
/// As [`order`].
pub fn orders(catalogue: &Catalogue, from: &Bound<'_, PyAny>) -> PyResult<Vec<Order>> {
    if from.is_none() {
        return Ok(Vec::new());
    }
    if from.is_instance_of::<PyString>() {
        return Ok(vec![order(catalogue, from)?]);
    }
    from.try_iter()?.map(|one| order(catalogue, &one?)).collect()
}

/// Ballots, `{"MOTION": "yes"}`.
///
/// # Errors
/// It is no such dictionary, or names no motion that stands tabled.
pub fn ballots(at: &Decision<'_>, from: &Bound<'_, PyAny>, choice: &mut Choice) -> PyResult<()> {
    if from.is_none() {
        return Ok(());
    }
    let ballots = from
        .cast::<PyDict>()
        .map_err(|_| input("ballots are written {\"MOTION\": \"yes\"}, with yes, no or abstain"))?;
    for (name, vote) in ballots {
        let (name, vote): (String, String) = (name.extract()?, vote.extract()?);
        let motion =
            at.catalogue.motion(&name).filter(|motion| at.tabled.iter().any(|tabled| tabled.motion == *motion));
        let Some(motion) = motion else {
            let tabled = at.tabled.iter().map(|tabled| at.catalogue.motions[tabled.motion.index()].id.as_str());
            let found =
                marchland_game::Diagnostic::error("unknown-motion", format!("no motion `{name}` stands tabled"));
            return Err(of_findings(vec![found.choose(&name, tabled)]));
        };
        let vote = match vote.as_str() {
            "yes" => Vote::Yes,
            "no" => Vote::No,
            "abstain" => Vote::Abstain,
            other => return Err(input(format!("a vote is yes, no or abstain, and not `{other}`"))),
        };
        choice.ballots.push(Ballot { motion, vote });
    }
    Ok(())
}

/// The choice of orders as far as they are legal together, as strategies of the scenario give them: what is not is
/// left out, and noted where the game is traced.
pub fn legal_choice(at: &Decision<'_>, wanted: &[Order]) -> Choice {
    let mut choice = Choice::default();
    let mut draft = Draft::default();
    draft.add_all(wanted, at, &mut choice.notes);
    choice.orders = draft.package();
    choice
}

/// The choice of orders that must all be legal together.
///
/// # Errors
/// The first that is not, with the reason; or the stage is not that of orders.
pub fn strict_choice(at: &Decision<'_>, wanted: &[Order]) -> PyResult<Choice> {
    if at.moment.stage != Stage::Orders && !wanted.is_empty() {
        return Err(input("orders are given in the stage `orders`; motions stand to be voted on now"));
    }
    let mut draft = Draft::default();
    for order in wanted {
        if let Err(refusal) = draft.add(*order, at) {
            let name = at.catalogue.order_name(*order);
            return Err(input(format!("`{name}` is illegal because {}", refusal.text(order.action, at.catalogue))));
        }
    }
    Ok(Choice { orders: draft.package(), ..Choice::default() })
}
