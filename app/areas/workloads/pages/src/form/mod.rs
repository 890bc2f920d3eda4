//! The page of all forms.

mod address_pools;
mod annotations;
mod binaries;
mod controls;
mod default_class;
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
mod next_runs;
mod node_labels;
mod offered;
mod pairs;
mod picked;
mod plain;
mod pod_security;
mod quota;
mod registry;
mod rows;
mod scaled;
mod schedule;
mod schema;
mod scriptless;
mod sending;
mod slider;
mod suggested;
mod taken;
mod traffic;
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
use sending::Came;
use serde_json::Value;
use ui::{
    Banner, Button, Glyph, LinkButton, PageHeader, PageTitle, Problem, SkeletonDetail, awaited, problem_words,
};
use workloads_contract::posted::BESIDE;
use workloads_contract::{
    Beside, Control, Draft, Field, Form, KindSchema, PostedForm, Press, Section, Settled, forms,
    read_kind_schema, read_yaml,
};

/// The form of something that exists: `/clusters/{cluster}/{kind}/{namespace}/{name}/form`.
#[component]
pub fn EditFormPage() -> impl IntoView {
    let params = use_params_map();
    let object = Memo::new(move |_| {
        let params = params.read();
        let part = |name: &str| params.get(name).unwrap_or_default();
        let all = [part("cluster"), part("kind"), part("namespace"), part("name")];
        resource(&all).ok_or_else(|| ConsoleError::missing(all.join("/")))
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
            view! { <Problem error=ConsoleError::missing(what) is_page=true/> }.into_any()
        }
    }
}

/// The title of the step that is shown.
const TITLE: &str = ".form-title";

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
    let above = head(title, by_hand, text("scriptless"));
    let is_shown = form.slug == "secrets" && beginning.base.is_some();
    let shown = is_shown.then(|| view! { <Banner level=Level::Inactive>{text("secret.shown")}</Banner> });
    view! { {above}{shown}{inside(beginning)} }.into_any()
}

/// Where something new is written as YAML.
fn by_hand_new(cluster: &ClusterName, kind: &str, namespace: &str) -> String {
    format!("{}/create?kind={kind}&namespace={namespace}", link::cluster(cluster))
}

/// The title, and the way to YAML. `without_scripts` says what to do without them.
fn head(title: String, by_hand: String, without_scripts: &'static str) -> AnyView {
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
                {without_scripts}
            </Banner>
        </noscript>
    }
    .into_any()
}

/// The form itself; for browsers without scripts that have tried it out, what came of that.
fn inside(beginning: Beginning) -> AnyView {
    let form = beginning.form;
    let posted = scriptless::posted(form, beginning.base.is_none());
    let Some(posted) = posted else {
        return filled_in(Editing::of(beginning), 0, Came::default());
    };
    let editing = Editing::of(beginning.going_on(&posted));
    let PostedForm { step, shows_all, preview, .. } = posted;
    editing.shows_all.set(shows_all);
    match preview {
        Some((yaml, Ok(documents))) if taken::is_free(editing.is_new(), &documents) => {
            scriptless::confirm(editing, step, yaml, documents)
        }
        preview => filled_in(editing, step, Came { preview, refused: scriptless::refusal() }),
    }
}

fn filled_in(editing: Editing, first: usize, came: Came) -> AnyView {
    let form = editing.form;
    let step = RwSignal::new(first);
    let foot = sending::foot(editing, step, came);
    limits::follow(editing);
    pod_security::follow(editing);
    taken::follow(editing);
    let steps = move |(index, section): (usize, &'static Section)| step_link(editing, step, index, section);
    let body = move || section(editing, step.get().min(form.sections.len() - 1));
    let content = view! {
        <div class="form-page">
            <nav class="form-steps" aria-label=text("steps")>
                <ol>{form.sections.iter().enumerate().map(steps).collect_view()}</ol>
                {quota::panel(editing)}
                {fit::panel(editing)}
            </nav>
            <div class="form-body">
                {body}
                {walk(step, form)}
            </div>
            <section class="form-yaml needs-scripts" aria-label=text("yaml")>{yaml::pane(editing)}</section>
        </div>
    };
    view! {
        {move || restored(editing)}
        {default_class::panel(editing)}
        {scriptless::around(editing, first, content.into_any())}
        {traffic::panel(editing)}
        {foot}
    }
    .into_any()
}

fn restored(editing: Editing) -> AnyView {
    if !editing.is_restored.get() {
        return ().into_any();
    }
    let start = move |()| {
        editing.start_over();
        request_animation_frame(|| ui::rescue_focus(TITLE));
    };
    let over = move || view! { <Button on_press=start>{text("send.start-over")}</Button> };
    view! { <Banner level=Level::Inactive actions=over>{text("restored")}</Banner> }.into_any()
}

/// A step, with how many faults stand in it.
fn step_link(editing: Editing, step: RwSignal<usize>, index: usize, section: &'static Section) -> AnyView {
    let count = Memo::new(move |_| editing.count_in(index));
    let is_current = move || (step.get() == index).then_some("step");
    let is_told = move || (count.get() > 0 && editing.shows_all.get()).then_some("");
    let is_own = section.words.is_some().then_some("");
    let is_drawn = step.get_untracked() == index;
    let below = match is_drawn {
        true => view! { <noscript><strong>{step_name(section)}</strong></noscript> }.into_any(),
        false => scriptless::press(&Press::Step(index), step_name(section)),
    };
    view! {
        <li>
            {below}
            <button
                class="form-step needs-scripts"
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
        <h2 class="form-title" tabindex="-1" data-code=is_own>{step_name(section)}</h2>
        {hint.map(|hint| view! { <p class="hint form-about">{hint}</p> })}
        {move || told_here(editing, index)}
        {settled(editing, index, section.settled, content)}
    }
    .into_any()
}

/// The fields of a step. Where nothing of it can be changed any more, they cannot be typed into, and it says so.
fn settled(editing: Editing, index: usize, settled: Settled, content: AnyView) -> AnyView {
    let words = match settled {
        Settled::No => return view! { <div class="form-fields">{content}</div> }.into_any(),
        Settled::Once => text("settled.once"),
        Settled::UnlessSuspended => text("settled.unless-suspended"),
    };
    let form = editing.form;
    let is_settled = Memo::new(move |_| !editing.is_new() && form.is_settled(&editing.draft.read(), index));
    view! {
        {move || is_settled.get().then(|| view! { <p class="hint form-about">{words}</p> })}
        <fieldset class="form-settled" disabled=move || is_settled.get()>
            <legend class="visually-hidden">{step_name(&form.sections[index])}</legend>
            <div class="form-fields">{content}</div>
        </fieldset>
    }
    .into_any()
}

/// What the server says about what a step is about, where no control of it can say it.
fn told_here(editing: Editing, index: usize) -> AnyView {
    let has_control = |place: &str| editing.form.nearest(&format!("0/{place}")).is_some();
    let told = editing.told_in(index).into_iter().filter(|problem| !has_control(&problem.field));
    told.map(|problem| view! { <Banner level=Level::Failed>{problem_words(&problem)}</Banner> })
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
        <ui::Checkbox name=BESIDE label hint checked=wanted on_change/>
        {scriptless::press(&Press::Stay, text("scriptless.show").to_owned())}
        <Show when=move || wanted.get()>{fields(editing, &spot, section.fields)}</Show>
    }
    .into_any()
}

fn walk(step: RwSignal<usize>, form: &'static Form) -> AnyView {
    let last = form.sections.len() - 1;
    let drawn = step.get_untracked();
    let back_below =
        (drawn > 0).then(|| scriptless::press(&Press::Step(drawn - 1), text("step.back").to_owned()));
    let next_below =
        (drawn < last).then(|| scriptless::press(&Press::Step(drawn + 1), text("step.next").to_owned()));
    let back = move || step.get() > 0;
    let next = move || step.get() < last;
    let go = move |to: usize| {
        step.set(to);
        // The button may be gone, and the new step is what is read next.
        request_animation_frame(|| ui::give_focus(TITLE));
    };
    view! {
        {back_below}
        {next_below}
        <div class="form-walk needs-scripts">
            <Show when=back>
                <Button glyph=Glyph::ChevronLeft on_press=move |()| go(step.get_untracked().saturating_sub(1))>{text("step.back")}</Button>
            </Show>
            <Show when=next>
                <Button glyph=Glyph::ChevronRight on_press=move |()| go(step.get_untracked() + 1)>{text("step.next")}</Button>
            </Show>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
