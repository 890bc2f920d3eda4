//! States.

use super::specimen;
use crate::{
    Banner, Button, Empty, Glyph, LinkButton, Problem, SkeletonCards, SkeletonDetail, SkeletonTable,
    StaleBanner, use_toasts,
};
use leptos::prelude::*;
use model::{ConsoleError, FieldProblem, Level, Need, Stale, System, Timestamp};

pub fn states() -> AnyView {
    let toasts = use_toasts();
    let say = move |()| {
        toasts.say(Level::Healthy, "Deployment web has 3 replicas.");
        toasts.say(Level::Failed, "Deployment web was not changed: you may only look.");
    };
    let problem = |error: ConsoleError| view! { <Problem error here="/components" on_retry=|()| ()/> };
    view! {
        <StaleBanner stale=Some(Stale { since: Timestamp(1_795_407_600), error: unavailable() })/>
        <Banner level=Level::Inactive actions=|| view! { <Button>"Resume"</Button> }>
            "This deployment is paused: changes wait until it is resumed."
        </Banner>
        <div class="gallery-columns">
            {every_error().into_iter().map(|(name, error)| specimen(name, problem(error))).collect_view()}
            {specimen("Empty", view! {
                <Empty
                    glyph=Glyph::Storage
                    title="No volumes claimed"
                    explanation="A claim asks the cluster for storage that outlives a pod."
                    action=|| view! { <LinkButton href="#create" glyph=Glyph::Plus>"Create a claim"</LinkButton> }
                />
            })}
            {specimen("Toasts", view! { <Button on_press=say>"Say something"</Button> })}
            {specimen("SkeletonTable", view! { <SkeletonTable rows=4 columns=4/> })}
            {specimen("SkeletonDetail", view! { <SkeletonDetail/> })}
            {specimen("SkeletonCards", view! { <SkeletonCards count=2/> })}
        </div>
    }
    .into_any()
}

fn unavailable() -> ConsoleError {
    ConsoleError::Unavailable {
        system: System::ApiGroup("harbour".into(), "metrics.k8s.io".into()),
        cause: "The connection was refused.".into(),
        may_be_done: false,
    }
}

/// Every error a reader may meet, with its name.
pub fn every_error() -> Vec<(&'static str, ConsoleError)> {
    let need = Need {
        verb: "patch".into(),
        resource: "deployments.apps/scale".into(),
        cluster: Some("harbour".into()),
        namespace: Some("shop".into()),
        granted_by: model::GrantedBy::Administrator,
    };
    let owned = FieldProblem::new("spec.replicas", "is owned by horizontal-pod-autoscaler");
    let in_text =
        FieldProblem { line: Some(7), ..FieldProblem::new("spec.replicas", "must be a whole number") };
    let in_doubt = ConsoleError::Unavailable {
        system: System::Cluster("harbour".into()),
        cause: "It did not answer within 10 s.".into(),
        may_be_done: true,
    };
    vec![
        ("Problem: not signed in", ConsoleError::NotSignedIn),
        (
            "Problem: forbidden",
            ConsoleError::Forbidden { need, said: Some("deployments.apps \"web\" is forbidden".into()) },
        ),
        ("Problem: not found", ConsoleError::missing("pods/shop/web-0")),
        ("Problem: invalid", ConsoleError::Invalid { problems: vec![in_text] }),
        ("Problem: conflict", ConsoleError::Conflict { problems: vec![owned] }),
        ("Problem: unavailable", unavailable()),
        ("Problem: in doubt", in_doubt),
        ("Problem: transport", ConsoleError::Transport("The network is unreachable.".into())),
        ("Problem: internal", ConsoleError::Internal { reference: "8b3f1c2e-7d44".into() }),
    ]
}
