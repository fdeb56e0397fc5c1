//! The server as browsers and programs meet it: over sockets.

mod chair;
mod client;
#[cfg(feature = "tls")]
mod encrypted;
mod evening;
mod interface;
mod room;
mod secrets;
mod security;
