//! What a law of motion cannot do without, declared by the law and checked when a scenario is loaded.

/// What a law needs of the scenario it runs in. A scenario that lacks any of it is refused, with the law, what is
/// missing and the ways out.
#[derive(Default)]
pub struct Needs {
    pub(crate) laws: Vec<LawNeed>,
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) links: Vec<LinkNeed>,
    pub(crate) succession: bool,
}

/// Another law that has to run.
pub(crate) struct LawNeed {
    pub law: &'static str,
    pub what: &'static str,
}

/// A link between entities that the law follows.
pub(crate) struct LinkNeed {
    pub kind: &'static str,
    pub link: &'static str,
    pub to: &'static str,
    pub presence: Presence,
}

/// Whether every entity of a kind has to have a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// Every one has to.
    Required,
    /// Every one has to, unless there is but one entity that it could name.
    RequiredAmongSeveral,
    /// None has to: the law knows what to do without it.
    Optional,
}

impl Needs {
    /// Another law has to run; `what` says what this one takes from it, a noun phrase.
    pub fn law(&mut self, law: &'static str, what: &'static str) -> &mut Self {
        self.laws.push(LawNeed { law, what });
        self
    }

    /// There has to be at least one entity of this kind.
    pub fn entity(&mut self, kind: &'static str) -> &mut Self {
        self.kinds.push(kind);
        self
    }

    /// The law follows a link of the entities of a kind, which has to name entities of the kind `to`.
    pub fn link(&mut self, kind: &'static str, link: &'static str, to: &'static str, presence: Presence) -> &mut Self {
        self.links.push(LinkNeed { kind, link, to, presence });
        self
    }

    /// Every country's link `head` has to name the player that governs it at the start.
    pub fn head(&mut self) -> &mut Self {
        self.link("country", "head", "player", Presence::Required)
    }

    /// Beside the head, a player has to succeed it.
    pub fn succession(&mut self) -> &mut Self {
        self.succession = true;
        self.head()
    }
}
