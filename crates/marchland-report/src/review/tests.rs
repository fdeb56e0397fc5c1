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
            table.note("a <quiet> room\u{1b}[2J\u{202e}").expect("kept");
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

    let (nameless, scenario) = reviewed(&path, &Options { anonymise: true, ..options });
    let text = super::page(&nameless, &scenario, "");
    for typed in ["trust me", "&lt;quiet", "scandal"] {
        assert!(!text.contains(typed), "{typed}");
    }
}
