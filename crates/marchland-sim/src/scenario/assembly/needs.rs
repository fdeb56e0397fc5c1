//! What the laws of motion of a scenario need and it lacks, each with the ways out.

use marchland_game::{Diagnostic, Population};

use super::Builder;
use super::world::Draft;
use crate::mechanisms::{Mechanism, Needs, Presence};
use crate::scenario::node::Kind;
use crate::scenario::sink::Place;

impl Builder<'_> {
    /// Where the scenario lists a law; laws that come by themselves are in no list.
    pub(super) fn place_of_law(&self, name: &str) -> Place {
        let listed = self.last("mechanisms");
        let items = listed.map_or(&[][..], |node| if let Kind::List(items) = &node.kind { items } else { &[] });
        let named = items.iter().find(|item| matches!(&item.kind, Kind::Text(text) if text.value == name));
        named.or(listed).map(|node| node.place).unwrap_or_default()
    }

    /// Refuses what the laws that run need and the scenario lacks.
    pub(super) fn needs(&self, mechanisms: &[String], drafts: &[Draft<'_>]) {
        let laws: Vec<&Mechanism> = mechanisms.iter().filter_map(|name| self.registry.find(name)).collect();
        for law in laws {
            let mut needs = Needs::default();
            (law.needs)(&mut needs);
            let place = self.place_of_law(law.name);
            let out = format!("or take `{}` out of `mechanisms`", law.name);
            let lacks = |code, message: String, way: String| {
                let found = Diagnostic::error(code, format!("the law of motion `{}` {message}", law.name));
                self.sink.push(found.hint(format!("{way}, {out}")), place);
            };
            for need in needs.laws.iter().filter(|need| mechanisms.iter().all(|name| name != need.law)) {
                lacks(
                    "missing-law",
                    format!("reads {}, which the law `{}` keeps, and that does not run", need.what, need.law),
                    format!("add `{}`", need.law),
                );
            }
            for kind in needs.kinds.iter().filter(|kind| drafts.iter().all(|draft| draft.kind != **kind)) {
                lacks(
                    "missing-entity",
                    format!("works on entities of the kind `{kind}`, and there are none"),
                    format!("declare one under `entities: {{\"{kind}\": […]}}`"),
                );
            }
            let decided =
                |decision: &&&str| self.catalogue.populations.iter().any(|population| population.decides == **decision);
            for decision in law.populations.iter().filter(|decision| !decided(decision)) {
                if self.last("cohorts").is_some() {
                    lacks(
                        "missing-population",
                        format!("asks a population that decides `{decision}`, and there is none"),
                        format!("declare a population that says `decides: \"{decision}\"`"),
                    );
                }
            }
            self.linked(&needs, law, drafts);
        }
    }

    fn linked(&self, needs: &Needs, law: &Mechanism, drafts: &[Draft<'_>]) {
        let kind_of = |name: &str| drafts.iter().find(|draft| draft.name == name).map(|draft| draft.kind.as_str());
        for need in &needs.links {
            let several = drafts.iter().filter(|draft| draft.kind == need.to).count() != 1;
            for draft in drafts.iter().filter(|draft| draft.kind == need.kind) {
                let link = draft.links.iter().find(|(link, ..)| link == need.link);
                let named = link.is_some_and(|(_, targets, _)| !targets.is_empty());
                let required = match need.presence {
                    Presence::Required => true,
                    Presence::RequiredAmongSeveral => several,
                    Presence::Optional => false,
                };
                if required && !named {
                    let message = format!(
                        "the law of motion `{}` follows the link `{}` of `{}` to a {}, and it has none",
                        law.name, need.link, draft.name, need.to
                    );
                    let hint = format!(
                        "write `links: {{\"{}\": \"…\"}}` with the name of a {}, or take `{}` out of `mechanisms`",
                        need.link, need.to, law.name
                    );
                    self.sink.push(Diagnostic::error("missing-link", message).hint(hint), draft.place);
                }
                let Some((_, targets, place)) = link else { continue };
                for target in targets {
                    if let Some(kind) = kind_of(target)
                        && kind != need.to
                    {
                        let message = format!(
                            "the link `{}` of `{}` names `{target}`, a {kind}; the law of motion `{}` follows it to a {}",
                            need.link, draft.name, law.name, need.to
                        );
                        let right =
                            drafts.iter().filter(|other| other.kind == need.to).map(|other| other.name.as_str());
                        self.sink.push(Diagnostic::error("wrong-kind", message).choose(target, right), *place);
                    }
                }
                if needs.succession && need.link == "head" {
                    self.succeeded(law, targets, *place);
                }
            }
        }
    }

    /// Refuses a head whom nobody succeeds.
    fn succeeded(&self, law: &Mechanism, heads: &[String], place: Place) {
        let players = self.items("players", &crate::scenario::keys::PLAYER);
        for head in heads {
            let succeeds = |item: &super::Item<'_>| item.record.name("succeeds").is_some_and(|(of, _)| of == head);
            if !players.iter().any(succeeds) {
                let message = format!(
                    "the law of motion `{}` hands the office of `{head}` to the player that succeeds it, and none does",
                    law.name
                );
                let hint = format!("give a player `succeeds: \"{head}\"`, or take `{}` out of `mechanisms`", law.name);
                self.sink.push(Diagnostic::error("missing-successor", message).hint(hint), place);
            }
        }
    }

    /// Refuses a population that no law of motion asks.
    pub(super) fn decides(&self, decision: &str, place: Place, others: &[Population], mechanisms: &[String]) {
        let asking = || self.registry.mechanisms().iter().filter(|law| law.populations.contains(&decision));
        let found = if asking().next().is_none() {
            let decisions = self.registry.mechanisms().iter().flat_map(|law| law.populations).copied();
            Diagnostic::error("unasked-population", format!("no law of motion asks who decides `{decision}`"))
                .choose(decision, decisions)
        } else if !asking().any(|law| mechanisms.iter().any(|name| name == law.name)) {
            let laws: Vec<String> = asking().map(|law| format!("`{}`", law.name)).collect();
            Diagnostic::error("unasked-population", format!("no law that runs asks who decides `{decision}`"))
                .hint(format!("add {} to `mechanisms`, or take the population out", laws.join(" or ")))
        } else if let Some(other) = others.iter().find(|other| other.decides == decision) {
            let message = format!("the population `{}` decides `{decision}` already", other.id);
            Diagnostic::error("unasked-population", message).hint("one population takes each decision")
        } else if self.last("cohorts").is_none() {
            Diagnostic::error("unasked-population", "a scenario without `cohorts` asks no population")
                .hint("say `cohorts: (count: 500, spread: 0.6)`, or take the population out")
        } else {
            return;
        };
        self.sink.push(found, place);
    }
}
