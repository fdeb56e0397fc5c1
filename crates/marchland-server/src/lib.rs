//! The table in a browser: links, pages, an interface for programs, streams of events.
//!
//! A thin shell over `marchland-session`, which holds the game, and `marchland-report`, which writes every sentence
//! and every page. Start reading at [`Server::start`], then at `routes::ROUTES`, the one table from which the router
//! and the reference of the interface are made; then at `room`, what one thread owns, and at `desk`, the way to it.
//!
//! Invariants:
//! - Commit, then acknowledge, then show: an answer follows the log's sync, and pages are told after it.
//! - What a page shows is made for one role; a stream tells a page that it stands elsewhere, never what stands there.
//! - A link and a token are 128 random bits; only their hashes are kept.
//! - Nothing of the machine is reachable: pages and assets are made here, exports are made here, no path of a request
//!   names a file.
//!
//! Deliberately absent: rules of the game, statistics, sentences about a game, files of scenarios (the caller opens
//! them).

#![forbid(unsafe_code)]

mod access;
mod acts;
mod api;
mod app;
mod compress;
mod desk;
mod events;
mod guard;
mod hall;
mod imagining;
mod kept;
mod limits;
mod listen;
mod pages;
mod presence;
mod qr;
mod room;
mod routes;
#[cfg(feature = "tls")]
mod tls;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, RwLock};

use marchland_session::Table;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use access::Role;
use app::App;
use desk::Desk;
use guard::Hosts;
use imagining::Imagining;
use limits::Gate;
use listen::Transport;
use room::Room;

pub use app::{Lobby, Open, Start};
pub use limits::{Limits, Rate};
pub use marchland_report::serve::doors::{GameCard, ScenarioCard};

/// The notice that exports bear.
pub(crate) const NOTICE: &str = "Analytical and educational model of public roles. Simulated conduct and odds are hypothetical; \
                                 not evidence about any person, group or future event.";

/// How a server is started.
pub struct Options {
    /// Where it listens.
    pub bind: SocketAddr,
    /// Whether it may listen beyond this machine without TLS.
    pub insecure: bool,
    /// Names by which it may be asked, beside `localhost` and addresses.
    pub hosts: Vec<String>,
    /// A certificate of its own, or one that is given.
    pub tls: Option<Tls>,
    /// How much may be asked for.
    pub limits: Limits,
    /// The key of every form, for tests.
    pub fixed_key: Option<String>,
}

/// Which certificate.
pub enum Tls {
    /// One of the table's own, kept beside the game, so that browsers that trust it once need not be asked again. A
    /// lobby, which has no game yet, makes another one at every start.
    Own,
    /// Of two PEM files: certificate chain, key.
    Files(std::path::PathBuf, std::path::PathBuf),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: ([127, 0, 0, 1], 7320).into(),
            insecure: false,
            hosts: Vec::new(),
            tls: None,
            limits: Limits::default(),
            fixed_key: None,
        }
    }
}

/// What is played.
pub enum Play {
    /// One game.
    Table(Box<Table>),
    /// Whatever the host starts.
    Lobby(Lobby),
}

/// What to do about a network on which everybody reads along.
const ENCRYPT: &str = match cfg!(feature = "tls") {
    true => "add --tls, or say --insecure where you trust the network",
    false => {
        "say --insecure where you trust the network; this build has no TLS, and one with `--features tls` takes --tls"
    }
};

/// Why a server cannot be started. Texts are lower case, without a full stop.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// It may not listen there.
    #[error("{0} can be reached from other machines, and without TLS everybody on the way reads along; {ENCRYPT}")]
    Insecure(SocketAddr),
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}: {why}; {remedy}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        why: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The game cannot be opened.
    #[error("{0}")]
    Room(String),
    /// TLS cannot be had.
    #[error("{0}")]
    Tls(String),
    /// The system has no threads, or no randomness.
    #[error("the system refuses: {0}")]
    System(String),
}

pub use desk::Closed;

/// A link of a game.
#[derive(Clone, Debug)]
pub struct Link {
    /// `chair`, `screen`, `host`, or a player.
    pub role: String,
    /// The link.
    pub address: String,
}

/// A server that runs until it is dropped.
pub struct Server {
    runtime: Option<Runtime>,
    app: Arc<App>,
    address: SocketAddr,
    hidden: bool,
    host: Option<String>,
}

/// The address of a server to be, taken before there is a game: what would be refused is refused before a file is written.
pub struct Listening {
    runtime: Runtime,
    listener: TcpListener,
    options: Options,
}

impl Listening {
    /// Takes the address.
    ///
    /// # Errors
    /// The server may not or cannot listen there, or cannot encrypt as asked.
    pub fn at(options: Options) -> Result<Self, ServerError> {
        let system = |error: std::io::Error| ServerError::System(error.to_string());
        if !options.bind.ip().is_loopback() && options.tls.is_none() && !options.insecure {
            return Err(ServerError::Insecure(options.bind));
        }
        let threads = std::thread::available_parallelism().map_or(2, |count| count.get().clamp(1, 4));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build().map_err(system)?;
        let listener = runtime.block_on(TcpListener::bind(options.bind)).map_err(|error| {
            let remedy = match error.kind() {
                std::io::ErrorKind::AddrInUse => {
                    "another program listens there: end it, or choose another port with --bind"
                }
                std::io::ErrorKind::AddrNotAvailable => "the address is not one of this machine",
                _ => "choose another address with --bind",
            };
            ServerError::Bind { address: options.bind, why: error.to_string(), remedy }
        })?;
        // Certificates that are given are read once to see that they can be; one of the table's own lies beside the game.
        match &options.tls {
            Some(Tls::Own) if cfg!(feature = "tls") => {}
            tls => drop(transport(tls.as_ref(), Vec::new(), None)?),
        }
        Ok(Self { runtime, listener, options })
    }
}

impl Server {
    /// Starts a server; when this returns, it answers.
    ///
    /// # Errors
    /// As [`Listening::at`] and [`Server::serve`].
    pub fn start(play: Play, options: Options) -> Result<Self, ServerError> {
        Self::serve(play, Listening::at(options)?)
    }

    /// Starts a server at an address that was taken; when this returns, it answers.
    ///
    /// # Errors
    /// The game cannot be opened, or the system has no randomness.
    pub fn serve(play: Play, at: Listening) -> Result<Self, ServerError> {
        let Listening { runtime, listener, options } = at;
        let system = |error: std::io::Error| ServerError::System(error.to_string());
        let address = listener.local_addr().map_err(system)?;
        let host_name = shown(address, options.hosts.first());
        let hidden = host_name.is_none();
        let host_name = host_name.unwrap_or_else(|| "127.0.0.1".into());
        let beside = match &play {
            Play::Table(table) => Some(table.path().to_owned()),
            Play::Lobby(_) => None,
        };
        let mut names = options.hosts.clone();
        names.push(host_name.clone());
        let (transport, fingerprint) = transport(options.tls.as_ref(), names, beside.as_deref())?;
        let secure = options.tls.is_some();
        let (mut host, mut hashes) = (None, Vec::new());
        let (desk, lobby) = match play {
            Play::Table(table) => {
                (Some(Arc::new(Desk::open(move || Room::new(*table)).map_err(ServerError::Room)?)), None)
            }
            Play::Lobby(lobby) => {
                let secret = access::secret().map_err(|error| ServerError::System(error.to_string()))?;
                hashes.push(access::hash(&secret));
                host = Some(secret);
                (None, Some(lobby))
            }
        };
        let app = Arc::new(App {
            desk: RwLock::new(desk),
            lobby,
            host: Mutex::new(hashes),
            gate: Gate::new(options.limits),
            hosts: Hosts::new(address.port(), options.hosts.clone(), secure),
            secure,
            insist: matches!(options.tls, Some(Tls::Files(..))),
            address: url(&host_name, address.port(), secure),
            fingerprint,
            imagining: Imagining::default(),
            opening: tokio::sync::Mutex::new(()),
            fixed_key: options.fixed_key,
            assets: App::asset_paths(),
            packed: App::packed_assets(),
        });
        runtime.spawn(listen::serve(listener, routes::router(Arc::clone(&app)), transport, options.limits));
        Ok(Self { runtime: Some(runtime), app, address, hidden, host })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How its links begin.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.app.address
    }

    /// The certificate's SHA-256 fingerprint, under TLS.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        self.app.fingerprint.as_deref()
    }

    /// The links: the host's in the lobby; else the chair's, the projector's, and one for each seat.
    ///
    /// # Errors
    /// The room is gone.
    pub fn links(&self) -> Result<Vec<Link>, ServerError> {
        let link = |role: String, secret: &str| Link { role, address: format!("{}/join/{secret}", self.app.address) };
        if let Some(secret) = &self.host {
            return Ok(vec![link("host".into(), secret)]);
        }
        let (Some(desk), Some(runtime)) = (self.app.desk(), &self.runtime) else { return Ok(Vec::new()) };
        let links = runtime.block_on(desk.look(|room| room.links.clone()));
        let links = links.map_err(|_| ServerError::Room("the table is busy".into()))?;
        let mut sorted: Vec<(&Role, &String)> = links.iter().map(|(secret, role)| (role, secret)).collect();
        sorted.sort();
        Ok(sorted.into_iter().map(|(role, secret)| link(role.name().to_owned(), secret)).collect())
    }

    /// Whether its links name this machine by an address that others cannot reach: it listens to them, and the system
    /// does not say by which address they would find it.
    #[must_use]
    pub const fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// Ends the server: its game's file is closed as a sitting is, and said; none in a lobby without a game.
    #[must_use]
    pub fn end(self) -> Option<Closed> {
        self.app.desk()?.close()
    }

    /// Serves until the process is told to end.
    pub fn wait(&self) {
        if let Some(runtime) = &self.runtime {
            let _ = runtime.block_on(tokio::signal::ctrl_c());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Streams that wait for events would hold it up.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        self.app.desk.write().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    }
}

/// A link as a QR code of a terminal's characters; empty where it is too long for one.
#[must_use]
pub fn terminal_code(link: &str) -> String {
    qr::terminal(link)
}

/// The reference of the interface, as OpenAPI 3.1.
#[must_use]
pub fn openapi() -> serde_json::Value {
    api::openapi("http://127.0.0.1:7320")
}

/// Every path that is served and how: `GET /screen`.
#[must_use]
pub fn paths() -> Vec<String> {
    let both = |route: &routes::Route| {
        let get = (!route.get.is_empty()).then(|| format!("GET {}", route.path));
        let post = (!route.post.is_empty()).then(|| format!("POST {}", route.path));
        [get, post].into_iter().flatten().collect::<Vec<_>>()
    };
    routes::ROUTES.iter().flat_map(both).collect()
}

/// By which name links ask for this machine: the one that was given, or its address on its network; none where the system
/// does not say which that is.
fn shown(address: SocketAddr, name: Option<&String>) -> Option<String> {
    if let Some(name) = name {
        return Some(name.clone());
    }
    if !address.ip().is_unspecified() {
        return Some(address.ip().to_string());
    }
    // No packet is sent: the system only says from which address it would be.
    let own = std::net::UdpSocket::bind(("0.0.0.0", 0)).and_then(|socket| {
        socket.connect(("192.0.2.1", 9))?;
        socket.local_addr()
    });
    own.ok().map(|own| own.ip()).filter(|own| !own.is_loopback() && !own.is_unspecified()).map(|own| own.to_string())
}

/// How links begin.
fn url(name: &str, port: u16, secure: bool) -> String {
    let scheme = if secure { "https" } else { "http" };
    if name.contains(':') { format!("{scheme}://[{name}]:{port}") } else { format!("{scheme}://{name}:{port}") }
}

#[cfg(feature = "tls")]
fn transport(
    tls: Option<&Tls>,
    names: Vec<String>,
    game: Option<&std::path::Path>,
) -> Result<(Transport, Option<String>), ServerError> {
    match tls {
        None => Ok((Transport::Plain, None)),
        Some(tls) => tls::acceptor(tls, names, game)
            .map(|(acceptor, print)| (Transport::Tls(acceptor), Some(print)))
            .map_err(ServerError::Tls),
    }
}

#[cfg(not(feature = "tls"))]
fn transport(
    tls: Option<&Tls>,
    _names: Vec<String>,
    _game: Option<&std::path::Path>,
) -> Result<(Transport, Option<String>), ServerError> {
    match tls {
        None => Ok((Transport::Plain, None)),
        Some(_) => Err(ServerError::Tls("this build has no TLS; `cargo build --release --features tls` has it".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_with_the_name_that_browsers_ask_by() {
        let at = |text: &str| text.parse::<SocketAddr>().expect("an address");
        let of = |address: &str, name: Option<&str>| {
            let name = name.map(str::to_owned);
            url(&shown(at(address), name.as_ref()).expect("known"), at(address).port(), false)
        };
        assert_eq!(of("127.0.0.1:7320", None), "http://127.0.0.1:7320");
        assert_eq!(of("[::1]:7320", None), "http://[::1]:7320");
        assert_eq!(of("0.0.0.0:7320", Some("table.lan")), "http://table.lan:7320");
    }
}
