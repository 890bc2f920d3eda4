//! A webhook over HTTPS on the loopback interface, which does as its case says.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::header::CONTENT_TYPE;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What it answers to a question: a code, and a body.
type Manners = Box<dyn Fn(&Value) -> (u16, String) + Send>;

/// One that ends with the case's runtime.
pub struct Webhook {
    /// Where it is.
    pub url: String,
    /// Its certificate, in PEM: it vouches for itself.
    pub certificate: String,
    manners: Arc<Mutex<Manners>>,
}

impl Webhook {
    /// Starts one.
    pub async fn start(manners: impl Fn(&Value) -> Value + Send + 'static) -> Self {
        let names = ["127.0.0.1".to_owned()];
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}/convert", listener.local_addr().unwrap());
        let manners: Manners = Box::new(move |question| (200, manners(question).to_string()));
        let manners = Arc::new(Mutex::new(manners));
        let router = Router::new().route("/convert", post(answer)).with_state(Arc::clone(&manners));
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), router));
        Self { url, certificate: cert.pem(), manners }
    }

    /// Answers like this from now on.
    pub fn answers(&self, manners: impl Fn(&Value) -> Value + Send + 'static) {
        self.says(move |question| (200, manners(question).to_string()));
    }

    /// Answers like this from now on, with any code and any text.
    pub fn says(&self, manners: impl Fn(&Value) -> (u16, String) + Send + 'static) {
        *self.manners.lock().unwrap() = Box::new(manners);
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, router: Router) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(talk(stream, acceptor.clone(), router.clone()));
    }
}

async fn talk(stream: TcpStream, acceptor: TlsAcceptor, router: Router) {
    // Some do not trust it and go.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let service = TowerToHyperService::new(router);
    auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await.ok();
}

async fn answer(State(manners): State<Arc<Mutex<Manners>>>, body: Bytes) -> Response {
    let (code, text) = (manners.lock().unwrap())(&serde_json::from_slice(&body).unwrap());
    let media = if code == 200 { "application/json" } else { "text/plain" };
    Response::builder().status(code).header(CONTENT_TYPE, media).body(Body::from(text)).unwrap()
}
