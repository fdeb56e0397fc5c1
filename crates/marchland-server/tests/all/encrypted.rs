//! TLS with a certificate of the table's own.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use marchland_server::{Options, Play, Server, Tls};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::client::{options, table};

fn ask(server: &Server, trusted: &CertificateDer<'static>, name: &str, text: &str) -> Result<String, String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).map_err(|error| error.to_string())?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
    let mut stream = StreamOwned::new(connection, TcpStream::connect(server.address()).expect("it listens"));
    stream.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
    let mut answer = String::new();
    // A server that closes without a farewell has said all the same.
    let _ = stream.read_to_string(&mut answer);
    Ok(answer)
}

#[test]
fn a_table_of_its_own_certificate_keeps_it_and_is_asked_under_the_names_it_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.march");
    let start = |table| {
        let options = Options { tls: Some(Tls::Own), hosts: vec!["table.lan".into()], ..options() };
        Server::start(Play::Table(Box::new(table)), options).expect("a server")
    };
    let server = start(table(&path, "chicken.ron", &["row"], true));
    let print = server.fingerprint().expect("a fingerprint").to_owned();
    let file = folder.path().join("a.march.pem");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).expect("kept").permissions().mode() & 0o777, 0o600);
    }
    let certificate = CertificateDer::from_pem_file(&file).expect("a certificate");
    let port = server.address().port();
    for name in ["localhost", "127.0.0.1", "table.lan"] {
        let text = format!("GET / HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n");
        let answer = ask(&server, &certificate, name, &text).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
        assert!(!answer.to_lowercase().contains("strict-transport-security"), "browsers warn of it: {answer}");
    }
    assert!(ask(&server, &certificate, "evil.example", "GET / HTTP/1.1\r\n\r\n").is_err(), "another's name");
    let link = server.links().expect("links").into_iter().find(|link| link.role == "row").expect("row's").address;
    assert!(link.starts_with("https://table.lan:"), "{link}");
    let body = format!("secret={}", link.rsplit('/').next().expect("a secret"));
    let text = format!(
        "POST /join HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: https://localhost:{port}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let joined = ask(&server, &certificate, "localhost", &text).expect("an answer");
    let cookie = joined.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    assert!(cookie.starts_with("__Host-m") && cookie.contains("; Secure"), "{cookie}");
    let pair = cookie.split(';').next().expect("a pair");
    let page =
        format!("GET /seat/row HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {pair}\r\nConnection: close\r\n\r\n");
    assert!(ask(&server, &certificate, "localhost", &page).expect("an answer").starts_with("HTTP/1.1 200"));
    drop(server);
    // Another game beside it has another certificate; the same game shows the one that was trusted before.
    std::fs::copy(&file, folder.path().join("b.march.pem")).expect("copied");
    let second = start(table(&folder.path().join("b.march"), "chicken.ron", &["row"], true));
    assert_eq!(second.fingerprint(), Some(print.as_str()), "kept from start to start");
}
