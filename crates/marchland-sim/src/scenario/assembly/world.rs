//! Entities and indicators: what there is in the world and how it starts.

use std::collections::{BTreeMap, BTreeSet};

use marchland_game::{Diagnostic, Expression, Indicator, IndicatorId, Law, Nature, OnlyParameters, PlayerId, Sight};

use super::players::PlayerDraft;
use super::{Builder, Item, Places};
use crate::scenario::keys;
use crate::scenario::model::{CohortPlan, Initial};
use crate::scenario::node::{Kind, Node};
use crate::scenario::reader::Record;
use crate::scenario::sink::Place;
use crate::scenario::uses::Role;
use crate::world::{COHORT, ColumnSet, EntityPlan, Field, SeenBy, path};

/// An entity as the files declare it.
pub(crate) struct Draft<'n> {
    pub kind: String,
    pub name: String,
    pub title: String,
    /// What keys its draws, where that is not its name.
    pub draw_key: Option<String>,
    pub owner: Option<PlayerId>,
    pub links: Vec<(String, Vec<String>, Place)>,
    pub values: Vec<(&'n str, Place, &'n Node)>,
    pub place: Place,
    pub own: bool,
    pub track: Option<TrackDraft>,
}

/// What a track declares of its own.
pub(crate) struct TrackDraft {
    pub meaning: String,
    pub unit: String,
    pub range: (f64, f64),
    pub rests: Option<f64>,
    pub labels: Vec<String>,
    pub seen_by: SeenBy,
    /// How it starts, where no value is written.
    pub initial: Option<f64>,
}

/// The declaration behind an indicator.
pub(crate) struct FieldOf {
    pub draft: usize,
    pub field: &'static Field,
}

impl<'n> Builder<'n> {
    /// The laws of motion that run, in the order of the registry.
    pub(super) fn mechanisms(&self) -> Vec<String> {
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        if let Some(node) = self.last("mechanisms") {
            for item in self.sink.list(node).unwrap_or_default() {
                let Some(text) = self.sink.text(item) else { continue };
                if self.registry.find(&text.value).is_none() {
                    let message = format!("no law of motion is called `{}`", text.value);
                    let found = Diagnostic::error("unknown-mechanism", message)
                        .choose(&text.value, self.registry.mechanisms().iter().map(|law| law.name));
                    self.sink.push(found, item.place);
                }
                wanted.insert(&text.value);
            }
        }
        let sections = ["tracks", "deals", "type_beliefs"];
        if self.layers.iter().any(|layer| sections.iter().any(|section| layer.record.get(section).is_some())) {
            wanted.insert("tracks");
        }
        let laws = self.registry.mechanisms().iter().filter(|law| wanted.contains(law.name));
        let missing = |name: &&&str| self.catalogue.parameter(name).is_none();
        let mut names = Vec::new();
        for law in laws {
            let place = self.place_of_law(law.name);
            for parameter in law.parameters.iter().filter(missing) {
                let message = format!(
                    "the law of motion `{}` reads the parameter `{parameter}`, which nobody declares",
                    law.name
                );
                self.refuse("missing-parameter", message, place);
            }
            names.push(law.name.to_owned());
        }
        names
    }

    /// Lists the laws of motion in the catalogue, for causes to name.
    pub(super) fn declare_laws(&mut self, mechanisms: &[String]) {
        let laws = self.registry.mechanisms().iter().filter(|law| mechanisms.iter().any(|name| name == law.name));
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        self.catalogue.laws = laws
            .map(|law| Law { id: law.name.to_owned(), called: law.called.to_owned(), terms: texts(law.terms) })
            .collect();
        let bargains = self
            .layers
            .iter()
            .any(|layer| ["deals", "type_beliefs"].iter().any(|section| !layer.record.list(section).is_empty()));
        if bargains && let Some(law) = self.catalogue.laws.iter_mut().find(|law| law.id == "tracks") {
            law.terms = texts(&["promises kept and broken", "what deeds told"]);
        }
    }

    pub(super) fn columns(&self, mechanisms: &[String]) -> ColumnSet {
        let mut set = ColumnSet::default();
        for name in mechanisms {
            if let Some(law) = self.registry.find(name) {
                (law.columns)(&mut set);
            }
        }
        set
    }

    /// Every entity, in the order of its kind's rows.
    pub(super) fn drafts(
        &self,
        players: &[PlayerDraft<'n>],
        bodies: &[Item<'n>],
        mechanisms: &[String],
    ) -> Vec<Draft<'n>> {
        let set = self.columns(mechanisms);
        let kinds = set.kinds();
        let mut drafts: Vec<Draft<'n>> = Vec::new();
        for (at, player) in players.iter().enumerate() {
            let mut draft = self.draft("player", &player.item, &kinds);
            draft.owner = Some(PlayerId::from_index(at));
            drafts.push(draft);
        }
        for layer in &self.layers {
            for (kind, place, nodes) in layer.record.pairs("entities") {
                if kind == COHORT || matches!(kind, "player" | "track" | "pair") || !kinds.contains(&kind) {
                    let message = match kind {
                        COHORT => "cohorts are declared by the section `cohorts`".to_owned(),
                        "player" | "track" | "pair" => {
                            format!("entities of kind `{kind}` come from the section `{kind}s`")
                        }
                        _ => format!("no law of motion that runs has numbers for the kind `{kind}`"),
                    };
                    self.sink
                        .push(Diagnostic::error("unknown-kind", message).choose(kind, kinds.iter().copied()), place);
                    continue;
                }
                for node in self.sink.list(nodes).unwrap_or_default() {
                    if let Some(record) = Record::of(node, &keys::ENTITY, self.sink) {
                        let draft = self.draft(kind, &Item { record, place: node.place, own: layer.own }, &kinds);
                        self.add(&mut drafts, draft);
                    }
                }
            }
        }
        if kinds.contains(&"institution") {
            for body in bodies {
                drafts.push(self.draft("institution", body, &kinds));
            }
        }
        self.pair_drafts(&kinds, &mut drafts);
        for item in self.items("tracks", &keys::TRACK) {
            drafts.push(self.track(&item));
        }
        let mut names = BTreeMap::new();
        for draft in &drafts {
            if names.insert(draft.name.clone(), draft.kind.clone()).is_some() {
                self.twice("entity", &draft.name, draft.place);
            }
        }
        let mut keyed: BTreeMap<&str, &str> = BTreeMap::new();
        for draft in drafts.iter().filter(|draft| draft.kind != "pair") {
            let key = draft.draw_key.as_ref().unwrap_or(&draft.name);
            if let Some(other) = keyed.insert(key, &draft.name)
                && *other != draft.name
            {
                let message = format!("`{}` and `{other}` have the same draw key `{key}`", draft.name);
                let found = Diagnostic::error("duplicate-draw-key", message);
                self.sink
                    .push(found.hint("give one of them another `draw_key`: they would share their luck"), draft.place);
            }
        }
        for draft in &drafts {
            for (link, targets, place) in &draft.links {
                for target in targets.iter().filter(|target| !names.contains_key(*target)) {
                    let message = format!("the link `{link}` names `{target}`, and there is no such entity");
                    let found =
                        Diagnostic::error("unknown-entity", message).choose(target, names.keys().map(String::as_str));
                    self.sink.push(found, *place);
                }
            }
        }
        drafts
    }

    /// Adds an entity, or what another file says of one: several files may say how one entity starts,
    /// each its own fields.
    fn add(&self, drafts: &mut Vec<Draft<'n>>, draft: Draft<'n>) {
        let same = |other: &&mut Draft<'n>| {
            other.kind == draft.kind && other.name == draft.name && other.place.file != draft.place.file
        };
        let Some(first) = drafts.iter_mut().find(same) else {
            drafts.push(draft);
            return;
        };
        for (field, place, node) in draft.values {
            if first.values.iter().any(|(other, ..)| *other == field) {
                self.twice("value of this entity", field, place);
            }
            first.values.push((field, place, node));
        }
        for (link, targets, place) in draft.links {
            if first.links.iter().any(|(other, ..)| *other == link) {
                self.twice("link of this entity", &link, place);
            }
            first.links.push((link, targets, place));
        }
        if let Some(key) = draft.draw_key {
            if first.draw_key.as_ref().is_some_and(|other| *other != key) {
                self.twice("draw key of this entity", &key, draft.place);
            }
            first.draw_key = Some(key);
        }
        first.owner = first.owner.or(draft.owner);
        if first.title == first.name.replace('_', " ") {
            first.title = draft.title;
        }
        first.own |= draft.own;
    }

    fn draft(&self, kind: &str, item: &Item<'n>, kinds: &[&str]) -> Draft<'n> {
        let record = item.record;
        let (name, place) = record.name("id").unwrap_or(("", item.place));
        self.sink.identifier(name, place, false);
        let title = record.text("title");
        let owner = if kind == "player" { None } else { record.get("owner").and_then(|node| self.player(node)) };
        let mut links = Vec::new();
        for (link, place, node) in record.pairs("links") {
            let targets: Vec<String> = match &node.kind {
                Kind::List(items) => items
                    .iter()
                    .filter_map(|item| self.sink.text(item))
                    .map(|text| self.state().fill(&text.value))
                    .collect(),
                _ => self.sink.text(node).map(|text| self.state().fill(&text.value)).into_iter().collect(),
            };
            links.push((link.to_owned(), targets, place));
        }
        let values = record.pairs("values");
        if let Some((_, place, _)) = values.first()
            && !kinds.contains(&kind)
        {
            let message = format!("no law of motion that runs has numbers for the kind `{kind}`");
            self.refuse("unknown-kind", message, *place);
        }
        Draft {
            kind: kind.to_owned(),
            name: name.to_owned(),
            title: if title.is_empty() { name.replace('_', " ") } else { title },
            draw_key: self.draw_key(&record),
            owner,
            links,
            values,
            place,
            own: item.own,
            track: None,
        }
    }

    /// What an item says keys its draws.
    pub(super) fn draw_key(&self, record: &Record<'_>) -> Option<String> {
        let (key, place) = record.name("draw_key")?;
        self.sink.identifier(key, place, false);
        Some(key.to_owned())
    }

    /// The pairs of a section that maps fields, `kind.field`, to texts. A field of a law that does not run is no
    /// mistake: a base may speak of it.
    fn of_fields(&self, section: &str, set: &ColumnSet) -> Vec<(&'n str, &'n Node, &'n str)> {
        let known = |set: &ColumnSet, of: &str| {
            of.split_once('.').is_some_and(|(kind, name)| set.fields(kind).any(|field| field.name == name))
        };
        let mut texts = Vec::new();
        for (of, place, node) in self.pairs(section) {
            let Some(text) = self.sink.text(node) else { continue };
            texts.push((of, node, text.value.as_str()));
            if known(set, of) {
                continue;
            }
            let mut all = ColumnSet::default();
            self.registry.mechanisms().iter().for_each(|law| (law.columns)(&mut all));
            if !known(&all, of) {
                let fields = all.kinds().into_iter().flat_map(|kind| {
                    all.fields(kind).map(move |field| format!("{kind}.{}", field.name)).collect::<Vec<_>>()
                });
                let fields: Vec<String> = fields.collect();
                let found = Diagnostic::error("unknown-field", format!("no law of motion has the field `{of}`"))
                    .choose(of, fields.iter().map(String::as_str));
                self.sink.push(found, place);
            }
        }
        texts
    }

    fn pair_drafts(&self, kinds: &[&str], drafts: &mut Vec<Draft<'n>>) {
        for item in self.items("pairs", &keys::PAIRS) {
            if !kinds.contains(&"pair") {
                self.refuse("unknown-kind", "no law of motion that runs has numbers for the kind `pair`", item.place);
                continue;
            }
            let among = self.players(item.record.list("among"));
            let common = item.record.pairs("values");
            let overrides = item.record.pairs("overrides");
            let mut used = BTreeSet::new();
            for from in &among {
                for to in among.iter().filter(|to| *to != from) {
                    let ids = [from, to].map(|id| self.catalogue.players[id.index()].id.clone());
                    let name = ids.join(".");
                    let keys = [from, to].map(|id| self.catalogue.players[id.index()].draw_key.as_str());
                    let mut values = common.clone();
                    if let Some((key, _, node)) = overrides.iter().find(|(key, ..)| *key == name) {
                        used.insert(*key);
                        for pair in self.sink.pairs(node) {
                            values.retain(|(field, ..)| *field != pair.0);
                            values.push(pair);
                        }
                    }
                    let links = ["from", "to"].iter().zip(&ids);
                    drafts.push(Draft {
                        kind: "pair".into(),
                        title: ids.join(" → ").replace('_', " "),
                        name,
                        draw_key: Some(keys.join(".")),
                        owner: Some(*from),
                        links: links.map(|(link, id)| ((*link).to_owned(), vec![id.clone()], item.place)).collect(),
                        values,
                        place: item.place,
                        own: item.own,
                        track: None,
                    });
                }
            }
            for (key, place, _) in overrides.iter().filter(|(key, ..)| !used.contains(key)) {
                self.refuse("unknown-entity", format!("`{key}` is no pair among these players"), *place);
            }
        }
    }

    fn track(&self, item: &Item<'n>) -> Draft<'n> {
        let record = item.record;
        let (name, place) = record.name("id").unwrap_or(("", item.place));
        self.sink.identifier(name, place, false);
        let or = |key: &str, default: &str| {
            let text = record.text(key);
            if text.is_empty() { default.to_owned() } else { text }
        };
        let title = or("title", &name.replace('_', " "));
        let range = record.get("range").and_then(|node| self.range(node)).unwrap_or((-1e9, 1e9));
        if self.catalogue.parameter(name).is_some() {
            self.refuse("duplicate-id", format!("a parameter is called `{name}` already"), place);
        }
        let rests = record.number("rests");
        if rests.is_some_and(|rests| rests < range.0 || rests > range.1) {
            self.refuse(
                "out-of-range",
                format!("`rests` lies outside [{}, {}]", range.0, range.1),
                record.place_of("rests"),
            );
        }
        Draft {
            kind: "track".into(),
            name: name.to_owned(),
            draw_key: self.draw_key(&record),
            owner: record.get("owner").and_then(|node| self.player(node)),
            links: Vec::new(),
            values: record.get("initial").map(|node| ("value", node.place, node)).into_iter().collect(),
            place,
            own: item.own,
            track: Some(TrackDraft {
                meaning: or("meaning", &title),
                unit: or("unit", "points"),
                range,
                rests,
                labels: record.texts("labels"),
                seen_by: record.get("seen_by").map_or(SeenBy::Everyone, |node| self.seen_by(node)),
                initial: None,
            }),
            title,
        }
    }

    /// `(low, high)`.
    pub(super) fn range(&self, node: &Node) -> Option<(f64, f64)> {
        let items = self.sink.items(node, 2, "a range `(low, high)`")?;
        let (low, high) = (self.sink.number(&items[0])?, self.sink.number(&items[1])?);
        if low > high {
            self.refuse("bad-range", format!("{low} is more than {high}"), node.place);
            return None;
        }
        Some((low, high))
    }

    fn seen_by(&self, node: &Node) -> SeenBy {
        let sd = match &node.kind {
            Kind::Tuple(_, items) if items.len() == 1 => self.sink.number_within(&items[0], 0.0, 1e12, "the error"),
            _ => None,
        };
        match (self.sink.one_of(node, &["Everyone", "Estimated", "Owner", "Nobody"], "sight"), sd) {
            (Some("Estimated"), Some(sd)) => SeenBy::Estimated { sd },
            (Some("Owner"), Some(sd)) => SeenBy::Owner { sd },
            (Some("Nobody"), Some(sd)) => SeenBy::Nobody { sd },
            (Some("Everyone") | None, _) => SeenBy::Everyone,
            (Some(word), None) => {
                self.refuse("wrong-type", format!("write {word}(sd), with the error of the others"), node.place);
                SeenBy::Everyone
            }
            _ => SeenBy::Everyone,
        }
    }

    /// Makes the indicators, sorted by path.
    pub(super) fn declare_indicators(
        &mut self,
        drafts: &[Draft<'n>],
        mechanisms: &[String],
        places: &mut Places,
    ) -> Vec<FieldOf> {
        let set = self.columns(mechanisms);
        let count = self.catalogue.players.len();
        let player = |id: &str| {
            let known = self.catalogue.player(id).map(|id| self.catalogue.players[id.index()].title.as_str());
            known.unwrap_or(id).to_owned()
        };
        let (keys, called) = (self.of_fields("draw_keys", &set), self.of_fields("called", &set));
        for (_, node, key) in &keys {
            self.sink.identifier(key, node.place, false);
        }
        let text_of = |texts: &[(&str, &Node, &'n str)], kind: &str, field: &str| -> Option<&'n str> {
            texts.iter().find(|(of, ..)| of.split_once('.') == Some((kind, field))).map(|(.., text)| *text)
        };
        let mut all: Vec<(Indicator, FieldOf, Place, bool)> = Vec::new();
        for (index, draft) in drafts.iter().enumerate() {
            for field in set.fields(&draft.kind) {
                let track = draft.track.as_ref();
                let seen_by = track.map_or(field.seen_by, |track| track.seen_by);
                let indicator = Indicator {
                    path: path(&draft.name, field.name),
                    draw_key: path(
                        draft.draw_key.as_ref().unwrap_or(&draft.name),
                        text_of(&keys, &draft.kind, field.name).unwrap_or(field.name),
                    ),
                    kind: draft.kind.clone(),
                    entity: draft.name.clone(),
                    field: field.name.to_owned(),
                    unit: track.map_or_else(|| field.unit.to_owned(), |track| track.unit.clone()),
                    range: track.map_or((field.low, field.high), |track| track.range),
                    meaning: track.map_or_else(|| field.meaning.trim().to_owned(), |track| track.meaning.clone()),
                    title: match (text_of(&called, &draft.kind, field.name), draft.name.split_once('.')) {
                        (Some(phrase), _) => phrase.replace("{}", &draft.title),
                        (None, Some((from, to))) if draft.kind == "pair" => {
                            title(field, "", &player(from), &player(to))
                        }
                        _ => title(field, &draft.title, "", ""),
                    },
                    plural: field.many,
                    nature: field.nature,
                    inputs: field.inputs.iter().map(|input| (*input).to_owned()).collect(),
                    resting: track.map_or(field.resting, |track| track.rests),
                    labels: track.map_or_else(
                        || field.labels.iter().map(|label| (*label).to_owned()).collect(),
                        |track| track.labels.clone(),
                    ),
                    sight: (0..count).map(|player| sight(seen_by, draft.owner, PlayerId::from_index(player))).collect(),
                    prior: 0.0,
                };
                all.push((indicator, FieldOf { draft: index, field }, draft.place, draft.own));
            }
        }
        all.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        let mut fields = Vec::with_capacity(all.len());
        for (indicator, field, place, own) in all {
            if self.catalogue.indicators.last().is_some_and(|last| last.path == indicator.path) {
                self.twice("indicator", &indicator.path, place);
                continue;
            }
            self.catalogue.indicators.push(indicator);
            places.indicators.push((place, own));
            fields.push(field);
        }
        fields
    }

    /// How every indicator starts.
    pub(super) fn initial(&self, drafts: &[Draft<'n>], fields: &[FieldOf]) -> Vec<Initial> {
        let mut named: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for of in fields {
            named.entry(&drafts[of.draft].name).or_default().push(of.field.name);
        }
        for draft in drafts {
            let known = named.get(draft.name.as_str()).map_or(&[][..], Vec::as_slice);
            for (name, place, _) in draft.values.iter().filter(|(name, ..)| !known.contains(name)) {
                let message = format!("no field of the kind `{}` is called `{name}`", draft.kind);
                if !known.is_empty() {
                    self.sink
                        .push(Diagnostic::error("unknown-field", message).choose(name, known.iter().copied()), *place);
                }
            }
        }
        let mut initial = Vec::with_capacity(fields.len());
        for (index, of) in fields.iter().enumerate() {
            let draft = &drafts[of.draft];
            let given = draft.values.iter().find(|(name, ..)| *name == of.field.name);
            let id = IndicatorId::from_index(index);
            let value = match given {
                Some((_, _, node)) => self.initial_value(node, id, draft.own),
                None => {
                    let start = of.field.initial.or(draft.track.as_ref().and_then(|track| track.initial));
                    start.map(|x| Initial::Value(Expression::constant(x)))
                }
            };
            if given.is_none() && value.is_none() {
                let message =
                    format!("`{}` needs a value of `{}`: {}", draft.name, of.field.name, of.field.meaning.trim());
                self.refuse("missing-value", message, draft.place);
            }
            initial.push(value.unwrap_or_else(|| Initial::Value(Expression::constant(of.field.low))));
        }
        initial
    }

    /// A number, a label, a distribution, or an expression of parameters.
    pub(super) fn initial_value(&self, node: &Node, id: IndicatorId, own: bool) -> Option<Initial> {
        let indicator = &self.catalogue.indicators[id.index()];
        if indicator.nature == Nature::Derived {
            self.sink.push(derived(indicator), node.place);
            return None;
        }
        let (low, high) = indicator.range;
        let outside = |from: f64, to: f64| {
            if from < low || to > high {
                let what = if from == to { from.to_string() } else { format!("[{from}, {to}]") };
                let message = format!("{what} lies outside the range [{low}, {high}] of `{}`", indicator.path);
                self.refuse("out-of-range", message, node.place);
            }
        };
        match &node.kind {
            Kind::Text(text) if indicator.labels.contains(&text.value) => {
                let at = indicator.labels.iter().position(|label| *label == text.value).unwrap_or(0);
                Some(Initial::Value(Expression::constant(at as f64)))
            }
            Kind::Tuple(Some(_), _) | Kind::Word(_) => {
                let distribution = self.distribution(node, 0)?;
                let (from, to) = distribution.bounds();
                outside(from, to);
                Some(Initial::Draw(distribution))
            }
            _ => {
                let value = self.expression(node, self.constants(), Role::Initial(id), own)?;
                if let Some(x) = value.as_constant() {
                    outside(x, x);
                }
                Some(Initial::Value(value))
            }
        }
    }

    /// Sets the public expectation of every indicator.
    pub(super) fn priors(&mut self, initial: &[Initial]) {
        let values: Vec<f64> = self.catalogue.parameters.iter().map(|parameter| parameter.value).collect();
        for (indicator, initial) in self.catalogue.indicators.iter_mut().zip(initial) {
            let expected = match initial {
                Initial::Value(value) => value.value(&OnlyParameters(&values)),
                Initial::Draw(distribution) => distribution.quantile(0.5),
            };
            indicator.prior = marchland_game::number::clamp(expected, indicator.range.0, indicator.range.1);
        }
    }

    /// Entities by kind.
    pub(super) fn entities(&self, drafts: &[Draft<'n>]) -> BTreeMap<String, Vec<EntityPlan>> {
        let mut entities: BTreeMap<String, Vec<EntityPlan>> = BTreeMap::new();
        for draft in drafts {
            entities.entry(draft.kind.clone()).or_default().push(EntityPlan {
                name: draft.name.clone(),
                title: draft.title.clone(),
                draw_key: draft.draw_key.clone().unwrap_or_else(|| draft.name.clone()),
                owner: draft.owner,
                links: draft.links.iter().map(|(link, targets, _)| (link.clone(), targets.clone())).collect(),
            });
        }
        entities
    }

    pub(super) fn cohorts(&self) -> Option<CohortPlan> {
        let record = Record::of(self.last("cohorts")?, &keys::COHORTS, self.sink)?;
        let count = record.integer("count", 1, 2_000_000)?;
        let spread = self.sink.number_within(record.get("spread")?, 0.0, 5.0, "the spread")?;
        Some(CohortPlan { count: count as u32, spread })
    }

    /// Sights that differ from the declarations.
    pub(super) fn sight(&mut self, _drafts: &[Draft<'n>]) {
        for item in self.items("sight", &keys::SIGHT) {
            let Some((of, place)) = item.record.name("of") else { continue };
            let of = self.state().fill(of);
            let Some(sees) = item.record.get("sees").and_then(|node| self.sees(node)) else { continue };
            let viewers = match item.record.get("viewers") {
                None => (0..self.catalogue.players.len()).map(PlayerId::from_index).collect(),
                Some(_) => self.players(item.record.list("viewers")),
            };
            let mut any = false;
            for indicator in &mut self.catalogue.indicators {
                let kind = of.split_once('.') == Some((indicator.kind.as_str(), indicator.field.as_str()));
                if indicator.path == of || kind {
                    any = true;
                    for viewer in &viewers {
                        indicator.sight[viewer.index()] = sees;
                    }
                }
            }
            if !any {
                let unknown = self.state().unknown_path(&of);
                self.sink.push(unknown, place);
            }
        }
    }

    fn sees(&self, node: &Node) -> Option<Sight> {
        let word = self.sink.one_of(node, &["Exact", "Noisy", "Hidden"], "sight")?;
        let items: &[Node] = match &node.kind {
            Kind::Tuple(_, items) => items,
            _ => &[],
        };
        let sd = |node| self.sink.number_within(node, 0.0, 1e12, "the error");
        match (word, items) {
            ("Exact", []) => Some(Sight::Exact { delay: 0 }),
            ("Exact", [delay]) => Some(Sight::Exact { delay: self.sink.integer(delay, 0, 24)? as u8 }),
            ("Noisy", [delay, error]) => {
                Some(Sight::Noisy { delay: self.sink.integer(delay, 0, 24)? as u8, sd: sd(error)? })
            }
            ("Hidden", [error]) => Some(Sight::Hidden { sd: sd(error)? }),
            _ => {
                self.refuse("wrong-type", "write Exact(delay), Noisy(delay, sd) or Hidden(sd)", node.place);
                None
            }
        }
    }
}

/// What a reader calls a field of an entity. A field without a phrase of its own is called by its name.
fn title(field: &Field, entity: &str, from: &str, to: &str) -> String {
    if field.name == "value" {
        return entity.to_owned();
    }
    if field.called.is_empty() {
        let words = field.name.replace('_', " ");
        return if entity.is_empty() {
            format!("{words} of {from} towards {to}")
        } else {
            format!("{words} of {entity}")
        };
    }
    field.called.replace("{}", entity).replace("{from}", from).replace("{to}", to)
}

/// What a player sees of an indicator of this declaration and owner.
fn sight(seen_by: SeenBy, owner: Option<PlayerId>, viewer: PlayerId) -> Sight {
    let owns = owner == Some(viewer);
    match seen_by {
        SeenBy::Everyone => Sight::Exact { delay: 0 },
        SeenBy::Nobody { sd } => Sight::Hidden { sd },
        SeenBy::Estimated { .. } | SeenBy::Owner { .. } if owns => Sight::Exact { delay: 0 },
        SeenBy::Estimated { sd } => Sight::Noisy { delay: 1, sd },
        SeenBy::Owner { sd } => Sight::Hidden { sd },
    }
}

/// The finding that a derived indicator is set.
pub(super) fn derived(indicator: &Indicator) -> Diagnostic {
    let message = format!("`{}` is derived and cannot be set", indicator.path);
    let hint = if indicator.inputs.is_empty() {
        "change what it is computed from".to_owned()
    } else {
        format!("it is computed from {}", indicator.inputs.join(", "))
    };
    Diagnostic::error("set-derived", message).hint(hint)
}
