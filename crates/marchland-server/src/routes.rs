//! The routes: one table, from which the router and the reference of the interface are made.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};

use crate::acts::{self, Verb};
use serde_json::json;

use crate::app::{self, App, Peer, Words};
use crate::guard::{self, RequestRefusal};
use crate::{api, compress, events, hall, pages};

/// A route.
pub struct Route {
    /// Its path; parts in braces are names.
    pub path: &'static str,
    /// What a GET gives; empty where there is none.
    pub get: &'static str,
    /// What a POST does; empty where there is none.
    pub post: &'static str,
    /// The verbs of that POST.
    pub verbs: &'static [Verb],
    /// Names of what a query may hold.
    pub query: &'static [&'static str],
    /// What an answer is: `text/html`, `application/json`, …
    pub kind: &'static str,
    handler: fn() -> MethodRouter<Arc<App>>,
}

const HTML: &str = "text/html";
const JSON: &str = "application/json";
const STREAM: &str = "text/event-stream";

const fn page(
    path: &'static str,
    get: &'static str,
    query: &'static [&'static str],
    handler: fn() -> MethodRouter<Arc<App>>,
) -> Route {
    Route { path, get, post: "", verbs: &[], query, kind: HTML, handler }
}

const fn data(
    path: &'static str,
    get: &'static str,
    query: &'static [&'static str],
    handler: fn() -> MethodRouter<Arc<App>>,
) -> Route {
    Route { path, get, post: "", verbs: &[], query, kind: JSON, handler }
}

const fn acting(
    path: &'static str,
    get: &'static str,
    post: &'static str,
    verbs: &'static [Verb],
    kind: &'static str,
    handler: fn() -> MethodRouter<Arc<App>>,
) -> Route {
    Route { path, get, post, verbs, query: &[], kind, handler }
}

const fn stream(path: &'static str, what: &'static str) -> Route {
    Route { path, get: what, post: "", verbs: &[], query: &[], kind: STREAM, handler: || get(events::stream) }
}

/// What odds are asked of.
const ODDS: &[&str] = &["by", "indicator"];
const CHAIR_ODDS: &[&str] = &["for", "by", "indicator"];
/// Which map.
const MAP: &[&str] = &["field", "back"];

/// Every route.
pub const ROUTES: &[Route] = &[
    page("/", "The way in: to one's page, or what to do to get one.", &[], || get(hall::root)),
    acting("/lobby", "The lobby: scenarios and games.", "Start a game, or go on with one.", &[], HTML, || {
        get(hall::lobby).post(hall::open)
    }),
    page("/join/{secret}", "The door behind a link; it lets nobody in by itself.", &[], || get(hall::door)),
    acting("/join", "", "Join by a link: a cookie comes back.", &[], HTML, || post(hall::join)),
    page("/assets/{name}", "Style sheet and script.", &[], || get(hall::asset)),
    acting("/seat/{seat}", "A seat's page.", "Do what a seat may do.", acts::SEAT, HTML, || {
        get(pages::page).post(pages::act)
    }),
    page("/seat/{seat}/live", "The part of it that changes.", &[], || get(pages::live)),
    stream("/seat/{seat}/events", "Tells when the page stands elsewhere."),
    page("/seat/{seat}/preview", "What the draft, with an order added, is expected to change.", &["order"], || {
        get(pages::preview)
    }),
    page("/seat/{seat}/odds", "The odds as far as the seat can tell.", ODDS, || get(pages::odds)),
    page("/seat/{seat}/map", "An indicator of regions as the seat knew it some months back.", MAP, || get(pages::map)),
    page("/seat/{seat}/history", "What the seat did and learnt, by month.", &[], || get(pages::history)),
    page("/seat/{seat}/review", "The review for the seat, once the game is over.", &[], || get(pages::review)),
    acting("/chair", "The chair's page.", "Do what the chair may do.", acts::CHAIR, HTML, || {
        get(pages::page).post(pages::act)
    }),
    page("/chair/live", "The part of it that changes.", &[], || get(pages::live)),
    stream("/chair/events", "Tells when the page stands elsewhere."),
    page("/chair/links", "The join sheet.", &[], || get(pages::links)),
    page("/chair/seat/{seat}", "A seat's page as the chair looks at it.", &[], || get(pages::shoulder)),
    page("/chair/odds", "The odds from the truth, or as far as a seat can tell.", CHAIR_ODDS, || get(pages::odds)),
    page("/chair/map", "An indicator of regions some months back.", MAP, || get(pages::map)),
    page(
        "/chair/trial",
        "What an inject or a grant is expected to change.",
        &["event", "path", "by", "effects"],
        || get(pages::trial),
    ),
    page("/chair/compare", "Two branches side by side.", &["a", "b"], || get(pages::compare)),
    page("/chair/history", "What happened so far, by month: for somebody who comes late.", &[], || get(pages::history)),
    page("/chair/review", "The review of the game.", &[], || get(pages::review)),
    page(
        "/chair/export/{name}",
        "The review as review.html, review.md, review.csv or review.json, and all that happened as happened.csv; the history so far as history.md; the log's entries as log.json.",
        &[],
        || get(pages::export),
    ),
    page("/screen", "The projector: what everybody may know.", &[], || get(pages::page)),
    page("/screen/live", "The part of it that changes.", &[], || get(pages::live)),
    stream("/screen/events", "Tells when the page stands elsewhere."),
    page("/screen/map", "An indicator of regions as everybody knew it some months back.", MAP, || get(pages::map)),
    acting(
        "/observer",
        "An observer's page: what everybody may know.",
        "Do what an observer may do.",
        acts::OBSERVER,
        HTML,
        || get(pages::page).post(pages::act),
    ),
    page("/observer/live", "The part of it that changes.", &[], || get(pages::live)),
    stream("/observer/events", "Tells when the page stands elsewhere."),
    page("/observer/map", "An indicator of regions as everybody knew it some months back.", MAP, || get(pages::map)),
    acting(
        "/api/join",
        "",
        "Join by a link: a token comes back, to be borne as `Authorization: Bearer`.",
        &[],
        JSON,
        || post(api::join),
    ),
    acting("/api/seat/{seat}", "What a seat may look at.", "Do what a seat may do.", acts::SEAT, JSON, || {
        get(api::view).post(pages::act)
    }),
    stream("/api/seat/{seat}/events", "Tells when the view stands elsewhere."),
    data("/api/seat/{seat}/preview", "What the draft, with an order added, is expected to change.", &["order"], || {
        get(pages::preview)
    }),
    data("/api/seat/{seat}/odds", "The odds as far as the seat can tell.", ODDS, || get(pages::odds)),
    data("/api/seat/{seat}/history", "What the seat did and learnt, as Markdown.", &[], || get(pages::history)),
    data("/api/seat/{seat}/review", "The review for the seat, once the game is over.", &[], || get(pages::review)),
    acting("/api/chair", "What the chair may look at.", "Do what the chair may do.", acts::CHAIR, JSON, || {
        get(api::view).post(pages::act)
    }),
    stream("/api/chair/events", "Tells when the view stands elsewhere."),
    data("/api/chair/links", "Links of seats and of the projector.", &[], || get(pages::links)),
    data("/api/chair/odds", "The odds from the truth, or as far as a seat can tell.", CHAIR_ODDS, || get(pages::odds)),
    data(
        "/api/chair/trial",
        "What an inject or a grant is expected to change.",
        &["event", "path", "by", "effects"],
        || get(pages::trial),
    ),
    data("/api/chair/compare", "Two branches side by side, as text.", &["a", "b"], || get(pages::compare)),
    data("/api/chair/history", "What happened so far, as Markdown.", &[], || get(pages::history)),
    data("/api/chair/review", "The review of the game.", &[], || get(pages::review)),
    acting("/api/screen", "What everybody may know.", "", &[], JSON, || get(api::view)),
    stream("/api/screen/events", "Tells when the view stands elsewhere."),
    acting(
        "/api/observer",
        "What everybody may know, and observers' remarks.",
        "Do what an observer may do.",
        acts::OBSERVER,
        JSON,
        || get(api::view).post(pages::act),
    ),
    stream("/api/observer/events", "Tells when the view stands elsewhere."),
    acting("/api/openapi.json", "This reference.", "", &[], JSON, || get(api::reference)),
];

/// The router.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        router = router.route(route.path, (route.handler)());
    }
    router
        .fallback(|State(app): State<Arc<App>>| async move {
            app.refusal(
                StatusCode::NOT_FOUND,
                "There is no such page",
                "Open the link that you were given, or the front page of this server.",
            )
        })
        .layer(middleware::from_fn_with_state(Arc::clone(&app), at_the_gate))
        .with_state(app)
}

/// What is checked of every request, and what every answer bears.
async fn at_the_gate(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let insist = app.insist;
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let heads = request.headers().clone();
    let mut response = let_in(&app, request, next).await;
    let json = path.starts_with("/api/")
        || heads.get(header::ACCEPT).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if json && let Some(Words(text)) = response.extensions_mut().remove::<Words>() {
        // A program reads no page.
        response = app::json(response.status(), &json!({"ok": false, "text": text}));
    }
    guard::dress(response.headers_mut(), insist);
    if method == Method::GET {
        response = compress::smaller(&app, &path, &heads, response).await;
    }
    response
}

async fn let_in(app: &Arc<App>, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<Peer>().map_or([0, 0, 0, 0].into(), |peer| peer.0);
    if !app.gate.request(address) {
        return app.refusal(StatusCode::TOO_MANY_REQUESTS, "Too many requests", "Wait a few seconds, then try again.");
    }
    match guard::check(&app.hosts, request.method(), request.headers()) {
        Err(RequestRefusal::Host) => app.refusal(
            StatusCode::MISDIRECTED_REQUEST,
            "This server does not go by that name",
            "Use the address that was printed when it was started; another name is allowed with --host NAME.",
        ),
        Err(RequestRefusal::Origin) => app.refusal(
            StatusCode::FORBIDDEN,
            "This did not come from a page of this table",
            "Open the page again and send it from there.",
        ),
        Ok(()) => next.run(request).await,
    }
}
