//! What people read: the only crate that composes sentences, pages and pictures.
//!
//! Other crates hand over plain data – records, rulings, reviews, odds, reports of tournaments – and this one puts
//! it into words ([`wording`], [`number`]), stories ([`story`], [`why`], [`blocks`]), pictures ([`picture`]),
//! pages ([`paper`], [`review`]), tables and screens ([`screen`]). Labels and phrases are data beside what they
//! name; nothing is parsed back out of words.
//!
//! Start reading at [`wording::Wording`], then at [`story`]; [`visible`] before writing anything
//! anywhere.
//!
//! Invariants:
//! - Text from others is shown, never obeyed: whatever reaches a terminal, a page, a picture or a table of cells
//!   goes through [`visible`]. [`screen::Screen`], the pages, the one writer of SVG and the one of CSV call it
//!   themselves.
//! - Markup is written with `maud`, so that no text can stand in it unescaped; the pictures' writer escapes too.
//! - Equal values give equal bytes: nothing here draws, reads a clock, a file or the environment.
//! - What is written for a seat is made of what the seat may know.
//!
//! Deliberately absent: deciding anything, reading and writing files, arguments of commands.

#![forbid(unsafe_code)]

pub mod ablation;
pub mod blocks;
pub mod branches;
pub mod claims;
pub mod csv;
pub mod describe;
pub mod diagnostics;
pub mod facts;
pub mod figures;
pub mod forecast;
pub mod hindcast;
pub mod map;
pub mod matching;
pub mod number;
pub mod paper;
pub mod picture;
pub mod reference;
pub mod response;
pub mod review;
pub mod screen;
pub mod serve;
pub mod solve;
pub mod story;
pub mod summary;
pub mod table;
pub mod tournament;
pub mod visible;
pub mod why;
pub mod wording;

mod contrast;
mod page;

#[cfg(test)]
mod secrecy;
