//! Columns: components whose fields are numbers, kept in one contiguous slice per component.

use std::marker::PhantomData;

use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::*;
use bevy_ecs::query::{ContiguousQueryData, QueryData};
use bytemuck::Pod;
use marchland_game::Nature;

/// Who sees an indicator unless the scenario says otherwise.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum SeenBy {
    /// Everybody, as it was at the last record.
    Everyone,
    /// The owner of the entity exactly; the others a month late and with a normal error of this
    /// standard deviation, in the field's unit.
    Estimated {
        /// Standard deviation of the error.
        sd: f64,
    },
    /// The owner alone; the others believe the public prior, with this standard deviation.
    Owner {
        /// Standard deviation of the belief.
        sd: f64,
    },
    /// Nobody but a facilitator; everybody believes the public prior, with this standard deviation.
    Nobody {
        /// Standard deviation of the belief.
        sd: f64,
    },
}

/// The declaration of one field of a column: what it is, beside the component that holds it.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name, the last part of the indicator's path.
    pub name: &'static str,
    /// One sentence.
    pub meaning: &'static str,
    /// Unit; `share` where it has none.
    pub unit: &'static str,
    /// Smallest value.
    pub low: f64,
    /// Largest value.
    pub high: f64,
    /// Stock or derived.
    pub nature: Nature,
    /// Fields of which a derived one is computed.
    pub inputs: &'static [&'static str],
    /// The value where a scenario gives none; none where it must give one.
    pub initial: Option<f64>,
    /// The bound at which it rests when nothing happens.
    pub resting: Option<f64>,
    /// Names of the values 0, 1, 2 …
    pub labels: &'static [&'static str],
    /// Who sees it.
    pub seen_by: SeenBy,
    /// What a reader calls it, a noun phrase: `hardship in {}`, where `{}` is the entity's display,
    /// and of a pair `{from}` and `{to}` are the two players'. Empty where its name will do.
    pub called: &'static str,
    /// Whether that phrase is plural.
    pub many: bool,
    /// Whether its numbers are codes of a [`CodedState`](super::CodedState).
    pub coded: bool,
}

impl Field {
    /// A stock: carries over, and can be set.
    #[must_use]
    pub const fn stock(unit: &'static str, low: f64, high: f64) -> Self {
        Self {
            name: "",
            meaning: "",
            unit,
            low,
            high,
            nature: Nature::Stock,
            inputs: &[],
            initial: None,
            resting: None,
            labels: &[],
            seen_by: SeenBy::Everyone,
            called: "",
            many: false,
            coded: false,
        }
    }

    /// A derived number: computed anew by its law of motion from these fields. Starts at 0 (or the
    /// bound nearest to it) unless told otherwise.
    #[must_use]
    pub const fn derived(unit: &'static str, low: f64, high: f64, inputs: &'static [&'static str]) -> Self {
        let initial = if low > 0.0 {
            low
        } else if high < 0.0 {
            high
        } else {
            0.0
        };
        Self { nature: Nature::Derived, inputs, initial: Some(initial), ..Self::stock(unit, low, high) }
    }

    /// A coded state: a stock with the named values of its field's type, resting at the first.
    #[must_use]
    pub const fn state() -> Self {
        Self { coded: true, initial: Some(0.0), resting: Some(0.0), ..Self::stock("state", 0.0, 0.0) }
    }

    /// A flag: a stock of 0 or 1, resting at 0; its field's type is `bool`.
    #[must_use]
    pub const fn flag() -> Self {
        Self { coded: true, initial: Some(0.0), resting: Some(0.0), ..Self::stock("flag", 0.0, 1.0) }
    }

    /// A flag that is computed anew by its law of motion from these fields.
    #[must_use]
    pub const fn derived_flag(inputs: &'static [&'static str]) -> Self {
        Self { coded: true, ..Self::derived("flag", 0.0, 1.0, inputs) }
    }

    /// With the value where a scenario gives none.
    #[must_use]
    pub const fn starts(mut self, initial: f64) -> Self {
        self.initial = Some(initial);
        self
    }

    /// With the bound at which it rests.
    #[must_use]
    pub const fn rests(mut self, resting: f64) -> Self {
        self.resting = Some(resting);
        self
    }

    /// With who sees it.
    #[must_use]
    pub const fn seen(mut self, seen_by: SeenBy) -> Self {
        self.seen_by = seen_by;
        self
    }

    /// With what a reader calls it, a noun phrase in the singular: `hardship in {}`.
    #[must_use]
    pub const fn called(mut self, phrase: &'static str) -> Self {
        self.called = phrase;
        self
    }

    /// With what a reader calls it, a noun phrase in the plural: `deaths in battle in {}`.
    #[must_use]
    pub const fn called_many(mut self, phrase: &'static str) -> Self {
        self.called = phrase;
        self.many = true;
        self
    }

    /// With the names of its field's type, or without any where the field has none; the `columns!`
    /// macro calls it, at compile time.
    #[doc(hidden)]
    #[must_use]
    pub const fn typed(mut self, labels: Option<&'static [&'static str]>) -> Self {
        match labels {
            None => assert!(!self.coded, "a coded field names its type: `status: Status = Field::state()`"),
            Some(labels) => {
                assert!(self.coded, "a field with a type is a state or a flag");
                if !labels.is_empty() {
                    self.labels = labels;
                    self.high = labels.len() as f64 - 1.0;
                }
            }
        }
        self
    }

    /// With its name and meaning; the `columns!` macro calls it.
    #[doc(hidden)]
    #[must_use]
    pub const fn named(mut self, name: &'static str, meaning: &'static str) -> Self {
        self.name = name;
        self.meaning = meaning;
        self
    }
}

/// The position of a field in a column: `Mood::content`.
pub struct FieldOf<C> {
    position: usize,
    column: PhantomData<fn() -> C>,
}

impl<C> FieldOf<C> {
    /// The field at a position; the `columns!` macro calls it.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(position: usize) -> Self {
        Self { position, column: PhantomData }
    }

    /// Its position among the column's fields.
    #[must_use]
    pub const fn position(self) -> usize {
        self.position
    }
}

impl<C> Clone for FieldOf<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for FieldOf<C> {}

/// Stands on every entity that has a column: tells columns from other components.
#[doc(hidden)]
#[derive(Component, Clone, Copy, Default, Debug)]
#[component(clone_behavior = Ignore)]
pub struct IsColumn;

/// A component whose fields are all `f64`: one row per entity of its kind.
pub trait Column: Component<Mutability = Mutable> + Pod + Default {
    /// The kind of entity that has it: `region`.
    const KIND: &'static str;
    /// What stands on every entity of that kind.
    #[doc(hidden)]
    type Anchor: super::anchor::StandsOnKind;
    /// Its fields in memory order; empty for columns that are no indicators.
    const FIELDS: &'static [Field];
}

/// Declares columns: for each, a component struct of `f64` fields, and beside every field its
/// declaration. `Name::field` is the field's position, as [`Ids::at`](crate::world::Ids::at) takes it.
/// A field with a type is a coded state: [`StateCode`](crate::world::StateCode) of that type.
///
/// ```
/// use marchland_sim::columns;
/// use marchland_sim::world::{Field, SeenBy};
/// columns! {
///     /// The mood of a region.
///     pub struct Mood for "region" {
///         /// Share of people who are content.
///         content = Field::stock("share", 0.0, 1.0).starts(0.5).seen(SeenBy::Estimated { sd: 0.1 }),
///     }
/// }
/// assert_eq!(Mood::content.position(), 0);
/// ```
///
/// ```
/// use marchland_sim::world::Field;
/// use marchland_sim::{columns, states};
/// states! {
///     /// Who rules a town.
///     pub enum Rule {
///         /// A council.
///         Council = "council",
///         /// A garrison.
///         Garrison = "garrison",
///     }
/// }
/// columns! {
///     /// A town.
///     pub struct Town for "town" {
///         /// Who rules it.
///         rule: Rule = Field::state(),
///         /// Whether its gates are shut.
///         shut: bool = Field::flag(),
///     }
/// }
/// let mut town = Town::default();
/// town.rule.set(Rule::Garrison);
/// assert_eq!((town.rule.get(), town.shut.get()), (Rule::Garrison, false));
/// ```
///
/// A state without a type does not compile, nor does a misspelt name:
///
/// ```compile_fail
/// marchland_sim::columns! {
///     /// A town.
///     pub struct Town for "town" {
///         /// Whether its gates are shut.
///         shut = marchland_sim::world::Field::flag(),
///     }
/// }
/// ```
#[macro_export]
macro_rules! columns {
    ($($(#[$doc:meta])* $vis:vis struct $name:ident for $kind:literal {
        $($(#[doc = $meaning:literal])+ $field:ident $(: $state:ty)? = $declaration:expr),+ $(,)?
    })+) => {$(
        $(#[$doc])*
        #[derive(
            ::bevy_ecs::component::Component, ::bytemuck::Pod, ::bytemuck::Zeroable, Clone, Copy, PartialEq, Debug, Default,
        )]
        #[repr(C)]
        #[require($crate::world::IsColumn)]
        // Nobody clones an entity; the way to would be compiled for every column.
        #[component(clone_behavior = Ignore)]
        $vis struct $name {
            $($(#[doc = $meaning])+ pub $field: $crate::columns!(@stored $($state)?),)+
        }

        impl $crate::world::Column for $name {
            const KIND: &'static str = $kind;
            type Anchor = $crate::world::Anchor<{ $crate::world::kind_hash($kind) }>;
            const FIELDS: &'static [$crate::world::Field] =
                &[$($declaration
                    .typed($crate::columns!(@labels $($state)?))
                    .named(stringify!($field), concat!($($meaning),+)),)+];
        }

        $crate::columns!(@positions $name; 0usize; $($field)+);
    )+};
    (@positions $name:ident; $at:expr; $field:ident $($rest:ident)*) => {
        #[allow(non_upper_case_globals, missing_docs, dead_code)]
        impl $name {
            pub const $field: $crate::world::FieldOf<$name> = $crate::world::FieldOf::new($at);
        }
        $crate::columns!(@positions $name; $at + 1usize; $($rest)*);
    };
    (@positions $name:ident; $at:expr;) => {};
    (@stored) => { f64 };
    (@stored $state:ty) => { $crate::world::StateCode<$state> };
    (@labels) => { None };
    (@labels $state:ty) => { Some(<$state as $crate::world::CodedState>::LABELS) };
}

/// What a query finds in a table, as slices of columns: a slice for `&C`, a mutable one for `&mut C`, an empty one for
/// an `Option` of a column that no law of the scenario declares, and a tuple for a tuple.
#[doc(hidden)]
pub trait Chunk {
    /// The kind of entity that has the columns.
    const KIND: &'static str;
    /// The slices.
    type Slices;
    /// The slices of what was found.
    fn slices(self) -> Self::Slices;
    /// The slices where nothing was.
    fn none() -> Self::Slices;
}

impl<'w, C: Column> Chunk for &'w [C] {
    const KIND: &'static str = C::KIND;
    type Slices = &'w [C];
    fn slices(self) -> Self::Slices {
        self
    }
    fn none() -> Self::Slices {
        &[]
    }
}

impl<'w, C: Column> Chunk for ContiguousMut<'w, C> {
    const KIND: &'static str = C::KIND;
    type Slices = &'w mut [C];
    fn slices(self) -> Self::Slices {
        Self::bypass_change_detection_split(self).0
    }
    fn none() -> Self::Slices {
        &mut []
    }
}

impl<T: Chunk> Chunk for Option<T> {
    const KIND: &'static str = T::KIND;
    type Slices = T::Slices;
    fn slices(self) -> Self::Slices {
        self.map_or_else(T::none, T::slices)
    }
    fn none() -> Self::Slices {
        T::none()
    }
}

/// Whether two names are one, at compile time.
const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

macro_rules! chunks {
    ($(($first:ident $($rest:ident)*))+) => {$(
        impl<$first: Chunk, $($rest: Chunk),*> Chunk for ($first, $($rest,)*) {
            const KIND: &'static str = {
                $(assert!(same($first::KIND, $rest::KIND), "a query asks for columns of one kind of entity");)*
                $first::KIND
            };
            type Slices = ($first::Slices, $($rest::Slices,)*);
            #[allow(non_snake_case)]
            fn slices(self) -> Self::Slices {
                let _ = Self::KIND;
                let ($first, $($rest,)*) = self;
                ($first.slices(), $($rest.slices(),)*)
            }
            fn none() -> Self::Slices {
                ($first::none(), $($rest::none(),)*)
            }
        }
    )+};
}

chunks! {
    (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) (A B C D E F G H I)
    (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
}

/// What a query `D` finds in a table.
type Found<'w, 's, D> = <D as ContiguousQueryData>::Contiguous<'w, 's>;
/// The columns of a query `D`.
type Slices<'w, 's, D> = <Found<'w, 's, D> as Chunk>::Slices;

/// The slices of the one table with rows. All entities of a kind have all its columns, so that there is no other.
#[inline]
fn slices<'w, 's, D>(query: Query<'w, 's, D>) -> Slices<'w, 's, D>
where
    D: ContiguousQueryData,
    Found<'w, 's, D>: Chunk,
{
    match query.contiguous_iter_inner() {
        Ok(mut chunks) => chunks.next().map_or_else(Found::<'w, 's, D>::none, Chunk::slices),
        Err(_) => Found::<'w, 's, D>::none(),
    }
}

/// Columns as slices, for systems. A query asks for one column, or for several of one kind at once, which is found
/// sooner than each by itself:
///
/// ```
/// # use bevy_ecs::prelude::*;
/// # use marchland_sim::columns;
/// # use marchland_sim::world::{Field, Rows, RowsMut};
/// columns! {
///     /// What a region earns.
///     pub struct Income for "region" {
///         /// Pay.
///         pay = Field::stock("USD", 0.0, 1e9),
///     }
///     /// What a region spends.
///     pub struct Spending for "region" {
///         /// On food.
///         food = Field::stock("USD", 0.0, 1e9),
///     }
///     /// What a region sends, where a law of remittances runs.
///     pub struct Sent for "region" {
///         /// Sent home.
///         sent = Field::stock("USD", 0.0, 1e9),
///     }
/// }
/// fn spend(mut regions: Query<(&Income, &mut Spending, Option<&Sent>)>) {
///     let (incomes, spending, sent) = regions.rows_mut();
///     for (row, own) in spending.iter_mut().enumerate() {
///         own.food = 0.6 * (incomes[row].pay - sent.get(row).map_or(0.0, |own| own.sent));
///     }
/// }
/// let mut world = World::new();
/// world.spawn((Income { pay: 100.0 }, Spending::default()));
/// world.run_system_cached(spend).expect("it runs");
/// assert_eq!(world.query::<&Spending>().query(&world).rows(), [Spending { food: 60.0 }]);
/// ```
///
/// A law asks for its own columns, and those of laws that it needs, as `&C` or `&mut C`: where one of them were
/// missing, no rows at all would be found. Columns that a scenario may lack are `Option<&C>`, and empty there; where
/// all are, [`AnyOf`](bevy_ecs::query::AnyOf) holds them. Columns of two kinds in one query do not compile:
///
/// ```compile_fail,E0080
/// # use bevy_ecs::prelude::*;
/// # use marchland_sim::columns;
/// # use marchland_sim::world::{Field, Rows};
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
/// let mut world = World::new();
/// let (moods, tensions) = world.query::<(&Mood, &Tension)>().query(&world).rows();
/// ```
pub trait Rows<'s> {
    /// What the query asks for.
    type Asked: ContiguousQueryData<ReadOnly: ContiguousQueryData>;

    /// All rows, in the order of the kind's entities: a slice by column, in the query's order.
    fn rows<'w>(&'w self) -> Slices<'w, 's, <Self::Asked as QueryData>::ReadOnly>
    where
        Found<'w, 's, <Self::Asked as QueryData>::ReadOnly>: Chunk;
}

/// Columns as slices that can be written, for systems: mutable for each `&mut C` that a query asks for.
pub trait RowsMut<'s>: Rows<'s> {
    /// All rows, in the order of the kind's entities. No change ticks are written.
    fn rows_mut<'w>(&'w mut self) -> Slices<'w, 's, Self::Asked>
    where
        Found<'w, 's, Self::Asked>: Chunk;
}

impl<'s, D: ContiguousQueryData<ReadOnly: ContiguousQueryData>> Rows<'s> for Query<'_, 's, D> {
    type Asked = D;

    #[inline]
    fn rows<'w>(&'w self) -> Slices<'w, 's, D::ReadOnly>
    where
        Found<'w, 's, D::ReadOnly>: Chunk,
    {
        slices(self.as_readonly())
    }
}

impl<'s, D: ContiguousQueryData<ReadOnly: ContiguousQueryData>> RowsMut<'s> for Query<'_, 's, D> {
    #[inline]
    fn rows_mut<'w>(&'w mut self) -> Slices<'w, 's, D>
    where
        Found<'w, 's, D>: Chunk,
    {
        slices(self.reborrow())
    }
}

/// A column without its type, as the world keeps it.
pub(crate) trait AnyColumn: Send + Sync {
    fn kind(&self) -> &'static str;
    fn fields(&self) -> &'static [Field];
    /// Numbers in a row.
    fn width(&self) -> usize;
    fn numbers<'w>(&self, world: &'w World) -> &'w [f64];
    fn numbers_mut<'w>(&mut self, world: &'w mut World) -> &'w mut [f64];
    /// Lets the column find the tables made since the last call.
    fn refresh(&mut self, world: &World);
    /// A column of the same type for another world.
    fn fresh(&self, world: &mut World) -> Box<dyn AnyColumn>;
}

pub(crate) struct TypedColumn<C: Column> {
    query: QueryState<&'static mut C>,
}

impl<C: Column> TypedColumn<C> {
    pub(crate) fn new(world: &mut World) -> Self {
        Self { query: world.query() }
    }
}

impl<C: Column> AnyColumn for TypedColumn<C> {
    fn kind(&self) -> &'static str {
        C::KIND
    }
    fn fields(&self) -> &'static [Field] {
        C::FIELDS
    }
    fn width(&self) -> usize {
        size_of::<C>() / size_of::<f64>()
    }
    fn numbers<'w>(&self, world: &'w World) -> &'w [f64] {
        let Ok(chunks) = self.query.query_manual(world).contiguous_iter_inner() else { return &[] };
        chunks.into_iter().find(|rows| !rows.is_empty()).map_or(&[], |rows| bytemuck::cast_slice(rows))
    }
    fn numbers_mut<'w>(&mut self, world: &'w mut World) -> &'w mut [f64] {
        let Ok(chunks) = self.query.query_mut(world).contiguous_iter_inner() else { return &mut [] };
        chunks
            .map(|chunk| ContiguousMut::bypass_change_detection_split(chunk).0)
            .find(|rows| !rows.is_empty())
            .map_or(&mut [], |rows| bytemuck::cast_slice_mut(rows))
    }
    fn refresh(&mut self, world: &World) {
        self.query.update_archetypes(world);
    }
    fn fresh(&self, world: &mut World) -> Box<dyn AnyColumn> {
        Box::new(Self::new(world))
    }
}
