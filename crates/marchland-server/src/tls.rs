//! TLS: a certificate of the table's own, or one that is given.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use marchland_sim::scenario::files;
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

use crate::Tls;
use crate::kept::{beside, replace};

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

/// The largest certificate of a table's own that is read, in bytes.
const LARGEST: u64 = 1 << 20;

fn secret_key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| unread(path, &error))
}

/// The certificate that a file holds, where it was made for these names and holds for long enough; none where it is to
/// be made anew, since the file is another's, or is damaged.
fn kept(path: &Path, names: &str, now: SystemTime) -> Option<Pair> {
    let text = files::text_of(path, LARGEST).ok()?;
    let mut lines = text.lines();
    let own = lines.next()? == names;
    let made = lines.next()?.strip_prefix("made: ")?.parse().ok()?;
    let made = UNIX_EPOCH.checked_add(Duration::from_secs(made))?;
    let fresh = now.duration_since(made).is_ok_and(|age| age < VALID - REST);
    let pair = (chain(path).ok()?, secret_key(path).ok()?);
    (own && fresh && !pair.0.is_empty()).then_some(pair)
}

fn own(mut names: Vec<String>, game: Option<&Path>) -> Result<Pair, String> {
    names.extend(["localhost".to_owned(), "127.0.0.1".to_owned()]);
    names.sort();
    names.dedup();
    let now = SystemTime::now();
    let path = game.map(|game| beside(game, ".pem"));
    // The head of the file says for which names it was made, and when; what reads PEM passes over it.
    let names_line = format!("names: {}", names.join(" "));
    if let Some(pair) = path.as_deref().and_then(|path| kept(path, &names_line, now)) {
        return Ok(pair);
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
        replace(path, text.as_bytes(), true).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    }
    let bytes = text.as_bytes();
    let chain = CertificateDer::pem_slice_iter(bytes).collect::<Result<_, _>>();
    let read = |error| format!("cannot make a certificate: {error}");
    Ok((chain.map_err(read)?, PrivateKeyDer::from_pem_slice(bytes).map_err(read)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_kept_and_made_anew_where_it_cannot_be_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let game = folder.path().join("a.march");
        let file = beside(&game, ".pem");
        let made = || own(vec!["table.lan".into()], Some(&game)).expect("a certificate").0;
        let first = made();
        assert_eq!(made(), first, "kept");
        let text = std::fs::read_to_string(&file).expect("kept");
        let stamp = text.lines().nth(1).expect("a stamp").to_owned();
        for damaged in [
            text.replace(&stamp, &format!("made: {}", u64::MAX)),
            text.replace(&stamp, "made: 0"),
            text.replace(&stamp, "made: yesterday"),
            text[..text.len() / 2].to_owned(),
            text.lines().take(2).collect::<Vec<_>>().join("\n"),
            String::new(),
        ] {
            std::fs::write(&file, &damaged).expect("written");
            let anew = made();
            assert_ne!(anew, first, "{damaged}");
            assert_eq!(made(), anew, "kept again");
        }
        assert_ne!(own(vec!["other.lan".into()], Some(&game)).expect("a certificate").0, first, "of other names");
        assert!(!beside(&file, ".new").exists());
    }
}
