//! Legitimacy: belief in the right to rule, which performance, elections, scandal, harm and
//! openness move, and which drifts to a natural level.

use marchland_game::number::{clamp, max};

use crate::world::{Field, SeenBy};
use crate::{columns, constants};

columns! {
    /// What the ruled think of the rulers, and what rulers give them to think about.
    pub struct Legitimacy for "country" {
        /// Share of people who hold that the government has the right to rule.
        legitimacy = Field::stock("share", 0.0, 1.0).seen(SeenBy::Estimated { sd: 0.05 }),
        /// The level that legitimacy drifts to in a closed system that performs neither well nor badly.
        legitimacy_natural = Field::stock("share", 0.0, 1.0).starts(0.45).seen(SeenBy::Nobody { sd: 0.05 }),
        /// Extent of fraud in the last election.
        fraud = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.1 }),
        /// How badly observers judged the last election, as people still remember it.
        verdict = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// News of corruption and of dealings behind the scenes, as people still remember it.
        corruption_news = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Pluralism and openness of the political system.
        reform = Field::stock("share", 0.0, 1.0).starts(0.2),
        /// Openness of the month before, against which an opening is felt.
        reform_before = Field::stock("share", 0.0, 1.0).starts(0.2),
        /// Recent opening of political space, while it still emboldens.
        opening = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Share of the leader's attention spent on problems at home.
        responsiveness = Field::stock("share", 0.0, 1.0).starts(0.35).seen(SeenBy::Estimated { sd: 0.1 }),
        /// Share of the leader's attention spent on the border; the two share one budget.
        attention_border = Field::stock("share", 0.0, 1.0).starts(0.35).seen(SeenBy::Estimated { sd: 0.1 }),
    }
}

constants! {
    /// Constants of the law of legitimacy.
    pub struct LegitimacyConstants {
        /// Share of the distance to the natural level closed in a month.
        drift = "legitimacy_drift",
        /// Monthly gain of perfect over middling performance, doubled.
        performance = "legitimacy_performance",
        /// Monthly loss by total fraud fully condemned.
        fraud = "legitimacy_fraud",
        /// Monthly loss by the worst news of corruption.
        corruption = "legitimacy_corruption",
        /// Loss by the gravest harm to civilians in a month.
        harm = "legitimacy_harm",
        /// Monthly gain of a fully open over a closed system.
        reform = "legitimacy_reform",
        /// Monthly gain of a leader wholly devoted to problems at home over a leader who gives them none.
        responsiveness = "legitimacy_responsiveness",
        /// Share of the memory of a verdict that fades in a month.
        verdict_decay = "legitimacy_verdict_decay",
        /// Share of news that fades in a month.
        news_decay = "legitimacy_news_decay",
        /// Share of an opening's boldness that fades in a month.
        opening_decay = "legitimacy_opening_decay",
        /// Civilian deaths a month, per million people, that do half the gravest harm.
        harm_half = "legitimacy_harm_half",
    }
}

/// The named terms of a step of legitimacy, each in shares.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct LegitimacyTerms {
    /// Drift to the natural level.
    pub drift: f64,
    /// What the government delivers.
    pub performance: f64,
    /// Fraud that observers condemned.
    pub fraud: f64,
    /// News of corruption.
    pub corruption: f64,
    /// Civilians killed.
    pub harm: f64,
    /// Openness.
    pub reform: f64,
    /// Attention to problems at home.
    pub responsiveness: f64,
}

impl LegitimacyTerms {
    /// All terms together.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.drift + self.performance + self.fraud + self.corruption + self.harm + self.reform + self.responsiveness
    }
}

/// The terms of a step: φ(L̄ − L) + a1·(performance − ½) − a2·fraud·verdict − a3·news − a4·harm +
/// a5·reform + a6·(responsiveness − ½). Harm counts once, all else by the length of the step.
#[must_use]
pub fn legitimacy_terms(
    own: &Legitimacy,
    performance: f64,
    deaths_per_million: f64,
    months: f64,
    constants: &LegitimacyConstants,
) -> LegitimacyTerms {
    LegitimacyTerms {
        drift: months * constants.drift * (own.legitimacy_natural - own.legitimacy),
        performance: months * constants.performance * (performance - 0.5),
        fraud: -months * constants.fraud * own.fraud * own.verdict,
        corruption: -months * constants.corruption * own.corruption_news,
        harm: -constants.harm * deaths_per_million / (deaths_per_million + constants.harm_half),
        reform: months * constants.reform * own.reform,
        responsiveness: months * constants.responsiveness * (own.responsiveness - 0.5),
    }
}

/// Moves what people remember, and keeps attention within its budget of 1.
pub fn fade(own: &mut Legitimacy, months: f64, constants: &LegitimacyConstants) {
    own.verdict *= 1.0 - months * constants.verdict_decay;
    own.corruption_news *= 1.0 - months * constants.news_decay;
    let opened = max(0.0, own.reform - own.reform_before);
    own.opening = clamp(own.opening * (1.0 - months * constants.opening_decay) + opened, 0.0, 1.0);
    own.reform_before = own.reform;
    let attention = own.responsiveness + own.attention_border;
    if attention > 1.0 {
        own.responsiveness /= attention;
        own.attention_border /= attention;
    }
}
