//! Serving a cluster over HTTPS on loopback, with a certificate authority of its own.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::body::Body;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::certificates::{Authority, WrongCertificate};
use crate::cluster::Cluster;
use crate::identity::Identity;
use crate::kubelet::Kubelet;
use crate::rest::authenticate::Certified;
use crate::rest::{self, HangUp};

/// How long a client may take to shake hands.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A cluster that is being served. Dropping it stops the server.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The certificate authority that signed the server's certificate.
    pub ca_pem: String,
    /// A token that may do everything.
    pub admin_token: String,
    name: String,
    client_certificate: (String, String),
    authority: Authority,
    server: Server,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.stop.cancel();
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Running");
        shown.field("name", &self.name).field("address", &self.address).finish_non_exhaustive()
    }
}

impl Running {
    /// A kubeconfig file for the administrator of this cluster; its one context is named like the cluster.
    pub fn kubeconfig(&self) -> String {
        self.kubeconfig_at(self.address)
    }

    fn kubeconfig_at(&self, address: SocketAddr) -> String {
        let name = &self.name;
        let authority = STANDARD.encode(&self.ca_pem);
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: {name}\nclusters:\n- name: {name}\n  cluster:\n    \
             server: https://{address}\n    certificate-authority-data: {authority}\ncontexts:\n- name: {name}\n  \
             context:\n    cluster: {name}\n    user: {name}-admin\nusers:\n- name: {name}-admin\n  user:\n    \
             token: {}\n",
            self.admin_token
        )
    }

    /// A client certificate and its key, in PEM, that prove the administrator.
    pub fn client_certificate(&self) -> (&str, &str) {
        (&self.client_certificate.0, &self.client_certificate.1)
    }

    /// Serves the cluster at one more address, whose certificate is wrong; answers a kubeconfig that leads there and
    /// trusts the right authority only.
    pub async fn with_wrong_certificate(&self, wrong: WrongCertificate) -> anyhow::Result<String> {
        let listener = TcpListener::bind(SocketAddr::new(self.address.ip(), 0)).await?;
        let address = listener.local_addr()?;
        let configuration = self.authority.server_configuration(Some(wrong))?;
        let server = Server { acceptor: TlsAcceptor::from(Arc::new(configuration)), ..self.server.clone() };
        self.server.connections.spawn(server.accept(listener));
        Ok(self.kubeconfig_at(address))
    }

    /// Stops serving: no new connections, and the open ones are closed.
    pub async fn shutdown(self) {
        self.server.stop.cancel();
        self.server.connections.close();
        self.server.connections.wait().await;
    }
}

/// Serves a cluster over HTTPS. Port 0 lets the system choose one.
pub async fn serve(
    cluster: Cluster,
    kubelet: Arc<dyn Kubelet>,
    listen: SocketAddr,
) -> anyhow::Result<Running> {
    let name = cluster.settings().name.clone();
    let authority = Authority::new(&name).context("could not make a certificate authority")?;
    let configuration =
        authority.server_configuration(None).context("could not make the server's certificate")?;
    let client_certificate = authority
        .client_certificate("kubernetes-admin", "system:masters")
        .context("could not make the administrator's certificate")?;
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("could not listen on {listen}"))?;
    let address = listener.local_addr()?;
    let (admin_token, _) = cluster.inner.tokens.issue(Identity::administrator(), None);

    let server = Server {
        router: rest::router(cluster, kubelet),
        acceptor: TlsAcceptor::from(Arc::new(configuration)),
        stop: CancellationToken::new(),
        connections: TaskTracker::new(),
    };
    server.connections.spawn(server.clone().accept(listener));
    Ok(Running {
        address,
        ca_pem: authority.pem().to_owned(),
        admin_token,
        name,
        client_certificate,
        authority,
        server,
    })
}

#[derive(Clone)]
struct Server {
    router: axum::Router,
    acceptor: TlsAcceptor,
    stop: CancellationToken,
    connections: TaskTracker,
}

impl Server {
    async fn accept(self, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.stop.cancelled() => return,
            };
            match accepted {
                Ok((stream, _)) => {
                    let server = self.clone();
                    self.connections.spawn(async move {
                        let stop = server.stop.clone();
                        tokio::select! {
                            () = server.talk(stream) => {}
                            () = stop.cancelled() => {}
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "A connection to the playground could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    async fn talk(self, stream: TcpStream) {
        // Small watch events should not wait for more to come.
        stream.set_nodelay(true).ok();
        let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, self.acceptor.accept(stream)).await else {
            return;
        };
        let certified =
            stream.get_ref().1.peer_certificates().and_then(|chain| chain.first()).and_then(|first| {
                crate::certificates::subject(first).map(|(user, groups)| {
                    let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
                    Certified(Identity::new(&user, &groups))
                })
            });
        let router = self.router;
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            let router = router.clone();
            if let Some(certified) = &certified {
                request.extensions_mut().insert(certified.clone());
            }
            async move {
                let response: Result<Response, Infallible> = router.oneshot(request.map(Body::new)).await;
                let response = match response {
                    Ok(response) => response,
                    Err(never) => match never {},
                };
                if response.extensions().get::<HangUp>().is_some() {
                    return Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted));
                }
                Ok(response)
            }
        });
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http2().max_concurrent_streams(1000);
        // A connection that breaks concerns its client alone.
        builder.serve_connection_with_upgrades(TokioIo::new(stream), service).await.ok();
    }
}
