//! The world: entities by kind, their columns, and the way from an indicator's id to its number.
//!
//! Every kind of entity (a country, a region, a player, a pair of players …) has the columns that
//! the scenario's laws of motion declare for it, and is spawned once, in the scenario's order:
//! nothing is ever despawned, so that rows stay where they are. A game is reset by copying numbers.

mod anchor;
mod clock;
mod coded;
mod column;
mod fixed;
mod topology;

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, plain_zero};
use marchland_game::{Catalogue, IndicatorId, stream};

pub use clock::Clock;
pub use coded::{CodedNumber, CodedState, StateCode};
pub use column::{Column, Field, FieldOf, IsColumn, Rows, RowsMut, SeenBy};
pub use fixed::Fixed;
pub use topology::{EntityPlan, Links, Topology};

pub use anchor::NameHash;
#[doc(hidden)]
pub use anchor::{Anchor, StandsOnKind};
pub(crate) use column::AnyColumn;
use column::TypedColumn;
#[doc(hidden)]
pub use marchland_game::stream::name_hash as kind_hash;

/// The kind of entity that is many and nameless, and whose columns are no indicators.
pub const COHORT: &str = "cohort";

/// The path of a field of an entity: `khatlon.unrest`; the entity's name alone for a field `value`.
#[must_use]
pub fn path(entity: &str, field: &str) -> String {
    if field == "value" { entity.to_owned() } else { format!("{entity}.{field}") }
}

/// The columns of a set of laws of motion.
#[derive(Default)]
pub struct ColumnSet {
    makers: Vec<Maker>,
}

struct Maker {
    column: std::any::TypeId,
    kind: &'static str,
    fields: &'static [Field],
    make: fn(&mut World) -> Box<dyn AnyColumn>,
    require: fn(&mut World),
    spawn: fn(&mut World, u64),
    ids: fn(&mut World, Vec<IndicatorId>),
}

impl ColumnSet {
    /// Adds a column; a second time is nothing.
    pub fn add<C: Column>(&mut self) {
        let make: fn(&mut World) -> Box<dyn AnyColumn> = |world| Box::new(TypedColumn::<C>::new(world));
        let column = std::any::TypeId::of::<C>();
        let known = self.makers.iter().any(|maker| maker.column == column);
        if !known {
            self.makers.push(Maker {
                column,
                kind: C::KIND,
                fields: C::FIELDS,
                make,
                require: |world| world.register_required_components::<C::Anchor, C>(),
                spawn: anchor::spawn::<C::Anchor>,
                ids: |world, ids| {
                    world.insert_resource(Ids::<C> {
                        ids: ids.into(),
                        width: C::FIELDS.len(),
                        column: std::marker::PhantomData,
                    })
                },
            });
        }
    }

    /// Whether the systems of this world touch columns of these alone; once they are initialised.
    #[must_use]
    pub fn cover(&self, world: &World) -> bool {
        let components = world.components();
        let Some(marker) = components.component_id::<IsColumn>() else { return true };
        components.iter_registered().all(|(_, info)| {
            let column = info.required_components().iter_direct_ids().any(|id| id == marker);
            !column || info.type_id().is_some_and(|id| self.makers.iter().any(|maker| maker.column == id))
        })
    }

    /// The kinds that have columns, sorted, cohorts left out.
    #[must_use]
    pub fn kinds(&self) -> Vec<&'static str> {
        let mut kinds: Vec<_> = self.makers.iter().map(|maker| maker.kind).filter(|kind| *kind != COHORT).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// The fields of a kind, in the order of the columns.
    pub fn fields<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'static Field> + 'a {
        self.makers.iter().filter(move |maker| maker.kind == kind).flat_map(|maker| maker.fields)
    }
}

/// The ids of a column's indicators, for laws of motion that book what they change.
///
/// A resource of the world, which never changes: a system takes it as its own, `ids: Local<Ids<Mood>>`, found once when the
/// system is built, so that games that book nothing do not look for it in every step.
#[derive(Resource)]
#[component(clone_behavior = Ignore)]
pub struct Ids<C: Column> {
    ids: Arc<[IndicatorId]>,
    width: usize,
    column: std::marker::PhantomData<C>,
}

impl<C: Column> Ids<C> {
    /// The indicator of a field in a row: `ids.at(row, Mood::content)`. A field of another column does
    /// not compile:
    ///
    /// ```
    /// # use marchland_game::IndicatorId;
    /// # use marchland_sim::{columns, world::{Field, Ids}};
    /// # columns! {
    /// #     /// Mood.
    /// #     pub struct Mood for "region" {
    /// #         /// Content.
    /// #         content = Field::stock("share", 0.0, 1.0),
    /// #     }
    /// #     /// Tension.
    /// #     pub struct Tension for "country" {
    /// #         /// Unrest.
    /// #         unrest = Field::stock("share", 0.0, 1.0),
    /// #     }
    /// # }
    /// fn id(ids: &Ids<Tension>) -> IndicatorId {
    ///     ids.at(0, Tension::unrest)
    /// }
    /// ```
    ///
    /// ```compile_fail,E0308
    /// # use marchland_game::IndicatorId;
    /// # use marchland_sim::{columns, world::{Field, Ids}};
    /// # columns! {
    /// #     /// Mood.
    /// #     pub struct Mood for "region" {
    /// #         /// Content.
    /// #         content = Field::stock("share", 0.0, 1.0),
    /// #     }
    /// #     /// Tension.
    /// #     pub struct Tension for "country" {
    /// #         /// Unrest.
    /// #         unrest = Field::stock("share", 0.0, 1.0),
    /// #     }
    /// # }
    /// fn id(ids: &Ids<Mood>) -> IndicatorId {
    ///     ids.at(0, Tension::unrest)
    /// }
    /// ```
    #[must_use]
    pub fn at(&self, row: usize, field: FieldOf<C>) -> IndicatorId {
        self.ids[row * self.width + field.position()]
    }
}

impl<C: Column> Clone for Ids<C> {
    fn clone(&self) -> Self {
        Self { ids: Arc::clone(&self.ids), ..*self }
    }
}

impl<C: Column> FromWorld for Ids<C> {
    /// # Panics
    /// Where no law of the scenario declares the column.
    fn from_world(world: &mut World) -> Self {
        world.resource::<Self>().clone()
    }
}

/// The ids of a column's indicators, where a law of the scenario declares the column.
pub struct OptionalIds<C: Column>(Option<Ids<C>>);

impl<C: Column> OptionalIds<C> {
    /// The ids; none where no law declares the column.
    #[must_use]
    pub fn get(&self) -> Option<&Ids<C>> {
        self.0.as_ref()
    }
}

impl<C: Column> FromWorld for OptionalIds<C> {
    fn from_world(world: &mut World) -> Self {
        Self(world.get_resource::<Ids<C>>().cloned())
    }
}

/// Where each indicator's number lies.
#[derive(Clone, Copy, Debug)]
struct Slot {
    column: u16,
    /// Position in the flat copy of all columns.
    flat: u32,
    low: f64,
    high: f64,
}

/// The columns of a world, as a resource for systems that read all of them.
#[derive(Resource)]
pub(crate) struct AllColumns(pub(crate) Vec<Box<dyn AnyColumn>>);

/// A world of entities and columns.
///
/// Laws of motion move columns in the ECS; everybody else reads and writes indicators in one flat copy of them, `now`.
/// Whoever lets laws run hands that over before (`hand_over`) and reads it back after (`read_back`): twice a
/// round, where a way through the ECS to each number would be taken hundreds of times.
pub struct CrisisWorld {
    /// The ECS world: up to date for laws after [`Self::hand_over`].
    pub(crate) ecs: World,
    columns: Vec<Box<dyn AnyColumn>>,
    /// Where each column of indicators begins in the flat copy.
    begins: Vec<usize>,
    slots: Arc<[Slot]>,
    /// Every indicator now.
    now: Vec<f64>,
    /// Whether `now` holds something that the ECS does not know of yet, by column.
    changed: Vec<bool>,
    width: usize,
    indicator_width: usize,
}

impl CrisisWorld {
    /// A world with these columns and entities, by kind, and as many cohorts, all at zero.
    #[must_use]
    pub fn new(
        mut set: ColumnSet,
        entities: &BTreeMap<String, Vec<EntityPlan>>,
        cohorts: u32,
        catalogue: &Catalogue,
    ) -> Self {
        let mut ecs = World::new();
        // Cohort columns last: the flat copy's head is then all indicators.
        set.makers.sort_by_key(|maker| maker.kind == COHORT);
        let mut columns: Vec<_> = set.makers.iter().map(|maker| (maker.make)(&mut ecs)).collect();
        let mut readers: Vec<_> = columns.iter().map(|column| column.fresh(&mut ecs)).collect();
        // An entity gets all columns of its kind at once: each kind has one table, and queries visit no
        // empty ones.
        for maker in &set.makers {
            (maker.require)(&mut ecs);
        }
        let spawn_of = |kind: &str| set.makers.iter().find(|maker| maker.kind == kind).map(|maker| maker.spawn);
        for (kind, entities) in entities {
            let Some(spawn) = spawn_of(kind) else { continue };
            for entity in entities {
                spawn(&mut ecs, stream::name_hash(&entity.draw_key));
            }
        }
        if let Some(spawn) = spawn_of(COHORT) {
            for number in 0..cohorts {
                spawn(&mut ecs, u64::from(number));
            }
        }
        for column in columns.iter_mut().chain(&mut readers) {
            column.refresh(&ecs);
        }
        let mut slots = vec![None; catalogue.indicators.len()];
        let (mut flat, mut indicator_width) = (0usize, 0usize);
        let mut begins = Vec::new();
        for (index, (column, maker)) in columns.iter().zip(&set.makers).enumerate() {
            let mut ids = Vec::new();
            if column.kind() != COHORT {
                for (row, entity) in entities.get(column.kind()).into_iter().flatten().enumerate() {
                    for (at, field) in column.fields().iter().enumerate() {
                        let path = path(&entity.name, field.name);
                        let id = catalogue.indicator(&path).expect("the loader makes one indicator per field");
                        let offset = row * column.width() + at;
                        slots[id.index()] = Some(Slot {
                            column: index as u16,
                            flat: (flat + offset) as u32,
                            low: catalogue.indicators[id.index()].range.0,
                            high: catalogue.indicators[id.index()].range.1,
                        });
                        ids.push(id);
                    }
                }
            }
            if column.kind() != COHORT {
                begins.push(flat);
            }
            flat += column.numbers(&ecs).len();
            if column.kind() != COHORT {
                indicator_width = flat;
            }
            (maker.ids)(&mut ecs, ids);
        }
        let slots = slots.into_iter().map(|slot| slot.expect("every indicator lies in a column")).collect();
        let (now, changed) = (vec![0.0; indicator_width], vec![false; begins.len()]);
        ecs.insert_resource(AllColumns(readers));
        ecs.insert_resource(Clock::default());
        Self { ecs, columns, begins, slots, now, changed, width: flat, indicator_width }
    }

    /// Numbers in a flat copy of the world, cohorts included.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Numbers in a flat copy of the world's indicators: the head of the whole copy.
    #[must_use]
    pub fn indicator_width(&self) -> usize {
        self.indicator_width
    }

    /// Where an indicator lies in a flat copy.
    #[must_use]
    pub fn flat(&self, indicator: IndicatorId) -> usize {
        self.slots[indicator.index()].flat as usize
    }

    /// The indicator's number.
    #[must_use]
    pub fn get(&self, indicator: IndicatorId) -> f64 {
        self.now[self.slots[indicator.index()].flat as usize]
    }

    /// Sets the indicator's number, limited to its range; −0.0 becomes 0.0. Returns what was
    /// written.
    ///
    /// # Panics
    /// Where `value` is not a number: a law of motion or an effect is broken then.
    #[inline]
    pub fn set(&mut self, indicator: IndicatorId, value: f64) -> f64 {
        assert!(!value.is_nan(), "indicator {} would become not a number", indicator.0);
        let slot = self.slots[indicator.index()];
        let value = plain_zero(clamp(value, slot.low, slot.high));
        self.now[slot.flat as usize] = value;
        self.changed[usize::from(slot.column)] = true;
        value
    }

    /// Writes the indicator's number into a flat copy, limited as [`Self::set`] does.
    ///
    /// # Panics
    /// Where `value` is not a number.
    pub fn place(&self, indicator: IndicatorId, value: f64, flat: &mut [f64]) {
        assert!(!value.is_nan(), "indicator {} would become not a number", indicator.0);
        let slot = self.slots[indicator.index()];
        flat[slot.flat as usize] = plain_zero(clamp(value, slot.low, slot.high));
    }

    /// Copies every indicator into the head of `flat`, which has at least [`Self::indicator_width`] numbers.
    pub fn copy_indicators(&self, flat: &mut [f64]) {
        flat[..self.indicator_width].copy_from_slice(&self.now);
    }

    /// Tells the ECS what was written since it was last told or read: before laws of motion run.
    pub(crate) fn hand_over(&mut self) {
        for (at, changed) in self.changed.iter_mut().enumerate().filter(|(_, changed)| **changed) {
            let numbers = self.columns[at].numbers_mut(&mut self.ecs);
            let len = numbers.len();
            numbers.copy_from_slice(&self.now[self.begins[at]..self.begins[at] + len]);
            *changed = false;
        }
    }

    /// Reads every indicator back from the ECS, here and into the head of `flat`: after laws of motion have run.
    pub(crate) fn read_back(&mut self, flat: &mut [f64]) {
        for (column, &begins) in self.columns.iter().zip(&self.begins) {
            let numbers = column.numbers(&self.ecs);
            let place = begins..begins + numbers.len();
            self.now[place.clone()].copy_from_slice(numbers);
            flat[place].copy_from_slice(numbers);
        }
        self.changed.fill(false);
    }

    /// Copies every column into `flat`, which has [`Self::width`] numbers.
    pub fn save(&self, flat: &mut [f64]) {
        self.copy_indicators(flat);
        let mut at = self.indicator_width;
        for column in &self.columns[self.begins.len()..] {
            let numbers = column.numbers(&self.ecs);
            flat[at..at + numbers.len()].copy_from_slice(numbers);
            at += numbers.len();
        }
    }

    /// Copies `flat`, of [`Self::width`] numbers, into every column.
    pub fn restore(&mut self, flat: &[f64]) {
        let mut at = 0;
        for column in &mut self.columns {
            let numbers = column.numbers_mut(&mut self.ecs);
            let len = numbers.len();
            numbers.copy_from_slice(&flat[at..at + len]);
            at += len;
        }
        self.now.copy_from_slice(&flat[..self.indicator_width]);
        self.changed.fill(false);
    }

    /// The position of every indicator in a flat copy, by `IndicatorId`.
    #[must_use]
    pub fn positions(&self) -> Vec<u32> {
        self.slots.iter().map(|slot| slot.flat).collect()
    }
}
