//! Requests to a port, and its answers.

use super::headers::{Address, from_the_pod, to_the_pod};
use super::pages;
use super::pass::Pass;
use super::tunnels::{Line, connect};
use crate::console::Console;
use crate::listener::Seat;
use crate::routes::Kept;
use access::{Caller, Granted};
use app::PortClosed;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::UPGRADE;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use kubernetes::ForwardPort;
use model::{ConsoleError, Outage, System};
use tokio::io::copy_bidirectional;

/// Sends a request on to the pod, and its answer back.
pub async fn carry(console: &Console, pass: &Pass, caller: Caller, mut request: Request) -> Response {
    let language = pass.language;
    let granted = match console.access().go_on(&caller, pass.forward()).await {
        Ok(granted) => granted,
        Err(refused) => return pages::over(console, refused.into(), language),
    };
    let is_upgrade = request.headers().contains_key(UPGRADE);
    let from_browser = is_upgrade.then(|| hyper::upgrade::on(&mut request));
    let seat = request.extensions_mut().remove::<Seat>();
    let sent = match to_send(console, pass, request, is_upgrade) {
        Ok(sent) => sent,
        Err(error) => {
            return pages::closed(console, StatusCode::BAD_REQUEST, &PortClosed::Failed(error), language);
        }
    };
    let clusters = console.kubernetes().for_caller(caller, language);
    let answered = match exchange(console, pass, &clusters, granted, sent).await {
        Ok(answered) => answered,
        Err(error) => {
            let status = StatusCode::from_u16(error.status_code()).ok().filter(StatusCode::is_client_error);
            let status = status.unwrap_or(StatusCode::BAD_GATEWAY);
            return pages::closed(console, status, &PortClosed::Failed(error), language);
        }
    };
    let (parts, body) = answered.into_parts();
    let is_switched = parts.status == StatusCode::SWITCHING_PROTOCOLS;
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = parts.status;
    *answer.headers_mut() = from_the_pod(&parts.headers, &Kept::Port.name(console), is_switched);
    if let (true, Some(from_browser)) = (is_switched, from_browser) {
        let from_pod = hyper::upgrade::on(Response::from_parts(parts, body));
        tokio::spawn(async move {
            // It is one of the connections from its address for as long as it is open.
            let _seat = seat;
            splice(from_browser, from_pod).await;
        });
        return answer;
    }
    answer.map(|_| Body::new(body))
}

/// Carries bytes both ways, until one side ends.
async fn splice(from_browser: OnUpgrade, from_pod: OnUpgrade) {
    if let (Ok(browser), Ok(pod)) = tokio::join!(from_browser, from_pod) {
        // Either may have gone without a word.
        let _ = copy_bidirectional(&mut TokioIo::new(browser), &mut TokioIo::new(pod)).await;
    }
}

fn to_send(
    console: &Console,
    pass: &Pass,
    request: Request,
    is_upgrade: bool,
) -> Result<Request, ConsoleError> {
    let invalid = || ConsoleError::invalid("", "this is no address");
    let (parts, body) = request.into_parts();
    let authority = console.surroundings().forward_authority(&pass.id).ok_or_else(invalid)?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut sent = Request::new(body);
    *sent.method_mut() = parts.method;
    *sent.uri_mut() = Uri::try_from(path).map_err(|_| invalid())?;
    let scheme = console.surroundings().public_url().scheme();
    let address = Address { authority: &authority, scheme, cookie: &Kept::Port.name(console) };
    *sent.headers_mut() = to_the_pod(&parts.headers, address, is_upgrade);
    Ok(sent)
}

/// On a connection that waits, or on a new one: one that waits may break off just then, and what was not sent is sent again.
async fn exchange(
    console: &Console,
    pass: &Pass,
    clusters: &kubernetes::ForCaller,
    granted: Granted<ForwardPort>,
    request: Request,
) -> Result<Response<Incoming>, ConsoleError> {
    let mut request = request;
    if let Some(mut line) = console.tunnels().take(&pass.id) {
        match line.sender.try_send_request(request).await {
            Ok(answer) => {
                console.tunnels().give_back(&pass.id, line);
                return Ok(answer);
            }
            Err(mut error) => match error.take_message() {
                Some(unsent) => request = unsent,
                None => return Err(broken(&line, pass, &error.into_error())),
            },
        }
    }
    let mut line = connect(clusters, granted).await?;
    match line.sender.send_request(request).await {
        Ok(answer) => {
            console.tunnels().give_back(&pass.id, line);
            Ok(answer)
        }
        Err(error) => Err(broken(&line, pass, &error)),
    }
}

/// Why there is no answer: what the node said, if it said anything.
fn broken(line: &Line, pass: &Pass, error: &hyper::Error) -> ConsoleError {
    let forward = pass.forward();
    line.failure.get().cloned().unwrap_or_else(|| {
        let (pod, said) = (forward.pod.name.to_string(), error.to_string());
        ConsoleError::Unavailable {
            system: System::Cluster(forward.pod.cluster.to_string()),
            cause: Outage::NoHttp { port: forward.port, pod, said }.into(),
            may_be_done: true,
        }
    })
}
