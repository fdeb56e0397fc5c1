//! From drafts to decisions to the end of a stage.

use marchland_game::{Choice, PlayerId, Stage, Vote};

use super::{Receipt, Table};
use crate::course::bytes;
use crate::entry::{Ballots, ClockEvent, DecisionRecord, Default as StatedDefault, Entry, Holder};
use crate::error::{SessionError, refused};
use crate::names::{order_names, player_told};

impl Table {
    /// Whether every person who has something to decide has confirmed.
    #[must_use]
    pub fn ready(&self) -> bool {
        !self.course.game.is_over() && self.course.waiting().is_empty()
    }

    /// Takes the decisions of the stage: people's drafts, and what strategies answer. A facilitator can
    /// look at the proposed rulings then. Nothing happens where they are taken already.
    ///
    /// # Errors
    /// A person has not confirmed, or the game is over.
    pub fn decide(&mut self) -> Result<Receipt, SessionError> {
        self.writable()?;
        if !self.course.decided.is_empty() {
            return Ok(Receipt { entry: self.tip });
        }
        let given = self.decisions(false)?;
        self.commit(given)
    }

    /// Ends the stage: decisions are taken where they are not yet, free actions that are promised take place and rulings
    /// take effect as they stand amended, and injects that are due happen. All of it is kept, or none.
    ///
    /// # Errors
    /// A person has not confirmed, or the game is over.
    pub fn step(&mut self) -> Result<Receipt, SessionError> {
        self.writable()?;
        let mut rows: Vec<(Entry, Option<Vec<u8>>)> = Vec::new();
        if self.course.decided.is_empty() {
            for entry in self.decisions(false)? {
                self.course.follow(&entry)?;
                rows.push((entry, None));
            }
        }
        for entry in self.course.falling() {
            self.course.follow(&entry)?;
            rows.push((entry, None));
        }
        // The game goes on before the commit, since the log holds what comes of it; nobody is shown or told
        // anything until the commit stands, and where it fails this game is given up.
        let (end, readings) = self.course.end_stage();
        rows.push((Entry::StageEnded(end), Some(bytes(&readings))));
        for inject in self.course.due() {
            let entry = Entry::Happened { inject };
            self.course.follow(&entry)?;
            rows.push((entry, None));
        }
        match self.log.append(self.tip, self.branch, &rows) {
            Ok(tip) => {
                self.tip = tip;
                self.sitting.follow(self.log.rows());
                Ok(Receipt { entry: tip })
            }
            Err(error) => {
                self.closed = true;
                Err(error)
            }
        }
    }

    /// Takes the decisions where the clock ran out: a seat that has not confirmed takes its stated
    /// default. The stage is decided then, and has not ended.
    ///
    /// # Errors
    /// The game is over, or the stage is decided already.
    pub fn time_out(&mut self) -> Result<Receipt, SessionError> {
        self.writable()?;
        if !self.course.decided.is_empty() {
            return refused("the stage is decided already");
        }
        let mut entries = vec![Entry::Clock(ClockEvent::Expired)];
        entries.append(&mut self.decisions(true)?);
        self.commit(entries)
    }

    /// Records what happened to the room's clock.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn clock(&mut self, event: ClockEvent) -> Result<Receipt, SessionError> {
        self.commit(vec![Entry::Clock(event)])
    }

    /// Everybody's decision in this stage.
    fn decisions(&mut self, timed_out: bool) -> Result<Vec<Entry>, SessionError> {
        if self.course.game.is_over() {
            return refused("the game is over");
        }
        let waiting = self.course.waiting();
        if !timed_out && !waiting.is_empty() {
            let catalogue = &self.course.source.scenario.catalogue;
            let names: Vec<String> = waiting.iter().map(|player| player_told(catalogue, *player)).collect();
            return refused(format!("not everybody has submitted: {}", names.join(", ")));
        }
        let catalogue = std::sync::Arc::clone(&self.course.source.scenario.catalogue);
        let moment = self.course.game.moment();
        let mut entries = Vec::new();
        for at in 0..catalogue.players.len() {
            let player = PlayerId::from_index(at);
            if !self.course.game.decides(player) {
                continue;
            }
            let late = waiting.contains(&player);
            let (choice, strategy, memory) = match self.course.held(player).holder.clone() {
                Holder::Human => (self.drafted(player, late), "human".to_owned(), None),
                Holder::Strategy(name) => {
                    let before = self.course.game.state().memories[at].clone();
                    let mut choice = self.course.game.decide(player);
                    choice.notes.retain(|note| note.acted);
                    let after = &self.course.game.state().memories[at];
                    let memory = (before != *after).then(|| after.clone());
                    (choice, name, memory)
                }
            };
            let ballots = choice.ballots.iter();
            entries.push(Entry::Given(DecisionRecord {
                moment,
                player: catalogue.players[at].id.clone(),
                orders: order_names(&catalogue, choice.orders.iter()),
                ballots: ballots
                    .map(|ballot| (catalogue.motions[ballot.motion.index()].id.clone(), ballot.vote))
                    .collect::<Ballots>(),
                strategy,
                timed_out: late,
                forfeit: choice.forfeit,
                notes: choice.notes,
                memory,
            }));
        }
        Ok(entries)
    }

    /// A person's draft as a choice; a ballot not cast is an abstention.
    fn drafted(&self, player: PlayerId, late: bool) -> Choice {
        let held = self.course.held(player);
        let mut choice = Choice::default();
        let default = if late { held.default } else { StatedDefault::Entered };
        match self.course.game.moment().stage {
            Stage::Orders => {
                let orders = match default {
                    StatedDefault::Entered => held.orders.clone(),
                    StatedDefault::Nothing => Vec::new(),
                    StatedDefault::Last => {
                        let mut legal = Vec::new();
                        for order in &held.last {
                            legal.push(*order);
                            if self.fits(player, &legal).is_err() {
                                legal.pop();
                            }
                        }
                        legal
                    }
                };
                choice.orders = orders.into_iter().collect();
            }
            Stage::Ballots => {
                for motion in self.course.motions_of(player) {
                    let cast = held.ballots.iter().find(|ballot| ballot.motion == motion);
                    let vote = match default {
                        StatedDefault::Nothing => Vote::Abstain,
                        _ => cast.map_or(Vote::Abstain, |ballot| ballot.vote),
                    };
                    choice.ballots.push(marchland_game::Ballot { motion, vote });
                }
            }
        }
        choice
    }
}
