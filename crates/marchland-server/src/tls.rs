//! TLS: a certificate of the table's own, or one that is given.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

use crate::Tls;
use crate::kept::private_file;

/// How long a certificate of the table's own holds: what browsers take at most (CA/Browser Forum, Baseline
/// Requirements, 6.3.2).
const VALID: Duration = Duration::from_secs(397 * 86_400);
/// It is made anew where less than this is left, so that none ends within an evening.
const REST: Duration = Duration::from_secs(30 * 86_400);

type Pair = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// What makes connections TLS, and the certificate's fingerprint. `names` are those by which the table is asked; its
/// own certificate is kept beside the `game`.
///
/// # Errors
/// The files cannot be read or written, or hold no certificate and key.
pub fn acceptor(tls: &Tls, names: Vec<String>, game: Option<&Path>) -> Result<(TlsAcceptor, String), String> {
    let (chain, key) = match tls {
        Tls::Own => own(names, game)?,
        Tls::Files(certificate, key) => (chain(certificate)?, secret_key(key)?),
    };
    let Some(first) = chain.first() else { return Err("the file of the certificate holds none".into()) };
    let print: Vec<String> = Sha256::digest(first).iter().map(|byte| format!("{byte:02X}")).collect();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| format!("certificate and key do not serve: {error}"))?;
    Ok((TlsAcceptor::from(Arc::new(config)), print.join(":")))
}

fn unread(path: &Path, error: &rustls::pki_types::pem::Error) -> String {
    format!("cannot read `{}`: {error}; it should be a PEM file", path.display())
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| unread(path, &error))
}

fn secret_key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| unread(path, &error))
}

/// Where the certificate of a game lies.
fn kept(game: &Path) -> PathBuf {
    let mut name = game.as_os_str().to_owned();
    name.push(".pem");
    PathBuf::from(name)
}

fn own(mut names: Vec<String>, game: Option<&Path>) -> Result<Pair, String> {
    names.extend(["localhost".to_owned(), "127.0.0.1".to_owned()]);
    names.sort();
    names.dedup();
    let now = SystemTime::now();
    let path = game.map(kept);
    // The head of the file says for which names it was made, and when; what reads PEM passes over it.
    let names_line = format!("names: {}", names.join(" "));
    if let Some(path) = &path
        && let Ok(text) = std::fs::read_to_string(path)
        && text.lines().next() == Some(&names_line)
        && let Some(made) = text.lines().nth(1).and_then(|line| line.strip_prefix("made: ")?.parse().ok())
        && now.duration_since(UNIX_EPOCH + Duration::from_secs(made)).is_ok_and(|age| age + REST < VALID)
    {
        return Ok((chain(path)?, secret_key(path)?));
    }
    let wrong = |error: rcgen::Error| format!("cannot make a certificate: {error}");
    let mut params = CertificateParams::new(names).map_err(wrong)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Marchland table");
    params.not_before = now.into();
    params.not_after = (now + VALID).into();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().map_err(wrong)?;
    let certificate = params.self_signed(&key).map_err(wrong)?;
    let made = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let text = format!("{names_line}\nmade: {made}\n{}{}", certificate.pem(), key.serialize_pem());
    if let Some(path) = &path {
        private_file(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    }
    let bytes = text.as_bytes();
    let chain = CertificateDer::pem_slice_iter(bytes).collect::<Result<_, _>>();
    let read = |error| format!("cannot make a certificate: {error}");
    Ok((chain.map_err(read)?, PrivateKeyDer::from_pem_slice(bytes).map_err(read)?))
}
