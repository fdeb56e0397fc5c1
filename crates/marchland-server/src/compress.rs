//! Answers made smaller on their way.
//!
//! A page holds words of others, such as letters, beside what its reader alone may know. How much smaller it gets says
//! where the ones repeat the other, so whoever may write to a seat, and sees how long its encrypted pages are, could guess
//! at its secrets. Under TLS only what is the same for everybody is made smaller; without it, whoever listens reads along
//! anyway.

use std::io::Write;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::app::App;

/// Bodies below so many bytes are sent as they are.
const WORTHWHILE: usize = 1 << 10;
/// How hard is tried on pages, which are made for one answer: little, for packing them is most of what a busy table does,
/// but enough that the largest stays below 40 KB.
const PAGE: Compression = Compression::new(2);

/// Whether whoever asks reads gzip.
#[must_use]
fn accepted(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|text| {
        text.split(',').any(|part| {
            let (name, quality) = part.split_once(';').unwrap_or((part, ""));
            let refused = quality.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f64>().is_ok_and(|q| q <= 0.0));
            name.trim().eq_ignore_ascii_case("gzip") && !refused
        })
    })
}

/// An answer in fewer bytes where whoever asks reads gzip, and it is a text that has some; a stream of events passes as it
/// is.
pub async fn smaller(app: &App, path: &str, heads: &HeaderMap, mut response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let text = (kind.starts_with("text/") && kind != "text/event-stream") || kind == "application/json";
    if !text || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let asset = path == app.assets.0 || path == app.assets.1;
    if app.secure && !asset {
        return response;
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !accepted(heads) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return Response::from_parts(head, Body::empty());
    };
    if bytes.len() < WORTHWHILE {
        return Response::from_parts(head, Body::from(bytes));
    }
    let packed = if asset { app.packed.get(path).cloned() } else { packed(&bytes, PAGE) };
    let Some(packed) = packed else { return Response::from_parts(head, Body::from(bytes)) };
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(packed))
}

/// Bytes as gzip writes them.
#[must_use]
pub fn packed(bytes: &[u8], level: Compression) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), level);
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_whoever_reads_it() {
        let head = |text| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
        for text in ["gzip", "gzip, deflate, br", "br;q=1, GZIP;q=0.5"] {
            assert!(accepted(&head(text)), "{text}");
        }
        for text in ["", "identity", "gzip;q=0", "br", "x-gzipped"] {
            assert!(!accepted(&head(text)), "{text}");
        }
    }
}
