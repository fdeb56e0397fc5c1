use marchland_sim::world::Coded;

use super::*;

const C: InsurgencyConstants = InsurgencyConstants {
    knowledge: 0.15,
    taxed: 0.1,
    services_gain: 0.5,
    threat_loss: 0.4,
    blows: 60.0,
    patrols: 0.08,
    backlash: 0.15,
    recruitment: 0.03,
    paid: 0.3,
    crossing: 0.02,
    pressed: 1.0,
    leaving: 0.03,
    disarming: 0.25,
    attacks: 1.5,
    exposure: 0.3,
    aimed: 1.1,
    area: 0.0002,
    hours: 1.0,
    massed: 0.4,
    smallest: 6.0,
    largest: 200.0,
    alpha: 2.5,
    civilians: 0.2,
    stray: 0.05,
    displaced: 0.03,
    returning: 0.2,
    grip: 600.0,
    habit: 0.2,
    raising: 0.1,
    victory: 0.2,
    peacekeeping: 0.6,
    haven_gain: 1.0,
    shelter: 0.5,
    alone: 0.5,
    quality: 0.5,
    quiet: 0.3,
    truce: 0.8,
};

fn cell() -> Cell {
    Cell { fighters: 150.0, tempo: 0.4, sanctuary: 0.3, truce: Coded::new(false), alliance: 0.2, tempo_habit: 0.3 }
}

fn setting() -> Setting {
    Setting {
        hardship: 0.5,
        people: 300_000.0,
        services: 0.4,
        threat: 0.1,
        operations: 0.5,
        army_quality: 0.35,
        open: 0.6,
        waiting: 800.0,
        pressure: 0.4,
        rents_musd: 2.0,
        haven: 0.0,
    }
}

#[test]
fn intelligence_limits_what_force_can_do() {
    // Kress & Szechtman: with little intelligence more force makes more insurgents.
    let blind = InsurgencyConstants { knowledge: 0.02, services_gain: 0.0, backlash: 0.5, ..C };
    let net = |operations: f64, c: &InsurgencyConstants| {
        let step = moves(&cell(), &Setting { operations, ..setting() }, 1.0, c);
        step.recruited - step.killed
    };
    assert!(net(1.0, &blind) > net(0.1, &blind));
    assert!(net(1.0, &C) < net(0.1, &C));
}

#[test]
fn signs_of_the_fighters_account() {
    // V27, sign: permeability, drug rents and haven raise militants; services lower them.
    let base = moves(&cell(), &setting(), 1.0, &C);
    let net = |s: &Setting| {
        let step = moves(&cell(), s, 1.0, &C);
        step.recruited + step.arrived - step.killed - step.home - step.disarmed
    };
    let now = net(&setting());
    assert!(net(&Setting { open: 0.9, ..setting() }) > now);
    assert!(net(&Setting { rents_musd: 6.0, ..setting() }) > now);
    assert!(net(&Setting { haven: 0.8, ..setting() }) > now);
    assert!(net(&Setting { services: 0.9, ..setting() }) < now);
    assert!(attack_rate(&cell(), 0.5, 0.8, &C) > attack_rate(&cell(), 0.5, 0.0, &C));
    assert!(base.killed > 0.0 && base.arrived > 0.0);
}

#[test]
fn a_truce_stops_the_fighting_and_empties_the_cell() {
    let quiet = Cell { truce: Coded::new(true), ..cell() };
    let step = moves(&quiet, &setting(), 1.0, &C);
    assert_eq!((step.killed, step.arrived, step.collateral), (0.0, 0.0, 0.0));
    assert!(step.disarmed > 0.2 * quiet.fighters);
    assert_eq!(attack_rate(&quiet, 1.0, 1.0, &C), 0.0);
}

#[test]
fn nobody_leaves_or_dies_who_is_not_there() {
    for fighters in [0.0, 0.5, 3.0, 1e4] {
        for months in [0.25, 1.0] {
            let step = moves(&Cell { fighters, ..cell() }, &Setting { operations: 1.0, ..setting() }, months, &C);
            assert!(step.killed + step.home + step.disarmed <= fighters);
            assert!(step.arrived <= 0.5 * setting().waiting);
        }
    }
}

#[test]
fn the_kamarob_ambush() {
    // V20, fitted (aimed fire and hours): a convoy of 75, of whom 25 to 40 were killed.
    let losses = deitchman(75.0, C.massed * 75.0, C.aimed, C.area, C.hours);
    let share = losses.regulars / 75.0;
    assert!((0.33..=0.53).contains(&share), "{share}");
    assert!(losses.guerrillas < 2.0, "{losses:?}");
}

#[test]
fn victory_needs_the_people_and_not_numbers() {
    assert!(victory_risk(0.05, 0.5, 0.35, &C) < 0.001);
    assert!(victory_risk(0.7, 0.1, 0.2, &C) > 0.05);
    assert!(victory_risk(0.7, 0.8, 0.2, &C) < victory_risk(0.7, 0.1, 0.2, &C));
}

#[test]
fn a_failed_state_is_a_haven_and_peacekeepers_deny_it() {
    assert_eq!(haven(0.1, 0.3, 1.0, 0.0, &C), 1.0);
    assert!((haven(0.1, 0.3, 1.0, 1.0, &C) - 0.4).abs() < 1e-15);
    assert!(haven(0.1, 0.3, 0.0, 0.0, &C) < 0.1);
}
