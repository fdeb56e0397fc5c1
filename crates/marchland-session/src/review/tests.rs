use std::path::{Path, PathBuf};

use marchland_game::NamedCause;
use marchland_sim::scenario::files;
use marchland_strategies::Registry;

use super::*;
use crate::entry::{Holder, Party, What, When};
use crate::opening::Source;
use crate::table::Table;

/// A game of some turns with two people, who give a legal order each month, and everything that a
/// facilitator does; returns its file.
fn played(folder: &Path, turns: u32) -> PathBuf {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/tajikistan-2010"));
    let source = Source::load(files::read(&root).expect("ours"), &Registry::standard()).expect("ours");
    let mut opening = source.opening(11);
    for (player, holder) in &mut opening.seats {
        match player.as_str() {
            "russia" | "government" => *holder = Holder::Human,
            // It has done nothing, and so has nothing to remember, where futures begin.
            "china" => {
                let late = r#"Rules(blocks: [(name: "late", all: ["turn >= 3"], orders: ["china_consults russia"])])"#;
                *holder = Holder::Strategy(late.into());
            }
            _ => {}
        }
    }
    opening.turns = turns;
    opening.facilitator = true;
    let path = folder.join("game.march");
    let mut table = Table::create(&path, &source, &opening).expect("a new game");
    for stage in 0..turns * 8 {
        if table.course().game.is_over() {
            break;
        }
        for player in table.course().waiting() {
            let legal = table.view(player).actions.into_iter().flat_map(|action| {
                let one = action.options.len() == 1;
                action.options.into_iter().filter(|option| option.refusal.is_none()).map(move |option| {
                    if one { action.action.clone() } else { format!("{} {}", action.action, option.option) }
                })
            });
            let legal: Vec<String> = legal.collect();
            if !legal.is_empty() {
                table.order(player, &legal[(7 * stage as usize) % legal.len()]).expect("legal");
            }
            table.submit(player).expect("confirmed");
        }
        table.decide().expect("all have");
        if stage == 0 {
            let own = table.course().proposed().into_iter().find(|one| one.player == "russia").expect("it ordered");
            let success = own.ruling.expect("a ruling").success;
            let russia = table.course().player("russia").expect("a player");
            table.amend_ruling(russia, &own.on, Some(!success), None, "well argued").expect("amended");
            table.note("a <quiet> room").expect("kept");
            let (russia, government) = (Party::Seat("russia".into()), Party::Seat("government".into()));
            table.message(russia, government, "trust me").expect("sent");
        }
        table.step().expect("decided");
        if stage == 1 {
            table.inject(What::Set("tajikistan.legitimacy".into(), 0.3), When::Now, "a scandal").expect("a stock");
        }
    }
    path
}

fn options() -> Options {
    Options { futures: 24, ..Options::default() }
}

fn bytes(review: &Review) -> String {
    serde_json::to_string(review).expect("numbers and names")
}

#[test]
fn a_game_is_reviewed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = played(folder.path(), 5);
    let registry = Registry::standard();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let review = Review::of(&path, &Options { hindsight: true, ..options() }, &registry).expect("a review");
    let alone = pool.install(|| Review::of(&path, &Options { hindsight: true, ..options() }, &registry));
    assert_eq!(bytes(&review), bytes(&alone.expect("a review")), "threads change nothing");
    // Two people, five months: at least ten decisions, each against alternatives that exclude it.
    assert!(review.decisions.len() >= 10, "{}", review.decisions.len());
    for decision in &review.decisions {
        assert_eq!(decision.holder, "human");
        for judged in [Some(&decision.known), decision.hindsight.as_ref()].into_iter().flatten() {
            assert_eq!(judged.futures, 24);
            assert!(judged.alternatives.iter().all(|other| other.orders != decision.chosen), "{decision:?}");
            // The mark is what the differences support, and the best alternative stands first.
            let span = 1.0;
            let differences: Vec<_> = judged.alternatives.iter().map(|other| other.payoff).collect();
            assert_eq!(judged.mark, marks::mark(&differences, span));
            assert!(differences.windows(2).all(|pair| pair[0].mean <= pair[1].mean));
            // What is told of a difference is a part of it, and the larger one.
            for other in &judged.alternatives {
                let Some(most) = &other.most else { continue };
                let whole = other.payoff.mean.expect("a clear difference");
                assert!(most.payoff * whole > 0.0 && most.payoff.abs() >= 0.5 * whole.abs(), "{other:?}");
            }
        }
    }
    assert_eq!(review.turns_played, 5);
    let kinds: Vec<Kind> = review.timeline.iter().map(|one| one.kind).collect();
    for kind in [Kind::Override, Kind::Note, Kind::Message, Kind::Inject, Kind::Order] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
    assert!(review.timeline.windows(2).all(|pair| pair[0].turn <= pair[1].turn));
    assert!(review.beliefs.iter().any(|belief| belief.player == "russia" && belief.error > 0.0));
    let legitimacy = &review.causes[0];
    assert_eq!(legitimacy.indicator, "tajikistan.legitimacy");
    assert!(legitimacy.links[0].causes.iter().any(|cause| cause.cause_parts == NamedCause::Inject), "{legitimacy:?}");

    let nameless = Review::of(&path, &Options { anonymise: true, ..options() }, &registry).expect("a review");
    let text = bytes(&nameless);
    for typed in ["well argued", "trust me", "<quiet", "scandal"] {
        assert!(!text.contains(typed), "{typed}");
    }
    assert_eq!((nameless.seed, review.seed), (None, Some(11)));
}

#[test]
fn a_seat_reviews_what_is_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = played(folder.path(), 3);
    let own = Options { seat: Some("government".into()), hindsight: true, ..options() };
    let review = Review::of(&path, &own, &Registry::standard()).expect("a review");
    assert!(review.decisions.iter().all(|one| one.player == "government" && one.hindsight.is_none()));
    assert!(review.beliefs.is_empty() && review.causes.is_empty());
    let hidden = [Kind::Override, Kind::Note, Kind::Inject, Kind::Branch];
    assert!(review.timeline.iter().all(|one| !hidden.contains(&one.kind)));
    assert!(review.timeline.iter().any(|one| one.kind == Kind::Message && one.what.contains("trust me")));
    let other = Options { seat: Some("china".into()), ..options() };
    let other = Review::of(&path, &other, &Registry::standard()).expect("a review");
    assert!(!bytes(&other).contains("trust me"));
    let nobody = Options { seat: Some("chin".into()), ..options() };
    let error = Review::of(&path, &nobody, &Registry::standard()).expect_err("no such seat");
    assert!(error.to_string().contains("did you mean `china`"), "{error}");
}
