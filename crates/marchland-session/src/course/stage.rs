//! A stage: what the machine proposes, how it stands amended, and its end.

use marchland_game::{Catalogue, IndicatorId, Moment, MotionId, PlayerId, Readings, Ruling, Stage, VoteRecord};
use sha2::{Digest, Sha256};

use super::{Course, FreeRuling, ProposedRuling};
use crate::entry::{Amendment, CHAINED, StageEnd, free_action};
use crate::opening::hex;

impl Course {
    /// What the machine proposes for the stage that is decided, with its amendments: rulings on orders or counts of votes,
    /// then the dice of free actions that are promised. Nothing where it is not decided.
    #[must_use]
    pub fn proposed(&self) -> Vec<ProposedRuling> {
        if self.decided.is_empty() {
            return Vec::new();
        }
        let catalogue = &self.source.scenario.catalogue;
        let mut rulings = Vec::new();
        let mut proposed: Vec<ProposedRuling> = match self.game.moment().stage {
            Stage::Orders => {
                self.game.resolve(&self.choices, &mut rulings);
                let propose = |ruling: &Ruling| {
                    let (player, on) = (self.name(ruling.player).to_owned(), catalogue.order_name(ruling.order));
                    let amended = self.amendment(&player, &on).cloned();
                    ProposedRuling { player, on, amended, ruling: Some(*ruling), vote: None, free: None }
                };
                rulings.iter().map(propose).collect()
            }
            Stage::Ballots => {
                let mut votes = Vec::new();
                self.game.count(&self.choices, &mut votes);
                let propose = |vote: VoteRecord| {
                    let on = catalogue.motions[vote.motion.index()].id.clone();
                    let amended = self.amendment("", &on).cloned();
                    ProposedRuling { player: String::new(), on, amended, ruling: None, vote: Some(vote), free: None }
                };
                votes.into_iter().map(propose).collect()
            }
        };
        let propose = |ruling: FreeRuling| {
            let offered = &self.proposals[ruling.proposal as usize - 1];
            let (player, on) = (self.name(offered.player).to_owned(), free_action(ruling.proposal));
            let amended = self.amendment(&player, &on).cloned();
            ProposedRuling { player, on, amended, ruling: None, vote: None, free: Some(ruling) }
        };
        proposed.extend(self.free_rulings(&rulings).into_iter().map(propose));
        proposed
    }

    /// The last amendment of this stage on an order, a motion or a free action.
    pub(super) fn amendment(&self, player: &str, on: &str) -> Option<&Amendment> {
        let moment = self.game.moment();
        let of_stage = self.amendments.iter().rev().take_while(|(at, _)| *at == moment);
        of_stage.map(|(_, amended)| amended).find(|amended| amended.player == player && amended.on == on)
    }

    /// Whether an amendment is the last on its order or motion in its stage, and differs from what the machine had: one
    /// that was taken back overrules nothing.
    #[must_use]
    pub fn overruled(&self, moment: &Moment, amended: &Amendment) -> bool {
        let of = |other: &Amendment| (other.player.clone(), other.on.clone());
        let last = self.amendments.iter().rev().find(|(at, other)| at == moment && of(other) == of(amended));
        last.is_some_and(|(_, last)| last == amended && last.overrules())
    }

    /// Ends the stage with the choices given: rulings or votes, as amended, take effect, and before them the free actions
    /// that were granted with them. Returns what a log says of it, and the values of all indicators afterwards, in the
    /// catalogue's order.
    pub fn end_stage(&mut self) -> (StageEnd, Vec<f64>) {
        self.end(true)
    }

    /// The same, its state hashed as that of the end that a log has.
    pub(crate) fn end_stage_like(&mut self, end: &StageEnd) -> (StageEnd, Vec<f64>) {
        self.end(end.is_chained())
    }

    fn end(&mut self, chained: bool) -> (StageEnd, Vec<f64>) {
        let moment = self.game.moment();
        let choices = std::mem::take(&mut self.choices);
        let catalogue = &self.source.scenario.catalogue;
        match moment.stage {
            Stage::Orders => {
                let mut rulings = Vec::new();
                self.game.resolve(&choices, &mut rulings);
                for ruling in rulings.iter_mut().filter(|ruling| ruling.legal()) {
                    let player = &catalogue.players[ruling.player.index()].id;
                    if let Some(amended) = self.amendment(player, &catalogue.order_name(ruling.order)) {
                        ruling.success = amended.success.unwrap_or(ruling.success);
                        ruling.leaked = amended.leaked.unwrap_or(ruling.leaked);
                    }
                }
                self.fall();
                self.game.apply(&choices, &rulings);
                self.rulings.append(&mut rulings);
            }
            Stage::Ballots => {
                let mut votes = Vec::new();
                self.game.count(&choices, &mut votes);
                for vote in &mut votes {
                    if let Some(amended) = self.amendment("", &catalogue.motions[vote.motion.index()].id) {
                        vote.passed = amended.success.unwrap_or(vote.passed);
                    }
                }
                self.fall();
                self.game.enact(&choices, &votes);
                self.votes.append(&mut votes);
            }
        }
        self.choices = choices;
        for choice in &mut self.choices {
            *choice = marchland_game::Choice::default();
        }
        self.decided.clear();
        for seat in &mut self.seats {
            seat.clear();
        }
        let next = self.game.moment();
        if next.turn != moment.turn {
            self.records.push(self.game.last_record().clone());
        }
        let readings = self.readings();
        self.state = match chained {
            true => format!("{CHAINED}{}", hex(&self.game.hash_after(&self.state, moment.turn))),
            false => hex(&self.game.state_hash()),
        };
        let end = StageEnd {
            moment,
            next,
            over: self.game.is_over(),
            state: self.state.clone(),
            readings: readings_hash(&readings),
        };
        (end, readings)
    }

    /// The values of all indicators now, in the catalogue's order.
    #[must_use]
    pub fn readings(&self) -> Vec<f64> {
        let truth = self.game.truth();
        let count = self.source.scenario.catalogue.indicators.len();
        (0..count).map(|at| truth.now(IndicatorId::from_index(at))).collect()
    }

    /// The moment as somebody may know it who is `told` of these motions alone, and whether the stage is none of theirs:
    /// votes on nothing that they are told of are no stage for them, who gave their orders and wait for what comes of
    /// them.
    pub(crate) fn moment_told(&self, told: impl Fn(MotionId) -> bool) -> (Moment, bool) {
        let moment = self.game.moment();
        let hidden = moment.stage == Stage::Ballots && !self.game.state().tabled.iter().any(|one| told(one.motion));
        (Moment { stage: if hidden { Stage::Orders } else { moment.stage }, ..moment }, hidden)
    }

    /// The moment as a player may know it, and whether votes that it is told nothing of are being taken in it.
    #[must_use]
    pub fn moment_of(&self, player: PlayerId) -> (Moment, bool) {
        self.moment_told(|motion| self.game.told_of(player, motion))
    }

    /// Whether a stage is decided and waits for the facilitator, as it seems to whoever is told nothing of its votes
    /// where it is `hidden`: without a facilitator it can only wait for others.
    pub(crate) fn waits(&self, hidden: bool) -> bool {
        !self.decided.is_empty() || hidden && self.opening.facilitator
    }

    /// The motions that stand tabled and on which a player votes.
    #[must_use]
    pub fn motions_of(&self, player: PlayerId) -> Vec<MotionId> {
        let catalogue = &self.source.scenario.catalogue;
        let tabled = self.game.state().tabled.iter().map(|tabled| tabled.motion);
        tabled.filter(|motion| votes_on(catalogue, player, *motion)).collect()
    }
}

/// Whether a player is a member of the body that votes on a motion.
fn votes_on(catalogue: &Catalogue, player: PlayerId, motion: MotionId) -> bool {
    let institution = catalogue.motions[motion.index()].institution;
    catalogue.institutions[institution.index()].members.iter().any(|member| member.player == Some(player))
}

/// Numbers as bytes, least significant first.
pub(crate) fn bytes(readings: &[f64]) -> Vec<u8> {
    readings.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// The hash of indicators' values.
pub(crate) fn readings_hash(readings: &[f64]) -> String {
    hex(&Sha256::digest(bytes(readings)))
}
