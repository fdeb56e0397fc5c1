//! How a country is governed, contested and fought over.

use marchland_sim::scenario::keys::HORIZON;
use marchland_sim::world::{Field, SeenBy};
use marchland_sim::{columns, states};

/// The last month that a game may have: what dates an event or counts what happens once a month at most.
const LONGEST: f64 = HORIZON as f64;

states! {
    /// Ways out of office.
    pub enum ExitMode {
        /// Office is held.
        None = "none",
        /// The street brought the government down.
        Uprising = "uprising",
        /// Its own overthrew it.
        Coup = "coup",
        /// Insurgents won.
        Insurgents = "insurgents",
        /// It went by agreement.
        Negotiated = "negotiated",
        /// Insiders removed the leader, without force.
        Palace = "palace",
        /// A leader whose own had left went.
        Resignation = "resignation",
        /// Another state removed it.
        Foreign = "foreign",
        /// It lost an election, or did not stand.
        Elected = "elected",
        /// The leader died in office.
        Natural = "natural",
    }
    /// Irregular ways out of office.
    pub enum IrregularExit {
        /// None yet.
        None = "none",
        /// The street brought the government down.
        Uprising = "uprising",
        /// Its own overthrew it.
        Coup = "coup",
        /// Insurgents won.
        Insurgents = "insurgents",
        /// It went by agreement.
        Negotiated = "negotiated",
        /// Insiders removed the leader, without force.
        Palace = "palace",
        /// A leader whose own had left went.
        Resignation = "resignation",
        /// Another state removed it.
        Foreign = "foreign",
    }
    /// Kinds of vote.
    pub enum Vote {
        /// None is held.
        None = "none",
        /// A referendum.
        Referendum = "referendum",
        /// A vote on parliament.
        Parliament = "parliament",
        /// A vote on the head of state.
        President = "president",
    }
    /// How a vote ended for the incumbent.
    pub enum VoteResult {
        /// None was held yet.
        None = "none",
        /// It won.
        Won = "won",
        /// It stole the vote, and people saw it.
        Stolen = "stolen",
        /// It lost.
        Lost = "lost",
        /// It did not stand.
        NotStood = "not_stood",
    }
    /// The state that a regime is in, from bad to worse.
    pub enum RegimeStatus {
        /// Nothing is wrong.
        Stable = "stable",
        /// There are signs of trouble.
        Strained = "strained",
        /// Power is at stake.
        Contested = "contested",
        /// An interim governs.
        Transition = "transition",
        /// Nobody governs.
        Collapsed = "collapsed",
    }
}

impl ExitMode {
    /// The irregular way that it is, where it is one.
    #[must_use]
    pub fn irregular(self) -> Option<IrregularExit> {
        match self {
            Self::Uprising => Some(IrregularExit::Uprising),
            Self::Coup => Some(IrregularExit::Coup),
            Self::Insurgents => Some(IrregularExit::Insurgents),
            Self::Negotiated => Some(IrregularExit::Negotiated),
            Self::Palace => Some(IrregularExit::Palace),
            Self::Resignation => Some(IrregularExit::Resignation),
            Self::Foreign => Some(IrregularExit::Foreign),
            Self::None | Self::Elected | Self::Natural => None,
        }
    }

    /// Whether the newcomer owes office to the people's will.
    #[must_use]
    pub fn is_popular(self) -> bool {
        matches!(self, Self::Uprising | Self::Negotiated | Self::Elected)
    }
}

columns! {
    /// Migrants of the country.
    pub struct CountryMigration for "country" {
        /// People abroad, thousand.
        migrants_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k"]).called("the number of migrants abroad"),
        /// People abroad with a permit, thousand.
        legal_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k", "irregular_k"]).called("the number of migrants with papers"),
        /// What migration is worth to those who live by it: the logarithm of expected pay relative
        /// to the start, less the risk of irregular status and the cost of a family left behind.
        migrant_welfare = Field::derived("log points", -20.0, 20.0, &["migrants_k", "legal_k"]).called("the welfare of migrants"),
    }
    /// How the country lives.
    pub struct CountryWelfare for "country" {
        /// Hardship, the mean over people.
        hardship = Field::derived("share", 0.0, 1.0, &["hardship"]).called("hardship in {}"),
        /// What the government gets done for people, 0 nothing to 1 everything they expect.
        performance = Field::derived("share", 0.0, 1.0, &["gdp_growth_annual", "public_goods", "energy_deficit", "hardship"]).called("what the government gets done"),
    }
    /// What the ruled think of the rulers, and what rulers give them to think about.
    pub struct Legitimacy for "country" {
        /// Share of people who hold that the government has the right to rule.
        legitimacy = Field::stock("share", 0.0, 1.0).seen(SeenBy::Estimated { sd: 0.05 }).called("the legitimacy of the government"),
        /// The level that legitimacy drifts to in a closed system that performs neither well nor badly.
        legitimacy_natural = Field::stock("share", 0.0, 1.0).starts(0.45).called("the level that legitimacy returns to in {}").seen(SeenBy::Nobody { sd: 0.05 }),
        /// What people credit the government with, or hold against it, beside what the terms of this law explain: solved at the
        /// start, so that legitimacy rests where it is coded.
        standing = Field::stock("share", -1.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Nobody { sd: 0.05 }).called("the credit of the government"),
        /// Whether that has been solved.
        rested: bool = Field::flag().seen(SeenBy::Nobody { sd: 0.0 }),
        /// Extent of fraud in the last election.
        fraud = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.1 }).called("the fraud in the last election"),
        /// How badly observers judged the last election, as people still remember it.
        verdict = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the harshness of observers' verdict on the vote"),
        /// News of corruption and of dealings behind the scenes, as people still remember it.
        corruption_news = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("news of corruption"),
        /// Pluralism and openness of the political system.
        reform = Field::stock("share", 0.0, 1.0).starts(0.2).called("political openness"),
        /// Openness of the month before, against which an opening is felt.
        reform_before = Field::stock("share", 0.0, 1.0).starts(0.2),
        /// Recent opening of political space, while it still emboldens.
        opening = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the effect of the political opening"),
        /// Share of the leader's attention spent on problems at home.
        responsiveness = Field::stock("share", 0.0, 1.0).starts(0.35).seen(SeenBy::Estimated { sd: 0.1 }).called("the leader's attention to problems at home"),
        /// Share of the leader's attention spent on the border; the two share one budget.
        attention_border = Field::stock("share", 0.0, 1.0).starts(0.35).seen(SeenBy::Estimated { sd: 0.1 }).called("the leader's attention to the border"),
        /// Attention to problems at home to which the leader's habits return; solved at the start.
        responsiveness_natural = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the level that responsiveness returns to in {}").seen(SeenBy::Nobody { sd: 0.05 }),
        /// Attention to the border to which they return; solved at the start.
        attention_natural = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the level that attention at home returns to in {}").seen(SeenBy::Nobody { sd: 0.05 }),
    }
    /// What a country spends on guarding its borders with the help of others.
    pub struct SecurityAid for "country" {
        /// Border and security aid under way, million US dollars a month.
        security_aid = Field::stock("million US dollars a month", 0.0, 100.0).starts(0.0).rests(0.0).called("border and security aid"),
    }
    /// The war as the country bears it.
    pub struct War for "country" {
        /// Fighters in the country.
        militant_strength = Field::derived("fighters", 0.0, 1e6, &["haven"]).rests(0.0).seen(SeenBy::Estimated { sd: 60.0 }).called("the strength of armed fighters"),
        /// Deaths in battle since the start, both sides.
        battle_deaths = Field::stock("people", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 10.0 }).called("the count of deaths in battle"),
        /// Soldiers and police killed by fighters since the start.
        army_losses = Field::stock("people", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 5.0 }).called("the losses of army and police"),
        /// Civilians killed in the fighting since the start.
        conflict_civilian_deaths = Field::stock("people", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 10.0 }).called("the count of civilians killed by fighting"),
        /// Training, mobility and discipline of the forces.
        army_quality = Field::stock("share", 0.0, 1.0).starts(0.35).seen(SeenBy::Estimated { sd: 0.1 }).called("the quality of the forces"),
        /// How freely militants may live, train and gather in the country.
        haven = Field::derived("share", 0.0, 1.0, &["militant_strength", "army_quality"]).rests(0.0).seen(SeenBy::Estimated { sd: 0.05 }).called("the room for extremists to train"),
        /// Probability that the insurgents take the capital within a month.
        insurgent_victory_risk = Field::derived("probability a month", 0.0, 1.0, &["militant_strength", "army_quality", "haven"]).rests(0.0).seen(SeenBy::Estimated { sd: 0.02 }).called("the risk that fighters win"),
    }
    /// What may set off a campaign.
    pub struct Trigger for "country" {
        /// Chance within a month that an occasion sets off a campaign against the government.
        trigger_risk = Field::derived("probability a month", 0.0, 1.0, &["legitimacy", "hardship", "war_memory", "fear", "prior_uprising", "organisation", "responsiveness", "example", "stolen", "tariff_shock", "tariffs_known", "liberty", "weariness", "interim_months"]).seen(SeenBy::Estimated { sd: 0.005 }).called("the chance of a spark that catches"),
        /// Campaigns that were set off since the start.
        triggers = Field::stock("campaigns", 0.0, LONGEST).starts(0.0).rests(0.0).called("the count of campaigns set off"),
        /// The rise of tariffs that people have come to live with; only what lies above it sets off campaigns.
        tariffs_known = Field::stock("share", 0.0, 5.0).starts(0.0).rests(0.0).called("the tariffs that people have come to live with"),
        /// Size of the occasion that was set off in the last step, as a share of the mobilisable.
        occasion = Field::derived("share of mobilisable", 0.0, 1.0, &["trigger_risk"]).rests(0.0).called("the occasion that brought people out"),
    }
    /// What decides between quiet and tipping in a country.
    pub struct Tension for "country" {
        /// Active share of the mobilisable, weighted by population.
        unrest = Field::derived("share of mobilisable", 0.0, 1.0, &["unrest"]).seen(SeenBy::Estimated { sd: 0.02 }).called("unrest in {}"),
        /// Active share of the mobilisable in the capital.
        capital_unrest = Field::derived("share of mobilisable", 0.0, 1.0, &["unrest"]).called("unrest in the capital"),
        /// The crowd in the capital, as a share of a mobilisable pool of ordinary size.
        capital_crowd = Field::derived("share of an ordinary pool", 0.0, 10.0, &["unrest", "mobilisable_share"]),
        /// A focal event that the whole country knows: people it brings out at once; spent within the month.
        focal = Field::stock("share of mobilisable", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Memory of war, which deters.
        war_memory = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the memory of war"),
        /// Memory of an uprising that won, which encourages.
        prior_uprising = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the memory of an uprising that won"),
        /// Weariness of those who have been in the street and went home with nothing, and the belief that the government stands.
        weariness = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.1 }).called("the weariness of those who marched"),
        /// Net grievance that it takes to act.
        threshold = Field::derived("index", 0.0, 2.0, &["war_memory", "fear", "prior_uprising", "opening", "fell_recently", "weariness"]).seen(SeenBy::Nobody { sd: 0.05 }),
        /// Worth of not being alone.
        coordination = Field::derived("index", 0.0, 1.0, &["organisation"]).seen(SeenBy::Nobody { sd: 0.05 }),
    }
    /// Force against the street in a country.
    pub struct Coercion for "country" {
        /// Readiness to repress, the policy.
        repression = Field::stock("share", 0.0, 1.0).starts(0.4).called("the readiness to repress"),
        /// Fear of repression among people.
        fear = Field::stock("share", 0.0, 1.0).starts(0.3).seen(SeenBy::Estimated { sd: 0.1 }).called("fear of repression"),
        /// Civilians killed in unrest in this month.
        protest_deaths = Field::stock("people", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 5.0 }).called("civilian deaths in unrest this month"),
        /// Civilians killed in unrest since the start.
        deaths_civil = Field::derived("people", 0.0, 1e6, &["deaths"]).rests(0.0).seen(SeenBy::Estimated { sd: 20.0 }).called("the count of civilians killed in unrest"),
    }
    /// The ruling coalition of a country.
    pub struct Palace for "country" {
        /// Strength of the regime, as insiders gauge it.
        regime_strength = Field::derived("index", 0.0, 1.0, &["legitimacy", "loyal_force", "patronage", "patron_support", "capital_crowd", "defected_weight"]).seen(SeenBy::Estimated { sd: 0.08 }).called("the strength of the regime"),
        /// Division at the top, while it is felt.
        elite_split = Field::stock("share", 0.0, 1.0).starts(0.1).rests(0.0).seen(SeenBy::Estimated { sd: 0.1 }).called("division at the top"),
        /// Division that the coalition was built with, to which it heals; 0 is to be taken at the start.
        split_natural = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.1 }).called("the division that the coalition was built with"),
        /// Purging now.
        purge = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the purging of the elite"),
        /// Guards and services that watch each other.
        counterbalance = Field::stock("share", 0.0, 1.0).starts(0.5).seen(SeenBy::Estimated { sd: 0.1 }).called("the watch of the services on each other"),
        /// Weight of those who have left.
        defected_weight = Field::derived("share", 0.0, 1.0, &["defected", "weight"]).called("the weight of those who have left the ruler"),
        /// Share of the coercive force that obeys.
        loyal_force = Field::derived("share", 0.0, 1.0, &["loyalty", "defected", "force_share"]).seen(SeenBy::Estimated { sd: 0.1 }).called("the force that obeys"),
        /// Alarm among insiders: what has happened of late that makes them ask whether to stay; all hear it.
        alarm = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.05 }).called("alarm among insiders"),
        /// Patronage that insiders have come to expect, the share that is covered; 0 is to be taken at the start.
        rents_expected = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.05 }).called("the rents that insiders expect"),
        /// Backing from abroad that insiders have come to expect, less its least: from 0, none left, to 2; 0 is to be taken at the start.
        backing_expected = Field::stock("index", 0.0, 2.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.1 }).called("the backing from abroad that insiders expect"),
        /// Soldiers and police lost since the start, as far as insiders have taken note.
        losses_known = Field::stock("people", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 5.0 }).called("the losses that insiders know of"),
    }
    /// Plots against an incumbent.
    pub struct Conspiracy for "country" {
        /// Attempts at a coup to be expected within a month from what drives plots, whoever now prepares one.
        coup_risk = Field::derived("probability a month", 0.0, 1.0, &["legitimacy", "gdp_growth_annual", "capital_crowd", "elite_split", "counterbalance", "patronage", "alarm", "interim_months", "upheaval", "weariness", "hardship", "patron_support", "drug_rents_musd"]).seen(SeenBy::Estimated { sd: 0.005 }).called("the risk of a coup"),
        /// Chance that an attempt succeeds.
        coup_success = Field::derived("probability", 0.0, 1.0, &["loyal_force", "elite_split"]).seen(SeenBy::Estimated { sd: 0.1 }).called("the odds of a coup"),
        /// Plots discovered since the start.
        plots_foiled = Field::stock("plots", 0.0, 100.0).starts(0.0).rests(0.0).called("the count of plots discovered"),
        /// Attempts at a coup since the start.
        coup_attempts = Field::stock("attempts", 0.0, LONGEST).starts(0.0).rests(0.0).called("the count of attempted coups"),
        /// Whether a coup was attempted in the last step.
        coup_attempted: bool = Field::derived_flag(&["coup_attempts"]),
    }
    /// A country's calendar of votes.
    pub struct Votes for "country" {
        /// Months to the next vote on the head of state; 0 where none is due.
        president_in = Field::stock("months", 0.0, 240.0).starts(0.0).rests(0.0).called("the months to the next presidential vote"),
        /// Months from one vote on the head of state to the next; 0 where none is held.
        president_every = Field::stock("months", 0.0, 240.0).starts(0.0).rests(0.0),
        /// Months to the next vote on parliament; 0 where none is due.
        parliament_in = Field::stock("months", 0.0, 240.0).starts(0.0).rests(0.0).called("the months to the next parliamentary vote"),
        /// Months from one vote on parliament to the next; 0 where none is held.
        parliament_every = Field::stock("months", 0.0, 240.0).starts(0.0).rests(0.0),
        /// Months to a referendum; 0 where none is due.
        referendum_in = Field::stock("months", 0.0, 240.0).starts(0.0).rests(0.0).called("the months to the referendum"),
        /// The vote held in this step.
        vote: Vote = Field::state().called("the vote in {}"),
        /// How the last vote ended for the incumbent.
        vote_result: VoteResult = Field::state().called("the outcome of the vote in {}"),
        /// Chance that the incumbent would lose a vote on the head of state, or not stand, if it were held now.
        loss_chance = Field::derived("probability", 0.0, 1.0, &["reform", "legitimacy", "hardship", "elite_split", "organisation"]).seen(SeenBy::Estimated { sd: 0.05 }).called("the chance to lose a vote"),
        /// Memory of a stolen vote.
        stolen = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the memory of a stolen vote"),
    }
    /// Monthly chances of exits that no other law works out.
    pub struct Residual for "country" {
        /// Chance within a month that insurgents take the capital.
        insurgent_risk = Field::derived("probability a month", 0.0, 1.0, &["insurgent_victory_risk", "militant_strength", "legitimacy"]).seen(SeenBy::Estimated { sd: 0.001 }).called("the risk that insurgents win"),
        /// Chance within a month that another state removes the government.
        foreign_risk = Field::derived("probability a month", 0.0, 1.0, &["patron_support"]).seen(SeenBy::Estimated { sd: 0.001 }).called("the risk of removal from abroad"),
        /// Chance within a month that the leader dies in office.
        natural_risk = Field::derived("probability a month", 0.0, 1.0, &[]).called("the risk of a natural end in office"),
    }
    /// How office was lost, and what is on the table.
    pub struct Fall for "country" {
        /// The last way in which office was lost.
        exit_mode: ExitMode = Field::state(),
        /// The turn of the last loss of office; 0 before one.
        exit_turn = Field::stock("turn", 0.0, LONGEST).starts(0.0).rests(0.0),
        /// The first irregular way in which office was lost.
        first_irregular_exit: IrregularExit = Field::state(),
        /// The turn of that loss; 0 before it.
        irregular_exit_turn = Field::stock("turn", 0.0, LONGEST).starts(0.0).rests(0.0),
        /// Whether the ruling group of the start has lost power.
        regime_failed: bool = Field::flag().called("the failure of the regime in {}"),
        /// Whether the leader of the start has lost office.
        leader_exited: bool = Field::flag(),
        /// Whether the last change of government broke the order: it came from outside the ruling group.
        broken: bool = Field::flag().called("the break of the order"),
        /// Months that an interim government still has.
        interim_months = Field::stock("months", 0.0, 24.0).starts(0.0).rests(0.0).called("the months of interim rule"),
        /// Credibility of guarantees to those who would leave office.
        exit_guarantee_old = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the trust in guarantees to those who would go"),
        /// Credibility of guarantees to officials in the next government.
        guarantee_new = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the trust in guarantees to new officials"),
        /// Talks between government and opposition: how serious they are.
        dialogue = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the talks between government and opposition"),
        /// Irregular exits since the start.
        irregular_exits = Field::stock("exits", 0.0, LONGEST).starts(0.0).rests(0.0).called("the count of irregular exits"),
        /// Memory, among those who might strike, of an irregular change of government.
        upheaval = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the memory of an irregular change of government"),
        /// The second irregular exit's turn; 0 before it.
        second_irregular_turn = Field::stock("turn", 0.0, LONGEST).starts(0.0).rests(0.0),
        /// Chance within a month that the ruling group loses power.
        fall_risk = Field::derived("probability a month", 0.0, 1.0, &["uprising_risk", "coup_risk", "insurgent_risk", "foreign_risk", "desertion_risk", "handover_risk"]).seen(SeenBy::Estimated { sd: 0.01 }).called("the risk that the ruling group falls"),
        /// Chance within a month that the street brings the government down.
        uprising_risk = Field::derived("probability a month", 0.0, 1.0, &["capital_crowd", "loyal_force", "defected_weight"]).seen(SeenBy::Estimated { sd: 0.01 }).called("the risk of an uprising"),
        /// Chance within a month that a government which its own have left gives up.
        desertion_risk = Field::derived("probability a month", 0.0, 1.0, &["defected_weight"]).seen(SeenBy::Estimated { sd: 0.01 }).called("the risk that a deserted government gives up"),
        /// Chance within a month that talks end in a handover.
        handover_risk = Field::derived("probability a month", 0.0, 1.0, &["dialogue", "exit_guarantee_old", "capital_crowd"]).seen(SeenBy::Estimated { sd: 0.01 }).called("the chance of a handover by talks"),
    }
    /// The state that a regime is in.
    pub struct Status for "country" {
        /// stable; strained: signs of trouble; contested: power is at stake; transition: an interim
        /// governs; collapsed: nobody does.
        regime_status: RegimeStatus = Field::state(),
        /// Whether the state has ever collapsed.
        state_failed: bool = Field::flag(),
        /// Chance within a month that authority dissolves.
        collapse_risk = Field::derived("probability a month", 0.0, 1.0, &["loyal_force", "elite_split", "haven", "patron_support", "regime_status"]).called("the risk that authority dissolves"),
    }
}
