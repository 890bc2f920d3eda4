//! One provider.

use crate::parts::{Filled, fields};
use crate::trial::trial;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{ConsoleError, Level};
use providers_contract::{Kind, ProviderView, Submitted, draft_provider, field, path, read_provider};
use ui::{
    Banner, Button, ButtonKind, Card, CopyButton, Field, KeyValue, KeyValueItem, LinkButton, PageHeader,
    PageTitle, Problem, SkeletonDetail, awaited,
};

/// The form for a new provider of the kind in the address.
#[component]
pub fn NewProviderPage() -> impl IntoView {
    let kind = use_params_map().get_untracked().get("kind").unwrap_or_default();
    let here = format!("{}/{kind}", path::NEW);
    let view = Resource::new_blocking(
        || (),
        move |()| {
            let kind = Kind::parse(&kind);
            async move {
                let what = || ConsoleError::missing(text("kind"));
                draft_provider(kind.ok_or_else(what)?).await
            }
        },
    );
    page(view, here, true)
}

/// The form of the provider in the address.
#[component]
pub fn ProviderPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let here = path::provider(&id);
    let view = Resource::new_blocking(|| (), move |()| read_provider(id.clone()));
    page(view, here, false)
}

fn page(view: Resource<Result<ProviderView, ConsoleError>>, here: String, is_new: bool) -> AnyView {
    // A form that was sent comes back as the page itself, with what was typed.
    let submitted = SharedValue::new(use_context::<Submitted>).into_inner();
    let done = use_query_map().get_untracked().get(field::DONE);
    let content = move || {
        let (here, submitted, done) = (here.clone(), submitted.clone(), done.clone());
        Suspend::new(async move {
            match view.await {
                Ok(provider) => form(provider, here, is_new, submitted, done),
                Err(error) => view! { <Problem error here=here is_page=true/> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition> }.into_any()
}

fn form(
    mut provider: ProviderView,
    here: String,
    is_new: bool,
    submitted: Option<Submitted>,
    done: Option<String>,
) -> AnyView {
    let kind = provider.settings.kind();
    let title = match is_new {
        true => text_with("new", &[("kind", &text_of("kind", kind.word()))]),
        false => provider.settings.name.clone(),
    };
    let was_sent = submitted.is_some();
    let submitted = submitted.unwrap_or_default();
    if let Some(id) = submitted.fields.get(field::PROVIDER).filter(|_| is_new) {
        // The form that was sent keeps the addresses that may have been entered at the provider already.
        provider.callback = provider.callback.replace(&provider.id, id);
        provider.back_channel = provider.back_channel.replace(&provider.id, id);
        provider.id.clone_from(id);
    }
    let filled = Filled {
        fields: if was_sent { submitted.fields } else { provider.settings.to_fields() },
        problems: submitted.problems,
    };
    let steps = submitted.trial;
    let is_tried = !steps.is_empty();
    let general = filled.general();
    let secret = kind.has_secret().then(|| secret(kind, provider.has_secret, filled.problem(field::SECRET)));
    let (version, id) = (provider.version.to_string(), provider.id.clone());
    let there = (kind != Kind::Directory).then(|| addresses(provider, kind));
    let own = fields(kind, &filled);
    let shared = crate::parts::common(&filled);
    view! {
        <PageTitle text=title.clone()/>
        <PageHeader title=title kind=text_of("kind", kind.word())/>
        {done.map(|word| view! { <Banner level=Level::Finished>{text_of("done", &word)}</Banner> })}
        {general.map(|words| view! { <Banner level=Level::Failed>{words}</Banner> })}
        <div class="provider-page">
            <Card title=text("settings")>
                <form class="form" id="provider" method="post" action=here>
                    <input type="hidden" name=field::VERSION value=version/>
                    <input type="hidden" name=field::PROVIDER value=id/>
                    {own}
                    {secret}
                    {shared}
                    <div class="form-actions">
                        <Button kind=ButtonKind::Primary form_type="submit" name=field::DO value="save">
                            {text("save")}
                        </Button>
                        <Button form_type="submit" name=field::DO value="test">{text("test")}</Button>
                        <LinkButton href=path::PROVIDERS kind=ButtonKind::Quiet>{text("cancel")}</LinkButton>
                    </div>
                </form>
            </Card>
            <div class="provider-side">
                {is_tried.then(|| trial(steps))}
                {there}
            </div>
        </div>
    }
    .into_any()
}

fn secret(kind: Kind, is_kept: bool, problem: Signal<Option<String>>) -> AnyView {
    let hint = if is_kept { text("secret.kept") } else { text("secret.none") };
    let label = if kind == Kind::Directory { text("secret.bind") } else { text("secret.client") };
    view! {
        <Field
            name=field::SECRET
            label=label
            hint=hint
            problem=problem
            input_type="password"
            autocomplete="off"
        />
    }
    .into_any()
}

/// What is to be entered at the provider.
fn addresses(provider: ProviderView, kind: Kind) -> AnyView {
    let ProviderView { callback, back_channel, .. } = provider;
    let is_cas = kind == Kind::Cas;
    let callback = address(if is_cas { text("service") } else { text("callback") }, callback);
    let title = if is_cas { text("logout-url") } else { text("back-channel") };
    let back_channel = kind.says_who_left().then(|| address(title, back_channel));
    let explanation = if is_cas { text("there.text.cas") } else { text("there.text") };
    view! {
        <Card title=text("there")>
            <p class="card-text">{explanation}</p>
            <KeyValue>{callback}{back_channel}</KeyValue>
        </Card>
    }
    .into_any()
}

fn address(title: &str, address: String) -> AnyView {
    let shown = address.clone();
    view! {
        <KeyValueItem name=title.to_owned()>
            <code>{shown}</code>
            <CopyButton value=address/>
        </KeyValueItem>
    }
    .into_any()
}
