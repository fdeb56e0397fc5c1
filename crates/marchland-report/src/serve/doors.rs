//! Pages before the table: the lobby, the door, the join sheet, and refusals.

use maud::{Markup, PreEscaped, html};

use super::KEY;
use crate::visible::line;

/// A scenario to start from.
pub struct ScenarioCard {
    /// Its name, by which it is started.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Numbers of people that it has presets for, with minutes a turn.
    pub presets: Vec<(u32, u32)>,
}

/// A game to go on with.
pub struct GameCard {
    /// The file's name, by which it is opened.
    pub name: String,
    /// What it plays, and how far it is; empty where the file cannot be read.
    pub about: String,
}

/// A link of a join sheet.
pub struct Link {
    /// Whom it lets in, for people.
    pub who: String,
    /// Whom it lets in, by name: `screen`, or a player.
    pub role: String,
    /// The link.
    pub address: String,
    /// Its QR code as a picture of ours.
    pub code: String,
}

/// The lobby: scenarios to start, games to go on with.
#[must_use]
pub fn lobby(scenarios: &[ScenarioCard], games: &[GameCard]) -> Markup {
    html! {
        h1 { "The lobby" }
        section { h2 { "Start a game" }
            @if scenarios.is_empty() { p.empty { "There is no scenario here: start this command in a folder that has a folder “scenarios”." } }
            div.cards { @for one in scenarios {
                article.card { h3 { (line(&one.title)) } p { (line(&one.description)) }
                    form.stack method="post" action="/lobby" {
                        input type="hidden" name="do" value="start"; input type="hidden" name="key" value={ (KEY) "." (one.name) };
                        input type="hidden" name="scenario" value=(one.name);
                        @if !one.presets.is_empty() {
                            label.field { span { "People" } select name="people" { @for (people, minutes) in &one.presets { option value=(people) { (people) " people, " (minutes) " minutes a month" } } } }
                        }
                        label.field { span { "Seed" } input type="number" name="seed" value="1" min="0" max="9007199254740991"; }
                        label.check { input type="checkbox" name="chair" value="yes" checked; " A chair adjudicates" }
                        button.main type="submit" { "Open the table" span.unseen { ": " (one.title) } }
                    }
                }
            } }
        }
        section { h2 { "Go on with a game" }
            @if games.is_empty() { p.empty { "No game lies in this folder yet." } }
            ul.games { @for one in games { li {
                div { b { (line(&one.name)) } p.quiet { (line(&one.about)) } }
                form.inline method="post" action="/lobby" {
                    input type="hidden" name="do" value="open"; input type="hidden" name="key" value={ (KEY) "." (one.name) };
                    input type="hidden" name="game" value=(one.name);
                    button type="submit" { "Go on" span.unseen { " with " (one.name) } }
                }
            } } }
        }
    }
}

/// The door that a link opens onto: nobody is let in before the button is pressed, nor without the PIN of a place that
/// has one.
#[must_use]
pub fn door(who: &str, scenario: &str, secret: &str, pin: bool) -> Markup {
    html! {
        section.card.door { p.kicker { (line(scenario)) } h1 { "Join as " (match who.strip_prefix("The ") { Some(rest) => format!("the {}", line(rest)), None => line(who).into_owned() }) }
            p { "This device will act for " (line(who)) " until the chair closes the seat." }
            form.stack method="post" action="/join" {
                input type="hidden" name="secret" value=(secret);
                label.field { span { "A name for this device, that your team will see" } input type="text" name="name" maxlength="40" autocomplete="nickname" placeholder="optional"; }
                @if pin { label.field { span { "The PIN of this place" } input type="password" name="pin" maxlength="32" autocomplete="off" required; } }
                button.main type="submit" { "Join" }
            }
        }
    }
}

/// Something that cannot be done, and what can.
#[must_use]
pub fn refusal(what: &str, remedy: &str) -> Markup {
    html! { section.card.door { h1 { (line(what)) } p { (line(remedy)) } } }
}

/// The sheet of links to print and to cut up.
#[must_use]
pub fn sheet(links: &[Link], fingerprint: Option<&str>) -> Markup {
    html! {
        h1 { "Join sheet" }
        p { "One link a seat. Open it on a phone or a laptop, press Join, and that device plays the seat. Hand each seat its own strip only." }
        @if let Some(print) = fingerprint { p.small { "The browser will warn of a certificate that it does not know. Its SHA-256 fingerprint: " code { (print) } } }
        @if links.is_empty() { p.empty { "No link is open." } }
        div.strips { @for link in links {
            article.strip { div { h2 { (line(&link.who)) } p.address { (link.address) }
                (super::forms::button("/chair", "new_link", &[("seat", &link.role)], "New link", "quiet", &format!("for {}; the old one stops working", line(&link.who)))) }
                // A picture of ours.
                div.code { (PreEscaped(&link.code)) } }
        } }
    }
}
