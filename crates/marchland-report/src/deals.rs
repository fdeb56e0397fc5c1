//! Terms of deals in words.

use marchland_game::{DealMove, Offer};

use crate::visible::line;
use crate::wording::Wording;

impl Wording<'_> {
    /// An option of an action, where it needs telling: ` (high)`; of an offer, the terms themselves.
    #[must_use]
    pub fn option_of(&self, action: &str, option: &str) -> String {
        match self.terms(action, option) {
            Some(terms) => format!(" ({terms})"),
            None => self.option(option),
        }
    }

    /// The terms that an option of an action offers: `the monthly rent: 5 million US dollars, the term: long`. None
    /// where the action offers none.
    #[must_use]
    pub fn terms(&self, action: &str, option: &str) -> Option<String> {
        let catalogue = &self.scenario().catalogue;
        let id = catalogue.action(action)?;
        let (deal, DealMove::Offer) = catalogue.deal_move(id)? else { return None };
        let deal = &catalogue.deals[deal.index()];
        let offer: &Offer = &deal.offers[usize::from(catalogue.option(id, option)?)];
        let mut parts: Vec<String> = deal
            .terms
            .iter()
            .zip(&offer.options)
            .map(|(term, option)| {
                let (name, value) = &term.options[usize::from(*option)];
                let named = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.starts_with("minus_");
                let said = if named { name.replace('_', " ") } else { format!("{value} {}", term.unit) };
                line(&format!("{}: {}", term.title, said.trim_end())).into_owned()
            })
            .collect();
        if let Some(link) = offer.link {
            let other = &catalogue.deals[deal.links[usize::from(link)].index()];
            parts.push(format!("on condition of an agreement on {}", line(&other.title)));
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}
