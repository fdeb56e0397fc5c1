//! Ballots: how the votes of a stage are counted.

use marchland_game::{Ballot, Choice, Domain, Member, MotionId, Observation, Rule, Short, Vote, VoteRecord, number};

use super::glance::{Glance, PlayerWindow};

/// Counts the ballots on what stands tabled: players' choices first, then logit of a player's
/// stake where its choice is silent, then ideal points for members that are no players. Writes
/// nothing to the game.
pub(crate) fn count(at: &Glance<'_>, choices: &[Choice], votes: &mut Vec<VoteRecord>) {
    votes.clear();
    let catalogue = &at.catalogue;
    let moment = at.moment();
    for tabled in &at.state.tabled {
        let motion = &catalogue.motions[tabled.motion.index()];
        let institution = &catalogue.institutions[motion.institution.index()];
        let mut record =
            VoteRecord { moment, motion: tabled.motion, by: tabled.by, votes: Short::default(), passed: false };
        for (seat, member) in institution.members.iter().enumerate() {
            let stream = at.state.root.stream(
                Domain::Ballot,
                moment,
                at.index.member_hash[motion.institution.index()][seat],
                at.index.motion_hash[tabled.motion.index()],
            );
            let vote = match member.player.filter(|player| at.in_office(*player)) {
                Some(player) => match cast(&choices[player.index()].ballots, tabled.motion) {
                    Some(vote) => vote,
                    None => {
                        let seen = PlayerWindow { truth: *at, viewer: player };
                        let stake = Observation::new(&seen).stake(tabled.motion);
                        let share = stake / catalogue.players[player.index()].payoffs.span();
                        logit_vote(at, share, stream.uniform())
                    }
                },
                None => {
                    let appeal = motion.appeal.value(&at.with_ideal(member.ideal));
                    logit_vote(at, appeal, stream.uniform())
                }
            };
            record.votes.push(vote);
        }
        record.passed = passes(motion.rule, &record.votes, &institution.members);
        votes.push(record);
    }
}

/// A vote by logit of a stake, given as a share of the payoff range (McKelvey & Palfrey 1995);
/// without any stake, an abstention.
fn logit_vote(at: &Glance<'_>, share: f64, draw: f64) -> Vote {
    if share == 0.0 {
        return Vote::Abstain;
    }
    let sensitivity = at.variant.parameter_or(at.scenario.vote_sensitivity, 10.0);
    if draw < number::logistic(sensitivity * share) { Vote::Yes } else { Vote::No }
}

fn cast(ballots: &[Ballot], motion: MotionId) -> Option<Vote> {
    ballots.iter().find(|ballot| ballot.motion == motion).map(|ballot| ballot.vote)
}

/// Whether a motion passes with these votes, in the members' order.
#[must_use]
pub fn passes(rule: Rule, votes: &[Vote], members: &[Member]) -> bool {
    let yes = votes.iter().filter(|vote| **vote == Vote::Yes).count();
    let vetoed = || votes.iter().zip(members).any(|(vote, member)| *vote == Vote::No && member.veto);
    match rule {
        Rule::Consensus => yes > 0 && !votes.contains(&Vote::No),
        Rule::Majority { yes: needed } => yes >= usize::from(needed),
        Rule::MajorityWithVeto { yes: needed } => yes >= usize::from(needed) && !vetoed(),
    }
}
