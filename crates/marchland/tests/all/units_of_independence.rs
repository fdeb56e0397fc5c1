//! Intervals on results know which games shared their shocks.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::program::{done, text};

/// Payoff = x + ½ y + a shock of the game: Sobol' first and total .8 and .2, mean .75.
const PLANTED: &str = r#"(
    title: "Planted",
    calendar: (start: "2001-01", horizon: 1),
    tracks: [(id: "one", range: (0, 1), initial: 1)],
    players: [(id: "judge", payoffs: [
        (id: "big", indicator: "one", weight: "x", why: "planted"),
        (id: "small", indicator: "one", weight: "0.5 * y", why: "planted"),
    ], payoff_range: (0, 2))],
    parameters: [
        (id: "x", value: 0.5, distribution: Uniform(0, 1), unit: "payoff", meaning: "The large factor", source: Judgement("planted")),
        (id: "y", value: 0.5, distribution: Uniform(0, 1), unit: "payoff", meaning: "The small factor", source: Judgement("planted")),
        (id: "noise", value: 0.4, distribution: Uniform(0, 1), unit: "payoff", meaning: "Shock", source: Judgement("planted")),
    ],
    payoff_noise: "noise",
    main_indicator: "one",
)"#;

struct PlantedScenario {
    folder: tempfile::TempDir,
    scenario: PathBuf,
}

impl PlantedScenario {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let scenario = folder.path().join("planted.ron");
        std::fs::write(&scenario, PLANTED).expect("a scenario");
        Self { folder, scenario }
    }

    /// Plays a sweep and returns its folder.
    fn sweep(&self, name: &str, design: &str, factors: &str, more: &[&str]) -> PathBuf {
        let out = self.folder.path().join(name);
        let start = ["sweep", text(&self.scenario), "--design", design, "--factors", factors];
        done(&[&start[..], more, &["--out", text(&out), "--quiet"]].concat());
        out
    }
}

fn json(command: &str, out: &Path, more: &[&str]) -> Json {
    serde_json::from_str(&done(&[&[command, text(out), "--json"], more].concat())).expect("JSON")
}

fn holds(interval: &Json, truth: f64) -> bool {
    let end = |name: &str| interval[name].as_f64().expect("an end");
    end("low") <= truth && truth <= end("high")
}

const XY: &str = r#"["x","y"]"#;

#[test]
fn sobol_indices_hold_their_truth_at_any_number_of_replications() {
    let planted = PlantedScenario::new();
    let mut hits = [0; 2];
    for (replications, seed) in [("1", "2"), ("1", "5"), ("3", "2"), ("3", "3"), ("3", "5"), ("4", "7")] {
        let name = format!("r{replications}-{seed}");
        let out = planted.sweep(&name, "Saltelli(base: 256)", XY, &["--replications", replications, "--seed", seed]);
        let report = &json("sensitivity", &out, &["--measure", "payoff.judge"])["slices"][0]["sobol"];
        for (at, truth) in [0.8, 0.2].into_iter().enumerate() {
            let index = &report["indices"][at];
            let first = index["first"].as_f64().expect("an index");
            assert!((0.0..=1.0).contains(&first) && (first - truth).abs() < 0.1, "{index}");
            hits[at] += usize::from(holds(&index["first_interval"], truth) && holds(&index["total_interval"], truth));
        }
        // .16 of .16 + .104.
        assert!((report["chance_first"].as_f64().expect("chance") - 0.606).abs() < 0.12, "{report}");
    }
    assert!(hits.iter().all(|hits| *hits >= 4), "{hits:?} of 6");
}

#[test]
fn means_hold_their_truth_and_one_shared_shock_has_no_interval() {
    let planted = PlantedScenario::new();
    let mut hits = 0;
    for seed in 1..=12 {
        let seed = seed.to_string();
        let out = planted.sweep(&format!("m{seed}"), "Sobol(rows: 128)", XY, &["--replications", "3", "--seed", &seed]);
        hits += usize::from(holds(&json("summarise", &out, &[])["headline"]["interval"], 0.75));
    }
    assert!(hits >= 9, "{hits} of 12");
    let common = ["--shocks", "Common"];
    let out = planted.sweep("one", "Sobol(rows: 128)", XY, &[&common[..], &["--replications", "1"]].concat());
    let summary = json("summarise", &out, &[]);
    assert!(summary["headline"]["interval"].is_null());
    assert_eq!(summary["headline"]["refusal"]["one_shock"]["rows"], 128);
    let told = done(&["summarise", text(&out)]);
    assert!(told.contains("one sequence of shocks") && told.contains("fresh shocks"), "{told}");
    let out = planted.sweep("sixteen", "Sobol(rows: 64)", XY, &[&common[..], &["--replications", "16"]].concat());
    let wide = json("summarise", &out, &[])["headline"]["interval"].clone();
    // Sixteen shared shocks of .4: the half-width is above 2 × .4 / 4 less its own error.
    let half = 0.5 * (wide["high"].as_f64().expect("an end") - wide["low"].as_f64().expect("an end"));
    assert!(half > 0.1, "{wide}");
}

#[test]
fn what_was_varied_without_effect_is_said() {
    let planted = PlantedScenario::new();
    // A batch of one game, and one of several.
    let batch = |name: &str, games: &str| {
        let out = planted.folder.path().join(name);
        done(&["batch", text(&planted.scenario), "--games", games, "--out", text(&out), "--quiet"]);
        done(&["summarise", text(&out)])
    };
    let one = batch("single", "1");
    assert!(one.contains("one game") && !one.contains("it does not vary"), "{one}");
    assert!(batch("several", "40").contains("Nothing was varied"));
    // The same payoff whatever x: all weight lies on what is not varied.
    let still = PLANTED.replace("weight: \"x\"", "weight: \"0.5\"").replace("value: 0.4", "value: 0");
    std::fs::write(&planted.scenario, still).expect("a scenario");
    let told = done(&["summarise", text(&planted.sweep("still", "Sobol(rows: 64)", r#"["x"]"#, &[]))]);
    assert!(told.contains("`x` was varied and did not move it") && !told.contains("Nothing was varied"), "{told}");
    // A payoff of 0 in every game is no share of games, and what was not seen has no bound.
    let nothing = PLANTED.replace("weight: \"x\"", "weight: \"0\"").replace("\"0.5 * y\"", "\"0\"");
    std::fs::write(&planted.scenario, nothing.replace("value: 0.4", "value: 0")).expect("a scenario");
    let told = done(&["summarise", text(&planted.sweep("nothing", "Sobol(rows: 64)", r#"["x"]"#, &[]))]);
    assert!(told.starts_with("Over 64 games payoff.judge is 0 in every one."), "{told}");
    assert!(told.contains("in every game") && !told.contains("0.0 %"), "{told}");
    std::fs::write(&planted.scenario, PLANTED).expect("a scenario");
    let few = done(&["summarise", text(&planted.sweep("few", "Sobol(rows: 3)", r#"["y"]"#, &[]))]);
    assert!(few.contains("is not ranked") && few.contains("3 independent rows are too few"), "{few}");
}

/// Of twelve factors that move nothing none is named as what moves a measure, whatever shocks were shared.
#[test]
fn idle_factors_are_not_named_as_movers() {
    let planted = PlantedScenario::new();
    let idle: String = (0..12)
        .map(|at| {
            format!(
                "(id: \"idle{at}\", value: 0.5, distribution: Uniform(0, 1), unit: \"payoff\", meaning: \"Nothing\", \
                 source: Judgement(\"planted\")),"
            )
        })
        .collect();
    std::fs::write(&planted.scenario, PLANTED.replace("parameters: [", &format!("parameters: [{idle}")))
        .expect("a file");
    let names: Vec<String> = (0..12).map(|at| format!("\"idle{at}\"")).collect();
    let factors = format!("[\"x\",{}]", names.join(","));
    let common: &[&str] = &["--shocks", "Common"];
    for (name, more) in [("own", &[][..]), ("one", common)] {
        let out = planted.sweep(name, "MonteCarlo(rows: 128)", &factors, more);
        let told = done(&["summarise", text(&out)]);
        let first = told.lines().next().expect("a line");
        assert!(first.contains("of the parameters x (rank correlation"), "{told}");
        assert!(first.contains("12 factors were varied and did not move it measurably"), "{told}");
    }
}

/// Which lever survives is told with how sure that is: intervals where rows have shocks of their own, the reason where
/// all shared one.
#[test]
fn robustness_says_how_sure_it_is() {
    let planted = PlantedScenario::new();
    let two = PLANTED.replace(
        "    parameters: [",
        "    actions: [(id: \"rest\", title: \"Rest\", meaning: \"Nothing\", owners: [\"judge\"])],\n    strategies: [\n        \
         (name: \"a\", intent: \"Rests\", players: [\"judge\"], play: Idle()),\n        \
         (name: \"b\", intent: \"Rests too\", players: [\"judge\"], play: Rules(blocks: [(name: \"r\", orders: [\"rest\"])])),\n    ],\n    parameters: [",
    );
    std::fs::write(&planted.scenario, two).expect("a file");
    let levers: &[&str] = &["--levers", r#"{"judge": ["a", "b"]}"#];
    let own = planted.sweep("own", "MonteCarlo(rows: 256)", XY, levers);
    let measure = ["--measure", "judge=high 0.75"];
    let lever = json("robustness", &own, &measure)["robustness"]["measures"][0]["levers"][0].clone();
    assert!(holds(&lever["mean_estimate"]["interval"], 0.75), "{lever}");
    assert!(holds(&lever["satisficing_estimate"]["interval"], 0.5), "{lever}");
    let told = done(&["robustness", text(&own), "--measure", "judge=high 0.75"]);
    assert!(told.contains("[0.") && !told.contains("no interval:"), "{told}");
    let one = planted.sweep("one", "MonteCarlo(rows: 256)", XY, &[levers, &["--shocks", "Common"]].concat());
    let told = done(&["robustness", text(&one), "--measure", "judge=high 0.75"]);
    assert!(told.contains("no interval: all 256 rows met one sequence of shocks"), "{told}");
    // What carries a difference knows the same: the pairs of rows that shared one shock are no sample of shocks.
    let told = done(&["difference", text(&one), "a", "b", "--indicator", "one"]);
    assert!(told.contains("traced pairs"), "{told}");
}
