//! The table in a browser: the pages of seats, chair and projector, as markup.
//!
//! A page is a frame ([`document`]) around a part that changes while one looks at it ([`seat::live`],
//! [`chair::live`], [`screen::live`], [`observer::live`]). The server hands over the game and what it knows beside it ([`PageContext`]);
//! nothing here reads a clock or keeps anything. Every form works without script; there is no style and no script
//! within a page, so that its policy may forbid both.

pub mod chair;
pub mod doors;
pub mod history;
pub mod map;
pub mod observer;
pub mod screen;
pub mod seat;

mod forms;
mod known;

use std::collections::BTreeMap;
use std::sync::Arc;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::story::Bulletin;
use crate::visible::visible;

/// The style sheet.
pub const STYLE: &str = include_str!("style.css");
/// The script: some dozens of lines that keep a page fresh and what was typed safe.
pub const SCRIPT: &str = include_str!("script.js");
/// Stands where the server puts a key that no other form bears, so that a form sent twice does one thing.
pub const KEY: &str = "\u{e000}key\u{e000}";

/// What stands around the part of a page that changes.
pub struct Frame<'a> {
    /// The page's title.
    pub title: &'a str,
    /// Whose page it is: `Russia`, `Chair`.
    pub who: &'a str,
    /// The path that forms and events of this page go to; empty where nothing changes.
    pub path: &'a str,
    /// Names the game, so that what is kept in a browser is not another's; empty where nothing is.
    pub game: &'a str,
    /// Identifies the state that is shown.
    pub tag: &'a str,
    /// Seconds left on the clock, and whether it runs; none where there is no clock.
    pub clock: Option<(u64, bool)>,
    /// What the last input was answered: whether it was taken, and the words.
    pub said: Option<(bool, &'a str)>,
    /// Other pages: path, label.
    pub links: &'a [(String, &'static str)],
    /// Paths of the style sheet and of the script.
    pub assets: (&'a str, &'a str),
    /// A class of the body: `seat`, `chair`, `screen`, `observer`, `door`.
    pub class: &'a str,
}

/// What the server knows beside the game.
#[derive(Default)]
pub struct PageContext {
    /// The devices that joined this seat, and whether they are here now.
    pub mates: Vec<Mate>,
    /// What changed in this seat's draft lately, oldest first: who, what.
    pub changes: Vec<(String, String)>,
    /// Texts that are typed and not sent, by field.
    pub drafts: BTreeMap<String, String>,
    /// Whether the chair has paused the game.
    pub paused: bool,
    /// Rulings that the chair has looked at, by position.
    pub accepted: Vec<usize>,
    /// Every device, for the chair.
    pub devices: Vec<Device>,
    /// Whose links are closed, for the chair.
    pub closed: Vec<String>,
    /// What the seat, or of every other page the room, was told of the last month, where that is kept: else it is
    /// composed for the page, from the whole game.
    pub report: Option<Arc<Bulletin>>,
}

/// Somebody at a seat.
#[derive(Clone)]
pub struct Mate {
    /// The name given at the door.
    pub name: String,
    /// Whether a page of it is open now.
    pub here: bool,
    /// Its number, by which a page is marked for the one who reads: see [`seat::marked`].
    pub number: u32,
}

/// A device that joined.
#[derive(Clone)]
pub struct Device {
    /// Its number.
    pub number: u32,
    /// The name given at the door.
    pub name: String,
    /// What it may see: `chair`, `screen`, `observer`, or a player.
    pub role: String,
    /// Whether a page of it is open now.
    pub here: bool,
}

/// A page, whole.
#[must_use]
pub fn document(frame: &Frame<'_>, main: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (frame.who) " · " (frame.title) }
                link rel="stylesheet" href=(frame.assets.0);
                link rel="icon" href="data:,";
                script defer src=(frame.assets.1) {}
            }
            body class=(frame.class) data-path=[(!frame.path.is_empty()).then_some(frame.path)] data-game=[(!frame.game.is_empty()).then_some(frame.game)] {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    div.brand {
                        span.mark aria-hidden="true" {}
                        div { p.kicker { (frame.title) } p.who { (frame.who) } }
                    }
                    @if !frame.links.is_empty() {
                        nav aria-label="Pages" { @for (path, label) in frame.links { a href=(path) { (label) } } }
                    }
                    @if !frame.path.is_empty() {
                        div.state {
                            p #clock role="timer" hidden[frame.clock.is_none()]
                                data-left=[frame.clock.map(|(left, _)| left)]
                                data-runs=[frame.clock.map(|(_, runs)| runs)] {
                                @if let Some((left, _)) = frame.clock { (left / 60) ":" (format!("{:02}", left % 60)) }
                            }
                            p #link hidden role="status" { "Connected" }
                            noscript { p.small { "Without script this page stands still: " a href=(frame.path) { "reload it" } " to see what is new." } }
                        }
                    }
                }
                main #main tabindex="-1" {
                    div #said role="status" aria-live="polite" {
                        @if let Some((taken, words)) = frame.said {
                            p class=(if taken { "said" } else { "said refused" }) { (words) }
                        }
                    }
                    @if frame.path.is_empty() { (main) } @else { div #live data-tag=(frame.tag) { (main) } }
                }
            }
        }
    };
    visible(&page.into_string()).into_owned()
}

/// A part that stands alone on a page: where it brings no heading of the first rank it gets one, and its own move up below
/// that.
#[must_use]
pub fn headed(title: &str, part: Markup) -> Markup {
    if part.0.contains("<h1") {
        return part;
    }
    let raised = part.0.replace("<h3", "<h2").replace("</h3>", "</h2>");
    html! { h1 { (title) } (PreEscaped(raised)) }
}
