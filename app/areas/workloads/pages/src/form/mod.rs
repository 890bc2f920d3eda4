//! The page of all forms.

mod annotations;
mod controls;
mod described;
mod editing;
mod fit;
mod folded;
mod host_time;
mod image;
mod limits;
mod lists;
mod log_files;
mod names;
mod neighbours;
mod new;
mod pairs;
mod picked;
mod plain;
mod quota;
mod registry;
mod scaled;
mod schema;
mod sending;
mod slider;
mod taken;
mod variants;
mod yaml;

pub use new::NewFormPage;

use crate::words::{text, text_of, text_with};
use controls::{Spot, fields};
use editing::{Beginning, Editing};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{ClusterName, ConsoleError, KindSlug, Level, Namespace, ObjectName, ResourceRef, link};
use resources_contract::{Base, read_manifest};
use schema::{Asked, Of};
use serde_json::Value;
use ui::{Banner, Button, Glyph, LinkButton, PageHeader, PageTitle, Problem, SkeletonDetail, awaited};
use workloads_contract::{
    Beside, Control, Draft, Field, Form, KindSchema, Section, forms, read_kind_schema, read_yaml,
};

/// The form of something that exists: `/clusters/{cluster}/{kind}/{namespace}/{name}/form`.
#[component]
pub fn EditFormPage() -> impl IntoView {
    let params = use_params_map();
    let object = Memo::new(move |_| {
        let params = params.read();
        let part = |name: &str| params.get(name).unwrap_or_default();
        let all = [part("cluster"), part("kind"), part("namespace"), part("name")];
        resource(&all).ok_or_else(|| ConsoleError::NotFound { what: all.join("/") })
    });
    let opened = Resource::new_blocking(
        move || object.get(),
        |object| async move {
            let object = object?;
            let schema = match forms::find(object.kind.as_str()) {
                Some(_) => None,
                None => Some(read_kind_schema(object.cluster.clone(), object.kind.clone()).await?),
            };
            // A form without the values would take them away.
            let manifest = read_manifest(object.clone(), is_secret(&object)).await?;
            let objects = read_yaml(manifest.text).await?;
            Ok::<_, ConsoleError>((object, objects, manifest.base, schema))
        },
    );
    view! {
        <Transition fallback=|| view! { <SkeletonDetail/> }>
            {awaited(move || Suspend::new(async move {
                // The page may be gone before its turn comes, and again before the answer does.
                object.try_with_untracked(|_| ())?;
                let answer = opened.await;
                object.try_with_untracked(|_| ())?;
                Some(match answer {
                    Ok((object, objects, base, schema)) => opened_page(object, objects, base, schema),
                    Err(error) => {
                        let on_retry = Callback::new(move |()| opened.refetch());
                        view! { <Problem error on_retry is_page=true/> }.into_any()
                    }
                })
            }))}
        </Transition>
    }
}

fn opened_page(object: ResourceRef, objects: Vec<Value>, base: Base, schema: Option<KindSchema>) -> AnyView {
    match (forms::find(object.kind.as_str()), schema) {
        (Some(form), _) => page(Beginning {
            form,
            cluster: object.cluster.clone(),
            draft: Draft::of_existing(objects),
            kept_as: format!("orrery-form {object} {}", base.uid),
            base: Some(base),
        }),
        (None, Some(schema)) => {
            let ResourceRef { cluster, kind, .. } = object;
            schema::page(Asked { cluster, kind, of: Of::Existing { objects, base } }, schema)
        }
        (None, None) => {
            let what = object.to_string();
            view! { <Problem error=ConsoleError::NotFound { what } is_page=true/> }.into_any()
        }
    }
}

fn is_secret(object: &ResourceRef) -> bool {
    object.kind.as_str() == "secrets"
}

fn resource([cluster, kind, namespace, name]: &[String; 4]) -> Option<ResourceRef> {
    let namespace = match namespace.as_str() {
        link::NO_NAMESPACE => None,
        namespace => Some(Namespace::parse(namespace).ok()?),
    };
    Some(ResourceRef {
        cluster: ClusterName::parse(cluster).ok()?,
        kind: KindSlug::parse(kind).ok()?,
        namespace,
        name: ObjectName::parse(name).ok()?,
    })
}

fn page(beginning: Beginning) -> AnyView {
    let form = beginning.form;
    let (title, by_hand) = match &beginning.base {
        None => {
            let namespace =
                beginning.draft.at(0, "metadata/namespace").and_then(Value::as_str).unwrap_or_default();
            (text_of("new", form.slug), by_hand_new(&beginning.cluster, form.slug, namespace))
        }
        Some(base) => {
            let title = text_with("edit.title", &[("name", &base.resource.name)]);
            (title, link::object_tab(&base.resource, "yaml"))
        }
    };
    let above = head(title, by_hand);
    let is_shown = form.slug == "secrets" && beginning.base.is_some();
    let shown = is_shown.then(|| view! { <Banner level=Level::Inactive>{text("secret.shown")}</Banner> });
    view! { {above}{shown}{inside(beginning)} }.into_any()
}

/// Where something new is written as YAML.
fn by_hand_new(cluster: &ClusterName, kind: &str, namespace: &str) -> String {
    format!("{}/create?kind={kind}&namespace={namespace}", link::cluster(cluster))
}

/// The title, and the way to YAML.
fn head(title: String, by_hand: String) -> AnyView {
    let page_title = title.clone();
    let by_hand_below = by_hand.clone();
    view! {
        <PageTitle text=page_title/>
        <PageHeader
            title=Signal::stored(title)
            actions=move || view! { <LinkButton href=by_hand.clone() glyph=Glyph::Yaml>{text("by-hand")}</LinkButton> }
        />
        <noscript>
            <Banner level=Level::Inactive actions=move || view! { <LinkButton href=by_hand_below.clone()>{text("by-hand")}</LinkButton> }>
                {text("no-scripts")}
            </Banner>
        </noscript>
    }
    .into_any()
}

/// The form itself.
fn inside(beginning: Beginning) -> AnyView {
    let form = beginning.form;
    let editing = Editing::of(beginning);
    limits::follow(editing);
    taken::follow(editing);
    let step = RwSignal::new(0_usize);
    let steps = move |(index, section): (usize, &'static Section)| step_link(editing, step, index, section);
    let body = move || section(editing, step.get().min(form.sections.len() - 1));
    view! {
        {move || restored(editing)}
        <div class="form-page needs-scripts">
            <nav class="form-steps" aria-label=text("steps")>
                <ol>{form.sections.iter().enumerate().map(steps).collect_view()}</ol>
                {quota::panel(editing)}
                {fit::panel(editing)}
            </nav>
            <div class="form-body">
                {body}
                {walk(step, form)}
            </div>
            <section class="form-yaml" aria-label=text("yaml")>{yaml::pane(editing)}</section>
        </div>
        {sending::foot(editing)}
    }
    .into_any()
}

fn restored(editing: Editing) -> AnyView {
    if !editing.is_restored.get() {
        return ().into_any();
    }
    let over =
        move || view! { <Button on_press=move |()| editing.start_over()>{text("send.start-over")}</Button> };
    view! { <Banner level=Level::Inactive actions=over>{text("restored")}</Banner> }.into_any()
}

/// A step, with how many faults stand in it.
fn step_link(editing: Editing, step: RwSignal<usize>, index: usize, section: &'static Section) -> AnyView {
    let count = Memo::new(move |_| editing.count_in(index));
    let is_current = move || (step.get() == index).then_some("step");
    let is_told = move || (count.get() > 0 && editing.shows_all.get()).then_some("");
    let is_own = section.words.is_some().then_some("");
    view! {
        <li>
            <button
                class="form-step"
                type="button"
                aria-current=is_current
                data-wrong=is_told
                on:click=move |_| step.set(index)
            >
                <span class="form-step-number" aria-hidden="true">{index + 1}</span>
                <span class="form-step-name" data-code=is_own>{step_name(section)}</span>
                {move || (count.get() > 0).then(|| view! { <span class="count" title=text("section.open")>{count.get()}</span> })}
            </button>
        </li>
    }
    .into_any()
}

/// What a step is called: in the console's words, or in those of its kind.
fn step_name(section: &Section) -> String {
    section.words.map_or_else(|| text_of("section", section.id), |words| words.name.to_owned())
}

fn section(editing: Editing, index: usize) -> AnyView {
    let section: &'static Section = &editing.form.sections[index];
    let spot = Spot { object: section.object, path: section.base.to_owned() };
    let content = match section.fields {
        [Field { path, control: Control::Object(inner), words: Some(words), .. }] => {
            described::step(editing, &spot.below(path), *words, inner)
        }
        _ if section.object == 1 => beside(editing, spot, section),
        all => fields(editing, &spot, all),
    };
    // A list that is a step of its own says itself what it is for.
    let is_list = matches!(section.fields, [Field { control: Control::Items { .. }, .. }]);
    let hint = section.words.map(|words| words.hint).filter(|hint| !hint.is_empty() && !is_list);
    let is_own = section.words.is_some().then_some("");
    view! {
        <h2 class="form-title" data-code=is_own>{step_name(section)}</h2>
        {hint.map(|hint| view! { <p class="hint form-about">{hint}</p> })}
        {move || told_here(editing, index)}
        <div class="form-fields">{content}</div>
    }
    .into_any()
}

/// What the server says about what a step is about, where no control of it can say it.
fn told_here(editing: Editing, index: usize) -> AnyView {
    let has_control = |place: &str| editing.form.nearest(&format!("0/{place}")).is_some();
    let told = editing.told_in(index).into_iter().filter(|problem| !has_control(&problem.field));
    told.map(|problem| view! { <Banner level=Level::Failed>{problem.message}</Banner> })
        .collect_view()
        .into_any()
}

/// What is made along with the object. Later it has a page of its own.
fn beside(editing: Editing, spot: Spot, section: &'static Section) -> AnyView {
    let form = editing.form;
    let kind = form.beside.map(Beside::kind).unwrap_or_default();
    if !editing.is_new() {
        return view! { <p class="hint">{text_of("beside-later", kind)}</p> }.into_any();
    }
    let wanted = Memo::new(move |_| editing.draft.read().has_beside(form));
    let on_change = Callback::new(move |wanted| editing.draft.update(|draft| draft.set_beside(form, wanted)));
    let (label, hint) = (text_of("beside", kind), text_of("beside-hint", kind));
    view! {
        <ui::Checkbox name="beside" label hint checked=wanted on_change/>
        <Show when=move || wanted.get()>{fields(editing, &spot, section.fields)}</Show>
    }
    .into_any()
}

fn walk(step: RwSignal<usize>, form: &'static Form) -> AnyView {
    let last = form.sections.len() - 1;
    let back = move || step.get() > 0;
    let next = move || step.get() < last;
    view! {
        <div class="form-walk">
            <Show when=back>
                <Button glyph=Glyph::ChevronLeft on_press=move |()| step.update(|step| *step -= 1)>{text("step.back")}</Button>
            </Show>
            <Show when=next>
                <Button glyph=Glyph::ChevronRight on_press=move |()| step.update(|step| *step += 1)>{text("step.next")}</Button>
            </Show>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
