//! Pages of seats, chair and projector, and what is done on them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use marchland_game::{Choice, IndicatorId, Order, PlayerId};
use marchland_report::serve::{self, Frame, doors};
use marchland_session::forecast::{Forecaster, GAMES, Position, StandIns};
use marchland_session::review::Review;
use marchland_session::{Replay, SessionError, What};
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;
use serde_json::json;

use crate::access::Role;
use crate::acts;
use crate::app::{self, App, Standing, redirect};
use crate::hall::{busy, who};
use crate::room::{Fields, Room, upper};
use crate::{NOTICE, qr};

/// Games of each side of a trial.
const TRIALS: u64 = 300;
/// Futures by which a review judges a decision.
const FUTURES: u64 = 64;

/// Names within a path.
pub type Names = BTreeMap<String, String>;

/// The role whose page a path is.
#[must_use]
pub fn role_of(path: &str, names: &Names) -> Option<Role> {
    let path = path.strip_prefix("/api").unwrap_or(path);
    if path.starts_with("/chair") {
        Some(Role::Chair)
    } else if path.starts_with("/screen") {
        Some(Role::Screen)
    } else {
        names.get("seat").map(|seat| Role::Seat(seat.clone()))
    }
}

/// Looks at the room as somebody who is let in; or the answer for somebody who is not.
async fn looking<R: Send + 'static>(
    app: &Arc<App>,
    uri: &Uri,
    names: &Names,
    headers: HeaderMap,
    look: impl FnOnce(&mut Room, &Role, u32) -> R + Send + 'static,
) -> Result<R, Response> {
    let (Some(desk), Some(role)) = (app.desk(), role_of(uri.path(), names)) else { return Err(not_in(app)) };
    let found = desk
        .look(move |room| match app::standing(room, &role, &headers) {
            Standing::Admitted(device) => Ok(look(room, &role, device)),
            Standing::Elsewhere(other) => Err(Some(other)),
            Standing::Nobody => Err(None),
        })
        .await;
    match found {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(Some(other))) if uri.path() != other.path() => Err(elsewhere(app, &other)),
        Ok(Err(_)) => Err(not_in(app)),
        Err(_) => Err(busy(app)),
    }
}

fn elsewhere(app: &App, other: &Role) -> Response {
    let remedy = format!(
        "This browser plays another part: its page is {}. To look at this one, open its link and join.",
        other.path()
    );
    app.refusal(StatusCode::UNAUTHORIZED, "This page is not yours", &remedy)
}

/// Somebody is not let in.
pub fn not_in(app: &App) -> Response {
    app.refusal(
        StatusCode::UNAUTHORIZED,
        "You have not joined, or were sent away",
        "Open the link of your seat and press Join. If you came here from another site, reload this page.",
    )
}

fn links_of(role: &Role, over: bool) -> Vec<(String, &'static str)> {
    match role {
        Role::Seat(_) => {
            let path = role.path();
            let mut links = vec![(path.clone(), "Table"), (format!("{path}/history"), "History")];
            if over {
                links.push((format!("{path}/review"), "Review"));
            }
            links
        }
        Role::Chair => vec![
            ("/chair".into(), "Table"),
            ("/chair/history".into(), "So far"),
            ("/chair/links".into(), "Join sheet"),
            ("/chair/review".into(), "Review"),
            ("/chair/export/history.md".into(), "Export"),
        ],
        Role::Screen => Vec::new(),
    }
}

fn class_of(role: &Role) -> &'static str {
    match role {
        Role::Seat(_) => "seat",
        Role::Chair => "chair",
        Role::Screen => "screen",
    }
}

/// A page around a part, framed for a role.
fn framed(app: &App, room: &mut Room, role: &Role, device: u32, main: &maud::Markup, live: bool) -> Response {
    let title = room.table.course().source.scenario.title.clone();
    let stands = if live { room.stands(role) } else { crate::room::Stands::default() };
    let said = if live { room.told(device) } else { None };
    let path = role.path();
    let links = links_of(role, room.table.course().game.is_over());
    let frame = Frame {
        title: &title,
        who: &who(room, role),
        path: if live { &path } else { "" },
        tag: &stands.tag,
        clock: stands.left(),
        said: said.as_ref().map(|(taken, words)| (*taken, words.as_str())),
        links: &links,
        assets: (&app.assets.0, &app.assets.1),
        class: class_of(role),
    };
    app.page(StatusCode::OK, &frame, main)
}

/// A role's page.
pub async fn page(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let shared = Arc::clone(&app);
    let found = looking(&app, &uri, &names, headers, move |room, role, device| {
        let main = maud::PreEscaped(room.live(role, Some(device)));
        framed(&shared, room, role, device, &main, true)
    })
    .await;
    found.unwrap_or_else(|refusal| refusal)
}

/// The part of it that changes.
pub async fn live(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let found =
        looking(&app, &uri, &names, headers, move |room, role, device| (room.live(role, Some(device)), room.tag(role)))
            .await;
    match found {
        Ok((text, tag)) => {
            let mut response =
                app::answer(StatusCode::OK, "text/html; charset=utf-8", text.replace(serve::KEY, &app.key()));
            if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
                response.headers_mut().insert(header::ETAG, tag);
            }
            response
        }
        Err(refusal) => refusal,
    }
}

/// Does what somebody asks for; a form is answered with its page again, a program with JSON.
pub async fn act(
    State(app): State<Arc<App>>,
    uri: Uri,
    Path(names): Path<Names>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let json_wanted = uri.path().starts_with("/api")
        || headers.get(header::ACCEPT).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let reply = |status: StatusCode, taken: bool, text: &str| app::json(status, &json!({"ok": taken, "text": text}));
    let (Some(desk), Some(role)) = (app.desk(), role_of(uri.path(), &names)) else { return not_in(&app) };
    let fields = match app::body(request, app.gate.limits().patience_seconds).await {
        Ok(fields) => fields,
        Err((status, why)) if json_wanted => return reply(status, false, why),
        Err((status, why)) => return app.refusal(status, why, "Go back, and send it shorter."),
    };
    let asked = role.clone();
    let heads = headers.clone();
    let admitted = desk.look(move |room| app::standing(room, &asked, &heads)).await;
    let device = match admitted {
        Ok(Standing::Admitted(device)) => device,
        Ok(Standing::Elsewhere(other)) if !json_wanted => return elsewhere(&app, &other),
        Ok(_) if json_wanted => {
            return reply(StatusCode::UNAUTHORIZED, false, "You have not joined, or were sent away.");
        }
        Ok(_) => return not_in(&app),
        Err(_) => return busy(&app),
    };
    if !app.gate.device(&format!("{role}/{device}")) {
        let why = "That was too fast. Wait a few seconds, then try again.";
        return if json_wanted {
            reply(StatusCode::TOO_MANY_REQUESTS, false, why)
        } else {
            app.refusal(StatusCode::TOO_MANY_REQUESTS, why, "What you typed is kept where script is allowed.")
        };
    }
    let silent = json_wanted;
    let path = role.path();
    let done = desk
        .change(move |room| {
            let answer = room.once(device, &fields, |room| match (&role, room.player(&role)) {
                (Role::Chair, _) => acts::chair(room, device, &fields),
                (Role::Seat(_), Some(player)) => acts::seat(room, player, device, &fields),
                _ => Err(SessionError::Refused("this page only looks".into())),
            });
            if !silent {
                room.tell(device, answer.clone());
            }
            answer
        })
        .await;
    match done {
        Ok((taken, text)) if json_wanted => {
            reply(if taken { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, taken, &text)
        }
        Ok(_) => redirect(&path),
        Err(_) if json_wanted => reply(StatusCode::SERVICE_UNAVAILABLE, false, "The table is busy; try again."),
        Err(_) => busy(&app),
    }
}

/// A result of a look-ahead, alone where script puts it into a page, else as a page.
fn result(app: &App, part: bool, title: &str, class: &str, main: &maud::Markup, back: &str) -> Response {
    if part {
        let text = marchland_report::visible::visible(&main.clone().into_string()).into_owned();
        return app::answer(StatusCode::OK, "text/html; charset=utf-8", text);
    }
    let links = [(back.to_owned(), "Back to the table")];
    let frame = Frame {
        title,
        who: title,
        path: "",
        tag: "",
        clock: None,
        said: None,
        links: &links,
        assets: (&app.assets.0, &app.assets.1),
        class,
    };
    app.page(StatusCode::OK, &frame, main)
}

fn wants_part(headers: &HeaderMap) -> bool {
    headers.contains_key("x-part")
}

/// Runs something that takes long, at most a few at once.
pub(crate) async fn imagined<R: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, Response> {
    let Ok(_permit) = app.imagining.acquire().await else { return Err(busy(app)) };
    tokio::task::spawn_blocking(work).await.map_err(|_| {
        app.refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The futures could not be imagined",
            "Go back to the table; nothing there has changed.",
        )
    })
}

/// What a preview needs: of the draft, with an order added where one is asked for.
///
/// # Errors
/// There is nothing to preview; the text says why.
pub(crate) fn to_preview(
    room: &Room,
    player: PlayerId,
    order: &str,
) -> Result<(Arc<Forecaster>, Position, Choice, Choice), String> {
    let Some(position) = room.position() else { return Err("the game is over: there is no future to look at".into()) };
    let course = room.table.course();
    let held = course.held(player);
    let drafted = Choice {
        orders: held.orders.iter().copied().collect(),
        ballots: held.ballots.iter().copied().collect(),
        ..Choice::default()
    };
    if order.is_empty() {
        if drafted.orders.is_empty() && drafted.ballots.is_empty() {
            return Err("your draft is empty: add an order, or preview one before you add it".into());
        }
        return Ok((Arc::clone(&room.forecaster), position, Choice::default(), drafted));
    }
    let order =
        marchland_session::order_named(&course.source.scenario.catalogue, order).map_err(|error| error.to_string())?;
    let mut with: Vec<Order> = held.orders.iter().copied().filter(|other| other.action != order.action).collect();
    let without = Choice { orders: with.iter().copied().collect(), ..drafted.clone() };
    with.push(order);
    room.table.legal_together(player, &with).map_err(|why| format!("that order is not legal now, because {why}"))?;
    Ok((Arc::clone(&room.forecaster), position, without, Choice { orders: with.into_iter().collect(), ..drafted }))
}

/// A preview for a seat.
pub async fn preview(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let order = app::fields(uri.query().unwrap_or_default().as_bytes()).remove("order").unwrap_or_default();
    let part = wants_part(&headers);
    let found = looking(&app, &uri, &names, headers, move |room, role, _| {
        let player = room.player(role).ok_or("there is no such seat")?;
        to_preview(room, player, &order).map(|found| (player, role.path(), found))
    })
    .await;
    match found {
        Ok(Ok((player, back, (forecaster, position, base, package)))) => {
            let made = imagined(&app, move || {
                let preview = forecaster.preview(&position, player, &base, &package);
                serve::seat::preview(forecaster.scenario(), &preview)
            });
            match made.await {
                Ok(main) => result(&app, part, "Preview", "seat", &main, &back),
                Err(refusal) => refusal,
            }
        }
        Ok(Err(why)) => told(&app, part, &why),
        Err(refusal) => refusal,
    }
}

/// A refusal, as a part or as a page.
fn told(app: &App, part: bool, why: &str) -> Response {
    if part {
        let main = doors::refusal(&upper(why), "");
        return result(app, true, "", "", &main, "");
    }
    app.refusal(StatusCode::UNPROCESSABLE_ENTITY, &upper(why), "Go back to the table.")
}

/// The odds: a seat's as far as it can tell, the chair's from the truth.
pub async fn odds(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let part = wants_part(&headers);
    let found = looking(&app, &uri, &names, headers, move |room, role, _| -> Result<_, String> {
        let position = room.position().ok_or("the game is over: there is no future to look at")?;
        let player = room.player(role);
        let course = room.table.course();
        if player.is_some() && !course.odds_allowed {
            return Err("the chair has not allowed seats to ask for their odds".into());
        }
        if player.is_none() && !course.opening.facilitator {
            return Err("this game has no chair who may see the truth".into());
        }
        let stand_ins = room.stand_ins().map_err(|error| error.to_string())?;
        Ok((Arc::clone(&room.forecaster), position, player, stand_ins, role.path()))
    })
    .await;
    match found {
        Ok(Ok((forecaster, position, player, stand_ins, back))) => {
            let made = imagined(&app, move || {
                let odds = match player {
                    Some(player) => forecaster.odds_for_seat(&position, player, &[], GAMES),
                    None => forecaster.odds_from_truth(&position, &stand_ins, &[], GAMES),
                };
                serve::chair::odds(forecaster.scenario(), &odds)
            });
            match made.await {
                Ok(main) => result(&app, part, "Odds", "seat", &main, &back),
                Err(refusal) => refusal,
            }
        }
        Ok(Err(why)) => told(&app, part, &why),
        Err(refusal) => refusal,
    }
}

/// What an inject or a grant is expected to change.
pub async fn trial(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let fields = app::fields(uri.query().unwrap_or_default().as_bytes());
    let part = wants_part(&headers);
    let found = looking(&app, &uri, &names, headers, move |room, _, _| {
        to_try(room, &fields).map_err(|error| error.to_string())
    })
    .await;
    match found {
        Ok(Ok(Trial { forecaster, before, after, stand_ins, wanted })) => {
            let made = imagined(&app, move || {
                let without = forecaster.odds_from_truth(&before, &stand_ins, &wanted, TRIALS);
                let with = forecaster.odds_from_truth(&after, &stand_ins, &wanted, TRIALS);
                serve::chair::trial(forecaster.scenario(), &without, &with)
            });
            match made.await {
                Ok(main) => result(&app, part, "Trial", "chair", &main, "/chair"),
                Err(refusal) => refusal,
            }
        }
        Ok(Err(why)) => told(&app, part, &why),
        Err(refusal) => refusal,
    }
}

struct Trial {
    forecaster: Arc<Forecaster>,
    before: Position,
    after: Position,
    stand_ins: StandIns,
    wanted: Vec<IndicatorId>,
}

fn to_try(room: &Room, fields: &Fields) -> Result<Trial, SessionError> {
    let course = room.table.course();
    if !course.opening.facilitator {
        return Err(SessionError::Refused("this game has no chair who may see the truth".into()));
    }
    let Some(before) = room.position() else {
        return Err(SessionError::Refused("the game is over: there is no future to look at".into()));
    };
    let changes: Vec<What> = if fields.contains_key("effects") {
        acts::shifts(fields)?.into_iter().map(|shift| What::Add(shift.indicator, shift.by)).collect()
    } else {
        vec![acts::what(fields)?]
    };
    let after = Position::of(&room.table.tried(&changes)?);
    let scenario = &course.source.scenario;
    let mut wanted = scenario.shown.clone();
    for change in &changes {
        if let What::Set(path, _) | What::Add(path, _) = change
            && let Some(id) = scenario.catalogue.indicator(path)
            && !wanted.contains(&id)
        {
            wanted.push(id);
        }
    }
    Ok(Trial { forecaster: Arc::clone(&room.forecaster), before, after, stand_ins: room.stand_ins()?, wanted })
}

/// The join sheet.
pub async fn links(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let shared = Arc::clone(&app);
    let found = looking(&app, &uri, &names, headers, move |room, role, device| {
        let mut sheet: Vec<doors::Link> = room
            .links
            .iter()
            .filter(|(_, role)| !room.kept.closed.contains(role.name()))
            .map(|(secret, role)| {
                let address = format!("{}/join/{secret}", shared.address);
                doors::Link { who: who(room, role), code: qr::svg(&address), address }
            })
            .collect();
        sheet.sort_by(|a, b| a.who.cmp(&b.who));
        let main = doors::sheet(&sheet, shared.fingerprint.as_deref());
        framed(&shared, room, role, device, &main, false)
    })
    .await;
    found.unwrap_or_else(|refusal| refusal)
}

/// A seat's page as the chair looks at it.
pub async fn shoulder(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let seat = names.get("seat").cloned().unwrap_or_default();
    let shared = Arc::clone(&app);
    let found = looking(&app, &uri, &names, headers, move |room, role, device| {
        if !room.table.course().opening.facilitator {
            return told(&shared, false, "this game has no chair who may look over a seat's shoulder");
        }
        match room.table.course().player(&seat) {
            Ok(player) => {
                let main = serve::chair::over_the_shoulder(&room.table, player);
                framed(&shared, room, role, device, &main, false)
            }
            Err(error) => told(&shared, false, &error.to_string()),
        }
    })
    .await;
    found.unwrap_or_else(|refusal| refusal)
}

/// What somebody did and learnt, by month.
pub async fn history(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let shared = Arc::clone(&app);
    let found = looking(&app, &uri, &names, headers, move |room, role, device| {
        let whole = *role == Role::Chair && room.table.course().opening.facilitator;
        let main = serve::history::page(&room.table, room.player(role), whole);
        framed(&shared, room, role, device, &main, false)
    })
    .await;
    found.unwrap_or_else(|refusal| refusal)
}

/// Two branches side by side.
pub async fn compare(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let fields = app::fields(uri.query().unwrap_or_default().as_bytes());
    let found = looking(&app, &uri, &names, headers, move |room, _, _| {
        let chaired = room.table.course().opening.facilitator;
        (chaired, room.table.path().to_owned(), room.table.branches().len() as u32, room.table.branch())
    })
    .await;
    let (chaired, path, count, current) = match found {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    if !chaired {
        return told(&app, false, "this game has no chair who may see the truth");
    }
    let wanted = |name: &str, otherwise: u32| fields.get(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (a, b) = (wanted("a", 1), wanted("b", if current == 1 { count } else { current }));
    let made = imagined(&app, move || {
        let side = |branch| marchland_session::Side { file: &path, branch: Some(branch) };
        marchland_session::divergence(&side(a), &side(b), &registry())
            .map(|parted| serve::chair::compared(&marchland_report::branches::side_by_side(&parted), count, a, b))
            .map_err(|error| error.to_string())
    });
    match made.await {
        Ok(Ok(main)) => result(&app, false, "Two branches", "chair", &main, "/chair"),
        Ok(Err(why)) => told(&app, false, &why),
        Err(refusal) => refusal,
    }
}

fn registry() -> Registry {
    Registry::standard().with(marchland_session::RECORDED)
}

/// The review: of the game for the chair, of the own seat for a seat, once the game is over.
pub async fn review(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    match reviewed(&app, &uri, &names, headers).await {
        Ok((review, scenario)) => {
            let text = marchland_report::review::page(&review, &scenario, NOTICE);
            // Its style stands in the page, which is made to be kept as one file: allowed here by its hash.
            let style = text
                .split_once("<style>")
                .and_then(|(_, rest)| rest.split_once("</style>"))
                .map_or("", |(style, _)| style);
            let policy = format!(
                "default-src 'none'; style-src 'sha256-{}'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
                qr::base64_sha256(style)
            );
            let mut response = app::answer(StatusCode::OK, "text/html; charset=utf-8", text);
            if let Ok(policy) = HeaderValue::from_str(&policy) {
                response.headers_mut().insert("content-security-policy", policy);
            }
            response
        }
        Err(refusal) => refusal,
    }
}

/// A review and its scenario; or why there is none.
async fn reviewed(
    app: &Arc<App>,
    uri: &Uri,
    names: &Names,
    headers: HeaderMap,
) -> Result<(Review, Arc<Scenario>), Response> {
    let asked = looking(app, uri, names, headers, |room, role, _| {
        let course = room.table.course();
        let may = match role {
            Role::Seat(_) => course.game.is_over(),
            Role::Chair => course.opening.facilitator || course.game.is_over(),
            Role::Screen => false,
        };
        let seat = match role {
            Role::Seat(name) => Some(name.clone()),
            _ => None,
        };
        (may, room.table.path().to_owned(), seat, Arc::clone(&course.source.scenario))
    })
    .await?;
    let (may, path, seat, scenario) = asked;
    if !may {
        return Err(told(app, false, "the review is open once the game is over"));
    }
    let options = marchland_session::review::Options {
        all: false,
        hindsight: false,
        seat,
        anonymise: false,
        branch: None,
        futures: FUTURES,
    };
    let made = imagined(app, move || {
        let replay = Replay::open(&path, None, &registry())?;
        Review::of_replay(replay, &options, &registry())
    })
    .await?;
    made.map(|review| (review, scenario)).map_err(|error| told(app, false, &error.to_string()))
}

/// Files to keep.
pub async fn export(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let name = names.get("name").cloned().unwrap_or_default();
    let (kind, text) = match name.as_str() {
        "review.html" | "review.csv" | "review.json" => {
            let (review, scenario) = match reviewed(&app, &uri, &names, headers).await {
                Ok(found) => found,
                Err(refusal) => return refusal,
            };
            match name.as_str() {
                "review.csv" => ("text/csv; charset=utf-8", marchland_report::review::csv(&review)),
                "review.html" => {
                    ("text/html; charset=utf-8", marchland_report::review::page(&review, &scenario, NOTICE))
                }
                _ => ("application/json", json!(review).to_string()),
            }
        }
        "history.md" => {
            let found = looking(&app, &uri, &names, headers, |room, _, _| {
                serve::history::markdown(&room.table, None, room.table.course().opening.facilitator)
            })
            .await;
            match found {
                Ok(text) => ("text/markdown; charset=utf-8", text),
                Err(refusal) => return refusal,
            }
        }
        "log.json" => {
            let found = looking(&app, &uri, &names, headers, |room, _, _| {
                if !room.table.course().opening.facilitator && !room.table.course().game.is_over() {
                    return None;
                }
                let rows: Vec<_> = room
                    .table
                    .log()
                    .rows()
                    .iter()
                    .map(|row| json!({"branch": row.branch, "entry": row.entry}))
                    .collect();
                Some(json!(rows).to_string())
            })
            .await;
            match found {
                Ok(Some(text)) => ("application/json", text),
                Ok(None) => return told(&app, false, "the log is open once the game is over"),
                Err(refusal) => return refusal,
            }
        }
        _ => {
            return app.refusal(
                StatusCode::NOT_FOUND,
                "There is no such export",
                "There are review.html, review.csv, review.json, history.md and log.json.",
            );
        }
    };
    let mut response = app::answer(StatusCode::OK, kind, text);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
