//! Politics against outside figures: base rates, the pair of 2010, signs.

use marchland_sim::turn::Game;

use crate::scenarios::Stage;

/// Final value of an indicator, and its mean over turns, over games of seeds 1 to `n`.
fn sample(stage: &Stage, n: u64, turns: u32, paths: &[&str]) -> Vec<(Vec<f64>, Vec<f64>)> {
    let ids: Vec<_> =
        paths.iter().map(|path| stage.scenario.catalogue.indicator(path).expect("an indicator")).collect();
    let mut game = Game::new(&stage.scenario);
    (1..=n)
        .map(|seed| {
            game.start(&stage.setup(seed, turns, false));
            let mut sums = vec![0.0; ids.len()];
            let mut played = 0.0;
            while !game.over() {
                game.step();
                played += 1.0;
                for (sum, id) in sums.iter_mut().zip(&ids) {
                    *sum += game.get(*id);
                }
            }
            (ids.iter().map(|id| game.get(*id)).collect(), sums.iter().map(|sum| sum / played).collect())
        })
        .collect()
}

#[test]
fn probe() {
    for (name, country, turns) in [
        ("quiet-autocracy", "country", 12),
        ("tajikistan-2010", "tajikistan", 12),
        ("kyrgyzstan-2010", "kyrgyzstan", 3),
        ("tajikistan-2010", "tajikistan", 24),
    ] {
        let stage = Stage::of(name);
        let fields = [
            "exit_mode",
            "first_irregular_exit",
            "regime_failed",
            "leader_exited",
            "regime_status",
            "state_failed",
            "regime_strength",
            "legitimacy",
            "hardship",
            "unrest",
            "capital_crowd",
            "patronage",
            "coup_risk",
            "coup_success",
            "loyal_force",
            "threshold",
            "patron_support",
            "fear",
            "uprising_risk",
            "insurgent_victory_risk",
            "performance",
            "defected_weight",
            "deaths_civil",
            "elite_split",
            "coup_attempts",
        ];
        let paths: Vec<String> = fields
            .iter()
            .map(|field| format!("{country}.{field}"))
            .filter(|path| stage.scenario.catalogue.indicator(path).is_some())
            .collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let n = 1000;
        let start = std::time::Instant::now();
        let games = sample(&stage, n, turns, &paths);
        println!("== {name} {turns} turns, {:?}", start.elapsed());
        let mean = |at: usize, end: bool| {
            games.iter().map(|game| if end { game.0[at] } else { game.1[at] }).sum::<f64>() / n as f64
        };
        for (at, path) in paths.iter().enumerate() {
            println!("{path:45} end {:8.4} mean {:8.4}", mean(at, true), mean(at, false));
        }
        for mode in 0..7 {
            println!(
                "mode {mode}: {}  irregular {}  status {}",
                games.iter().filter(|game| game.0[0] == f64::from(mode)).count(),
                games.iter().filter(|game| game.0[1] == f64::from(mode)).count(),
                games.iter().filter(|game| game.0[4] == f64::from(mode)).count()
            );
        }
        let mut pairs = std::collections::BTreeMap::new();
        for game in &games {
            *pairs.entry((game.0[4] as i32, game.0[1] as i32)).or_insert(0) += 1;
        }
        println!("(status, exit): {pairs:?}");
    }
}
