//! Every figure once: well-formed, finite, labelled, and repeated to the byte.

use super::*;
use marchland_experiments::discover::{Prim, PrimOptions, knee};
use marchland_experiments::table::FactorColumn;
use marchland_statistics::draws;
use marchland_statistics::{Independence, Interval, kaplan_meier};

fn labels() -> Labels {
    Labels { title: "Legitimacy of the government".into(), x: "turn (months)".into(), y: "index (0 to 1)".into() }
}

/// Elements are closed, attributes hold numbers, the words are there. With `MARCHLAND_PLOTS` set to a
/// folder the picture is also written there, to be looked at.
fn check(name: &str, svg: &str, words: &[&str]) {
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{name}");
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name} holds a number that is not finite");
    for line in svg.lines().skip(1).filter(|l| *l != "</svg>") {
        assert!(line.ends_with("/>") || line.ends_with("</text>"), "{name}: {line}");
    }
    for word in words {
        assert!(svg.contains(word), "{name} lacks {word}");
    }
    if let Some(folder) = std::env::var_os("MARCHLAND_PLOTS") {
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.svg")), svg).unwrap();
    }
}

fn uniform(name: &str, i: u64) -> f64 {
    draws::uniform(&mut draws::stream(draws::key(5, name, &[i])))
}

#[test]
fn fans() {
    let series = |label: &str, slope: f64| FanSeries {
        label: label.into(),
        points: (1..=24)
            .map(|turn| {
                let t = f64::from(turn);
                let (middle, spread) = (0.6 - slope * t, 0.01 * t);
                let gone = if turn == 24 { f64::NAN } else { 0.0 };
                FanPoint {
                    turn: t,
                    q05: middle - 2.0 * spread + gone,
                    q25: middle - spread + gone,
                    median: middle + gone,
                    q75: middle + spread + gone,
                    q95: middle + 2.0 * spread + gone,
                }
            })
            .collect(),
    };
    let both = [series("memo", 0.005), series("status quo", 0.015)];
    let svg = fan(&labels(), &both, &[(1.0, 0.58), (6.0, 0.5), (12.0, 0.45)]);
    check("fan", &svg, &["memo: median", "observed", "turn (months)", "index (0 to 1)"]);
    assert_eq!(svg, fan(&labels(), &both, &[(1.0, 0.58), (6.0, 0.5), (12.0, 0.45)]));
    check("fan-empty", &fan(&labels(), &[], &[]), &["Legitimacy"]);
}

#[test]
fn survival_curves() {
    let curve = |rate: f64, name: &str| {
        let times: Vec<f64> = (0..200)
            .map(|i| (-libm::log(uniform(name, i)) / rate).ceil())
            .map(|t| if t > 24.0 { 24.0 } else { t })
            .collect();
        let events: Vec<bool> = times.iter().map(|t| *t < 24.0).collect();
        SurvivalSeries { label: name.into(), curve: kaplan_meier(&times, &events, &Independence::games(200), 0.95) }
    };
    let svg = survival(&labels(), &[curve(0.02, "memo"), curve(0.06, "status quo")]);
    check("survival", &svg, &["memo (200 games)", "0.4"]);
}

#[test]
fn bars_with_intervals() {
    let bar = |value: f64| Bar {
        value: Some(value),
        interval: Some(Interval { low: value - 0.05, high: value + 0.08, level: 0.95 }),
    };
    let unknown = Bar { value: None, interval: None };
    let groups = [
        ("migrant quota share", bar(0.41), bar(0.52)),
        ("aluminium price & <power>", bar(0.22), bar(0.31)),
        ("structure of succession", bar(-0.01), bar(0.04)),
        ("idle", unknown, unknown),
    ]
    .map(|(label, a, b)| BarGroup { label: label.into(), bars: vec![a, b] });
    let mut labels = labels();
    labels.x = "share of the variance".into();
    let svg = bars(&labels, &["first order".into(), "total order".into()], &groups);
    check("bars", &svg, &["migrant quota share", "&lt;power&gt;", "total order", "share of the variance"]);
}

#[test]
fn scatters() {
    let dots = |name: &str, shift: f64| DotSeries {
        label: name.into(),
        points: (0..150).map(|i| (1000.0 * uniform(name, i) + shift, uniform(name, i + 1000))).collect(),
    };
    check("scatter", &scatter(&labels(), &[dots("holds", 0.0), dots("collapses", 9000.0)]), &["collapses"]);
    let none = DotSeries { label: "none".into(), points: vec![(f64::NAN, 1.0)] };
    check("scatter-empty", &scatter(&labels(), &[none]), &["none"]);
}

#[test]
fn trajectories() {
    let column = |name: &str| FactorColumn::numbers(name, (0..2000).map(|i| uniform(name, i)).collect::<Vec<f64>>());
    let interest: Vec<Option<bool>> =
        (0..2000).map(|i| Some((uniform("a", i) < 0.4 && uniform("b", i) > 0.5) != (uniform("n", i) < 0.03))).collect();
    let prim = Prim::new(&[column("a"), column("b"), column("c")], &interest, PrimOptions::default()).unwrap();
    let boxes = prim.peel();
    let chosen = knee(&boxes);
    let svg = trajectory("Where the regime collapses", &boxes, chosen);
    check("trajectory", &svg, &["coverage", "density", "2 factors", &format!("box {}", chosen.unwrap())]);
}

#[test]
fn best_response_graphs() {
    let nodes: Vec<Node> =
        ["memo / hold", "memo / reform", "wait / hold", "wait / reform", "leave / hold", "leave / reform"]
            .iter()
            .map(|l| Node { label: (*l).into(), stable: *l == "memo / reform" })
            .collect();
    let edges = [(0, 1, 1), (2, 0, 0), (3, 1, 0), (2, 3, 1), (4, 0, 0), (5, 1, 0), (5, 4, 1), (4, 5, 1), (9, 0, 0)];
    let svg = best_response("Best responses", &nodes, &edges, &["Russia".into(), "government".into()]);
    check("best-response", &svg, &["memo / reform", "Russia gains"]);
    assert_eq!(svg.matches("<polygon").count(), 8, "one arrow per edge that names two nodes");
    check("best-response-empty", &best_response("Nothing", &[], &[], &[]), &["Nothing"]);
}

#[test]
fn forecasts_and_what_came_of_them() {
    let cases: Vec<(f64, Option<bool>)> = (0..200)
        .map(|at| {
            let said = 40.0 * uniform("said", at) * uniform("said twice", at);
            (said, Some(100.0 * uniform("seen", at) < said))
        })
        .collect();
    let svg = separation(&labels(), &cases);
    check("separation", &svg, &["said", "it happened"]);
    let happened = cases.iter().filter(|case| case.1 == Some(true)).count();
    // One more circle stands in the legend.
    assert_eq!(svg.matches("<circle").count(), happened + 1);
    let blind: Vec<(f64, Option<bool>)> = cases.iter().map(|case| (case.0, None)).collect();
    assert!(!separation(&labels(), &blind).contains("it happened"));
    let groups: Vec<SaidAndSeen> = (1..=8)
        .map(|at| {
            let said = f64::from(at) * 3.0;
            SaidAndSeen { said, seen: said + 1.0, interval: (0.5 * said, 2.0 * said) }
        })
        .collect();
    check("reliability", &reliability(&labels(), &groups), &["as said", "seen, with 95 %"]);
    let curve = RocCurve { label: "engine".into(), points: vec![(0.0, 0.0), (0.2, 0.6), (1.0, 1.0)] };
    check("roc", &roc(&labels(), &[curve]), &["engine", "chance"]);
    check("roc-empty", &roc(&labels(), &[]), &["chance"]);
    check("reliability-empty", &reliability(&labels(), &[]), &["as said"]);
}
