//! Strategy sets as a game: the analytic equilibria of small scenarios, equal bytes however it is run, the
//! report's equilibria from `marchland solve`, gains that their causes add up to, refusals.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use marchland_experiments::compose;
use marchland_experiments::play::Players;
use marchland_experiments::run::Watch;
use marchland_experiments::tournament::{Arena, Engine, Setting, Stop, Store, Tournament, contrast, read_tournament};
use marchland_sim::scenario::{LoadOptions, Scenario, load};
use marchland_strategies::Registry;
use serde_json::Value as Json;

use crate::program::{done, marchland, refused, run, scenario, text};

/// Plays a tournament written in place, and reads its report.
fn report(folder: &Path, scenario: &str, tournament: &str) -> Json {
    let file = folder.join("t.ron");
    std::fs::write(&file, tournament).expect("written");
    let (scenario, out) = (crate::program::scenario(scenario), folder.join("out"));
    done(&["tournament", text(&scenario), text(&file), "--out", text(&out), "--quiet"]);
    serde_json::from_slice(&std::fs::read(out.join("report.json")).expect("a report")).expect("JSON")
}

/// Every file beneath a folder but the manifest, by path.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(below) = folders.pop() {
        for entry in std::fs::read_dir(&below).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if entry.file_name() != "manifest.json" {
                let name = path.strip_prefix(folder).expect("beneath").display().to_string();
                found.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

#[track_caller]
fn same(a: &Path, b: &Path) {
    let (a, b) = (bytes(a), bytes(b));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, content) in &a {
        assert!(content == &b[name], "{name} differs");
    }
    assert!(a.contains_key("report.json") && a.contains_key("report.txt"));
}

fn probabilities(equilibrium: &Json) -> Vec<Vec<f64>> {
    serde_json::from_value(equilibrium["probabilities"].clone()).expect("players by strategies")
}

fn contains(interval: &Json, value: f64) -> bool {
    let end = |name: &str| interval[name].as_f64().expect("an end");
    end("low") <= value && value <= end("high")
}

const CHICKEN: &str = r#"(
    players: {"row": ["swerve", "dare-row"], "column": ["swerve", "dare-column"]},
    set: {"noise": 1}, mode: All, epsilon: 0.1, most_replications: 2048, resamples: 400, seed: 4,
)"#;

/// Rapoport and Chammah's chicken: one of two dares, or each dares one time in ten.
#[test]
fn chicken_has_its_three_equilibria_within_their_intervals() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = report(folder.path(), "chicken.ron", CHICKEN);
    let belief = &report["beliefs"][0];
    let equilibria = belief["equilibria"].as_array().expect("a list");
    assert_eq!(equilibria.len(), 3, "{report:#}");
    let mut pure = 0;
    for one in equilibria {
        assert_eq!(one["confirmed"], true);
        let probabilities = probabilities(one);
        let payoffs: &[Json] = one["payoffs"].as_array().expect("a list");
        if probabilities.iter().flatten().all(|p| *p == 0.0 || *p == 1.0) {
            pure += 1;
            assert_eq!(probabilities[0][0] + probabilities[1][0], 1.0, "one dares");
            // Whoever dares has 1, the other -1.
            for (player, estimate) in payoffs.iter().enumerate() {
                assert!(contains(&estimate["interval"], 2.0 * probabilities[player][1] - 1.0), "{estimate}");
            }
        } else {
            for mixture in one["mixture"].as_array().expect("players") {
                let dares = mixture.as_array().expect("strategies").last().expect("dares");
                assert!(contains(&dares["interval"], 0.1), "{dares}");
            }
            // Both have -p = -1/10.
            assert!(payoffs.iter().all(|estimate| contains(&estimate["interval"], -0.1)), "{payoffs:?}");
        }
    }
    assert_eq!(pure, 2);
    let kind = &belief["kind"];
    assert_eq!(kind["pure_equilibria"].as_array().map(Vec::len), Some(2), "{kind:#}");
    assert_eq!((&kind["solution"], &kind["whole"]), (&Json::Null, &Json::Bool(true)));
    // Means of the row's strategies -1/2 and -9/2, against the column's 1/2 and -11/2; grand mean -5/2:
    // own 4, others' 9, own x others' (0 + 1/2 - 1/2 - 5/2)² = 25/4.
    let decided = &kind["variance"][0]["decided"]["parts"][1];
    assert!(contains(&decided["interval"], 6.25 / 10.25), "{decided}");
    // The game is symmetric: what one gains by daring is what the other does. An exact potential game.
    assert!(kind["potential"]["shares"]["parts"][1]["share"].as_f64().is_some_and(|share| share < 0.02), "{kind:#}");
    let told = std::fs::read_to_string(folder.path().join("out/report.txt")).expect("a report");
    assert!(told.contains("What kind of game it is") && told.contains("Best replies, and to how many"), "{told}");
}

/// Of a dominance-solvable game the equilibrium is announced as that.
#[test]
fn a_dominance_solvable_game_is_announced() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = std::fs::read_to_string(scenario("chicken.ron")).expect("a scenario");
    let crash = "weight: -10";
    assert!(whole.contains(crash), "{whole}");
    let file = folder.path().join("dilemma.ron");
    // A crash that costs half of what giving way to one who dares does: daring is better against both.
    std::fs::write(&file, whole.replace(crash, "weight: -0.5")).expect("written");
    let report = report(folder.path(), text(&file), CHICKEN);
    let belief = &report["beliefs"][0];
    let kind = &belief["kind"];
    assert_eq!(kind["solution"], serde_json::json!(["dare-row", "dare-column"]), "{kind:#}");
    assert_eq!(belief["equilibria"].as_array().map(Vec::len), Some(1));
    let told = std::fs::read_to_string(folder.path().join("out/report.txt")).expect("a report");
    assert!(told.contains("The game is dominance-solvable"), "{told}");
}

/// Interchangeable drivers: three profiles instead of four, the same equilibria.
#[test]
fn interchangeable_players_need_fewer_profiles() {
    let folder = tempfile::tempdir().expect("a folder");
    let tournament = CHICKEN.replacen('(', "(interchangeable: [[\"row\", \"column\"]],", 1);
    let report = report(folder.path(), "chicken.ron", &tournament);
    let belief = &report["beliefs"][0];
    assert_eq!((&belief["profiles"], &belief["profiles_played"]), (&Json::from(3), &Json::from(3)));
    let equilibria = belief["equilibria"].as_array().expect("a list");
    assert_eq!(equilibria.len(), 3);
    let mixed = equilibria.iter().map(probabilities).find(|p| p[0][0] > 0.0 && p[0][0] < 1.0).expect("the mixed one");
    // The same payoffs for both, to the last bit, so the same mixture.
    assert!((mixed[0][1] - mixed[1][1]).abs() < 1e-12 && (mixed[0][1] - 0.1).abs() < 0.03, "{mixed:?}");
}

/// One month of deterrence: a challenge one time in five, resistance one time in three, and nothing else.
#[test]
fn deterrence_has_its_mixed_equilibrium_within_its_intervals() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = report(
        folder.path(),
        "deterrence.ron",
        r#"(
            players: {"challenger": ["wait", "always-challenge"], "defender": ["yield", "always-resist"]},
            set: {"noise": 1}, turns: 1, mode: All, epsilon: 0.05, most_replications: 4096, resamples: 400, seed: 6,
        )"#,
    );
    let belief = &report["beliefs"][0];
    let equilibria = belief["equilibria"].as_array().expect("a list");
    assert_eq!(equilibria.len(), 1, "{belief:#}");
    for (player, truth) in [(0, 0.2), (1, 1.0 / 3.0)] {
        let share = &equilibria[0]["mixture"][player][1];
        assert!(contains(&share["interval"], truth), "{share}");
        assert!((share["probability"].as_f64().expect("a number") - truth).abs() < 0.06, "{share}");
    }
    // The challenger has 0; the defender -2 × 0.2.
    for (player, truth) in [(0, 0.0), (1, -0.4)] {
        assert!(contains(&equilibria[0]["payoffs"][player]["interval"], truth));
    }
    let bound = equilibria[0]["certified"]["bound"].as_f64().expect("a bound");
    assert!(bound > 0.0 && bound < 0.3, "{bound}");
}

const SETS: &str = r#"(
    title: "Deterrence",
    players: {
        "challenger": ["wait", "probe", "always-challenge", "mixed-challenger"],
        "defender": ["yield", "always-resist", "answer", "mixed-defender"],
    },
    asked: ["defender", "answer"],
    set: {"noise": 0.5}, mode: Quiesce, starts: 2, replications: 16, most_replications: 256, epsilon: 0.05,
    resamples: 100, weight_draws: 40, games_per_part: 64, seed: 11,
)"#;

fn sets(folder: &Path, name: &str, more: &[&str]) -> PathBuf {
    let file = folder.join("sets.ron");
    std::fs::write(&file, SETS).expect("written");
    let out = folder.join(name);
    let scenario = scenario("deterrence.ron");
    let mut arguments = vec!["tournament", text(&scenario), text(&file), "--out", text(&out), "--quiet"];
    arguments.extend(more);
    done(&arguments);
    out
}

#[test]
fn bytes_are_equal_at_any_thread_count_in_shards_and_after_interruptions() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = sets(folder.path(), "one", &["--threads", "1"]);
    let two = sets(folder.path(), "two", &["--threads", "2"]);
    same(&whole, &two);
    // A second run reads what is there and says the same.
    sets(folder.path(), "two", &["--resume"]);
    same(&whole, &two);
    // Killed again and again, and resumed.
    let file = folder.path().join("sets.ron");
    let (scenario, out) = (scenario("deterrence.ron"), folder.path().join("killed"));
    for (round, wait) in [15, 40, 70].into_iter().enumerate() {
        let mut arguments = vec!["tournament", text(&scenario), text(&file), "--out", text(&out), "--quiet"];
        if round > 0 && out.join("manifest.json").exists() {
            arguments.push("--resume");
        }
        let mut child = marchland()
            .args(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        let _ = child.wait();
    }
    sets(folder.path(), "killed", if out.join("manifest.json").exists() { &["--resume"] } else { &[] });
    same(&whole, &out);
    // Shards round by round: each plays its share, merge gathers, and the next round follows.
    let mut before: Option<PathBuf> = None;
    for round in 0..200 {
        let mut shards = Vec::new();
        let mut finished = None;
        for shard in ["0/2", "1/2"] {
            let name = format!("round{round}-{}", &shard[..1]);
            let more = match &before {
                None => vec!["--shard", shard],
                Some(before) => {
                    copy(before, &folder.path().join(&name));
                    vec!["--shard", shard, "--resume"]
                }
            };
            let out = sets(folder.path(), &name, &more);
            if out.join("report.json").exists() {
                finished = Some(out.clone());
            }
            shards.push(out);
        }
        if let Some(finished) = finished {
            same(&whole, &finished);
            assert!(round > 0, "two shards cannot finish apart");
            return;
        }
        let merged = folder.path().join(format!("merged{round}"));
        done(&["merge", text(&shards[0]), text(&shards[1]), "--out", text(&merged)]);
        before = Some(merged);
    }
    panic!("two hundred rounds are not enough");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[test]
fn the_game_of_a_tournament_has_the_reports_equilibria() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = sets(folder.path(), "out", &[]);
    let report: Json =
        serde_json::from_slice(&std::fs::read(out.join("report.json")).expect("a report")).expect("JSON");
    let belief = &report["beliefs"][0];
    let game = out.join("default/game.nfg");
    let solved = done(&["solve", text(&game), "--concept", "nash", "--all", "--json"]);
    let solved: Json = serde_json::from_str(&solved).expect("JSON");
    // Names come from the sidecar.
    assert_eq!(solved["game"]["strategies"], belief["keep"]);
    let kept: Vec<Vec<String>> = serde_json::from_value(belief["keep"].clone()).expect("names");
    let own = |equilibrium: &Json| -> Vec<Vec<f64>> {
        let mixtures = equilibrium["mixture"].as_array().expect("players");
        kept.iter()
            .zip(mixtures)
            .map(|(kept, shares)| {
                let shares = shares.as_array().expect("strategies");
                let of = |name: &String| shares.iter().find(|share| share["strategy"] == **name);
                kept.iter().map(|name| of(name).map_or(0.0, |share| share["probability"].as_f64().unwrap())).collect()
            })
            .collect()
    };
    let reported: Vec<Vec<Vec<f64>>> = belief["equilibria"].as_array().expect("a list").iter().map(own).collect();
    let solutions = solved["solutions"].as_array().expect("a list");
    assert_eq!(reported.len(), solutions.len());
    for solution in solutions {
        let profile: Vec<Vec<f64>> = serde_json::from_value(solution["profile"].clone()).expect("a profile");
        let near = |other: &Vec<Vec<f64>>| {
            other.iter().flatten().zip(profile.iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-9)
        };
        assert!(reported.iter().any(near), "{profile:?} is not reported");
    }
    // Whatever is left out stands in the sidecar, with what it would gain.
    let names: Json = serde_json::from_slice(&std::fs::read(out.join("default/game.names.json")).unwrap()).unwrap();
    let left = names["left_out"].as_array().map_or(0, Vec::len);
    assert_eq!(left + kept.iter().map(Vec::len).sum::<usize>(), 8);
    // Half a page first: the answer, its confidence, what would change it.
    let text = std::fs::read_to_string(out.join("report.txt")).expect("a report");
    let first: Vec<&str> = text.lines().take(30).collect();
    for words in ["equilibri", "`answer` of defender", "How sure:", "What would change it:"] {
        assert!(first.iter().any(|line| line.contains(words)), "no {words} in\n{text}");
    }
    assert!(out.join("default/best-responses.svg").exists() && out.join("default/game.npy").exists());
}

/// A limit ends the search with the same report, and the rest can be played later.
#[test]
fn training_beats_a_defender_who_yields_and_comes_out_the_same_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("t.ron");
    let tournament = r#"(title: "A defender who yields", question: "Who gains?", seed: 5, replications: 20,
        players: {"challenger": ["wait"], "defender": ["yield"]})"#;
    std::fs::write(&file, tournament).expect("written");
    let train = |name: &str, more: &[&str]| {
        let (scenario, out) = (scenario("deterrence.ron"), folder.path().join(name));
        let command = ["tournament", text(&scenario), text(&file), "--out", text(&out), "--quiet", "--oracle"];
        done(&[&command[..], &["--train-rounds", "1", "--train-generations", "6"], more].concat());
        out
    };
    let out = train("one", &["--threads", "1"]);
    let report: Json =
        serde_json::from_slice(&std::fs::read(out.join("report.json")).expect("a report")).expect("JSON");
    let told = std::fs::read_to_string(out.join("report.txt")).expect("a report");
    // An unopposed challenge every month is worth 1; nothing is to be won against a challenger who waits.
    assert!(told.contains("A trained challenger gains 1.00"), "{told}");
    assert!(told.contains("A trained defender gains nothing that is sure"), "{told}");
    assert!(report["oracle"].is_array() || report["oracle"].is_object(), "{report}");
    let policies = out.join("default/trained.ron");
    let challenger = "challenger=trained-challenger-1";
    let deterrence = scenario("deterrence.ron");
    let game = ["run", text(&deterrence), "--json", "--no-trace", "--strategies", text(&policies)];
    let game: Json =
        serde_json::from_str(&done(&[&game[..], &["--strategy", challenger, "--strategy", "defender=yield"]].concat()))
            .expect("an object");
    assert_eq!(game["outcome"]["payoffs"]["challenger"], 1.0);
    same(&out, &train("two", &["--threads", "2"]));
    same(&out, &train("one", &["--resume"]));
}

#[test]
fn a_limit_of_games_names_what_is_undecided() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = sets(folder.path(), "whole", &[]);
    let out = sets(folder.path(), "limited", &["--max-games", "256"]);
    let read = |out: &Path| -> Json {
        serde_json::from_slice(&std::fs::read(out.join("report.json")).expect("a report")).expect("JSON")
    };
    let limited = read(&out);
    let belief = &limited["beliefs"][0];
    assert!(belief["stopped"].as_str().expect("a reason").contains("limit"), "{belief:#}");
    let spent: u64 = ["games", "fresh_games", "other_games"].iter().map(|key| belief[key].as_u64().unwrap()).sum();
    assert!(spent <= 256, "{spent}");
    let undecided = belief["undecided"].as_array().expect("a list").len();
    let unsure = belief["equilibria"].as_array().expect("a list").iter().any(|one| one["confirmed"] == false);
    assert!(undecided > 0 || unsure, "{belief:#}");
    sets(folder.path(), "limited", &["--resume"]);
    same(&whole, &out);
}

fn loaded(path: &Path) -> Arc<Scenario> {
    let schemas = Registry::standard().schemas();
    let loaded = load(path, &LoadOptions::new(marchland_laws::standard(), &schemas))
        .unwrap_or_else(|found| panic!("{found:#?}"));
    Arc::new(loaded.scenario)
}

fn read(scenario: &Scenario, text: &str) -> Arc<Tournament> {
    let read = read_tournament("t", text, "t.ron", scenario, &Registry::standard(), env!("CARGO_PKG_VERSION"));
    Arc::new(read.unwrap_or_else(|found| panic!("{found:#?}")))
}

fn arena(scenario: &Arc<Scenario>, text: &str, work_limit: Option<u64>) -> Arena {
    let registry = Registry::standard();
    let assumed = compose::assumed(scenario, &registry).expect("a line-up");
    let mut workers = Players::new(scenario, Some(assumed));
    if let Some(stages) = work_limit {
        workers = workers.with_work_limit(stages);
    }
    let tournament = read(scenario, text);
    let setting = Setting::of(&tournament.beliefs[0]);
    Arena::new(&tournament, setting, scenario, &registry, &Arc::new(workers))
        .unwrap_or_else(|found| panic!("{found:#?}"))
}

struct Nobody;

impl Watch for Nobody {
    fn game(&self) {}
    fn part(&self, _: u64) {}
}

const TAJIKISTAN: &str = r#"(
    players: {
        "russia": ["r1-memo-portfolio", "r3-coercive-leverage"],
        "government": ["t2-relief", "t3-repression"],
    },
    beliefs: ["known-2010-04"], measures: ["deaths_civil"], replications: 4, seed: 3,
)"#;

/// Stored terms and weights give each game's payoff, and the causes of a traced pair add up to its gain.
#[test]
fn payoffs_are_their_terms_and_gains_their_causes() {
    let scenario = loaded(&scenario("tajikistan-2010"));
    let arena = arena(&scenario, TAJIKISTAN, None);
    let (stop, watch) = (AtomicBool::new(false), Nobody);
    let engine = Engine::new(2, None, &stop, &watch).expect("threads");
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(folder.path(), &arena, &engine, "test", None).expect("a store");
    store.ensure(&[(0, 4), (1, 4), (2, 4), (3, 4)]).expect("played");
    let sample = store.sample();
    for games in sample.profiles.values() {
        for (player, payoffs) in games.payoffs.iter().enumerate() {
            for (at, payoff) in payoffs.iter().enumerate() {
                let terms = sample.terms[player].iter().zip(&games.terms[player]);
                let sum: f64 = terms.map(|(term, values)| term.weight * values[at]).sum();
                assert!((sum - payoff).abs() < 1e-12, "{sum} is not {payoff}");
            }
        }
    }
    let pairs: Vec<_> = (0..4).map(|replication| (vec![0, 1], vec![1, 1], replication)).collect();
    let found = contrast(&arena, 0, &pairs, 0.95);
    let gain = found.gain.mean.expect("a mean");
    let stored = sample.mean(3, 0).expect("played") - sample.mean(1, 0).expect("played");
    assert!((gain - stored).abs() < 1e-12 && gain != 0.0, "traced {gain}, stored {stored}");
    for carriers in [&found.terms, &found.causes] {
        let sum: f64 = carriers.iter().map(|carrier| carrier.gain.mean.expect("a mean")).sum();
        assert!((sum - gain).abs() < 1e-9, "{sum} is not {gain}");
    }
    assert!(found.causes.len() > 3);
    engine.close().expect("written");
}

/// A game without a result ends the tournament with a clear error, and the parts before it stay.
#[test]
fn a_failed_game_is_named_and_nothing_is_lost() {
    let scenario = loaded(&scenario("deterrence.ron"));
    let text =
        r#"(players: {"challenger": ["wait", "probe"], "defender": ["yield"]}, replications: 8, games_per_part: 8)"#;
    let folder = tempfile::tempdir().expect("a folder");
    let (stop, watch) = (AtomicBool::new(false), Nobody);
    let engine = Engine::new(2, None, &stop, &watch).expect("threads");
    let sound = arena(&scenario, text, None);
    let mut store = Store::open(folder.path(), &sound, &engine, "test", None).expect("a store");
    store.ensure(&[(0, 8)]).expect("played");
    engine.close().expect("written");
    let first = bytes(folder.path());
    assert_eq!(first.len(), 1);
    let engine = Engine::new(2, None, &stop, &watch).expect("threads");
    let broken = arena(&scenario, text, Some(3));
    let mut store = Store::open(folder.path(), &broken, &engine, "test", None).expect("a store");
    let stopped = store.ensure(&[(0, 8), (1, 8)]).expect_err("a limit of three stages");
    engine.close().expect("written");
    let Stop::Failed { profile, replication, how, .. } = &stopped else { panic!("{stopped:?}") };
    assert_eq!(
        (profile.as_str(), *replication, *how),
        ("challenger=probe defender=yield", 0, "over its limit of work")
    );
    assert_eq!(bytes(folder.path()), first);
    // Parts of another tournament are not taken for these.
    let engine = Engine::new(2, None, &stop, &watch).expect("threads");
    let mut store = Store::open(folder.path(), &sound, &engine, "another", None).expect("a store");
    let stopped = store.ensure(&[(0, 8)]).expect_err("a foreign part");
    assert!(matches!(stopped, Stop::Run(_)), "{stopped:?}");
    engine.close().expect("written");
}

#[test]
fn wrong_files_and_folders_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = scenario("deterrence.ron");
    let scenario = text(&scenario);
    let file = folder.path().join("t.ron");
    let out = folder.path().join("out");
    for (written, says) in [
        (r#"(players: {"challenger": ["wiat"]})"#, &["no strategy is called `wiat`", "wait", "t.ron:1:27"][..]),
        (r#"(players: {"challenger": []})"#, &["challenger has no strategy to compare"]),
        (r#"(players: {})"#, &["no player is compared"]),
        (r#"(title: "none")"#, &["needs the key `players`"]),
        (r#"(players: {"challenge": ["wait"]})"#, &["there is no player `challenge`", "challenger"]),
        (r#"(players: {"challenger": ["yield"]})"#, &["may not play the strategy `yield`"]),
        (r#"(players: {"challenger": ["wait", "wait"]})"#, &["stands twice"]),
        (r#"(players: {"challenger": ["wait"]}, mode: Quiese)"#, &["no mode is called `Quiese`", "Quiesce"]),
        (r#"(players: {"challenger": ["wait"]}, fixed: {"challenger": "probe"})"#, &["cannot be fixed too"]),
        (r#"(players: {"challenger": ["wait"]}, beliefs: ["memo"])"#, &["belief"]),
        (r#"(players: {"challenger": ["wait"]}, measures: ["conflict"])"#, &["no measure `conflict`", "conflicts"]),
        (r#"(players: {"challenger": ["wait"]}, set: {"nose": 1})"#, &["nose", "noise"]),
        (r#"(players: {"challenger": ["wait"]}, along: {"noise": [1]})"#, &["at least two values"]),
        (
            r#"(players: {"challenger": ["wait"]}, asked: ["challenger", "probe"])"#,
            &["is not in the set of challenger"],
        ),
        (r#"(players: {"challenger": ["wait"]}, replications: 64, most_replications: 32)"#, &["is below"]),
        (
            r#"(players: {"challenger": ["wait"], "defender": ["yield", "answer"]}, interchangeable: [["challenger", "defender"]])"#,
            &["sets of equal length"],
        ),
        (r#"(players: {"challenger": ["wait"]}, epsilon: -1)"#, &["must lie in"]),
    ] {
        std::fs::write(&file, written).expect("written");
        refused(1, says, &["tournament", scenario, text(&file), "--out", text(&out)]);
        assert!(!out.exists(), "{written}");
    }
    refused(1, &["there is no tournament `none`"], &["tournament", scenario, "none", "--out", text(&out)]);
    // A folder that holds something else, a finished one without --resume, another tournament, scenario, version.
    std::fs::create_dir_all(&out).expect("a folder");
    std::fs::write(out.join("notes.txt"), "mine").expect("written");
    std::fs::write(&file, r#"(players: {"challenger": ["wait"]}, replications: 2, resamples: 2)"#).expect("written");
    let asked = ["tournament", scenario, text(&file), "--quiet", "--out"];
    let with = |out: &Path, more: &[&str]| -> Vec<String> {
        asked.iter().copied().chain([text(out)]).chain(more.iter().copied()).map(str::to_owned).collect()
    };
    let ends = |code: i32, says: &[&str], out: &Path, more: &[&str]| {
        let arguments = with(out, more);
        refused(code, says, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    };
    let refuse = |says: &[&str], out: &Path, more: &[&str]| ends(1, says, out, more);
    refuse(&["holds no results of Marchland"], &out, &[]);
    let own = folder.path().join("own");
    done(&with(&own, &[]).iter().map(String::as_str).collect::<Vec<_>>());
    let before = bytes(&own);
    refuse(&["holds results already"], &own, &[]);
    // What is of another kind says so, either way round.
    refused(1, &["is the folder of a tournament, not of a batch", "report.txt"], &["summarise", text(&own)]);
    let batch = folder.path().join("batch");
    done(&["batch", scenario, "--games", "2", "--quiet", "--out", text(&batch)]);
    refuse(&["is the folder of a batch, a sweep or a hindcast, not of a tournament"], &batch, &["--resume"]);
    let manifest = own.join("manifest.json");
    let kept = std::fs::read_to_string(&manifest).expect("a manifest");
    std::fs::write(&manifest, kept.replace("\"threads\": ", "\"threads\": 1")).expect("written");
    ends(3, &["are not those that were written"], &own, &["--resume"]);
    // As an older version wrote it, without a seal.
    let mut unsealed: Json = serde_json::from_str(&kept).expect("JSON");
    unsealed.as_object_mut().expect("an object").retain(|key, _| key != "seal" && key != "sealed");
    let unsealed = format!("{unsealed:#}");
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    for (from, to, says) in [
        (version.as_str(), "\"version\": \"0.0.1\"", "its version of the program differs"),
        ("\"scenario_hash\": \"", "\"scenario_hash\": \"0", "its scenario differs"),
    ] {
        std::fs::write(&manifest, unsealed.replace(from, to)).expect("written");
        refuse(&["of another experiment", says], &own, &["--resume"]);
    }
    std::fs::write(&manifest, &kept).expect("written");
    std::fs::write(&file, r#"(players: {"challenger": ["wait", "probe"]}, replications: 2, resamples: 2)"#).unwrap();
    refuse(&["its players and their strategies differ"], &own, &["--resume"]);
    assert_eq!(bytes(&own), before, "a refusal changed something");
    // A part cut off is damaged.
    std::fs::write(&file, r#"(players: {"challenger": ["wait"]}, replications: 2, resamples: 2)"#).expect("written");
    let part = own.join("default/games/part-00000.parquet");
    let whole = std::fs::read(&part).expect("a part");
    std::fs::write(&part, &whole[..whole.len() / 2]).expect("written");
    ends(3, &["part-00000.parquet"], &own, &["--resume"]);
}

#[test]
fn check_reads_tournaments_beneath_a_scenario() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("deterrence");
    std::fs::create_dir_all(scenario.join("tournaments")).expect("folders");
    std::fs::copy(crate::program::scenario("deterrence.ron"), scenario.join("scenario.ron")).expect("copied");
    let file = scenario.join("tournaments/own.ron");
    std::fs::write(&file, r#"(players: {"challenger": ["wait", "prob"]})"#).expect("written");
    let output = run(&["check", text(&scenario)]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("no strategy is called `prob`") && said.contains("tournaments/own.ron"), "{said}");
    std::fs::write(&file, r#"(players: {"challenger": ["wait", "probe"]}, replications: 2, resamples: 2)"#)
        .expect("written");
    assert!(run(&["check", text(&scenario)]).status.success());
    let out = folder.path().join("out");
    done(&["tournament", text(&scenario), "own", "--out", text(&out), "--quiet"]);
}
