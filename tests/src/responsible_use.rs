//! Responsible use: what militants may do, what nobody is paid for, and whose names stand nowhere.

use marchland_game::{IndicatorId, PlayerId};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::Variant;

use crate::scenarios::{load, names};

/// The postures that a cell has: tempo, sanctuary, alliance, truce, and the tempo it falls back to.
const POSTURES: &[&str] = &["tempo", "tempo_habit", "sanctuary", "alliance", "truce"];

fn militants(scenario: &Scenario) -> Vec<PlayerId> {
    let players = scenario.catalogue.players.iter().enumerate();
    players.filter(|(_, player)| player.kind == "militant").map(|(at, _)| PlayerId::from_index(at)).collect()
}

/// Militants choose a posture of a cell in a region for a month, and nothing else: their actions are of the
/// instrument `posture`, touch the posture of cells alone, and take regions as options.
#[test]
fn militants_choose_postures_and_nothing_else() {
    let mut seen = 0;
    for name in names() {
        let scenario = load(&name);
        let catalogue = &scenario.catalogue;
        let regions: Vec<&str> =
            scenario.entities.get("region").into_iter().flatten().map(|entity| entity.name.as_str()).collect();
        for player in militants(&scenario) {
            for (action, plan) in catalogue.actions.iter().zip(&scenario.actions) {
                if !action.owners.contains(player) {
                    continue;
                }
                // An offer or an answer to one is words.
                let id = catalogue.action(&action.id).expect("its own");
                if catalogue.deal_move(id).is_some() {
                    continue;
                }
                seen += 1;
                assert_eq!(action.instrument, "posture", "{name}: {}", action.id);
                for option in &action.options {
                    assert!(regions.contains(&option.id.as_str()), "{name}: {} {}", action.id, option.id);
                }
                for option in &plan.options {
                    for effect in option.success.iter().chain(&option.failure).chain(&option.leak) {
                        let moves = effect.kind.moves();
                        assert!(!moves.is_empty(), "{name}: {} does {:?}", action.id, effect.kind);
                        for touched in moves {
                            let info = &catalogue.indicators[touched.index()];
                            let posture = info.kind == "cell" && POSTURES.contains(&info.field.as_str());
                            assert!(posture, "{name}: {} touches {}", action.id, info.path);
                        }
                    }
                }
            }
        }
    }
    assert!(seen >= 12, "{seen} actions of militants");
}

/// No text of a militant's action speaks of targets, weapons, methods, routes or recruiting.
#[test]
fn militants_actions_name_no_means() {
    let words = [
        "target", "weapon", "bomb", "explos", "ambush", "kill", "hostage", "kidnap", "recruit", "route", "assassin",
        "poison",
    ];
    for name in names() {
        let scenario = load(&name);
        for player in militants(&scenario) {
            for action in scenario.catalogue.actions.iter().filter(|action| action.owners.contains(player)) {
                let text = format!("{} {} {}", action.id, action.title, action.meaning).to_lowercase();
                let found: Vec<_> = words.iter().filter(|word| text.contains(**word)).collect();
                assert!(found.is_empty(), "{name}: {} says {found:?}", action.id);
            }
        }
    }
}

/// No payoff rises with dead or displaced people.
#[test]
fn no_payoff_rewards_harm_to_people() {
    for name in names() {
        let scenario = load(&name);
        let variant = Variant::new(&scenario, None, &[]).expect("the default variant");
        let catalogue = &scenario.catalogue;
        let harm = |id: IndicatorId| {
            let field = &catalogue.indicators[id.index()].field;
            ["deaths", "displaced", "losses", "killed", "incidents"].iter().any(|word| field.contains(word))
        };
        for (player, weights) in catalogue.players.iter().zip(variant.weights.iter()) {
            for (term, weight) in player.payoffs.terms.iter().zip(weights) {
                let slope = term.scale.map_or(1.0, |(zero, one)| one - zero) * weight;
                let path = &catalogue.indicators[term.indicator.index()].path;
                assert!(!harm(term.indicator) || slope <= 0.0, "{name}: {} is paid for {path}", player.id);
            }
        }
    }
}

/// Violence is counted with uncertainty: nobody but a facilitator sees an exact count of the dead as it
/// happens, and civilians and displaced stand beside military losses.
#[test]
fn the_dead_are_counted_with_uncertainty() {
    for name in ["tajikistan-2010", "kyrgyzstan-2010"] {
        let scenario = load(name);
        let country = &scenario.entities["country"][0].name;
        for field in ["battle_deaths", "army_losses", "conflict_civilian_deaths", "deaths_civil"] {
            let path = format!("{country}.{field}");
            let id = scenario.catalogue.indicator(&path).unwrap_or_else(|| panic!("no `{path}`"));
            let sight = &scenario.catalogue.indicators[id.index()].sight;
            let uncertain = sight.iter().filter(|sight| !matches!(sight, marchland_game::Sight::Exact { .. })).count();
            assert!(uncertain + 1 >= sight.len(), "{name}: {path} is seen exactly by {}", sight.len() - uncertain);
        }
        let displaced =
            |info: &&marchland_game::Indicator| info.field == "conflict_displaced_k" || info.field == "displaced_k";
        assert!(scenario.catalogue.indicators.iter().any(|info| displaced(&info)), "{name}");
    }
}

/// Ethnicity and religion drive nobody: no indicator, parameter, action or event speaks of them.
#[test]
fn ethnicity_and_religion_drive_nobody() {
    let words =
        ["ethnic", "religio", "islam", "muslim", "sunni", "shia", "ismaili", "clan", "pashtun", "uzbek minority"];
    for name in names() {
        let scenario = load(&name);
        let catalogue = &scenario.catalogue;
        let indicators = catalogue.indicators.iter().map(|item| format!("{} {}", item.path, item.meaning));
        let parameters = catalogue.parameters.iter().map(|item| format!("{} {}", item.id, item.meaning));
        let actions = catalogue.actions.iter().map(|item| format!("{} {} {}", item.id, item.title, item.meaning));
        for text in indicators.chain(parameters).chain(actions) {
            // An organisation is called what it calls itself; its name before names that stand within it.
            let low = text.to_lowercase().replace("islamic movement of uzbekistan", "");
            let low = catalogue.players.iter().fold(low, |text, player| {
                let title = player.title.to_lowercase();
                text.replace(title.strip_prefix("the ").unwrap_or(&title), "")
            });
            let found: Vec<_> = words.iter().filter(|word| low.contains(**word)).collect();
            assert!(found.is_empty(), "{name}: `{text}` speaks of {found:?}");
        }
    }
}

/// Offices act, not persons: names of those who held them in 2010 stand in no identifier and no display.
#[test]
fn identifiers_and_displays_use_offices() {
    let people = [
        "rahmon",
        "rakhmon",
        "ubaidullo",
        "alimardon",
        "luzhkov",
        "primakov",
        "saudabayev",
        "bakiyev",
        "otunbayeva",
        "putin",
        "medvedev",
        "obama",
        "nazarbayev",
        "karimov",
        "akayev",
        "abdullo",
        "ahmadov",
    ];
    for name in names() {
        let scenario = load(&name);
        let catalogue = &scenario.catalogue;
        let mut texts: Vec<String> = catalogue.indicators.iter().map(|item| item.path.clone()).collect();
        texts.extend(
            catalogue
                .players
                .iter()
                .map(|item| format!("{} {} {} {}", item.id, item.title, item.briefing, item.private_briefing)),
        );
        texts.extend(catalogue.actions.iter().map(|item| format!("{} {} {}", item.id, item.title, item.meaning)));
        texts.extend(catalogue.events.iter().map(|item| format!("{} {}", item.id, item.title)));
        texts.extend(catalogue.measures.iter().map(|item| format!("{} {}", item.id, item.meaning)));
        texts.extend(scenario.strategies.iter().map(|item| format!("{} {}", item.name, item.intent)));
        texts.extend(scenario.entities.values().flatten().map(|item| format!("{} {}", item.name, item.title)));
        for text in texts {
            let low = text.to_lowercase();
            let found: Vec<_> = people.iter().filter(|name| low.contains(**name)).collect();
            assert!(found.is_empty(), "{name}: `{text}` names {found:?}");
        }
    }
}

/// The README says what Marchland is for, what it is not for, and that it does not predict.
#[test]
fn the_readme_says_what_it_is_for() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).expect("a README");
    for words in [
        "## Intended use",
        "Teaching, research and policy rehearsal",
        "Not for targeting, policing, asylum or migration decisions, or influence operations",
        "does not predict",
        "was known to its makers",
    ] {
        assert!(readme.contains(words), "the README lacks `{words}`");
    }
}
