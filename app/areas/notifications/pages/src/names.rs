//! Names and states of the area, in words.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{Level, Status};
use notifications_contract::{DeliveryRow, DeliveryState, MailSender, QuietTime, QuietTimes, ReceiverPlace};
use ui::{StatusMark, Until};
use workspaces_contract::MemberPlace;

/// So many quiet times of a receiver are told one by one.
const TOLD_QUIET_TIMES: usize = 3;

/// A way of telling.
pub fn channel(word: &str) -> String {
    text_of("channel", word)
}

/// Whose alerts are heard.
pub fn place(place: &ReceiverPlace) -> String {
    match place {
        ReceiverPlace::Platform => text("place.platform").to_owned(),
        ReceiverPlace::In(place) => member_place(place),
    }
}

/// A cluster, a workspace or a project.
pub fn member_place(place: &MemberPlace) -> String {
    match place {
        MemberPlace::Cluster(cluster) => text_with("place.cluster", &[("name", cluster)]),
        MemberPlace::Workspace(name) => text_with("place.workspace", &[("name", name)]),
        MemberPlace::Project(cluster, namespace) => {
            text_with("place.project", &[("name", namespace), ("cluster", cluster)])
        }
    }
}

/// When a receiver is not told, in a line.
pub fn quiet(quiet: &QuietTimes) -> Option<String> {
    let times = QuietTime::parse_lines(&quiet.times).ok()?;
    let mut told: Vec<String> = times.iter().take(TOLD_QUIET_TIMES).map(quiet_time).collect();
    let more = times.len() - told.len();
    if more > 0 {
        told.push(text_with("quiet.more", &[("count", &more)]));
    }
    let (times, zone) = (ui::in_turn(&told), quiet.zone.replace('_', " "));
    Some(text_with("quiet.remark", &[("times", &times), ("zone", &zone)]))
}

fn quiet_time(time: &QuietTime) -> String {
    let (from, until) = time.hours();
    if time.is_daily() {
        return format!("{from}–{until}");
    }
    let day = |day: &str| text_of("quiet.day", day);
    let stretch = |(first, last): (&str, &str)| match first == last {
        true => day(first),
        false => format!("{}–{}", day(first), day(last)),
    };
    let days: Vec<String> = time.days().into_iter().map(stretch).collect();
    format!("{} {from}–{until}", ui::listed(&days))
}

/// Who sends mails to a receiver.
pub fn mail_by(sender: &MailSender) -> String {
    match sender {
        MailSender::Of(place) => text_with("mail.by.place", &[("place", &member_place(place))]),
        MailSender::Console => text("mail.by.console").to_owned(),
        MailSender::Nobody => text("mail.by.nobody").to_owned(),
    }
}

/// How far a message is.
pub fn state(delivery: &DeliveryRow) -> AnyView {
    let (level, word) = match delivery.state {
        DeliveryState::Waiting(_) => (Level::Warning, "waiting"),
        DeliveryState::Sending => (Level::Progressing, "sending"),
        DeliveryState::Sent => (Level::Healthy, "sent"),
        DeliveryState::Failed => (Level::Failed, "failed"),
        DeliveryState::Unknown => (Level::Unknown, "unknown"),
    };
    let status = Status { level, word: text_of("state", word), reason: String::new() };
    let next = match delivery.state {
        DeliveryState::Waiting(at) if delivery.attempts > 0 => {
            Some(view! { <span class="about">{text("state.next")}" "<Until at/></span> })
        }
        _ => None,
    };
    view! { <StatusMark status/>{next} }.into_any()
}
