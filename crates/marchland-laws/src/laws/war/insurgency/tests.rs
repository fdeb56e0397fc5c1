use marchland_sim::world::StateCode;

use super::*;
use crate::declared::{declared, throughout};

/// The constants as declared.
fn base() -> InsurgencyConstants {
    InsurgencyConstants::from_parameters(&declared)
}

fn cell() -> Cell {
    Cell { fighters: 150.0, tempo: 0.4, sanctuary: 0.3, truce: StateCode::new(false), alliance: 0.2, tempo_habit: 0.3 }
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
    // Kress & Szechtman: force lowers the number of insurgents where it hits more of them than the innocent it hits beside
    // them bring in, and raises it elsewhere.
    // Within a hundredth of even the few who stand among the people decide.
    throughout(|value| {
        let c = InsurgencyConstants::from_parameters(value);
        let pays = hits_for_innocents(&c);
        assert!(pays.abs() < 0.01 || force_lowers(&c) == (pays > 0.0), "{pays} {c:?}");
    });
    // Both happen: with what is declared, and with forces that know nothing among people whom every blow drives away.
    let blind = InsurgencyConstants { knowledge: 0.02, services_gain: 0.0, backlash: 0.5, ..base() };
    for (c, pays) in [(base(), true), (blind, false)] {
        assert_eq!((hits_for_innocents(&c) > 0.01, force_lowers(&c)), (pays, pays), "{c:?}");
    }
}

/// Fighters whom a blow hits, less the recruits whom it brings.
fn hits_for_innocents(c: &InsurgencyConstants) -> f64 {
    let hits = intelligence(setting().services, setting().threat, cell().alliance, c);
    hits - c.backlash * (1.0 - hits)
}

/// Whether ten times the operations leave fewer insurgents.
fn force_lowers(c: &InsurgencyConstants) -> bool {
    let gained = |operations: f64| {
        let step = moves(&cell(), &Setting { operations, ..setting() }, 1.0, c);
        step.recruited - step.killed
    };
    gained(1.0) < gained(0.1)
}

#[test]
fn signs_of_the_fighters_account() {
    // V27, sign: permeability and drug rents raise militants; services lower them.
    throughout(|value| {
        let c = InsurgencyConstants::from_parameters(value);
        let now = net(&setting(), &c);
        assert!(net(&Setting { open: 0.9, ..setting() }, &c) > now, "{c:?}");
        assert!(net(&Setting { rents_musd: 6.0, ..setting() }, &c) > now, "{c:?}");
        assert!(net(&Setting { services: 0.9, ..setting() }, &c) < now, "{c:?}");
        assert!(attack_rate(&cell(), 0.5, 0.8, &c) > attack_rate(&cell(), 0.5, 0.0, &c), "{c:?}");
        let step = moves(&cell(), &setting(), 1.0, &c);
        assert!(step.killed > 0.0 && step.arrived > 0.0, "{c:?}");
    });
    // A haven shelters and holds force back: where force pays, as with the declared constants, it raises militants.
    assert!(net(&Setting { haven: 0.8, ..setting() }, &base()) > net(&setting(), &base()));
}

/// Fighters gained in a month.
fn net(s: &Setting, c: &InsurgencyConstants) -> f64 {
    let step = moves(&cell(), s, 1.0, c);
    step.recruited + step.arrived - step.killed - step.home - step.disarmed
}

#[test]
fn a_truce_stops_the_fighting_and_empties_the_cell() {
    throughout(|value| {
        let c = InsurgencyConstants::from_parameters(value);
        let quiet = Cell { truce: StateCode::new(true), ..cell() };
        let step = moves(&quiet, &setting(), 1.0, &c);
        assert_eq!((step.killed, step.arrived, step.collateral), (0.0, 0.0, 0.0));
        assert!((step.disarmed / quiet.fighters - c.disarming).abs() < 1e-12, "{step:?} {c:?}");
        assert_eq!(attack_rate(&quiet, 1.0, 1.0, &c), 0.0);
    });
}

#[test]
fn nobody_leaves_or_dies_who_is_not_there() {
    throughout(|value| {
        let c = InsurgencyConstants::from_parameters(value);
        for fighters in [0.0, 0.5, 3.0, 1e4] {
            for months in [0.25, 1.0] {
                let step = moves(&Cell { fighters, ..cell() }, &Setting { operations: 1.0, ..setting() }, months, &c);
                assert!(step.killed + step.home + step.disarmed <= fighters, "{step:?} {c:?}");
                assert!(step.arrived <= setting().waiting, "{step:?} {c:?}");
            }
        }
    });
}

#[test]
fn the_kamarob_ambush() {
    // V20, fitted (aimed fire and hours): a convoy of 75, of whom 25 to 40 were killed.
    let c = base();
    let losses = deitchman(75.0, c.massed * 75.0, c.aimed, c.area, c.hours);
    let share = losses.regulars / 75.0;
    assert!((0.33..=0.53).contains(&share), "{share}");
    assert!(losses.guerrillas < 2.0, "{losses:?}");
}

#[test]
fn victory_needs_the_people_and_not_numbers() {
    throughout(|value| {
        let c = InsurgencyConstants::from_parameters(value);
        let risk = |hold: f64, legitimacy: f64| victory_risk(hold, legitimacy, 0.2, &c);
        assert!(risk(0.7, 0.8) < risk(0.7, 0.1), "{c:?}");
        assert_eq!(risk(1.0, 1.0), 0.0, "whom the people stand by nobody beats: {c:?}");
        // The square of the hold: half of the country is a quarter of the chance.
        assert!((risk(0.3, 0.4) / risk(0.6, 0.4) - 0.25).abs() < 1e-12, "{c:?}");
        assert!(victory_risk(0.7, 0.1, 0.9, &c) < risk(0.7, 0.1), "{c:?}");
    });
    assert!(victory_risk(0.05, 0.5, 0.35, &base()) < 0.001);
    assert!(victory_risk(0.7, 0.1, 0.2, &base()) > 0.05);
}

#[test]
fn a_failed_state_is_a_haven_and_peacekeepers_deny_it() {
    throughout(|value| {
        let c = InsurgencyConstants::from_parameters(value);
        assert_eq!(haven(0.1, 0.3, 1.0, 0.0, &c), 1.0);
        assert!((1.0 - haven(0.1, 0.3, 1.0, 1.0, &c) - c.peacekeeping).abs() < 1e-12, "{c:?}");
        assert!(haven(0.1, 0.3, 0.0, 0.0, &c) < 0.1, "{c:?}");
    });
}
