//! Whom to trust.

use rustls::{
    AlertDescription, CertificateError, ClientConfig, Error as TlsError, PeerIncompatible, RootCertStore,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::error::Error;
use std::io;
use std::sync::{Arc, LazyLock};

/// Why nobody can be trusted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TrustError {
    /// The given certificates are none.
    #[error("the certificate authority cannot be read: {0}")]
    Authority(String),
    /// The machine trusts nobody.
    #[error(
        "this machine has no list of trusted authorities: install ca-certificates, or name the certificates of the authority"
    )]
    Nobody,
}

/// Whom the machine trusts. Read once: it changes with updates of the system, after which services are started anew.
static MACHINE: LazyLock<RootCertStore> = LazyLock::new(|| {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    store
});

/// TLS that trusts these certificates alone; without any, whom the machine trusts. There is no way to trust everybody.
pub fn client_config(authority: &str) -> Result<ClientConfig, TrustError> {
    let roots = if authority.is_empty() { machine()? } else { given(authority)? };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let versions = versions.expect("the provider knows TLS 1.2 and 1.3");
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

/// Why somebody is not trusted, in words; `None` when the error is another one. What the other side has written into its
/// certificate is not repeated.
pub fn in_words(error: &(dyn Error + 'static)) -> Option<&'static str> {
    match tls(error)? {
        TlsError::InvalidCertificate(why) => match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                Some("its certificate has expired")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Some("its certificate is not valid yet")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Some("its certificate is for other names")
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                Some("nobody who is trusted here has signed its certificate")
            }
            _ => None,
        },
        TlsError::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13)
        | TlsError::AlertReceived(AlertDescription::ProtocolVersion) => {
            Some("it speaks neither TLS 1.2 nor TLS 1.3")
        }
        TlsError::InvalidMessage(_) => Some("it does not speak TLS there"),
        _ => None,
    }
}

/// The error of TLS in an error of the network: those carry others, but do not name them as their source.
fn tls<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e TlsError> {
    if let Some(error) = error.downcast_ref() {
        return Some(error);
    }
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    tls(inner)
}

fn machine() -> Result<RootCertStore, TrustError> {
    if MACHINE.is_empty() { Err(TrustError::Nobody) } else { Ok(MACHINE.clone()) }
}

fn given(authority: &str) -> Result<RootCertStore, TrustError> {
    let unreadable = |error: String| TrustError::Authority(error);
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authority.as_bytes()) {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        store.add(certificate).map_err(|error| unreadable(error.to_string()))?;
    }
    if store.is_empty() { Err(unreadable("there is no certificate in it".into())) } else { Ok(store) }
}
