//! Streams of events: they tell a page that it stands elsewhere, never what stands there.
//!
//! A stream is subscribed to before the first state is read, and each event tells the whole of where the page
//! stands, so that one that lags has lost nothing.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use futures_util::stream;
use std::collections::BTreeMap;
use tokio::sync::watch;

use crate::access::Role;
use crate::app::{self, App, Standing};
use crate::pages::role_of;
use crate::presence::PresenceGuard;
use crate::room::Stands;

/// Streams that one device may have open.
const STREAMS: usize = 8;
/// After this long without an event, the last is told again, so that a page that missed it, or could not be had then, is
/// fetched after all; and it is asked whether the device is still let in.
const SILENCE: Duration = Duration::from_secs(15);

struct EventStream {
    here: PresenceGuard,
    role: Role,
    receiver: watch::Receiver<Stands>,
    first: bool,
}

/// The stream of a role's pages.
pub async fn stream(
    State(app): State<Arc<App>>,
    uri: Uri,
    Path(path): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let (Some(desk), Some(role)) = (app.desk(), role_of(uri.path(), &path)) else {
        return app::answer(StatusCode::UNAUTHORIZED, "text/plain", "");
    };
    let (asked, way) = (role.clone(), Arc::downgrade(&desk));
    let opened = desk
        .change(move |room| match app::standing(room, &asked, &headers) {
            Standing::Admitted(device) if room.presence.streams(device) < STREAMS => {
                Ok((room.presence.open(device, way), room.watch(&asked)))
            }
            Standing::Admitted(_) => Err(StatusCode::TOO_MANY_REQUESTS),
            _ => Err(StatusCode::UNAUTHORIZED),
        })
        .await;
    let (here, receiver) = match opened {
        Ok(Ok(found)) => found,
        Ok(Err(status)) => return app::answer(status, "text/plain", ""),
        Err(_) => return app::answer(StatusCode::SERVICE_UNAVAILABLE, "text/plain", ""),
    };
    let listening = EventStream { here, role, receiver, first: true };
    app::answer(StatusCode::OK, "text/event-stream", Body::from_stream(stream::unfold(listening, next)))
}

async fn next(mut at: EventStream) -> Option<(Result<Bytes, Infallible>, EventStream)> {
    if at.first {
        at.first = false;
    } else if let Ok(Err(_)) = tokio::time::timeout(SILENCE, at.receiver.changed()).await {
        return None;
    }
    let desk = at.here.desk()?;
    let (device, role) = (at.here.device(), at.role.clone());
    // A device that was sent away hears no more.
    let admitted =
        desk.look(move |room| room.kept.devices.iter().any(|one| one.number == device && one.role == role)).await;
    if admitted != Ok(true) {
        return None;
    }
    let text = told(&at.receiver.borrow_and_update());
    Some((Ok(Bytes::from(text)), at))
}

fn told(stands: &Stands) -> String {
    let (left, runs) = stands.left().map_or(("null".to_owned(), false), |(left, runs)| (left.to_string(), runs));
    format!("event: stands\ndata: {{\"tag\":\"{}\",\"left\":{left},\"runs\":{runs}}}\n\n", stands.tag)
}
