//! Checks over a whole scenario.

use super::build::Built;
use super::sink::Sink;

pub(crate) fn check(_built: &Built, _sink: &Sink) {}
