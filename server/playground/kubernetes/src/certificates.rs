//! The certificate authority of one cluster.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// What is wrong with the certificate of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongCertificate {
    /// It was signed by an authority nobody trusts.
    OtherAuthority,
    /// Its time is over.
    Expired,
    /// It is for another address.
    OtherName,
}

/// An authority that lives as long as its cluster.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(crate) fn new(cluster: &str) -> Result<Self, rcgen::Error> {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, format!("{cluster} playground authority"));
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate()?)?;
        let pem = issuer.pem();
        Ok(Self { issuer, pem })
    }

    /// The authority's certificate, for those who are to trust it.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// A server's configuration with a certificate for loopback, or one that is wrong. Client certificates are welcome,
    /// not required.
    pub(crate) fn server_configuration(
        &self,
        wrong: Option<WrongCertificate>,
    ) -> anyhow::Result<ServerConfig> {
        if wrong == Some(WrongCertificate::OtherAuthority) {
            return Self::new("somebody else's")?.server_configuration(None);
        }
        let mut parameters = if wrong == Some(WrongCertificate::OtherName) {
            CertificateParams::new(vec!["elsewhere.example".to_owned()])?
        } else {
            let names = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"];
            let mut parameters = CertificateParams::new(names.map(str::to_owned))?;
            parameters.subject_alt_names.push(SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));
            parameters
        };
        if wrong == Some(WrongCertificate::Expired) {
            parameters.not_before = date_time_ymd(2020, 1, 1);
            parameters.not_after = date_time_ymd(2021, 1, 1);
        }
        parameters.distinguished_name.push(DnType::CommonName, "kube-apiserver");
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let certificate = parameters.signed_by(&key, &self.issuer)?;

        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.issuer.der().clone())?;
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()?;
        let mut configuration = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier)
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )?;
        configuration.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(configuration)
    }

    /// A certificate and key that prove a user in a group.
    pub(crate) fn client_certificate(
        &self,
        user: &str,
        group: &str,
    ) -> Result<(String, String), rcgen::Error> {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, user);
        parameters.distinguished_name.push(DnType::OrganizationName, group);
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate()?;
        let certificate = parameters.signed_by(&key, &self.issuer)?;
        Ok((certificate.pem(), key.serialize_pem()))
    }
}

/// A certificate for a host that vouches for itself, from the day of one moment until the day of another, and its key: texts
/// in PEM, as secrets hold them.
pub fn server_certificate(host: &str, from: Timestamp, until: Timestamp) -> anyhow::Result<(String, String)> {
    let day = |moment: Timestamp| {
        let date = moment.to_zoned(TimeZone::UTC).date();
        date_time_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    let mut parameters = CertificateParams::new(vec![host.to_owned()])?;
    (parameters.not_before, parameters.not_after) = (day(from), day(until));
    parameters.distinguished_name.push(DnType::CommonName, host);
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let certificate = parameters.self_signed(&key)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

/// The user and groups a client certificate proves: its common name and organizations.
pub(crate) fn subject(certificate: &CertificateDer<'_>) -> Option<(String, Vec<String>)> {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let subject = certificate.subject();
    let user = subject.iter_common_name().next()?.as_str().ok()?.to_owned();
    let groups =
        subject.iter_organization().filter_map(|name| name.as_str().ok()).map(str::to_owned).collect();
    Some((user, groups))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Authority, server_certificate, subject};
    use jiff::Timestamp;
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::pem::PemObject;

    #[test]
    fn a_client_certificate_proves_its_user_and_group() {
        let authority = Authority::new("harbour").unwrap();
        let (certificate, _) = authority.client_certificate("jo", "gardeners").unwrap();

        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();

        assert_eq!(subject(&certificate), Some(("jo".to_owned(), vec!["gardeners".to_owned()])));
    }

    #[test]
    fn a_certificate_of_a_host_ends_on_its_day() {
        let moment = |text: &str| text.parse::<Timestamp>().unwrap();
        let (from, until) = (moment("2026-11-01T10:00:00Z"), moment("2026-12-08T10:00:00Z"));

        let (certificate, key) = server_certificate("kiosk.example", from, until).unwrap();

        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
        let (_, read) = x509_parser::parse_x509_certificate(&certificate).unwrap();
        assert_eq!(read.validity().not_after.timestamp(), moment("2026-12-08T00:00:00Z").as_second());
        assert_eq!(read.validity().not_before.timestamp(), moment("2026-11-01T00:00:00Z").as_second());
        assert!(key.starts_with("-----BEGIN PRIVATE KEY"));
    }
}
