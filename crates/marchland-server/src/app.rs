//! What all routes share: the room, the lobby, the limits, who asks.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, RwLock};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use marchland_report::serve::doors::{GameCard, ScenarioCard};
use marchland_report::serve::{self, Frame};
use marchland_session::Table;
use maud::Markup;

use crate::access::{self, Role};
use crate::desk::Desk;
use crate::guard::Hosts;
use crate::imagining::Imagining;
use crate::kept::Device;
use crate::limits::Gate;
use crate::room::{Fields, Room};

/// What a cookie's name begins with that no other host may set (RFC 6265bis, 4.1.3.2).
const HOST_ONLY: &str = "__Host-";

/// The largest body of a request, in bytes.
pub const BODY: usize = 64 << 10;

/// Starts a scenario.
pub type Start = dyn Fn(&str, Option<u32>, u64, bool) -> Result<Table, String> + Send + Sync;
/// Goes on with a game.
pub type Open = dyn Fn(&str) -> Result<Table, String> + Send + Sync;

/// What the lobby offers and does; the caller knows folders and flags.
pub struct Lobby {
    /// Scenarios to start.
    pub scenarios: Box<dyn Fn() -> Vec<ScenarioCard> + Send + Sync>,
    /// Games to go on with.
    pub games: Box<dyn Fn() -> Vec<GameCard> + Send + Sync>,
    /// Starts a scenario by its name, for so many people (none: the scenario's smallest), with a seed, with a chair
    /// or without.
    pub start: Box<Start>,
    /// Goes on with a game by its file's name.
    pub open: Box<Open>,
}

/// What all routes share.
pub struct App {
    /// The game that is played; none in the lobby.
    pub desk: RwLock<Option<Arc<Desk>>>,
    /// The lobby, where the program was started without a game.
    pub lobby: Option<Lobby>,
    /// Hashes of the host's link and of the tokens given for it.
    pub host: Mutex<Vec<String>>,
    /// Limits.
    pub gate: Gate,
    /// Names by which the server may be asked.
    pub hosts: Hosts,
    /// Whether connections are TLS.
    pub secure: bool,
    /// Whether browsers may be told to insist on TLS: not under a certificate that they warn of, for then they would let
    /// nobody past the warning.
    pub insist: bool,
    /// How links begin: `http://127.0.0.1:7320`.
    pub address: String,
    /// The certificate's fingerprint, under TLS.
    pub fingerprint: Option<String>,
    /// What limits look-aheads.
    pub imagining: Imagining,
    /// Held while a game is opened from the lobby, so that no second one is.
    pub opening: tokio::sync::Mutex<()>,
    /// The key of every form, where a test fixes it.
    pub fixed_key: Option<String>,
    /// Paths of the assets, which change with their content.
    pub assets: (String, String),
    /// The assets as gzip writes them, by path.
    pub packed: BTreeMap<String, Bytes>,
}

/// A refusal in words, for programs.
#[derive(Clone)]
pub struct Words(pub String);

/// Who asks, and from where.
#[derive(Clone)]
pub struct Peer(pub IpAddr);

impl App {
    /// The paths of the assets.
    #[must_use]
    pub fn asset_paths() -> (String, String) {
        let of = |name: &str, text: &str| format!("/assets/{}-{name}", &access::hash(text)[..12]);
        (of("style.css", serve::STYLE), of("script.js", serve::SCRIPT))
    }

    /// The assets as gzip writes them, by path.
    #[must_use]
    pub fn packed_assets() -> BTreeMap<String, Bytes> {
        let (style, script) = Self::asset_paths();
        let pack = |text: &str| crate::compress::packed(text.as_bytes(), flate2::Compression::best());
        [(style, serve::STYLE), (script, serve::SCRIPT)]
            .into_iter()
            .filter_map(|(path, text)| Some((path, pack(text)?)))
            .collect()
    }

    /// The game that is played.
    #[must_use]
    pub fn desk(&self) -> Option<Arc<Desk>> {
        self.desk.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// A key that no other page bears.
    #[must_use]
    pub fn key(&self) -> String {
        self.fixed_key.clone().unwrap_or_else(|| access::secret().unwrap_or_default())
    }

    /// A whole page.
    #[must_use]
    pub fn page(&self, status: StatusCode, frame: &Frame<'_>, main: &Markup) -> Response {
        let text = serve::document(frame, main).replace(serve::KEY, &self.key());
        answer(status, "text/html; charset=utf-8", text)
    }

    /// A page that nothing changes on.
    #[must_use]
    pub fn still(&self, status: StatusCode, title: &str, who: &str, class: &str, main: &Markup) -> Response {
        let frame = Frame {
            title,
            who,
            path: "",
            game: "",
            tag: "",
            clock: None,
            said: None,
            links: &[],
            assets: (&self.assets.0, &self.assets.1),
            class,
        };
        self.page(status, &frame, main)
    }

    /// A page that says what cannot be done, and what can.
    #[must_use]
    pub fn refusal(&self, status: StatusCode, what: &str, remedy: &str) -> Response {
        let mut response = self.still(status, "Marchland", "The way in", "door", &serve::doors::refusal(what, remedy));
        let remedy = if remedy.is_empty() { String::new() } else { format!(" {remedy}") };
        let full_stop = if what.ends_with(['.', '!', '?']) { "" } else { "." };
        response.extensions_mut().insert(Words(format!("{what}{full_stop}{remedy}")));
        response
    }

    /// A cookie for a token.
    #[must_use]
    pub fn cookie(&self, name: &str, token: &str) -> HeaderValue {
        let (prefix, secure) = if self.secure { (HOST_ONLY, "; Secure") } else { ("", "") };
        let text = format!("{prefix}{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=1209600{secure}");
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }

    /// Whether the host of the lobby asks.
    #[must_use]
    pub fn is_host(&self, headers: &HeaderMap) -> bool {
        let known = self.host.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        tokens(headers, "mhost").iter().any(|token| known.iter().skip(1).any(|hash| *hash == access::hash(token)))
    }
}

/// An answer with a body.
#[must_use]
pub fn answer(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// An answer as JSON, without anything that a terminal would obey.
#[must_use]
pub fn json(status: StatusCode, value: &serde_json::Value) -> Response {
    answer(status, "application/json", marchland_report::visible::json(&value.to_string()).into_owned())
}

/// To another page.
#[must_use]
pub fn redirect(to: &str) -> Response {
    let mut response = answer(StatusCode::SEE_OTHER, "text/plain", "");
    if let Ok(value) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// Tokens that a request bears: of cookies whose name begins so, and its own.
#[must_use]
pub fn tokens(headers: &HeaderMap, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for value in headers.get_all(header::COOKIE) {
        for pair in value.to_str().unwrap_or_default().split(';') {
            if let Some((name, token)) = pair.trim().split_once('=')
                && name.strip_prefix(HOST_ONLY).unwrap_or(name).starts_with(prefix)
                && token.len() == 32
                && found.len() < 64
            {
                found.push(token.to_owned());
            }
        }
    }
    if let Some(token) =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
    {
        found.push(token.trim().to_owned());
    }
    found
}

/// Fields of a text as forms and queries write them.
#[must_use]
pub fn fields(text: &[u8]) -> Fields {
    form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The fields of a request's body, from a form or from JSON. A form's fields of one line stand on one.
///
/// # Errors
/// It is too large, too slow, or neither.
pub async fn body(request: Request, patience_seconds: u64) -> Result<Fields, (StatusCode, &'static str)> {
    let json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let wait = std::time::Duration::from_secs(patience_seconds);
    let read = tokio::time::timeout(wait, axum::body::to_bytes(request.into_body(), BODY)).await;
    let bytes = match read {
        Err(_) => return Err((StatusCode::REQUEST_TIMEOUT, "The rest of the request did not come in time.")),
        Ok(Err(_)) => return Err((StatusCode::PAYLOAD_TOO_LARGE, "A request holds at most 64 KiB.")),
        Ok(Ok(bytes)) => bytes,
    };
    if !json {
        let mut fields = fields(&bytes);
        crate::acts::on_one_line(&mut fields);
        return Ok(fields);
    }
    let wrong =
        (StatusCode::BAD_REQUEST, "The body should be a JSON object whose values are texts, numbers or truth values.");
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&bytes).map_err(|_| wrong)?;
    object
        .into_iter()
        .map(|(name, value)| match value {
            serde_json::Value::String(text) => Ok((name, text)),
            serde_json::Value::Number(number) => Ok((name, number.to_string())),
            serde_json::Value::Bool(yes) => Ok((name, yes.to_string())),
            _ => Err(wrong),
        })
        .collect()
}

/// What a request that bears some tokens may do as a role.
pub enum Standing {
    /// It may; the device's number.
    Admitted(u32),
    /// It plays another role.
    Elsewhere(Role),
    /// It plays another role, and came to it from the one that is asked for.
    Moved(Role),
    /// It may not.
    Nobody,
}

/// Judges the tokens of a request.
#[must_use]
pub fn standing(room: &Room, role: &Role, headers: &HeaderMap) -> Standing {
    let tokens = tokens(headers, &format!("m{}-", room.kept.name));
    if let Some(device) = tokens.iter().find_map(|token| room.admitted(role, token)) {
        return Standing::Admitted(device);
    }
    device_of(room, headers).map_or(Standing::Nobody, |device| match device.came_from.as_ref() == Some(role) {
        true => Standing::Moved(device.role.clone()),
        false => Standing::Elsewhere(device.role.clone()),
    })
}

/// A device whose token a request bears.
#[must_use]
pub fn device_of<'a>(room: &'a Room, headers: &HeaderMap) -> Option<&'a Device> {
    let tokens = tokens(headers, &format!("m{}-", room.kept.name));
    let hashes: Vec<String> = tokens.iter().map(|token| access::hash(token)).collect();
    room.kept.devices.iter().find(|device| hashes.contains(&device.hash))
}
