use std::path::{Path, PathBuf};
use std::sync::Arc;

use marchland_session::review::{Options, Review};
use marchland_session::{Holder, Party, Replay, Source, Table, What, When};
use marchland_sim::scenario::{Scenario, files};
use marchland_strategies::Registry;

use crate::page::assert_well_formed;

/// A game of some turns with two people, who give a legal order each month, and a facilitator who talks; returns
/// its file.
fn played(folder: &Path, turns: u32) -> PathBuf {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/tajikistan-2010"));
    let source = Source::load(files::read(&root).expect("ours"), &Registry::standard()).expect("ours");
    let mut opening = source.opening(11);
    for (player, holder) in &mut opening.seats {
        if ["russia", "government"].contains(&player.as_str()) {
            *holder = Holder::Human;
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
            let action = table.view(player).actions.into_iter().find_map(|action| {
                let option = action.options.iter().find(|option| option.refusal.is_none())?;
                let one = action.options.len() == 1;
                Some(if one { action.action.clone() } else { format!("{} {}", action.action, option.option) })
            });
            if let Some(order) = action {
                table.order(player, &order).expect("legal");
            }
            table.submit(player).expect("confirmed");
        }
        table.decide().expect("all have");
        if stage == 0 {
            table.note("a <quiet> room\u{202e}").expect("kept");
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

fn reviewed(path: &Path, options: &Options) -> (Review, Arc<Scenario>) {
    let registry = Registry::standard();
    let replay = Replay::open(path, None, &registry).expect("a game");
    let scenario = Arc::clone(&replay.course().source.scenario);
    (Review::of_replay(replay, options, &registry).expect("a review"), scenario)
}

#[test]
fn a_seat_learns_of_its_own_rulings_and_no_draw() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = played(folder.path(), 2);
    let options = Options { futures: 8, seat: Some("russia".into()), ..Options::default() };
    let (review, scenario) = reviewed(&path, &options);
    let known: Vec<_> = review.timeline.iter().filter_map(|one| Some((one.who.as_str(), one.ruling?))).collect();
    assert!(
        !known.is_empty() && known.iter().all(|(who, ruling)| *who == "russia" && ruling.draw.is_none()),
        "{known:?}"
    );
    let text = super::happened(&review, &scenario) + &super::markdown(&review, &scenario, "");
    assert!(!text.contains("a scandal") && !text.contains("quiet"), "the facilitator's own");
}

#[test]
fn two_futures_are_a_page_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = played(folder.path(), 3);
    let registry = Registry::standard().with(marchland_session::RECORDED);
    let branch = marchland_session::begin_branch(&path, 2, &registry).expect("a turn that was reached");
    let sides = [Some(1), Some(branch)].map(|branch| marchland_session::Side { file: &path, branch });
    let parted = marchland_session::divergence(&sides[0], &sides[1], &registry).expect("one game");
    let scenario = Arc::clone(&Replay::open(&path, None, &registry).expect("a game").course().source.scenario);
    assert!(marchland_session::standing(&sides[0], &registry).expect("a branch").is_none(), "it is over");
    let (position, stand_ins) = marchland_session::standing(&sides[1], &registry).expect("a branch").expect("goes on");
    let forecaster = marchland_session::forecast::Forecaster::new(&scenario, &registry).expect("ours");
    let odds = forecaster.odds_from_truth(&position, &stand_ins, &scenario.shown, 8);
    let page = crate::branches::page(&scenario, &parted, Some((&odds, &odds)), ("branch 1", "branch 2"), "a notice");
    assert_well_formed(&page);
    let verdict = crate::branches::verdict((&odds, &odds), ("branch 1", "branch 2")).expect("a regime");
    assert!(verdict.contains("do not tell the two apart") && page.contains("do not tell the two apart"), "{verdict}");
    assert!(page.contains("of 100") && !page.contains("tajikistan.legitimacy"), "titles and odds");
    let text = crate::branches::side_by_side(&scenario, &parted, None);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn a_review_is_a_page_and_a_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = played(folder.path(), 3);
    let options = Options { futures: 24, hindsight: true, ..Options::default() };
    let (review, scenario) = reviewed(&path, &options);
    let page = super::page(&review, &scenario, "a notice");
    assert_well_formed(&page);
    for text in ["Turning points", "In hindsight", "a scandal", "a &lt;quiet&gt; room", "<svg", "a notice"] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("@import"));
    assert!(!page.contains(|c| crate::visible::obeyed(c) && c != '\n'), "nothing typed is obeyed");
    let csv = super::csv(&review);
    let columns = csv.lines().next().expect("a head").split(',').count();
    let cells = |line: &str| line.split('"').step_by(2).map(|part| part.matches(',').count()).sum::<usize>() + 1;
    assert!(csv.lines().count() > review.decisions.len());
    assert!(csv.lines().all(|line| cells(line) == columns), "{csv}");
    assert!(super::summary(&review, &scenario).contains("decisions"));

    let text = super::markdown(&review, &scenario, "a notice");
    for part in ["## Every decision", "## What happened", "a scandal", "a \\<quiet\\> room", "a notice"] {
        assert!(text.contains(part), "{part}");
    }
    // Every row of a table has as many cells as its head.
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    for (line, next) in
        text.lines().zip(text.lines().skip(1)).filter(|(line, next)| line.starts_with('|') && next.starts_with('|'))
    {
        assert_eq!(cells(line), cells(next), "{line}\n{next}");
    }
    let happened = super::happened(&review, &scenario);
    let rows: Vec<&str> = happened.lines().collect();
    assert_eq!(rows.len(), review.timeline.len() + 1);
    for kind in [",order,", ",message,", ",note,", ",inject,"] {
        assert!(rows.iter().any(|row| row.contains(kind)), "{kind} in {happened}");
    }
    let orders = review.timeline.iter().filter(|one| one.ruling.is_some());
    assert!(
        orders.clone().count() > 10 && orders.clone().all(|one| one.ruling.is_some_and(|ruling| ruling.draw.is_some()))
    );
    assert!(page.contains("the facilitator's inject"), "charts say what their marks mean");

    let (nameless, scenario) = reviewed(&path, &Options { anonymise: true, ..options });
    let text = super::page(&nameless, &scenario, "");
    for typed in ["trust me", "&lt;quiet", "scandal"] {
        assert!(!text.contains(typed), "{typed}");
    }
}
