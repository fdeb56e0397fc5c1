//! The server as browsers and programs meet it: over sockets.

mod client;
mod evening;
mod interface;
mod secrets;
mod security;
