//! Before the table: the front page, the lobby, the door.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use marchland_report::serve::{self, doors};

use crate::access::{self, Role};
use crate::app::{self, App, Peer, redirect};
use crate::desk::Desk;
use crate::room::{NoEntry, Room};

/// The front page.
pub async fn root(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(desk) = app.desk() else {
        return if app.is_host(&headers) { redirect("/lobby") } else { way_in(&app) };
    };
    let own = desk.look(move |room| app::device_of(room, &headers).map(|device| device.role.path())).await;
    match own {
        Ok(Some(path)) => redirect(&path),
        _ => way_in(&app),
    }
}

fn way_in(app: &App) -> Response {
    app.refusal(
        StatusCode::OK,
        "Open your link",
        "Whoever set up this table has a link for each seat. If you have joined already and came here from another site, reload this page.",
    )
}

/// The lobby.
pub async fn lobby(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if app.lobby.is_none() || !app.is_host(&headers) {
        return not_host(&app);
    }
    let shared = Arc::clone(&app);
    // Scenarios and games are files.
    let read = tokio::task::spawn_blocking(move || {
        shared.lobby.as_ref().map(|lobby| doors::lobby(&(lobby.scenarios)(), &(lobby.games)()))
    });
    match read.await {
        Ok(Some(main)) => app.still(StatusCode::OK, "Marchland", "Lobby", "door", &main),
        _ => not_opened(&app),
    }
}

fn not_opened(app: &App) -> Response {
    app.refusal(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The game could not be opened",
        "Start the server again, and report this.",
    )
}

fn not_host(app: &App) -> Response {
    app.refusal(
        StatusCode::UNAUTHORIZED,
        "The lobby is the host's",
        "Open the host's link, which was printed when the server was started.",
    )
}

/// Starts a game, or goes on with one; the host becomes its chair.
pub async fn open(State(app): State<Arc<App>>, headers: HeaderMap, request: Request) -> Response {
    if app.lobby.is_none() || !app.is_host(&headers) {
        return not_host(&app);
    }
    let fields = match app::body(request, app.gate.limits().patience_seconds).await {
        Ok(fields) => fields,
        Err((status, why)) => return app.refusal(status, why, "Send it again, shorter."),
    };
    let shared = Arc::clone(&app);
    // What was begun is ended though the browser hang up: a game that nobody reached would hold its file.
    let opened = tokio::spawn(async move { opened(&shared, fields).await }).await;
    opened.unwrap_or_else(|_| not_opened(&app))
}

async fn opened(app: &Arc<App>, fields: crate::room::Fields) -> Response {
    let _one = app.opening.lock().await;
    if app.desk().is_some() {
        return app.refusal(
            StatusCode::CONFLICT,
            "A game is open already",
            "One server plays one game: end this one, or start another server on another port.",
        );
    }
    let shared = Arc::clone(app);
    let opened = tokio::task::spawn_blocking(move || -> Result<Desk, String> {
        let field = |name: &str| fields.get(name).map_or("", String::as_str).to_owned();
        let lobby = shared.lobby.as_ref().ok_or("there is no lobby")?;
        let table = match field("do").as_str() {
            "start" => {
                let people = field("people").parse().ok();
                let seed = field("seed").parse().map_err(|_| "a seed is a whole number")?;
                (lobby.start)(&field("scenario"), people, seed, field("chair") == "yes")?
            }
            "open" => (lobby.open)(&field("game"))?,
            other => return Err(format!("the lobby has no verb `{other}`; it has: start, open")),
        };
        Desk::open(move || Room::new(table))
    })
    .await;
    let desk = match opened {
        Ok(Ok(desk)) => Arc::new(desk),
        Ok(Err(why)) => {
            return app.refusal(StatusCode::CONFLICT, "The game could not be opened", &crate::room::upper(&why));
        }
        Err(_) => return not_opened(app),
    };
    let response = match desk.join(HeaderMap::new(), None, "host".into(), String::new()).await {
        Ok(Ok(joined)) => {
            let mut response = redirect("/chair/links");
            response.headers_mut().insert(header::SET_COOKIE, app.cookie(&joined.cookie, &joined.token));
            response
        }
        // Whoever goes on with a game is its chair by the chair's PIN.
        Ok(Err(NoEntry::Pin { .. })) => match desk.chairs_door().await {
            Ok(door) => redirect(&door),
            Err(_) => return busy(app),
        },
        _ => return app.refusal(StatusCode::SERVICE_UNAVAILABLE, "The game could not be opened", "Try again."),
    };
    *app.desk.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(desk);
    response
}

/// The door behind a link.
pub async fn door(State(app): State<Arc<App>>, Path(secret): Path<String>) -> Response {
    if app.lobby.is_some() && is_host_link(&app, &secret) {
        return app.still(
            StatusCode::OK,
            "Marchland",
            "Door",
            "door",
            &doors::door("the host", "The lobby", &secret, false),
        );
    }
    let Some(desk) = app.desk() else { return stale(&app, &NoEntry::Stale) };
    let asked = secret;
    let found = desk
        .look(move |room| {
            room.behind(&asked).map(|role| {
                let title = room.table.course().source.scenario.title.clone();
                let door = doors::door(&who(room, &role), &title, &asked, room.has_pin(&role));
                (door, title)
            })
        })
        .await;
    match found {
        Ok(Ok((door, title))) => app.still(StatusCode::OK, &title, "Door", "door", &door),
        Ok(Err(why)) => stale(&app, &why),
        Err(_) => busy(&app),
    }
}

/// What a role is called.
pub fn who(room: &Room, role: &Role) -> String {
    let wording = marchland_report::wording::Wording::new(&room.table.course().source.scenario);
    match role {
        Role::Chair => "Chair".into(),
        Role::Screen => "Projector".into(),
        Role::Observer => "Observer".into(),
        Role::Seat(player) => marchland_report::wording::upper_first(&wording.short_player(player)),
    }
}

fn is_host_link(app: &App, secret: &str) -> bool {
    let known = app.host.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    known.first().is_some_and(|hash| *hash == access::hash(secret))
}

/// Nobody is let in, and why.
pub fn stale(app: &App, why: &NoEntry) -> Response {
    let (status, what, remedy) = match why {
        NoEntry::Stale => (
            StatusCode::NOT_FOUND,
            "This link opens nothing here",
            "It is of another game, or was mistyped. Ask whoever set up the table for a new one.",
        ),
        NoEntry::Closed => (
            StatusCode::FORBIDDEN,
            "This seat is closed",
            "The chair lets no further device in. Ask the chair to open it.",
        ),
        NoEntry::Full => {
            (StatusCode::FORBIDDEN, "This seat is full", "Ask the chair to revoke devices that are not used any more.")
        }
        NoEntry::Pin { given: false } => (
            StatusCode::FORBIDDEN,
            "This place has a PIN",
            "Open the link again and type it. Where it was forgotten, the chair can take a seat's away.",
        ),
        NoEntry::Pin { given: true } => (
            StatusCode::FORBIDDEN,
            "That is not the PIN",
            "Open the link again and type it. Where it was forgotten, the chair can take a seat's away.",
        ),
        NoEntry::Guessed(seconds) => {
            let remedy = format!("Wait {seconds} seconds, then open the link again.");
            return app.refusal(StatusCode::TOO_MANY_REQUESTS, "That PIN was wrong too often", &remedy);
        }
        NoEntry::Disk(why) => {
            return app.refusal(StatusCode::INSUFFICIENT_STORAGE, "You could not be let in", &crate::room::upper(why));
        }
    };
    app.refusal(status, what, remedy)
}

/// Too many ask.
pub fn busy(app: &App) -> Response {
    app.refusal(StatusCode::SERVICE_UNAVAILABLE, "The table is busy", "Wait a few seconds, then try again.")
}

/// Joins by a link.
pub async fn join(State(app): State<Arc<App>>, request: Request) -> Response {
    let address = request.extensions().get::<Peer>().map_or([0, 0, 0, 0].into(), |peer| peer.0);
    if !app.gate.join(address) {
        return app.refusal(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many attempts to join",
            "Wait a minute, then try again.",
        );
    }
    let headers = request.headers().clone();
    let fields = match app::body(request, app.gate.limits().patience_seconds).await {
        Ok(fields) => fields,
        Err((status, why)) => return app.refusal(status, why, "Open the link again."),
    };
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let (secret, name, pin) = (field("secret"), field("name"), field("pin"));
    if app.lobby.is_some() && is_host_link(&app, &secret) {
        let Ok(token) = access::secret() else { return busy(&app) };
        app.host.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(access::hash(&token));
        let chair = match app.desk() {
            // The host's further device is the chair's too.
            Some(desk) => match desk.join(headers, None, "host".into(), String::new()).await {
                Ok(Ok(joined)) => Some((Some(joined), "/chair".to_owned())),
                Ok(Err(NoEntry::Pin { .. })) => match desk.chairs_door().await {
                    Ok(door) => Some((None, door)),
                    Err(_) => return busy(&app),
                },
                Ok(Err(why)) => return stale(&app, &why),
                Err(_) => return busy(&app),
            },
            None => None,
        };
        let (chair, place) = chair.unwrap_or((None, "/lobby".to_owned()));
        let mut response = redirect(&place);
        response.headers_mut().append(header::SET_COOKIE, app.cookie("mhost", &token));
        if let Some(joined) = chair {
            response.headers_mut().append(header::SET_COOKIE, app.cookie(&joined.cookie, &joined.token));
        }
        return response;
    }
    let Some(desk) = app.desk() else { return stale(&app, &NoEntry::Stale) };
    match desk.join(headers, Some(secret), name, pin).await {
        Ok(Ok(joined)) => {
            let mut response = redirect(&joined.role.path());
            response.headers_mut().insert(header::SET_COOKIE, app.cookie(&joined.cookie, &joined.token));
            response
        }
        Ok(Err(why)) => stale(&app, &why),
        Err(_) => busy(&app),
    }
}

/// The style sheet and the script, whose names change with their content.
pub async fn asset(State(app): State<Arc<App>>, Path(name): Path<String>) -> Response {
    let path = format!("/assets/{name}");
    let mut response = if path == app.assets.0 {
        app::answer(StatusCode::OK, "text/css; charset=utf-8", serve::STYLE)
    } else if path == app.assets.1 {
        app::answer(StatusCode::OK, "text/javascript; charset=utf-8", serve::SCRIPT)
    } else {
        return app.refusal(StatusCode::NOT_FOUND, "There is no such file", "Reload the page.");
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}
