//! What is checked of every request before anything is looked at, and what every answer bears.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, Method, header};

/// The policy of every page: its own style and script, nothing inline, nothing from elsewhere, in no frame.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                          form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Names by which the server may be asked.
#[derive(Clone, Debug)]
pub struct Hosts {
    port: u16,
    names: Vec<String>,
    scheme: &'static str,
}

impl Hosts {
    /// For a port; `names` beside `localhost` and addresses written as numbers.
    #[must_use]
    pub fn new(port: u16, names: Vec<String>, secure: bool) -> Self {
        Self { port, names, scheme: if secure { "https" } else { "http" } }
    }

    /// Whether a `Host` header names this server. A name that somebody else may point at this machine does not; an
    /// address written as numbers cannot be pointed anywhere else.
    #[must_use]
    pub fn names_us(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !name.ends_with(':') && (!name.contains(':') || name.ends_with(']')) => {
                (name, Some(port))
            }
            _ => (host, None),
        };
        let standard = if self.scheme == "https" { 443 } else { 80 };
        let port = port.map_or(Some(standard), |port| port.parse::<u16>().ok());
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        port == Some(self.port)
            && (name.eq_ignore_ascii_case("localhost")
                || bare.parse::<IpAddr>().is_ok()
                || self.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }

    /// Whether an `Origin` is this server under the name it was asked by.
    #[must_use]
    pub fn is_us(&self, origin: &str, host: &str) -> bool {
        origin
            .strip_prefix(self.scheme)
            .and_then(|rest| rest.strip_prefix("://"))
            .is_some_and(|rest| rest.eq_ignore_ascii_case(host))
    }
}

/// Why a request is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestRefusal {
    /// It names another host.
    Host,
    /// It changes something, and another site may have sent it.
    Origin,
}

/// Checks a request's head.
///
/// # Errors
/// It names another host, or would change something on behalf of another site.
pub fn check(hosts: &Hosts, method: &Method, headers: &HeaderMap) -> Result<(), RequestRefusal> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    if !hosts.names_us(host) {
        return Err(RequestRefusal::Host);
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let site = headers.get("sec-fetch-site").map(|value| value.as_bytes() == b"same-origin");
    let origin = headers.get(header::ORIGIN).map(|value| value.to_str().is_ok_and(|origin| hosts.is_us(origin, host)));
    // A program that bears its token itself is no browser that another site could make send something.
    let bearer = headers.contains_key(header::AUTHORIZATION) && !headers.contains_key(header::COOKIE);
    match (origin, site) {
        (Some(false), _) | (_, Some(false)) => Err(RequestRefusal::Origin),
        (Some(true), _) => Ok(()),
        (None, _) if bearer => Ok(()),
        (None, _) => Err(RequestRefusal::Origin),
    }
}

/// What every answer bears; one that may be kept says so itself.
pub fn dress(headers: &mut HeaderMap, insist: bool) {
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set("content-security-policy", POLICY);
    set("x-content-type-options", "nosniff");
    set("x-frame-options", "DENY");
    set("cache-control", "no-store");
    // Forms of a page without a referrer would bear no origin to check.
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), microphone=(), geolocation=()");
    if insist {
        set("strict-transport-security", "max-age=86400");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_name_that_somebody_else_may_point_here_is_refused() {
        let hosts = Hosts::new(7320, vec!["table.lan".into()], false);
        for host in ["localhost:7320", "127.0.0.1:7320", "[::1]:7320", "192.168.1.7:7320", "TABLE.lan:7320"] {
            assert!(hosts.names_us(host), "{host}");
        }
        for host in
            ["evil.example:7320", "localhost", "localhost:80", "127.0.0.1.evil.example:7320", "", ":7320", "[::1]"]
        {
            assert!(!hosts.names_us(host), "{host}");
        }
    }

    #[test]
    fn a_change_comes_from_a_page_of_ours_or_from_a_program_with_a_token() {
        let hosts = Hosts::new(7320, Vec::new(), false);
        let ask = |pairs: &[(&'static str, &'static str)]| {
            let mut all = vec![("host", "localhost:7320")];
            all.extend_from_slice(pairs);
            check(&hosts, &Method::POST, &head(&all))
        };
        assert_eq!(ask(&[("origin", "http://localhost:7320"), ("sec-fetch-site", "same-origin")]), Ok(()));
        assert_eq!(ask(&[("origin", "http://localhost:7320")]), Ok(()));
        assert_eq!(ask(&[("authorization", "Bearer x")]), Ok(()));
        let foreign: [&[(&'static str, &'static str)]; 8] = [
            &[],
            &[("origin", "null")],
            &[("origin", "http://evil.example")],
            &[("origin", "https://localhost:7320")],
            &[("origin", "http://127.0.0.1:7320")],
            &[("origin", "http://localhost:7320"), ("sec-fetch-site", "cross-site")],
            &[("origin", "http://localhost:7320"), ("sec-fetch-site", "same-site")],
            &[("authorization", "Bearer x"), ("cookie", "a=b")],
        ];
        for pairs in foreign {
            assert_eq!(ask(pairs), Err(RequestRefusal::Origin), "{pairs:?}");
        }
        assert_eq!(check(&hosts, &Method::GET, &head(&[("host", "localhost:7320")])), Ok(()));
        assert_eq!(check(&hosts, &Method::GET, &head(&[("host", "evil.example")])), Err(RequestRefusal::Host));
    }
}
