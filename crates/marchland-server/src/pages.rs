//! Pages of seats, chair and projector, and what is done on them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use marchland_game::{Choice, IndicatorId, Order, PlayerId};
use marchland_report::review::PlayedMonth;
use marchland_report::serve::map::Eyes;
use marchland_report::serve::{self, Frame, doors};
use marchland_session::forecast::{Forecaster, GAMES, Position, StandIns};
use marchland_session::review::Review;
use marchland_session::{Replay, SessionError, What};
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;
use serde_json::{Value, json};

use crate::access::Role;
use crate::acts;
use crate::app::{self, App, Standing, redirect};
use crate::hall::{busy, who};
use crate::imagining::NoLookAhead;
use crate::room::{DISK, DISK_REMEDY, Fields, Room, upper};
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
    } else if path.starts_with("/observer") {
        Some(Role::Observer)
    } else {
        names.get("seat").map(|seat| Role::Seat(seat.clone()))
    }
}

/// Looks at the room as somebody who is let in; or the answer for somebody who is not, and for everybody where the
/// disk refused.
async fn looking<R: Send + 'static>(
    app: &Arc<App>,
    uri: &Uri,
    names: &Names,
    headers: HeaderMap,
    look: impl FnOnce(&mut Room, &Role, u32) -> R + Send + 'static,
) -> Result<R, Response> {
    let look = move |room: &mut Room, role: &Role, device| (!room.closed()).then(|| look(room, role, device));
    match looking_anyhow(app, uri, names, headers, look).await {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(app.refusal(StatusCode::INSUFFICIENT_STORAGE, DISK, DISK_REMEDY)),
        Err(refusal) => Err(refusal),
    }
}

/// The same, where what is shown says itself that the disk refused.
async fn looking_anyhow<R: Send + 'static>(
    app: &Arc<App>,
    uri: &Uri,
    names: &Names,
    headers: HeaderMap,
    look: impl FnOnce(&mut Room, &Role, u32) -> R + Send + 'static,
) -> Result<R, Response> {
    let (Some(desk), Some(role)) = (app.desk(), role_of(uri.path(), names)) else { return Err(not_in(app)) };
    let page = uri.path().to_owned();
    let found = desk
        .look(move |room| match app::standing(room, &role, &headers) {
            Standing::Admitted(device) => Ok(look(room, &role, device)),
            // Whoever took another seat goes on there; a part of the old page is not a part of the new.
            Standing::Moved(other) if page == role.path() => Err(Some((other, true))),
            Standing::Moved(other) | Standing::Elsewhere(other) => Err(Some((other, false))),
            Standing::Nobody => Err(None),
        })
        .await;
    match found {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(Some((other, true)))) => Err(redirect(&other.path())),
        Ok(Err(Some((other, _)))) if uri.path() != other.path() => Err(elsewhere(app, &other)),
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
        Role::Screen | Role::Observer => Vec::new(),
    }
}

fn class_of(role: &Role) -> &'static str {
    match role {
        Role::Seat(_) => "seat",
        Role::Chair => "chair",
        Role::Screen => "screen",
        Role::Observer => "observer",
    }
}

/// A page around a part, framed for a role.
fn framed(app: &App, room: &mut Room, role: &Role, device: u32, main: &maud::Markup, live: bool) -> Response {
    let title = room.table.course().source.scenario.title.clone();
    let stands = if live { room.stands(role) } else { crate::room::Stands::default() };
    let said = if live { room.told(device) } else { None };
    let path = role.path();
    let links = links_of(role, !room.closed() && room.table.course().game.is_over());
    let frame = Frame {
        title: &title,
        who: &who(room, role),
        path: if live { &path } else { "" },
        game: &room.kept.name,
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
    let found = looking_anyhow(&app, &uri, &names, headers, move |room, role, device| {
        let main = maud::PreEscaped(room.live(role, Some(device)));
        framed(&shared, room, role, device, &main, true)
    })
    .await;
    found.unwrap_or_else(|refusal| refusal)
}

/// The part of it that changes.
pub async fn live(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let look = move |room: &mut Room, role: &Role, device| (room.live(role, Some(device)), room.tag(role));
    let found = looking_anyhow(&app, &uri, &names, headers, look).await;
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

const SENT_AWAY: &str = "You have not joined, or were sent away.";

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
    let asked = role.clone();
    let heads = headers.clone();
    let admitted = desk.look(move |room| app::standing(room, &asked, &heads)).await;
    let device = match admitted {
        Ok(Standing::Admitted(device)) => device,
        Ok(Standing::Moved(other)) if !json_wanted => return redirect(&other.path()),
        Ok(Standing::Elsewhere(other)) if !json_wanted => return elsewhere(&app, &other),
        Ok(_) if json_wanted => return reply(StatusCode::UNAUTHORIZED, false, SENT_AWAY),
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
    // What strangers send is not read.
    let fields = match app::body(request, app.gate.limits().patience_seconds).await {
        Ok(fields) => fields,
        Err((status, why)) if json_wanted => return reply(status, false, why),
        Err((status, why)) => return app.refusal(status, why, "Go back, and send it shorter."),
    };
    let silent = json_wanted;
    let path = role.path();
    // What somebody types is shown to nobody else: no page is told.
    let shows = fields.get("do").is_none_or(|verb| verb != "type");
    let done = desk
        .change_some(move |room| {
            // Whoever takes its time to send may have been sent away, or moved, meanwhile.
            if !matches!(app::standing(room, &role, &headers), Standing::Admitted(still) if still == device) {
                return (None, false);
            }
            let answer = room.once(device, &fields, |room| match (&role, room.player(&role)) {
                (Role::Chair, _) => acts::chair(room, device, &fields),
                (Role::Seat(_), Some(player)) => acts::seat(room, player, device, &fields),
                (Role::Observer, _) => acts::observer(room, device, &fields),
                _ => Err(SessionError::Refused("this page is read-only".into())),
            });
            if !silent {
                room.tell(device, answer.clone());
            }
            (Some(answer), shows)
        })
        .await;
    match done {
        Ok(None) if json_wanted => reply(StatusCode::UNAUTHORIZED, false, SENT_AWAY),
        Ok(None) => not_in(&app),
        Ok(Some((taken, text))) if json_wanted => {
            reply(if taken { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, taken, &text)
        }
        Ok(Some(_)) => redirect(&path),
        Err(_) if json_wanted => reply(StatusCode::SERVICE_UNAVAILABLE, false, "The table is busy; try again."),
        Err(_) => busy(&app),
    }
}

/// How an answer is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AnswerFormat {
    /// As a page.
    Page,
    /// As a part, which script puts into a page.
    Part,
    /// As JSON, for a program.
    Json,
}

impl AnswerFormat {
    fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        if uri.path().starts_with("/api") {
            Self::Json
        } else if headers.contains_key("x-part") {
            Self::Part
        } else {
            Self::Page
        }
    }
}

/// A result of a look-ahead, made for whoever wants it.
enum LookAheadResult {
    Markup(maud::Markup),
    Json(Value),
}

impl LookAheadResult {
    fn of(wanted: AnswerFormat, markup: impl FnOnce() -> maud::Markup, value: impl FnOnce() -> Value) -> Self {
        if wanted == AnswerFormat::Json { Self::Json(value()) } else { Self::Markup(markup()) }
    }
}

/// A result as an answer, with the way back to the table.
fn result(app: &App, wanted: AnswerFormat, title: &str, class: &str, made: LookAheadResult, back: &str) -> Response {
    let main = match made {
        LookAheadResult::Json(value) => return app::json(StatusCode::OK, &value),
        LookAheadResult::Markup(main) => main,
    };
    if wanted == AnswerFormat::Part {
        let text = marchland_report::visible::visible(&main.into_string()).into_owned();
        return app::answer(StatusCode::OK, "text/html; charset=utf-8", text);
    }
    let main = serve::headed(title, main);
    let links = [(back.to_owned(), "Back to the table")];
    let frame = Frame {
        title,
        who: title,
        path: "",
        game: "",
        tag: "",
        clock: None,
        said: None,
        links: &links,
        assets: (&app.assets.0, &app.assets.1),
        class,
    };
    app.page(StatusCode::OK, &frame, &main)
}

/// A look-ahead of a device as an answer.
async fn imagined(
    app: &App,
    wanted: AnswerFormat,
    device: u32,
    place: (&str, &str, &str),
    work: impl FnOnce() -> Result<LookAheadResult, String> + Send + 'static,
) -> Response {
    let (title, class, back) = place;
    match app.imagining.run(device, work).await {
        Ok(Ok(made)) => result(app, wanted, title, class, made, back),
        Ok(Err(why)) => told(app, wanted, &why),
        Err(why) => not_imagined(app, wanted, why),
    }
}

fn not_imagined(app: &App, wanted: AnswerFormat, why: NoLookAhead) -> Response {
    let (status, what, remedy) = why.told();
    if wanted == AnswerFormat::Part {
        return part_refused(status, what, remedy);
    }
    app.refusal(status, what, remedy)
}

fn part_refused(status: StatusCode, what: &str, remedy: &str) -> Response {
    let text = marchland_report::visible::visible(&doors::refusal(what, remedy).into_string()).into_owned();
    app::answer(status, "text/html; charset=utf-8", text)
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
    let wanted = AnswerFormat::of(&uri, &headers);
    let found = looking(&app, &uri, &names, headers, move |room, role, device| {
        let player = room.player(role).ok_or("there is no such seat")?;
        to_preview(room, player, &order).map(|found| (device, player, role.path(), found))
    })
    .await;
    match found {
        Ok(Ok((device, player, back, (forecaster, position, base, package)))) => {
            imagined(&app, wanted, device, ("Preview", "seat", &back), move || {
                let preview = forecaster.preview(&position, player, &base, &package);
                let markup = || serve::seat::preview(forecaster.scenario(), &preview);
                Ok(LookAheadResult::of(wanted, markup, || json!(preview)))
            })
            .await
        }
        Ok(Err(why)) => told(&app, wanted, &why),
        Err(refusal) => refusal,
    }
}

/// A refusal, as it is wanted.
fn told(app: &App, wanted: AnswerFormat, why: &str) -> Response {
    if wanted == AnswerFormat::Part {
        return part_refused(StatusCode::UNPROCESSABLE_ENTITY, &upper(why), "");
    }
    app.refusal(StatusCode::UNPROCESSABLE_ENTITY, &upper(why), "Go back to the table.")
}

/// The odds: a seat's as far as it can tell, the chair's from the truth or as far as a seat can tell; at the end of the
/// game or of a turn, with the courses of what the scenario shows or of an indicator that is named.
pub async fn odds(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let wanted = AnswerFormat::of(&uri, &headers);
    let fields = app::fields(uri.query().unwrap_or_default().as_bytes());
    let found = looking(&app, &uri, &names, headers, move |room, role, device| -> Result<_, String> {
        let player = room.player(role);
        let course = room.table.course();
        if player.is_some() && !course.odds_allowed {
            return Err("the chair has not allowed seats to ask for their odds".into());
        }
        if player.is_none() && !course.opening.facilitator {
            return Err("this game has no chair who may see the truth".into());
        }
        let question = question(room, player.is_none(), &fields).map_err(|error| error.to_string())?;
        let stand_ins = room.stand_ins().map_err(|error| error.to_string())?;
        let player = player.or(question.player);
        let Question { position, indicators, .. } = question;
        Ok((device, Arc::clone(&room.forecaster), position, player, indicators, stand_ins, role.path()))
    })
    .await;
    match found {
        Ok(Ok((device, forecaster, position, player, indicators, stand_ins, back))) => {
            imagined(&app, wanted, device, ("Odds", "seat", &back), move || {
                let odds = match player {
                    Some(player) => forecaster.odds_for_seat(&position, player, &indicators, GAMES),
                    None => forecaster.odds_from_truth(&position, &stand_ins, &indicators, GAMES),
                };
                Ok(LookAheadResult::of(wanted, || serve::chair::odds(forecaster.scenario(), &odds), || json!(odds)))
            })
            .await
        }
        Ok(Err(why)) => told(&app, wanted, &why),
        Err(refusal) => refusal,
    }
}

/// What odds are asked of.
struct Question {
    position: Position,
    player: Option<PlayerId>,
    indicators: Vec<IndicatorId>,
}

fn question(room: &Room, chair: bool, fields: &Fields) -> Result<Question, SessionError> {
    let refused = |text: String| Err(SessionError::Refused(text));
    let field = |name: &str| fields.get(name).map_or("", |text| text.trim());
    let Some(mut position) = room.position() else {
        return refused("the game is over: there is no future to look at".into());
    };
    let course = room.table.course();
    let scenario = &course.source.scenario;
    // A seat asks for itself.
    let player = match field("for") {
        name if chair && !name.is_empty() => Some(course.player(name)?),
        _ => None,
    };
    let now = course.game.moment().turn.0;
    match field("by") {
        "" => {}
        text => match text.parse::<u32>() {
            Ok(turn) if (now..=position.setup.turns).contains(&turn) => position.setup.turns = turn,
            _ => return refused(format!("`by` should be a turn from {now} to {}, not `{text}`", position.setup.turns)),
        },
    }
    let indicators = match field("indicator") {
        "" => scenario.shown.clone(),
        path => match scenario.catalogue.indicator(path) {
            Some(id) => vec![id],
            None => return refused(format!("there is no indicator `{path}`")),
        },
    };
    Ok(Question { position, player, indicators })
}

/// The map of an indicator, some months back.
pub async fn map(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let wanted = AnswerFormat::of(&uri, &headers);
    let fields = app::fields(uri.query().unwrap_or_default().as_bytes());
    let found = looking(&app, &uri, &names, headers, move |room, role, _| -> Result<_, String> {
        let course = room.table.course();
        let eyes = match (role, room.player(role)) {
            (Role::Seat(_), Some(player)) => Eyes::Player(player),
            (Role::Chair, _) if course.opening.facilitator => Eyes::Truth,
            _ => Eyes::Everybody,
        };
        let name = fields.get("field").map_or("", String::as_str);
        let months = fields.get("back").and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        let part = serve::map::month(&room.table, eyes, name, months)
            .ok_or_else(|| format!("nothing is known of `{}` in the regions", marchland_report::visible::line(name)))?;
        let whole = if wanted == AnswerFormat::Part { part } else { serve::map::alone(&room.table, &part) };
        Ok((class_of(role), role.path(), whole))
    })
    .await;
    match found {
        Ok(Ok((class, back, made))) => result(&app, wanted, "Map", class, LookAheadResult::Markup(made), &back),
        Ok(Err(why)) => told(&app, wanted, &why),
        Err(refusal) => refusal,
    }
}

/// What an inject or a grant is expected to change.
pub async fn trial(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let fields = app::fields(uri.query().unwrap_or_default().as_bytes());
    let wanted = AnswerFormat::of(&uri, &headers);
    let found = looking(&app, &uri, &names, headers, move |room, _, device| {
        to_try(room, &fields).map(|trial| (device, trial)).map_err(|error| error.to_string())
    })
    .await;
    match found {
        Ok(Ok((device, Trial { forecaster, before, after, stand_ins, indicators }))) => {
            imagined(&app, wanted, device, ("Trial", "chair", "/chair"), move || {
                let without = forecaster.odds_from_truth(&before, &stand_ins, &indicators, TRIALS);
                let with = forecaster.odds_from_truth(&after, &stand_ins, &indicators, TRIALS);
                let markup = || serve::chair::trial(forecaster.scenario(), &without, &with);
                Ok(LookAheadResult::of(wanted, markup, || json!({"without": without, "with": with})))
            })
            .await
        }
        Ok(Err(why)) => told(&app, wanted, &why),
        Err(refusal) => refusal,
    }
}

struct Trial {
    forecaster: Arc<Forecaster>,
    before: Position,
    after: Position,
    stand_ins: StandIns,
    indicators: Vec<IndicatorId>,
}

fn to_try(room: &Room, fields: &Fields) -> Result<Trial, SessionError> {
    let course = room.table.course();
    if !course.opening.facilitator {
        return Err(SessionError::Refused("this game has no chair who may see the truth".into()));
    }
    let Some(before) = room.position() else {
        return Err(SessionError::Refused("the game is over: there is no future to look at".into()));
    };
    let scenario = &course.source.scenario;
    let changes: Vec<What> = if fields.contains_key("effects") {
        let shifts = acts::shifts(&scenario.catalogue, fields)?;
        shifts.into_iter().map(|shift| What::Add(shift.indicator, shift.by)).collect()
    } else {
        vec![acts::what(&scenario.catalogue, fields)?]
    };
    let after = Position::of(&room.table.tried(&changes)?);
    let mut indicators = scenario.shown.clone();
    for change in &changes {
        if let What::Set(path, _) | What::Add(path, _) = change
            && let Some(id) = scenario.catalogue.indicator(path)
            && !indicators.contains(&id)
        {
            indicators.push(id);
        }
    }
    Ok(Trial { forecaster: Arc::clone(&room.forecaster), before, after, stand_ins: room.stand_ins()?, indicators })
}

/// The join sheet.
pub async fn links(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let shared = Arc::clone(&app);
    let wanted = AnswerFormat::of(&uri, &headers);
    let found = looking(&app, &uri, &names, headers, move |room, role, device| {
        // The chair's own is not for a sheet that lies about: it was printed when the server was started.
        let mut sheet: Vec<doors::Link> = room
            .links
            .iter()
            .filter(|(_, role)| **role != Role::Chair && !room.kept.closed.contains(role.name()))
            .map(|(secret, role)| {
                let address = format!("{}/join/{secret}", shared.address);
                doors::Link { who: who(room, role), role: role.name().to_owned(), code: qr::svg(&address), address }
            })
            .collect();
        sheet.sort_by(|a, b| a.who.cmp(&b.who));
        if wanted == AnswerFormat::Json {
            let links: Vec<Value> =
                sheet.iter().map(|link| json!({"role": link.role, "address": link.address})).collect();
            return app::json(StatusCode::OK, &json!({"links": links}));
        }
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
            return told(&shared, AnswerFormat::Page, "this game has no chair who may look over a seat's shoulder");
        }
        match room.table.course().player(&seat) {
            Ok(player) => {
                let main = serve::chair::over_the_shoulder(&room.table, player);
                framed(&shared, room, role, device, &main, false)
            }
            Err(error) => told(&shared, AnswerFormat::Page, &error.to_string()),
        }
    })
    .await;
    found.unwrap_or_else(|refusal| refusal)
}

/// What somebody did and learnt, by month.
pub async fn history(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let shared = Arc::clone(&app);
    let wanted = AnswerFormat::of(&uri, &headers);
    let found = looking(&app, &uri, &names, headers, move |room, role, device| {
        let whole = *role == Role::Chair && room.table.course().opening.facilitator;
        if wanted == AnswerFormat::Json {
            let text = serve::history::markdown(&room.table, room.player(role), whole);
            return app::json(StatusCode::OK, &json!({"markdown": text}));
        }
        let main = serve::history::page(&room.table, room.player(role), whole);
        framed(&shared, room, role, device, &main, false)
    })
    .await;
    found.unwrap_or_else(|refusal| refusal)
}

/// Two branches side by side, with the odds of each where neither is over.
pub async fn compare(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let fields = app::fields(uri.query().unwrap_or_default().as_bytes());
    let wanted = AnswerFormat::of(&uri, &headers);
    let found = looking(&app, &uri, &names, headers, move |room, _, device| -> Result<_, String> {
        if !room.table.course().opening.facilitator {
            return Err("this game has no chair who may see the truth".into());
        }
        let stand_ins = room.stand_ins().map_err(|error| error.to_string())?;
        let (count, current) = (room.table.branches().len() as u32, room.table.branch());
        Ok((device, room.table.path().to_owned(), count, current, Arc::clone(&room.forecaster), stand_ins))
    })
    .await;
    let (device, path, count, current, forecaster, stand_ins) = match found {
        Ok(Ok(found)) => found,
        Ok(Err(why)) => return told(&app, wanted, &why),
        Err(refusal) => return refusal,
    };
    let asked = |name: &str, otherwise: u32| fields.get(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (a, b) = (asked("a", 1), asked("b", if current == 1 { count } else { current }));
    imagined(&app, wanted, device, ("Two branches", "chair", "/chair"), move || {
        let side = |branch| marchland_session::Side { file: &path, branch: Some(branch) };
        let parted =
            marchland_session::divergence(&side(a), &side(b), &registry()).map_err(|error| error.to_string())?;
        let text = marchland_report::branches::side_by_side(forecaster.scenario(), &parted, None);
        let stands = |branch| stands_at(&path, branch).map_err(|error| error.to_string());
        let odds = |from: &Position| forecaster.odds_from_truth(from, &stand_ins, &forecaster.scenario().shown, TRIALS);
        let odds = stands(a)?.zip(stands(b)?).map(|(left, right)| (odds(&left), odds(&right)));
        let markup = || serve::chair::compared(forecaster.scenario(), &parted, count, (a, b), odds.as_ref());
        let value =
            || json!({"a": a, "b": b, "text": text, "odds": odds.as_ref().map(|(a, b)| json!({"a": a, "b": b}))});
        Ok(LookAheadResult::of(wanted, markup, value))
    })
    .await
}

/// Where a branch stands; none where it is over.
fn stands_at(path: &std::path::Path, branch: u32) -> Result<Option<Position>, SessionError> {
    let mut replay = Replay::open(path, Some(branch), &registry())?;
    while replay.next_stage()?.is_some() {}
    let game = &replay.course().game;
    Ok((!game.is_over()).then(|| Position::of(game)))
}

fn registry() -> Registry {
    Registry::standard().with(marchland_session::RECORDED)
}

/// The review: of the game for the chair, of the own seat for a seat, once the game is over.
pub async fn review(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let wanted = AnswerFormat::of(&uri, &headers);
    match reviewed(&app, &uri, &names, headers).await {
        Ok((review, ..)) if wanted == AnswerFormat::Json => app::json(StatusCode::OK, &json!(review)),
        Ok((review, scenario, played)) => {
            let text = marchland_report::review::page_by_month(&review, &scenario, NOTICE, &played);
            // Its style stands in the page, which is made to be kept as one file: allowed here by its hash.
            let style = text
                .split_once("<style>")
                .and_then(|(_, rest)| rest.split_once("</style>"))
                .map_or("", |(style, _)| style);
            let policy = format!(
                "default-src 'none'; style-src 'sha256-{}'; img-src data:; form-action 'none'; frame-ancestors 'none'; \
                 base-uri 'none'",
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
) -> Result<(Review, Arc<Scenario>, Vec<PlayedMonth>), Response> {
    let wanted = AnswerFormat::of(uri, &headers);
    let asked = looking(app, uri, names, headers, |room, role, device| {
        let course = room.table.course();
        let may = match role {
            Role::Seat(_) => course.game.is_over(),
            Role::Chair => course.opening.facilitator || course.game.is_over(),
            Role::Screen | Role::Observer => false,
        };
        let seat = match role {
            Role::Seat(name) => Some(name.clone()),
            _ => None,
        };
        (device, may, room.table.path().to_owned(), seat, Arc::clone(&course.source.scenario))
    })
    .await?;
    let (device, may, path, seat, scenario) = asked;
    if !may {
        return Err(told(app, wanted, "the review is open once the game is over"));
    }
    let options = marchland_session::review::Options {
        all: false,
        hindsight: false,
        seat,
        anonymise: false,
        branch: None,
        futures: FUTURES,
    };
    let made = app.imagining.run(device, move || {
        let mut replay = Replay::open(&path, None, &registry())?;
        while replay.next_stage()?.is_some() {}
        let course = replay.course();
        let seat = options.seat.as_ref().map(|seat| course.player(seat)).transpose()?;
        let played = marchland_report::review::months(course, seat, true);
        let replay = Replay::open(&path, None, &registry())?;
        Ok::<_, SessionError>((Review::of_replay(replay, &options, &registry())?, played))
    });
    match made.await {
        Ok(Ok((review, played))) => Ok((review, scenario, played)),
        Ok(Err(error)) => Err(told(app, wanted, &error.to_string())),
        Err(why) => Err(not_imagined(app, wanted, why)),
    }
}

/// Files to keep.
pub async fn export(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let name = names.get("name").cloned().unwrap_or_default();
    let (kind, text) = match name.as_str() {
        "review.html" | "review.md" | "review.csv" | "review.json" | "happened.csv" => {
            let (review, scenario, played) = match reviewed(&app, &uri, &names, headers).await {
                Ok(found) => found,
                Err(refusal) => return refusal,
            };
            match name.as_str() {
                "happened.csv" => ("text/csv; charset=utf-8", marchland_report::review::happened(&review, &scenario)),
                "review.md" => {
                    ("text/markdown; charset=utf-8", marchland_report::review::markdown(&review, &scenario, NOTICE))
                }
                "review.csv" => ("text/csv; charset=utf-8", marchland_report::review::csv(&review)),
                "review.html" => {
                    let page = marchland_report::review::page_by_month(&review, &scenario, NOTICE, &played);
                    ("text/html; charset=utf-8", page)
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
                Ok(None) => return told(&app, AnswerFormat::Page, "the log is open once the game is over"),
                Err(refusal) => return refusal,
            }
        }
        _ => {
            return app.refusal(
                StatusCode::NOT_FOUND,
                "There is no such export",
                "There are review.html, review.md, review.csv, review.json, happened.csv, history.md and log.json.",
            );
        }
    };
    let mut response = app::answer(StatusCode::OK, kind, text);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
