//! The interface for programs: the same views and verbs as the pages have, as JSON.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use marchland_session::{Letter, Party};
use serde_json::{Map, Value, json};

use crate::access::Role;
use crate::acts::Verb;
use crate::app::{self, App, Peer, Standing};
use crate::pages::{Names, role_of};
use crate::room::{DISK, DISK_REMEDY, NoEntry, Room};
use crate::routes::{ROUTES, Route};

fn refused(status: StatusCode, text: &str) -> Response {
    app::json(status, &json!({"ok": false, "text": text}))
}

const NOT_IN: &str = "You have not joined, or were sent away: POST /api/join with the secret of your link.";

/// Joins by a link.
pub async fn join(State(app): State<Arc<App>>, request: Request) -> Response {
    let address = request.extensions().get::<Peer>().map_or([0, 0, 0, 0].into(), |peer| peer.0);
    if !app.gate.join(address) {
        return refused(StatusCode::TOO_MANY_REQUESTS, "Too many attempts to join; wait a minute.");
    }
    let headers = request.headers().clone();
    let fields = match app::body(request, app.gate.limits().patience_seconds).await {
        Ok(fields) => fields,
        Err((status, why)) => return refused(status, why),
    };
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    // A whole link will do.
    let link = field("secret");
    let secret = link.rsplit('/').next().unwrap_or_default().to_owned();
    let (name, pin) = (field("name"), field("pin"));
    let Some(desk) = app.desk() else { return refused(StatusCode::NOT_FOUND, "No game is open.") };
    match desk.join(headers, Some(secret), name, pin).await {
        Ok(Ok(joined)) => {
            let path = format!("/api{}", joined.role.path());
            app::json(StatusCode::OK, &json!({"token": joined.token, "role": joined.role, "path": path}))
        }
        Ok(Err(NoEntry::Stale)) => refused(StatusCode::NOT_FOUND, "This link opens nothing here."),
        Ok(Err(NoEntry::Closed)) => refused(StatusCode::FORBIDDEN, "This seat is closed."),
        Ok(Err(NoEntry::Full)) => refused(StatusCode::FORBIDDEN, "This seat is full."),
        Ok(Err(NoEntry::Pin { .. })) => refused(StatusCode::FORBIDDEN, "This place has a PIN, to be given as `pin`."),
        Ok(Err(NoEntry::Guessed(seconds))) => {
            let why = format!("That PIN was wrong too often: wait {seconds} seconds.");
            refused(StatusCode::TOO_MANY_REQUESTS, &why)
        }
        Ok(Err(NoEntry::Disk(why))) => refused(StatusCode::INSUFFICIENT_STORAGE, &why),
        Err(_) => refused(StatusCode::SERVICE_UNAVAILABLE, "The table is busy; try again."),
    }
}

/// What a role may look at.
pub async fn view(State(app): State<Arc<App>>, uri: Uri, Path(names): Path<Names>, headers: HeaderMap) -> Response {
    let (Some(desk), Some(role)) = (app.desk(), role_of(uri.path(), &names)) else {
        return refused(StatusCode::UNAUTHORIZED, NOT_IN);
    };
    let found = desk
        .look(move |room| match app::standing(room, &role, &headers) {
            Standing::Admitted(_) if room.closed() => Some(None),
            Standing::Admitted(_) => Some(Some(viewed(room, &role))),
            _ => None,
        })
        .await;
    match found {
        Ok(Some(Some(value))) => app::json(StatusCode::OK, &value),
        Ok(Some(None)) => refused(StatusCode::INSUFFICIENT_STORAGE, &format!("{DISK}. {DISK_REMEDY}")),
        Ok(None) => refused(StatusCode::UNAUTHORIZED, NOT_IN),
        Err(_) => refused(StatusCode::SERVICE_UNAVAILABLE, "The table is busy; try again."),
    }
}

fn viewed(room: &Room, role: &Role) -> Value {
    let table = &room.table;
    let course = table.course();
    let public = table.public_view();
    let tag = room.tag(role);
    let clock = room.stands(role).left().map(|(left, runs)| json!({"left": left, "runs": runs}));
    let mut value = json!({"role": role, "tag": tag, "clock": clock, "paused": room.paused(), "public": public});
    match (role, room.player(role)) {
        (Role::Seat(name), Some(player)) => {
            let me = Party::Seat(name.clone());
            let own = course.letters.iter().filter(|one| one.from == me || one.to == me);
            // Not by the stage: it may be one of votes that the seat is told nothing of.
            let letter = |one: &Letter| {
                let moment = json!({"turn": one.moment.turn, "round": one.moment.round});
                json!({"moment": moment, "from": one.from, "to": one.to, "text": one.text})
            };
            let letters: Vec<Value> = own.map(letter).collect();
            let requests: Vec<Value> = course
                .requests
                .iter()
                .filter(|one| one.player == player)
                .enumerate()
                .map(|(at, one)| json!({"request": at + 1, "text": one.text, "answer": one.answer.as_ref().map(|(_, text)| text)}))
                .collect();
            value["view"] = json!(table.view(player));
            value["letters"] = json!(letters);
            value["requests"] = json!(requests);
            value["odds_allowed"] = json!(course.odds_allowed);
        }
        (Role::Chair, _) => {
            value["branches"] = json!(table.branches());
            value["branch"] = json!(table.branch());
            value["devices"] = room
                .kept
                .devices
                .iter()
                .map(|one| json!({"device": one.number, "name": one.name, "role": one.role, "streams": room.presence.streams(one.number)}))
                .collect();
            if course.opening.facilitator {
                value["proposed"] = course
                    .proposed()
                    .iter()
                    .enumerate()
                    .map(|(at, item)| {
                        json!({"number": at + 1, "player": item.player, "on": item.on, "ruling": item.ruling, "vote": item.vote,
                               "free_action": item.free, "override": item.amended, "accepted": room.accepted().contains(&at)})
                    })
                    .collect();
                value["injects"] =
                    course.injects.iter().map(|due| json!({"inject": due.inject, "state": due.state})).collect();
                value["proposals"] = json!(course.proposals);
                value["requests"] = json!(course.requests);
                value["letters"] = json!(course.letters);
                value["notes"] = json!(course.notes);
                value["truth"] = truth(room);
            }
        }
        (Role::Observer, _) => {
            let own = course.notes.iter().filter(|note| !note.by.is_empty());
            // Not by the stage, as for letters.
            value["notes"] = own
                .map(|note| json!({"moment": {"turn": note.moment.turn, "round": note.moment.round}, "by": note.by, "text": note.text}))
                .collect();
        }
        _ => {}
    }
    value
}

fn truth(room: &Room) -> Value {
    let course = room.table.course();
    let infos = &course.source.scenario.catalogue.indicators;
    let readings = course.readings();
    let pairs: Map<String, Value> =
        infos.iter().zip(readings).map(|(info, value)| (info.path.clone(), json!(value))).collect();
    Value::Object(pairs)
}

/// The reference of the interface.
pub async fn reference(State(app): State<Arc<App>>) -> Response {
    app::json(StatusCode::OK, &openapi(&app.address))
}

/// The reference of the interface, made from the table of routes.
#[must_use]
pub fn openapi(server: &str) -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        let mut item = Map::new();
        let names: Vec<Value> = route
            .path
            .split(['{', '}'])
            .skip(1)
            .step_by(2)
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
            .collect();
        if !names.is_empty() {
            item.insert("parameters".into(), json!(names));
        }
        if !route.get.is_empty() {
            item.insert("get".into(), operation(route, route.get, None));
        }
        if !route.post.is_empty() {
            item.insert("post".into(), operation(route, route.post, Some(form(route))));
        }
        paths.insert(route.path.into(), Value::Object(item));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Marchland: the table",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Join with the secret of a link, then bear the token as `Authorization: Bearer`. Changes bear a `key` of \
                            one's own: the same key twice does one thing. Subscribe to a stream of events before looking.",
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    })
}

fn operation(route: &Route, summary: &str, body: Option<Value>) -> Value {
    let answer = |text: &str, kind: &str| json!({"description": text, "content": {kind: {}}});
    let query: Vec<Value> = route
        .query
        .iter()
        .map(|name| json!({"name": name, "in": "query", "required": false, "schema": {"type": "string"}}))
        .collect();
    let mut responses = json!({
        "200": answer("What was asked for.", route.kind),
        "401": answer("Not joined, or sent away.", route.kind),
        "403": answer("Not from a page of this table, or closed.", route.kind),
        "404": answer("There is no such thing.", route.kind),
        "421": answer("Another host's name.", HTML),
        "429": answer("Too fast.", HTML),
        "503": answer("The table is busy.", route.kind),
    });
    let mut operation = json!({"summary": summary, "parameters": query});
    if let Some(body) = body {
        operation["requestBody"] = body;
        for (status, text) in [
            ("303", "Done; see the page."),
            ("400", "No such form."),
            ("408", "Too slow."),
            ("409", "Not now."),
            ("413", "Too large."),
            ("422", "Refused, and why."),
            ("507", "The disk refuses."),
        ] {
            responses[status] = answer(text, route.kind);
        }
    } else {
        responses["303"] = answer("See another page.", HTML);
        responses["422"] = answer("Refused, and why.", route.kind);
    }
    operation["responses"] = responses;
    operation
}

const HTML: &str = "text/html";

fn form(route: &Route) -> Value {
    let schema = if route.verbs.is_empty() {
        json!({"type": "object", "additionalProperties": {"type": "string"}, "properties": {
            "secret": {"type": "string", "description": "The secret of a link, or the link."},
            "name": {"type": "string", "description": "A name for the device."},
            "pin": {"type": "string", "description": "The place's PIN, where it has one."},
        }})
    } else {
        json!({"oneOf": route.verbs.iter().map(verb).collect::<Vec<Value>>()})
    };
    json!({"required": true, "content": {
        "application/json": {"schema": schema}, "application/x-www-form-urlencoded": {"schema": schema},
    }})
}

fn verb(verb: &Verb) -> Value {
    let mut properties = Map::new();
    properties.insert("do".into(), json!({"const": verb.name}));
    properties.insert("key".into(), json!({"type": "string", "description": "The same key twice does one thing."}));
    let mut required = vec!["do"];
    for (name, meaning, must) in verb.fields {
        properties.insert((*name).into(), json!({"type": "string", "description": meaning}));
        if *must {
            required.push(name);
        }
    }
    json!({"type": "object", "title": verb.name, "description": verb.meaning, "properties": properties, "required": required})
}
