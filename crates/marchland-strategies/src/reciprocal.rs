//! `Reciprocal`: answers in kind. Tit-for-tat and three relatives that differ in what they forgive.

use marchland_game::{
    ArgumentKind, ArgumentSchema, Choice, Decision, Draft, Expression, FamilySchema, Memory, Order, Stage, Strategy,
};

use crate::arguments::Arguments;
use crate::choice::{self, Purpose};
use crate::registry::{Build, BuildResult, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Reciprocal",
        meaning: "Gives its kind orders until the other side acts badly, and then its hard orders: as long as the \
                  other does (tit_for_tat), unless it forgives (generous), for ever (grim), or not where its own \
                  lapse was the cause (contrite).",
        source: "Axelrod 1984; grim: Friedman 1971; generous: Nowak & Sigmund 1992; contrite: Boyd 1989, \
                 Wu & Axelrod 1995",
        arguments: &[
            ArgumentSchema {
                name: "variant",
                kind: ArgumentKind::Word {
                    choices: &["tit_for_tat", "generous", "grim", "contrite"],
                    default: Some("tit_for_tat"),
                },
                meaning: "what it forgives",
            },
            ArgumentSchema {
                name: "theirs",
                kind: ArgumentKind::Expression { default: None },
                meaning: "true where the other side acted badly when it last moved: an indicator compared, or an \
                          action as `ordered(player, action, 2)`",
            },
            ArgumentSchema {
                name: "ours",
                kind: ArgumentKind::Expression { default: Some(0.0) },
                meaning: "true where this side acted badly when it last moved; read by contrite alone",
            },
            ArgumentSchema {
                name: "kind",
                kind: ArgumentKind::Orders,
                meaning: "orders given in peace; those not legal are left out",
            },
            ArgumentSchema {
                name: "hard",
                kind: ArgumentKind::Orders,
                meaning: "orders given in return; those not legal are left out",
            },
            ArgumentSchema {
                name: "generosity",
                kind: ArgumentKind::Number { low: 0.0, high: 1.0, default: Some(0.333_333) },
                meaning: "probability with which generous forgives one bad act",
            },
        ],
        cohorts: false,
    },
    build: Build::Player(build),
};

fn build(from: &Arguments<'_>) -> BuildResult<dyn Strategy> {
    let variant = match from.text("variant") {
        "generous" => Variant::Generous(from.number("generosity")),
        "grim" => Variant::Grim,
        "contrite" => Variant::Contrite,
        _ => Variant::TitForTat,
    };
    Ok(Box::new(Reciprocal {
        variant,
        theirs: from.expression("theirs"),
        ours: from.expression("ours"),
        kind: from.orders("kind").to_vec(),
        hard: from.orders("hard").to_vec(),
    }))
}

enum Variant {
    TitForTat,
    Generous(f64),
    Grim,
    Contrite,
}

/// Memory: one word, the state.
struct Reciprocal {
    variant: Variant,
    theirs: Expression,
    ours: Expression,
    kind: Vec<Order>,
    hard: Vec<Order>,
}

const CONTENT: u64 = 0;
const PROVOKED: u64 = 1;
const CONTRITE: u64 = 2;

impl Reciprocal {
    fn next(&self, state: u64, at: &Decision<'_>) -> u64 {
        let theirs = self.theirs.holds(&at.observation);
        match self.variant {
            Variant::TitForTat => u64::from(theirs),
            Variant::Generous(generosity) => {
                u64::from(theirs && choice::draw(at.stream, Purpose::Forgive) >= generosity)
            }
            Variant::Grim => u64::from(theirs || state == PROVOKED),
            Variant::Contrite => {
                let ours = self.ours.holds(&at.observation);
                match state {
                    PROVOKED if theirs => PROVOKED,
                    CONTRITE if ours => CONTRITE,
                    CONTENT if theirs && !ours => PROVOKED,
                    CONTENT if ours && !theirs => CONTRITE,
                    _ => CONTENT,
                }
            }
        }
    }
}

impl Strategy for Reciprocal {
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        if at.moment.stage != Stage::Orders {
            return Choice::default();
        }
        memory.words[0] = self.next(memory.words[0], at);
        let orders = if memory.words[0] == PROVOKED { &self.hard } else { &self.kind };
        let mut draft = Draft::default();
        for order in orders {
            // What is not legal now is left out; the rest is still meant.
            let _ = draft.add(*order, at);
        }
        choice::of(draft.package())
    }

    fn memory(&self) -> Memory {
        Memory { words: vec![CONTENT], ..Memory::default() }
    }
}

#[cfg(test)]
mod tests {
    use crate::duel::Duel;
    use marchland_game::{ActionId, Expression, IndicatorId, Order, Strategy, Value};

    const DEFECT: Order = Order { action: ActionId(0), option: 0 };

    fn reciprocal(duel: &Duel, variant: &str, seat: u32, generosity: f64) -> Box<dyn Strategy> {
        duel.build(
            "Reciprocal",
            vec![
                Value::Text(variant.into()),
                Value::Expression(Expression::indicator(IndicatorId(1 - seat))),
                Value::Expression(Expression::indicator(IndicatorId(seat))),
                Value::Orders(vec![]),
                Value::Orders(vec![DEFECT]),
                Value::Number(generosity),
            ],
        )
    }

    /// Both players' moves against a script that defects in the given turns.
    fn against(variant: &str, generosity: f64, defections: &[u32]) -> Vec<usize> {
        let duel = Duel::dilemma();
        let own = reciprocal(&duel, variant, 0, generosity);
        let turns = defections.iter().map(|turn| (*turn, vec![DEFECT])).collect();
        let other = duel.build("Script", vec![Value::Script(turns)]);
        duel.play([&*own, &*other], 6, 1).into_iter().map(|moves| moves[0]).collect()
    }

    #[test]
    fn order_tables_against_fixed_opponents() {
        assert_eq!(against("tit_for_tat", 0.0, &[2, 3, 5]), [0, 0, 1, 1, 0, 1]);
        assert_eq!(against("grim", 0.0, &[2]), [0, 0, 1, 1, 1, 1]);
        assert_eq!(against("generous", 1.0, &[1, 2, 3, 4, 5]), [0; 6]);
        assert_eq!(against("generous", 0.0, &[2, 3, 5]), against("tit_for_tat", 0.0, &[2, 3, 5]));
        assert_eq!(against("contrite", 0.0, &[2]), [0, 0, 1, 0, 0, 0]);
        assert_eq!(against("contrite", 0.0, &[]), [0; 6]);
    }

    #[test]
    fn generous_forgives_at_its_rate() {
        let duel = Duel::dilemma();
        let own = reciprocal(&duel, "generous", 0, 0.25);
        let bad = (1..=24).map(|turn| (turn, vec![DEFECT])).collect();
        let other = duel.build("Script", vec![Value::Script(bad)]);
        let kind: usize = (0..500)
            .map(|seed| duel.play([&*own, &*other], 24, seed)[1..].iter().filter(|moves| moves[0] == 0).count())
            .sum();
        // 11,500 draws at 0.25: four standard deviations are 186.
        assert!(kind.abs_diff(2_875) < 186, "{kind}");
    }

    /// One slip of the hand between equals: tit-for-tat echoes it for ever, contrition ends it
    /// (Boyd 1989; Wu & Axelrod 1995).
    #[test]
    fn contrition_ends_an_echo_that_tit_for_tat_keeps() {
        let duel = Duel::dilemma();
        let after_a_slip = |variant: &str| -> Vec<[usize; 2]> {
            let strategies = [0, 1].map(|seat| reciprocal(&duel, variant, seat, 0.0));
            let mut memories = [0, 1].map(|seat| strategies[seat].memory());
            let mut history = vec![];
            for turn in 0..6 {
                let mut moves = [0, 1].map(|seat| {
                    let choice = duel.decide(&*strategies[seat], &mut memories[seat], seat, &history, 1, false);
                    crate::duel::move_of(&choice.orders)
                });
                if turn == 0 {
                    moves[0] = 1;
                }
                history.push(moves);
            }
            history
        };
        assert_eq!(after_a_slip("tit_for_tat"), [[1, 0], [0, 1], [1, 0], [0, 1], [1, 0], [0, 1]]);
        assert_eq!(after_a_slip("contrite"), [[1, 0], [0, 1], [0, 0], [0, 0], [0, 0], [0, 0]]);
    }

    /// In repeated deterrence answering in kind earns more than acting at random: 400 paired games
    /// of 24 turns against tit-for-tat, seeds 0 to 399.
    #[test]
    fn earns_more_than_random() {
        let duel = Duel::dilemma();
        let own = reciprocal(&duel, "tit_for_tat", 0, 0.0);
        let other = reciprocal(&duel, "tit_for_tat", 1, 0.0);
        let random = duel.build("Random", vec![Value::Integer(0), Value::Integer(64)]);
        let gains: Vec<f64> = (0..400)
            .map(|seed| {
                let first = duel.play([&*own, &*other], 24, seed);
                let second = duel.play([&*random, &*other], 24, seed);
                duel.payoff(&first, 0) - duel.payoff(&second, 0)
            })
            .collect();
        let mean = gains.iter().sum::<f64>() / 400.0;
        let variance = gains.iter().map(|gain| (gain - mean) * (gain - mean)).sum::<f64>() / 399.0;
        let half = 1.96 * (variance / 400.0).sqrt();
        assert!(mean - half > 0.0, "{mean} ± {half}");
    }
}
