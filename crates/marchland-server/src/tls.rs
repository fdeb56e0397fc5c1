//! TLS: a certificate of the table's own, or one that is given.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

use crate::Tls;

/// What makes connections TLS, and the certificate's fingerprint.
///
/// # Errors
/// The files cannot be read, or hold no certificate and key.
pub fn acceptor(tls: &Tls, hosts: &[String]) -> Result<(TlsAcceptor, String), String> {
    let (chain, key) = match tls {
        Tls::Own => own(hosts)?,
        Tls::Files(certificate, key) => {
            let said = |path: &std::path::Path, error: rustls::pki_types::pem::Error| {
                format!("cannot read `{}`: {error}; it should be a PEM file", path.display())
            };
            let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
                .and_then(Iterator::collect)
                .map_err(|error| said(certificate, error))?;
            (chain, PrivateKeyDer::from_pem_file(key).map_err(|error| said(key, error))?)
        }
    };
    let Some(first) = chain.first() else { return Err("the file of the certificate holds none".into()) };
    let print: Vec<String> = Sha256::digest(first).iter().map(|byte| format!("{byte:02X}")).collect();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| format!("certificate and key do not serve: {error}"))?;
    Ok((TlsAcceptor::from(Arc::new(config)), print.join(":")))
}

fn own(hosts: &[String]) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    names.extend(hosts.iter().cloned());
    let made =
        rcgen::generate_simple_self_signed(names).map_err(|error| format!("cannot make a certificate: {error}"))?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    Ok((vec![made.cert.der().clone()], key))
}
