//! The world: entities by kind, their columns, and the way from an indicator's id to its number.
//!
//! Every kind of entity (a country, a region, a player, a pair of players …) has the columns that
//! the scenario's laws of motion declare for it, and is spawned once, in the scenario's order:
//! nothing is ever despawned, so that rows stay where they are. A game is reset by copying numbers.

mod anchor;
mod clock;
mod coded;
mod column;
mod topology;

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, plain_zero};
use marchland_game::{Catalogue, IndicatorId, stream};

pub use clock::Clock;
pub use coded::{Coded, CodedNumber, CodedState};
pub use column::{Column, Field, FieldOf, IsColumn, Rows, RowsMut, SeenBy};
pub use topology::{EntityPlan, Links, Topology};

use anchor::KINDS;
pub use anchor::NameHash;
pub(crate) use column::AnyColumn;
use column::TypedColumn;

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
    require: [fn(&mut World); KINDS],
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
                require: anchor::requirements::<C>(),
                ids: |world, ids| {
                    world.insert_resource(Ids::<C> { ids, width: C::FIELDS.len(), column: std::marker::PhantomData })
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
#[derive(Resource)]
pub struct Ids<C: Column> {
    ids: Vec<IndicatorId>,
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

/// Where each indicator's number lies.
#[derive(Clone, Copy, Debug)]
struct Slot {
    column: u16,
    offset: u32,
    /// Position in the flat copy of all columns.
    flat: u32,
    low: f64,
    high: f64,
}

/// The columns of a world, as a resource for systems that read all of them.
#[derive(Resource)]
pub(crate) struct AllColumns(pub(crate) Vec<Box<dyn AnyColumn>>);

/// A world of entities and columns.
pub struct CrisisWorld {
    /// The ECS world.
    pub ecs: World,
    columns: Vec<Box<dyn AnyColumn>>,
    slots: Arc<[Slot]>,
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
        let mut kinds: Vec<&str> = set.makers.iter().map(|maker| maker.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for maker in &set.makers {
            let kind = kinds.binary_search(&maker.kind).expect("every maker's kind is listed");
            (maker.require[kind])(&mut ecs);
        }
        for (kind, entities) in entities {
            let Ok(kind) = kinds.binary_search(&kind.as_str()) else { continue };
            for entity in entities {
                anchor::spawn(&mut ecs, kind, stream::name_hash(&entity.draw_key));
            }
        }
        if let Ok(kind) = kinds.binary_search(&COHORT) {
            for number in 0..cohorts {
                anchor::spawn(&mut ecs, kind, u64::from(number));
            }
        }
        for column in columns.iter_mut().chain(&mut readers) {
            column.refresh(&ecs);
        }
        let mut slots = vec![None; catalogue.indicators.len()];
        let (mut flat, mut indicator_width) = (0usize, 0usize);
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
                            offset: offset as u32,
                            flat: (flat + offset) as u32,
                            low: catalogue.indicators[id.index()].range.0,
                            high: catalogue.indicators[id.index()].range.1,
                        });
                        ids.push(id);
                    }
                }
            }
            flat += column.numbers(&ecs).len();
            if column.kind() != COHORT {
                indicator_width = flat;
            }
            (maker.ids)(&mut ecs, ids);
        }
        let slots = slots.into_iter().map(|slot| slot.expect("every indicator lies in a column")).collect();
        ecs.insert_resource(AllColumns(readers));
        ecs.insert_resource(Clock::default());
        Self { ecs, columns, slots, width: flat, indicator_width }
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
        let slot = self.slots[indicator.index()];
        self.columns[usize::from(slot.column)].numbers(&self.ecs)[slot.offset as usize]
    }

    /// Sets the indicator's number, limited to its range; −0.0 becomes 0.0. Returns what was
    /// written.
    ///
    /// # Panics
    /// Where `value` is not a number: a law of motion or an effect is broken then.
    pub fn set(&mut self, indicator: IndicatorId, value: f64) -> f64 {
        assert!(!value.is_nan(), "indicator {} would become not a number", indicator.0);
        let slot = self.slots[indicator.index()];
        let value = plain_zero(clamp(value, slot.low, slot.high));
        self.columns[usize::from(slot.column)].numbers_mut(&mut self.ecs)[slot.offset as usize] = value;
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

    /// Copies the indicators' columns into the head of `flat`, which has at least
    /// [`Self::indicator_width`] numbers.
    pub fn copy_indicators(&self, flat: &mut [f64]) {
        let mut at = 0;
        for column in &self.columns {
            if column.kind() == COHORT {
                break;
            }
            let numbers = column.numbers(&self.ecs);
            flat[at..at + numbers.len()].copy_from_slice(numbers);
            at += numbers.len();
        }
    }

    /// Copies every column into `flat`, which has [`Self::width`] numbers.
    pub fn save(&self, flat: &mut [f64]) {
        let mut at = 0;
        for column in &self.columns {
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
    }

    /// The position of every indicator in a flat copy, by `IndicatorId`.
    #[must_use]
    pub fn positions(&self) -> Vec<u32> {
        self.slots.iter().map(|slot| slot.flat).collect()
    }
}
