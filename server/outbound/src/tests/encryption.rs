//! Servers that are not who they should be, or speak what nobody should.

use super::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, SanType, date_time_ymd};
use rustls::ServerConfig;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::Ipv4Addr;
use tokio_rustls::TlsAcceptor;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

fn for_this_machine() -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.subject_alt_names.push(SanType::IpAddress(Ipv4Addr::LOCALHOST.into()));
    parameters
}

/// Serves with a certificate, of this authority or of nobody; tells how many requests it has heard.
async fn serving(parameters: CertificateParams, by: Option<&Authority>) -> (String, Arc<AtomicUsize>) {
    let key = KeyPair::generate().unwrap();
    let certificate = match by {
        Some(authority) => parameters.signed_by(&key, authority).unwrap(),
        None => parameters.self_signed(&key).unwrap(),
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let configuration = versions.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key);
    let acceptor = TlsAcceptor::from(Arc::new(configuration.unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let heard = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut said = vec![0; 4096];
            if stream.read(&mut said).await.is_ok_and(|length| length > 0) {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(ANSWER.as_bytes()).await;
            }
        }
    });
    (url, heard)
}

fn trusting(authority: &str) -> Outbound {
    let limits = Limits { patience: Duration::from_secs(5), longest_answer: 100 };
    Outbound::new(Reach::Anywhere, limits, authority).unwrap()
}

/// What is said of a server that gets nothing.
async fn refused(way: &Outbound, url: &str) -> String {
    // A secret of a request would be with whoever has put themselves between.
    let request = Request::post(url).header("authorization", "Bearer secret").body(Bytes::new()).unwrap();
    match way.send(request).await {
        Err(OutboundError::Unreachable { cause, .. }) => cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_is_asked_whose_certificate_does_not_show_who_they_are() {
    let (ours, others) = (authority(), authority());
    let way = trusting(&ours.pem());
    let (url, heard) = serving(for_this_machine(), Some(&ours)).await;
    assert_eq!(get(&way, &url).await.unwrap(), "ok", "one that is right is asked");
    assert_eq!(heard.load(Ordering::SeqCst), 1);

    let mut expired = for_this_machine();
    expired.not_after = date_time_ymd(2021, 1, 1);
    let mut early = for_this_machine();
    early.not_before = date_time_ymd(4000, 1, 1);
    let elsewhere = CertificateParams::new(vec!["elsewhere.example".to_owned()]).unwrap();
    let nameless = CertificateParams::default();
    for (parameters, by, words) in [
        (expired, Some(&ours), "its certificate has expired"),
        (early, Some(&ours), "its certificate is not valid yet"),
        (elsewhere, Some(&ours), "its certificate is for other names"),
        (nameless, Some(&ours), "its certificate is for other names"),
        (for_this_machine(), Some(&others), "nobody who is trusted here has signed its certificate"),
        (for_this_machine(), None, "nobody who is trusted here has signed its certificate"),
    ] {
        let (url, heard) = serving(parameters, by).await;
        assert_eq!(refused(&way, &url).await, words);
        assert_eq!(heard.load(Ordering::SeqCst), 0, "{words}, and was asked");
    }
}

#[tokio::test]
async fn whom_the_machine_trusts_is_not_just_anybody() {
    let (url, heard) = serving(for_this_machine(), None).await;

    let words = refused(&trusting(""), &url).await;

    assert_eq!(words, "nobody who is trusted here has signed its certificate");
    assert_eq!(heard.load(Ordering::SeqCst), 0);
}

/// Answers what a client says first with these bytes.
async fn answering_bytes(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut said = vec![0; 4096];
        let _ = stream.read(&mut said).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        // Until the client is gone.
        let _ = stream.read(&mut said).await;
    });
    url
}

/// What a server says that agrees to a version of old: a record with its hello, no session, AES with RSA, no compression.
fn hello_of(version: [u8; 2]) -> Vec<u8> {
    let mut hello = version.to_vec();
    hello.extend([7; 32]);
    hello.extend([0, 0x00, 0x2f, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    let mut bytes = vec![22, version[0], version[1], 0, length + 4, 2, 0, 0, length];
    bytes.extend(hello);
    bytes
}

#[tokio::test]
async fn old_encryption_and_none_are_refused() {
    let way = trusting(&authority().pem());
    let old = "it speaks neither TLS 1.2 nor TLS 1.3";
    // SSL 3.0, TLS 1.0 and 1.1; and one that says itself that it cannot.
    for version in [[3, 0], [3, 1], [3, 2]] {
        let url = answering_bytes(hello_of(version)).await;
        assert_eq!(refused(&way, &url).await, old, "{version:?}");
    }
    let url = answering_bytes(vec![21, 3, 1, 0, 2, 2, 70]).await;
    assert_eq!(refused(&way, &url).await, old);

    let url = answering_bytes(ANSWER.as_bytes().to_vec()).await;
    assert_eq!(refused(&way, &url).await, "it does not speak TLS there");
}
