#![doc = include_str!("../README.md")]

mod site;
mod words;

pub use site::SitePage;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Level, Platform};
use platform_contract::{LOGO, PROBLEM, PlatformFields, WARNING, path, read_settings};
use ui::{
    Banner, Button, ButtonKind, Card, Command, Field, FormProblems, PageHeader, PageTitle, Problem, Select,
    SkeletonDetail, TextArea, awaited, command_form,
};
use words::{text, text_of};

/// What everybody sees of the platform.
#[component]
pub fn PlatformPage() -> impl IntoView {
    let settings = Resource::new_blocking(|| (), |()| read_settings());
    let query = use_query_map();
    let problem = Memo::new(move |_| query.read().get(PROBLEM));
    let content = move || {
        Suspend::new(async move {
            match settings.await {
                Ok(platform) => view! { {said(&platform)}{picture(&platform, problem)} }.into_any(),
                Err(error) => {
                    let on_retry = Callback::new(move |()| settings.refetch());
                    view! { <Problem error here=path::SETTINGS on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("title")/>
        <PageHeader title=text("title")/>
        <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
    }
}

fn said(platform: &Platform) -> AnyView {
    let fields = PlatformFields::of(platform);
    let command = Command {
        fields: &["name", "announcement", "until", "links", "sites"],
        // What stands around every page comes with a whole one.
        on_done: Some(Callback::new(|_| reload())),
        ..Command::new("/api/platform/change", text("save"))
    };
    let form = command_form(command, |problems| form(fields, problems));
    view! { <Card title=text("said")>{form}</Card> }.into_any()
}

fn form(fields: PlatformFields, problems: FormProblems) -> AnyView {
    let at = move |name: &'static str| {
        let problem = problems.at(name);
        Signal::derive(move || problem.get().map(|key| text_of_problem(&key)))
    };
    let weights = ["note", WARNING].map(|weight| (weight.to_owned(), text_of("weight", weight))).to_vec();
    view! {
        <Field
            name="fields[name]"
            label=text("name")
            hint=text("name.hint")
            value=Signal::stored(fields.name)
            problem=at("name")
        />
        <TextArea
            name="fields[announcement]"
            label=text("announcement")
            hint=text("announcement.hint")
            value=Signal::stored(fields.announcement)
            problem=at("announcement")
            lines=3
        />
        <Select
            name="fields[weight]"
            label=text("weight")
            value=Signal::stored(fields.weight)
            options=Signal::stored(weights)
        />
        <Field
            name="fields[until]"
            label=text("until")
            hint=text("until.hint")
            value=Signal::stored(fields.until)
            problem=at("until")
            input_type="datetime-local"
        />
        <TextArea
            name="fields[links]"
            label=text("links")
            hint=text("links.hint")
            value=Signal::stored(fields.links)
            problem=at("links")
            lines=4
        />
        <TextArea
            name="fields[sites]"
            label=text("sites")
            hint=text("sites.hint")
            value=Signal::stored(fields.sites)
            problem=at("sites")
            lines=4
        />
    }
    .into_any()
}

fn text_of_problem(key: &str) -> String {
    key.strip_prefix("problem.").map_or_else(|| key.to_owned(), |word| text_of("problem", word))
}

/// The form is sent by the browser itself: it carries a file.
fn picture(platform: &Platform, problem: Memo<Option<String>>) -> AnyView {
    let shown = platform.logo.clone().map(|logo| {
        view! {
            <p><img class="platform-logo" src=logo alt=text("logo.now")/></p>
            <form method="post" action=path::CHANGE_LOGO enctype="multipart/form-data">
                <Button form_type="submit" kind=ButtonKind::Danger>{text("logo.remove")}</Button>
            </form>
        }
    });
    let wrong = move || {
        let word = problem.get()?;
        Some(view! { <Banner level=Level::Failed>{text_of("logo.problem", &word)}</Banner> })
    };
    view! {
        <Card title=text("logo")>
            {wrong}
            {shown}
            <form class="form" method="post" action=path::CHANGE_LOGO enctype="multipart/form-data">
                <div class="field">
                    <label class="field-label" for="platform-logo">{text("logo.file")}</label>
                    <input class="input" id="platform-logo" type="file" name=LOGO accept="image/png,image/svg+xml,image/webp" required=true/>
                    <p class="field-hint">{text("logo.hint")}</p>
                </div>
                <div class="form-actions"><Button form_type="submit">{text("logo.upload")}</Button></div>
            </form>
        </Card>
    }
    .into_any()
}

fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}
