//! The page of something new.

use super::editing::Beginning;
use super::page;
use super::schema::{self, Asked, Of};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use model::{ClusterName, ConsoleError, KindSlug, ResourceRef, link};
use std::borrow::Cow;
use ui::{Problem, SkeletonDetail, awaited};
use workloads_contract::{ClaimSource, KindSchema, forms, read_claim_source, read_kind_schema};

/// What the address says: the cluster, the kind, the namespace, and what is filled in.
type Begun = (String, String, String, Vec<(String, String)>);
/// What a form cannot be drawn without, where there is such a thing.
type Answer<T> = Resource<Option<Result<T, ConsoleError>>>;

/// The form for something new: `/clusters/{cluster}/new/{kind}`.
#[component]
pub fn NewFormPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let begun: Memo<Begun> = Memo::new(move |_| {
        let params = params.read();
        let cluster = params.get("cluster").unwrap_or_default();
        let kind = params.get("kind").unwrap_or_default();
        let query = query.read();
        let namespace = query.get("namespace").unwrap_or_else(|| "default".to_owned());
        (cluster, kind, namespace, filled(&query))
    });
    let described = Memo::new(move |_| {
        let (cluster, kind, ..) = &*begun.read();
        let is_written = forms::find(kind).is_some() && !forms::asks_version(kind);
        ClusterName::parse(cluster).ok().zip(KindSlug::parse(kind).ok()).filter(|_| !is_written)
    });
    let source = Memo::new(move |_| begun.with(beginning).and_then(|beginning| beginning.source()));
    let schema = Resource::new_blocking(
        move || described.get(),
        |described| async move {
            match described {
                Some((cluster, kind)) => Some(read_kind_schema(cluster, kind).await),
                None => None,
            }
        },
    );
    let copied = Resource::new_blocking(
        move || source.get(),
        |source| async move {
            match source {
                Some(source) => Some(read_claim_source(source).await),
                None => None,
            }
        },
    );
    let written = move || match begun.with(beginning) {
        Some(_) if source.read().is_some() || described.read().is_some() => None,
        Some(beginning) => Some(page(beginning)),
        None if described.read().is_some() => None,
        None => {
            let (cluster, kind, ..) = &*begun.read();
            let what = format!("{cluster}/new/{kind}");
            Some(view! { <Problem error=ConsoleError::missing(what) is_page=true/> }.into_any())
        }
    };
    view! {
        {written}
        {by_schema(begun, described, schema)}
        {by_source(begun, source, copied)}
    }
}

/// The form of a kind that has one of its own.
fn beginning((cluster, kind, namespace, filled): &Begun) -> Option<Beginning> {
    let (cluster, form) = ClusterName::parse(cluster).ok().zip(forms::find(kind))?;
    Some(Beginning::new(form, cluster, kind, namespace, filled.clone()))
}

/// The form of a kind that has none of its own, or of whose version the cluster has to be asked.
fn by_schema(
    begun: Memo<Begun>,
    described: Memo<Option<(ClusterName, KindSlug)>>,
    schema: Answer<KindSchema>,
) -> AnyView {
    let content = move || {
        let (.., namespace, filled) = begun.get();
        Suspend::new(async move {
            let answer = schema.await?;
            // The page may be gone before the answer comes.
            let (cluster, kind) = described.try_get_untracked()??;
            Some(match answer {
                Ok(schema) => match forms::find(kind.as_str()) {
                    Some(form) => {
                        let beginning = Beginning::new(form, cluster, kind.as_str(), &namespace, filled);
                        page(beginning.of_version(schema.api_version))
                    }
                    None => schema::page(Asked { cluster, kind, of: Of::New { namespace, filled } }, schema),
                },
                Err(error) => failed(error, move || schema.refetch()),
            })
        })
    };
    let fallback =
        move || described.try_get_untracked().flatten().is_some().then(|| view! { <SkeletonDetail/> });
    view! { <Transition fallback>{awaited(content)}</Transition> }.into_any()
}

/// The form of what begins with what it is filled from.
fn by_source(begun: Memo<Begun>, source: Memo<Option<ResourceRef>>, copied: Answer<ClaimSource>) -> AnyView {
    let content = move || {
        let begun = begun.get();
        Suspend::new(async move {
            let answer = copied.await?;
            source.try_get_untracked()??;
            let mut beginning = beginning(&begun)?;
            Some(match answer {
                Ok(found) => {
                    found.fill(beginning.form, &mut beginning.draft);
                    page(beginning)
                }
                Err(error) => failed(error, move || copied.refetch()),
            })
        })
    };
    let fallback =
        move || source.try_get_untracked().flatten().is_some().then(|| view! { <SkeletonDetail/> });
    view! { <Transition fallback>{awaited(content)}</Transition> }.into_any()
}

fn failed(error: ConsoleError, refetch: impl Fn() + Send + Sync + 'static) -> AnyView {
    let on_retry = Callback::new(move |()| refetch());
    view! { <Problem error on_retry is_page=true/> }.into_any()
}

/// What the address says of places of the form.
fn filled(query: &ParamsMap) -> Vec<(String, String)> {
    let place = |(name, value): (&Cow<'static, str>, &str)| {
        Some((name.strip_prefix(link::FILLED)?.to_owned(), value.to_owned()))
    };
    query.into_iter().filter_map(place).collect()
}
