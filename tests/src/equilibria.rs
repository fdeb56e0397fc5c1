//! Solution concepts: reference answers, properties, and other programs that read what we write.

mod files;
mod properties;
mod reference;
mod scores;
