//! How a webhook is reached: HTTPS on the loopback interface, with the authorities that its definition names. What goes wrong
//! is told as the real server's HTTP client tells it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Target;
use crate::cluster::Cluster;

/// How long a webhook may take, from the first packet to the last.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest answer that is read.
const LARGEST_ANSWER: usize = 3 * 1024 * 1024;

/// Sends a question and reads the answer.
pub(super) async fn post(
    cluster: &Cluster,
    target: &Target,
    authorities: &[u8],
    question: &Value,
) -> Result<Value, String> {
    let url = match target {
        Target::Address { url } => url.clone(),
        Target::Service { namespace, name, port, path } => {
            let url = format!("https://{name}.{namespace}.svc:{port}{path}");
            return Err(posting(&url, &behind_service(cluster, namespace, name)));
        }
    };
    let exchange = async {
        let address = Address::read(&url)?;
        let stream = open(&address, authorities).await?;
        exchange(stream, &address, question).await
    };
    let late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    let exchanged = timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err(late.to_owned()));
    let (code, answer) = exchanged.map_err(|why| posting(&url, &why))?;
    if !code.is_success() {
        return Err(refused(code, &answer));
    }
    if answer.is_empty() {
        return Err(format!(
            "0-length response with status code: {} and content type: application/json",
            code.as_u16()
        ));
    }
    serde_json::from_slice(&answer)
        .map_err(|error| format!("couldn't get version/kind; json parse error: {error}"))
}

/// How Go begins to say what went wrong on the way.
fn posting(url: &str, why: &str) -> String {
    format!("Post \"{url}?timeout={}s\": {why}", PATIENCE.as_secs())
}

/// Nothing that runs in the cluster is really there, so that no webhook answers behind a service.
fn behind_service(cluster: &Cluster, namespace: &str, name: &str) -> String {
    if cluster.get("services", Some(namespace), name).is_none() {
        return format!("service \"{name}\" not found");
    }
    format!("no endpoints available for service \"{name}\"")
}

/// An address, taken apart.
struct Address {
    host: String,
    /// The host as it stands in headers, with its port.
    authority: String,
    socket: SocketAddr,
    path: String,
}

impl Address {
    fn read(url: &str) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|error| format!("the address cannot be read: {error}"))?;
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = uri.port_u16().unwrap_or(443);
        let ip = if host == "localhost" { "127.0.0.1" } else { &host };
        let ip: Option<IpAddr> = ip.parse().ok();
        // A cluster for trying out is no way to whatever its machine can reach.
        let ip = ip.filter(IpAddr::is_loopback).ok_or_else(|| {
            format!(
                "the playground calls webhooks on the loopback interface only, such as 127.0.0.1, not {host}"
            )
        })?;
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        let path = format!("{}?timeout={}s", uri.path(), PATIENCE.as_secs());
        Ok(Self { host, authority, socket: SocketAddr::new(ip, port), path })
    }
}

async fn open(address: &Address, authorities: &[u8]) -> Result<TlsStream<TcpStream>, String> {
    let socket = address.socket;
    let stream = TcpStream::connect(socket).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
            _ => error.to_string(),
        };
        format!("dial tcp {socket}: connect: {why}")
    })?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authorities).flatten() {
        // One that cannot be read vouches for nobody.
        roots.add(certificate).ok();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(address.host.clone()).map_err(|error| error.to_string())?;
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    connected.map_err(|error| distrust(&error, address))
}

/// Why a server is not believed to be who it should be.
fn distrust(error: &std::io::Error, address: &Address) -> String {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(wrong)) = cause else {
        return if error.kind() == std::io::ErrorKind::UnexpectedEof {
            "EOF".to_owned()
        } else {
            error.to_string()
        };
    };
    let why = match wrong {
        // Somebody else who only has the name of an authority does not count either.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "certificate signed by unknown authority".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "certificate has expired or is not yet valid".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("certificate is not valid for {}", address.host)
        }
        other => other.to_string(),
    };
    format!("tls: failed to verify certificate: x509: {why}")
}

async fn exchange(
    stream: TlsStream<TcpStream>,
    address: &Address,
    question: &Value,
) -> Result<(StatusCode, Vec<u8>), String> {
    let shown = |error: hyper::Error| {
        if error.is_incomplete_message() { "EOF".to_owned() } else { error.to_string() }
    };
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.map_err(shown)?;
    // It ends with the answer, or with the wish for one.
    let connection = tokio::spawn(connection);
    let request = Request::post(&address.path)
        .header(HOST, &address.authority)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json, */*")
        .body(Body::from(question.to_string()))
        .map_err(|error| error.to_string())?;
    let response = sender.send_request(request).await.map_err(shown)?;
    let code = response.status();
    let answer = to_bytes(Body::new(response.into_body()), LARGEST_ANSWER).await;
    connection.abort();
    Ok((code, answer.map_err(|error| error.to_string())?.to_vec()))
}

/// What an answer other than a success comes to.
fn refused(code: StatusCode, answer: &[u8]) -> String {
    let status: Value = serde_json::from_slice(answer).unwrap_or_default();
    if let Some(message) = status["message"].as_str().filter(|_| status["kind"] == "Status") {
        return message.to_owned();
    }
    let text = String::from_utf8_lossy(answer);
    let text = Some(text.trim()).filter(|text| !text.is_empty()).unwrap_or("unknown");
    match code.as_u16() {
        401 => "the server has asked for the client to provide credentials".to_owned(),
        404 => "the server could not find the requested resource".to_owned(),
        500.. => format!("an error on the server ({text:?}) has prevented the request from succeeding"),
        _ => "the server rejected our request for an unknown reason".to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_called() {
        for (url, socket) in
            [("https://127.0.0.1:8443/convert", "127.0.0.1:8443"), ("https://localhost/", "127.0.0.1:443")]
        {
            assert_eq!(Address::read(url).unwrap().socket.to_string(), socket);
        }
        for url in ["https://10.0.0.1/", "https://example.org/", "https://169.254.169.254/latest"] {
            let why = Address::read(url).err().unwrap();
            assert!(why.contains("loopback interface only"), "{why}");
        }
    }

    #[test]
    fn answers_other_than_successes_are_told_as_clients_of_kubernetes_do() {
        let internal = StatusCode::INTERNAL_SERVER_ERROR;

        assert_eq!(
            refused(internal, b"broken\n"),
            "an error on the server (\"broken\") has prevented the request from succeeding"
        );
        assert_eq!(refused(internal, br#"{"kind": "Status", "message": "no"}"#), "no");
    }
}
