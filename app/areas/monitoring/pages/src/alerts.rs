//! What the cluster's rules, and alerts on its lists, warn of.

use crate::address::with_pairs;
use crate::alert_labels::AlertLabels;
use crate::cluster::{ask_again, head, use_cluster};
use crate::fired::fired;
use crate::missing::missing;
use crate::sift::{Sift, bar};
use crate::silences::{SILENCES, silences};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, Level, Status, link};
use monitoring_contract::{
    AcknowledgeAlert, Acknowledged, Alert, Alerts, Measured, Notifying, Rule, RuleState, Silence,
    UnknownList, Unmeasured, Window, WithdrawAcknowledgement, read_alerts,
};
use std::sync::Arc;
use ui::{
    Banner, ButtonKind, Card, Command, Empty, Field, Glyph, Icon, LinkButton, Problem, Since, SkeletonTable,
    StatusMark, Until, awaited, command_form, plain_table,
};

/// Names in the address the alert that somebody wants to look after.
const ACKNOWLEDGE: &str = "acknowledge";

/// Alerts that fire or are about to, and for who may see everything all rules with their state.
#[component]
pub fn AlertsPage() -> impl IntoView {
    let cluster = use_cluster();
    let answer = Resource::new(move || cluster.get(), |cluster| async move { read_alerts(cluster?).await });
    ask_again(move || answer.refetch());
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.read().get(ACKNOWLEDGE).unwrap_or_default());
    let sift = Memo::new(move |_| Sift::parse(&query.read()));
    let on_change = Callback::new(move |_: String| answer.refetch());
    let content = move || {
        let chosen = chosen.get();
        Suspend::new(async move {
            match (answer.await, cluster.get_untracked()) {
                (Ok(Measured::Answered(alerts)), Ok(cluster)) => {
                    answered(*alerts, &cluster, &chosen, (sift, on_change))
                }
                (Ok(Measured::Missing(found)), Ok(cluster)) => {
                    let href = link::list_alerts(&cluster);
                    view! {
                        <p class="hint alert-actions"><a href=href>{text("list-alerts")}</a></p>
                        {missing(&cluster, found)}
                    }
                    .into_any()
                }
                (Err(error), _) | (_, Err(error)) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("alerts".to_owned()))}
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
        {fired(cluster)}
    }
}

fn answered(
    alerts: Alerts,
    cluster: &ClusterName,
    chosen: &str,
    (sift, on_change): (Memo<Sift>, Callback<String>),
) -> AnyView {
    let Alerts { alerts, rules, notifying, unmeasured, unknown_lists } = alerts;
    let unmeasured = unmeasured.map(without_rules);
    let unknown_lists = unknown_lists.into_iter().map(unknown_list).collect_view();
    let chosen = alerts.iter().find(|alert| alert.fingerprint == chosen && alert.may_silence);
    let may_silence = alerts.iter().any(|alert| alert.may_silence);
    let back = sift.get_untracked().href(cluster);
    let form = chosen.map(|alert| form(alert, cluster, back, on_change));
    let list = if alerts.is_empty() {
        view! { <Empty glyph=Glyph::Check title=text("alerts.none") explanation=text("alerts.none.text")/> }
            .into_any()
    } else {
        sifted(alerts, notifying.clone(), cluster.clone(), sift)
    };
    let unruled = rules.as_ref().is_some_and(Vec::is_empty).then(|| {
        view! { <Banner level=Level::Warning>{text("alerts.no-rules")}</Banner> }
    });
    // Whoever sees all rules sees where alerts go.
    let routing = rules.is_some().then(|| {
        view! { <a href=link::routing(cluster)>{text("routing")}</a> }
    });
    let (new_silence, to_silences) = ways_to_silences(may_silence, &notifying, cluster);
    let rules = rules.filter(|rules| !rules.is_empty()).map(|all| {
        let headings = [text("rule"), text("rule.state"), text("rule.holds"), text("rule.query")];
        let rows = all.into_iter().map(|one| rule(one, cluster)).collect_view().into_any();
        view! { <Card title=text("rules") flush=true>{plain_table(text("rules"), &headings, rows)}</Card> }
    });
    view! {
        <p class="hint alert-actions">
            <a href=link::rules(cluster)>{text("alerts.rules")}</a>
            <a href=link::list_alerts(cluster)>{text("list-alerts")}</a>
            <a href=link::NOTIFICATIONS>{text("alerts.told")}</a>
            {routing}
            {new_silence}
            {to_silences}
        </p>
        {unmeasured}
        {unruled}
        {unknown_lists}
        {form}
        {list}
        {silences(notifying, cluster, on_change)}
        {rules}
    }
    .into_any()
}

/// The way to a silence of alerts that are still to come, for who may silence something here, and the one to those that
/// there are, which stand below all alerts. The browser itself goes there.
fn ways_to_silences(
    may_silence: bool,
    notifying: &Notifying,
    cluster: &ClusterName,
) -> (Option<AnyView>, Option<AnyView>) {
    let Notifying::Silences(silences) = notifying else { return (None, None) };
    let may_silence = may_silence || silences.iter().any(|silence| silence.may_end);
    let new = may_silence.then(|| {
        let href = link::new_silence(cluster, "");
        view! { <a href=href>{text("silence.new")}</a> }.into_any()
    });
    let there = (!silences.is_empty()).then(|| {
        let words = format!("{} ({})", text("silences"), silences.len());
        view! { <a href=format!("#{SILENCES}") rel="external">{words}</a> }.into_any()
    });
    (new, there)
}

/// Those of the alerts that the address asks for.
fn sifted(alerts: Vec<Alert>, notifying: Notifying, cluster: ClusterName, sift: Memo<Sift>) -> AnyView {
    let alerts = Arc::new(alerts);
    let bar = bar(&alerts, &cluster, sift);
    let rows = move || {
        let sift = sift.get();
        let told = Told::of(&notifying, &cluster, &sift);
        let found: Vec<Alert> = alerts.iter().filter(|alert| sift.admits(alert)).cloned().collect();
        if found.is_empty() {
            let all = link::alerts(&cluster);
            let action = move || view! { <LinkButton href=all>{text("alerts.all")}</LinkButton> };
            let (title, explanation) = (text("alerts.sifted"), text("alerts.sifted.text"));
            return view! { <Empty glyph=Glyph::Search title explanation action/> }.into_any();
        }
        let headings = [text("alert"), text("alert.about"), text("alert.since"), text("alert.labels")];
        let rows = found.into_iter().map(|one| alert(one, &told)).collect_view().into_any();
        plain_table(text("alerts"), &headings, rows)
    };
    view! { {bar}{rows} }.into_any()
}

/// What the rows of alerts need to know about silences, and about the page that they are on.
struct Told<'a> {
    /// Those that hold; `None` where none can be made.
    silences: Option<&'a [Silence]>,
    cluster: &'a ClusterName,
    sift: &'a Sift,
}

impl<'a> Told<'a> {
    fn of(notifying: &'a Notifying, cluster: &'a ClusterName, sift: &'a Sift) -> Self {
        let silences = match notifying {
            Notifying::Silences(silences) => Some(silences.as_slice()),
            Notifying::Missing | Notifying::Failing(_) => None,
        };
        Self { silences, cluster, sift }
    }

    /// Why nobody is told of an alert.
    fn why(&self, alert: &Alert) -> Option<AnyView> {
        let silences = self.silences?;
        if let Some(silence) = silences.iter().find(|silence| alert.silenced_by.contains(&silence.id)) {
            let words =
                text_with("alert.silenced", &[("name", &silence.created_by), ("reason", &silence.reason)]);
            let until = view! { <p class="alert-words">{words}" "<Until at=silence.ends/></p> };
            return Some(until.into_any());
        }
        alert.is_inhibited.then(|| {
            let words = match alert.inhibited_by.as_slice() {
                [] => text("alert.inhibited").to_owned(),
                worse => text_with("alert.inhibited-by", &[("alerts", &ui::listed(worse))]),
            };
            view! { <p class="alert-words">{words}</p> }.into_any()
        })
    }

    /// The way to the form with which one looks after an alert, or does no more.
    fn look_after(&self, alert: &Alert) -> Option<AnyView> {
        if !alert.may_silence || !alert.is_firing {
            return None;
        }
        let mut pairs = vec![(ACKNOWLEDGE.to_owned(), alert.fingerprint.clone())];
        pairs.extend(self.sift.pairs());
        let href = with_pairs(&link::alerts(self.cluster), &pairs);
        let about = ui::about_words(&alert.name);
        let words =
            if alert.acknowledged.is_some() { text("acknowledge.change") } else { text("acknowledge") };
        Some(view! { <a href=href>{words}<span class="visually-hidden">{about}</span></a> }.into_any())
    }

    /// The way to a silence for an alert that somebody is told of.
    fn link(&self, alert: &Alert) -> Option<AnyView> {
        self.silences?;
        if !alert.may_silence || alert.is_inhibited || !alert.silenced_by.is_empty() {
            return None;
        }
        let conditions: Vec<String> = alert.matchers.iter().map(ToString::to_string).collect();
        let href = link::new_silence(self.cluster, &conditions.join("\n"));
        let about = ui::about_words(&alert.name);
        let link = view! { <a href=href>{text("silence")}<span class="visually-hidden">{about}</span></a> };
        Some(link.into_any())
    }
}

fn alert(alert: Alert, told: &Told<'_>) -> AnyView {
    let silenced = told.why(&alert);
    let (silence, look_after) = (told.link(&alert), told.look_after(&alert));
    let acknowledged = alert.acknowledged.clone().map(acknowledged);
    let (href, summary) = (about_address(&alert), summary(&alert));
    let is_muted = alert.is_inhibited || !alert.silenced_by.is_empty();
    let Alert {
        name, level, severity, is_firing, description, runbook, labels, since, resource, list, ..
    } = alert;
    let state = text_of("alert.state", if is_firing { "firing" } else { "pending" });
    let words = if severity.is_empty() { state } else { format!("{state} · {severity}") };
    // What only may come to be is not marked like what is, and what nobody is told of like neither.
    let shown = match (is_muted, is_firing) {
        (true, _) => Level::Inactive,
        (false, true) => level,
        (false, false) => Level::Progressing,
    };
    let about = match (resource, list) {
        (Some(resource), _) => Some(view! { <a href=href>{resource.to_string()}</a> }.into_any()),
        (None, Some(list)) => {
            Some(view! { <a class="rule-query" href=href><code>{list.line()}</code></a> }.into_any())
        }
        (None, None) => None,
    };
    let told = [summary, description].into_iter().filter(|text| !text.is_empty());
    let told = told.map(|text| view! { <p class="alert-words">{text}</p> }).collect_view();
    let runbook = runbook.map(|href| {
        view! { <a href=href rel="noopener noreferrer external" target="_blank">{text("alert.runbook")}</a> }
    });
    let actions = (runbook.is_some() || silence.is_some() || look_after.is_some())
        .then(|| view! { <p class="alert-actions">{runbook}{look_after}{silence}</p> });
    view! {
        <tr>
            <th scope="row">
                <StatusMark status=Status::new(shown, words)/>
                <strong class="alert-name">{name}</strong>
                {told}
                {acknowledged}
                {silenced}
                {actions}
            </th>
            <td data-heading=text("alert.about")>{about}</td>
            <td data-heading=text("alert.since")>{since.map(|at| view! { <Since at with_time=true/> })}</td>
            <td data-heading=text("alert.labels")><AlertLabels labels/></td>
        </tr>
    }
    .into_any()
}

/// Where it is looked into what an alert is about: the object, or the list. Of what rules measure, the measurements.
pub fn about_address(alert: &Alert) -> String {
    match (&alert.resource, &alert.list) {
        (Some(resource), None) => link::object_tab(resource, "metrics"),
        (Some(resource), Some(_)) => link::object(resource),
        (None, Some(list)) => link::table(&list.query),
        (None, None) => String::new(),
    }
}

/// What an alert says in a line, in the reader's language where it is the console that says it.
pub fn summary(alert: &Alert) -> String {
    match alert.list.as_ref().and_then(|list| list.more) {
        Some(more) => text_with("list-alert.more", &[("count", &more)]),
        None => alert.summary.clone(),
    }
}

/// Why no rules warn.
fn without_rules(unmeasured: Unmeasured) -> AnyView {
    match unmeasured {
        Unmeasured::Missing(_) => {
            view! { <Banner level=Level::Inactive>{text("alerts.unmeasured")}</Banner> }.into_any()
        }
        Unmeasured::Failing(error) => view! { <Problem error/> }.into_any(),
    }
}

/// That nothing new is known of a list.
fn unknown_list(list: UnknownList) -> AnyView {
    let UnknownList { name, cause } = list;
    let words = text_with("list-alerts.unknown", &[("name", &name), ("cause", &cause)]);
    view! { <Banner level=Level::Warning>{words}</Banner> }.into_any()
}

/// Who looks after an alert, and what they say.
fn acknowledged(acknowledged: Acknowledged) -> AnyView {
    let Acknowledged { by, note, at } = acknowledged;
    let words = text_with("acknowledged", &[("name", &by)]);
    let note = (!note.is_empty()).then(|| view! { <p class="alert-words">"“"{note}"”"</p> });
    view! {
        <p class="alert-acknowledged"><Icon glyph=Glyph::Check/>{words}" "<Since at in_words=true/></p>
        {note}
    }
    .into_any()
}

/// The form with which one looks after an alert, and the one with which nobody does any more.
fn form(alert: &Alert, cluster: &ClusterName, back: String, on_change: Callback<String>) -> AnyView {
    let hidden =
        vec![("alert[cluster]", cluster.to_string()), ("alert[fingerprint]", alert.fingerprint.clone())];
    let take = Command {
        hidden: hidden.clone(),
        fields: &["note"],
        cancel: Some((text("silence.cancel").to_owned(), back)),
        on_done: Some(on_change),
        ..Command::new(AcknowledgeAlert::PATH, text("acknowledge.make"))
    };
    let note = alert.acknowledged.as_ref().map(|made| made.note.clone()).unwrap_or_default();
    let take = command_form(take, |problems| {
        view! {
            <Field
                name="alert[note]"
                label=text("acknowledge.note")
                hint=text("acknowledge.note.hint")
                value=Signal::stored(note)
                problem=problems.at("note")
                autocomplete="off"
            />
        }
        .into_any()
    });
    let withdraw = alert.acknowledged.as_ref().map(|_| {
        let command = Command {
            kind: ButtonKind::Plain,
            hidden,
            on_done: Some(on_change),
            ..Command::new(WithdrawAcknowledgement::PATH, text("acknowledge.withdraw"))
        };
        command_form(command, |_| ().into_any())
    });
    let title = text_with("acknowledge.of", &[("name", &alert.name)]);
    let about = alert.resource.as_ref().map(|about| view! { <p class="hint">{about.to_string()}</p> });
    view! { <div class="wide-form"><Card title>{about}{take}{withdraw}</Card></div> }.into_any()
}

/// How a rule is: as a mark, with why it cannot be evaluated below.
pub fn rule_state(state: RuleState) -> AnyView {
    let (level, words, why) = match state {
        RuleState::Broken(error) => (Level::Failed, text_of("rule.state", "broken"), Some(error)),
        RuleState::Firing(count) => (Level::Warning, text_with("rule.firing", &[("count", &count)]), None),
        RuleState::Pending(count) => {
            (Level::Progressing, text_with("rule.pending", &[("count", &count)]), None)
        }
        RuleState::Quiet => (Level::Healthy, text_of("rule.state", "quiet"), None),
    };
    let why = why.map(|why| view! { <p class="alert-words">{why}</p> });
    view! { <StatusMark status=Status::new(level, words)/>{why} }.into_any()
}

fn rule(rule: Rule, cluster: &ClusterName) -> AnyView {
    let Rule { group, name, query, severity, holds_seconds, state } = rule;
    let holds = if holds_seconds == 0 { "–".to_owned() } else { Window::Last(holds_seconds).to_texts().0 };
    let href = with_pairs(&link::explore(cluster), &[("query".to_owned(), query.clone())]);
    let about = [group, severity].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <tr>
            <th scope="row">{name}<span class="about">{about}</span></th>
            <td data-heading=text("rule.state")>{rule_state(state)}</td>
            <td data-heading=text("rule.holds")>{holds}</td>
            <td data-heading=text("rule.query")><a class="rule-query" href=href><code>{query}</code></a></td>
        </tr>
    }
    .into_any()
}
