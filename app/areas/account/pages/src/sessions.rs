//! Where I am signed in, and who tried to.

use crate::ports;
use crate::words::{text, text_of, text_with};
use account_contract::{AccountView, SessionView, SignInView, Way, field, path};
use leptos::prelude::*;
use model::{Level, Status};
use ui::{Badge, Button, ButtonKind, Card, Empty, Glyph, Since, StatusMark, plain_table};

/// Sessions and the history of sign-ins.
pub(crate) fn part(account: &AccountView) -> AnyView {
    let others = account.sessions.iter().filter(|session| !session.is_current).count();
    let end_others = move || {
        (others > 0).then(|| {
            view! {
                <form method="post" action=path::END_SESSION>
                    <Button form_type="submit" kind=ButtonKind::Danger>{text("sessions.end-others")}</Button>
                </form>
            }
        })
    };
    let rows = account.sessions.iter().cloned().map(session).collect_view().into_any();
    let headings =
        [text("browser"), text("address"), text("way"), text("signed-in"), text("last-used"), text("action")];
    view! {
        <Card title=text("sessions") flush=true wide=true actions=end_others>
            {plain_table(text("sessions"), &headings, rows)}
        </Card>
        {ports::card(&account.ports)}
        {history(&account.history)}
    }
    .into_any()
}

fn session(session: SessionView) -> AnyView {
    let browser = match (session.browser.as_str(), session.system.as_str()) {
        ("", "") => text("browser.unknown").to_owned(),
        (known, "") | ("", known) => known.to_owned(),
        (browser, system) => text_with("browser.on", &[("browser", &browser), ("system", &system)]),
    };
    let here = session.is_current.then(|| view! { <Badge text=text("session.this") strong=true/> });
    let acting = session.acting_as.map(|name| {
        let words = text_with("session.acting", &[("name", &name)]);
        view! { " "<Badge text=words/> }
    });
    let about = ui::about_words(&browser);
    let end = (!session.is_current).then(|| {
        view! {
            <form method="post" action=path::END_SESSION>
                <input type="hidden" name=field::SESSION value=session.handle/>
                <Button form_type="submit" kind=ButtonKind::Quiet>
                    {text("session.end")}
                    <span class="visually-hidden">{about}</span>
                </Button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row"><span class="session-browser">{browser}{here}{acting}</span></th>
            <td data-heading=text("address")><code>{session.address}</code></td>
            <td data-heading=text("way")>{way(session.way)}</td>
            <td data-heading=text("signed-in")><Since at=session.signed_in_at with_time=true/></td>
            <td data-heading=text("last-used")><Since at=session.seen_at in_words=true/></td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}

fn history(history: &[SignInView]) -> AnyView {
    let content = if history.is_empty() {
        view! {
            <Empty glyph=Glyph::Clock title=text("history.none") explanation=text("history.none.text")/>
        }
        .into_any()
    } else {
        let headings = [text("time"), text("outcome"), text("address"), text("way")];
        plain_table(
            text("history"),
            &headings,
            history.iter().cloned().map(sign_in).collect_view().into_any(),
        )
    };
    view! { <Card title=text("history") flush=true wide=true>{content}</Card> }.into_any()
}

fn sign_in(sign_in: SignInView) -> AnyView {
    let told = |level, outcome| Status { reason: reason(&sign_in.reason), ..Status::new(level, outcome) };
    let status = match (&sign_in.way, sign_in.reason.as_str()) {
        (Way::ActedAs, _) => told(Level::Warning, text("outcome.acted-as")),
        (_, "") => Status::new(Level::Healthy, text("outcome.in")),
        _ => told(Level::Failed, text("outcome.refused")),
    };
    view! {
        <tr>
            <td data-heading=text("time")><Since at=sign_in.at with_time=true/></td>
            <th scope="row"><StatusMark status with_reason=true/></th>
            <td data-heading=text("address")><code>{sign_in.address}</code></td>
            <td data-heading=text("way")>{way(sign_in.way)}</td>
        </tr>
    }
    .into_any()
}

/// The trail's own words, in the reader's language where it is a common one.
fn reason(reason: &str) -> String {
    match reason {
        "wrong name or password" => text("reason.password").to_owned(),
        other => other.to_owned(),
    }
}

fn way(way: Way) -> String {
    match way {
        Way::Unknown => text_of("way", "unknown"),
        Way::Password => text_of("way", "password"),
        Way::SecondFactor => text_of("way", "second-factor"),
        Way::Passkey => text_of("way", "passkey"),
        Way::Provider(name) => name,
        Way::ActedAs => text_of("way", "acted-as"),
    }
}
