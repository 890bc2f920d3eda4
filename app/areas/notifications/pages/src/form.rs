//! The form of a receiver, new or not. Its fields follow from the way in which it is told.

use crate::words::{text, text_of};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{Language, link, time_zones};
use notifications_contract::{
    Channel, ChannelField, Least, REPEAT_HOURS, ReceiverFields, SaveReceiver, Shape,
};
use ui::{Checkbox, Command, Field, FormProblems, Select, TextArea, command_form, preferences};

/// The names of all fields that tell themselves what is wrong with them.
const FIELDS: &[&str] = &[
    "name",
    "least",
    "matchers",
    "repeat_hours",
    "quiet",
    "quiet_zone",
    "language",
    "to",
    "url",
    "token",
    "chat",
    "key",
    "signing",
    "user",
    "password",
    "call",
    "room",
    "app",
    "corp",
    "agent",
    "secret",
    "users",
    "departments",
    "tags",
];

/// What is secret and was kept.
type Kept = Vec<String>;

/// The form that keeps a receiver.
pub fn form(fields: &ReceiverFields, kept: Kept, on_done: Option<Callback<String>>) -> AnyView {
    let is_new = fields.id.is_empty();
    let hidden = vec![
        ("fields[id]", fields.id.clone()),
        ("fields[version]", fields.version.to_string()),
        ("fields[place]", fields.place.to_string()),
        ("fields[channel]", fields.channel.clone()),
    ];
    let command = Command {
        hidden,
        fields: FIELDS,
        cancel: is_new.then(|| (text("cancel").to_owned(), link::NOTIFICATIONS.to_owned())),
        on_done,
        ..Command::new(
            SaveReceiver::PATH,
            if is_new { text("receiver.create") } else { text("receiver.save") },
        )
    };
    let fields = fields.clone();
    command_form(command, move |problems| {
        view! { {where_to(&fields, &kept, problems)}{what(&fields, problems)} }.into_any()
    })
}

/// How it is called, and where the way leads.
fn where_to(fields: &ReceiverFields, kept: &Kept, problems: FormProblems) -> AnyView {
    let own = Channel::find(&fields.channel).map_or(&[][..], |channel| channel.fields);
    let own = own.iter().map(|field| {
        let value = fields.settings.get(field.name).cloned().unwrap_or_default();
        setting(&fields.channel, field, value, kept.iter().any(|name| name == field.name), problems)
    });
    view! {
        <Field
            name="fields[name]"
            label=text("receiver.name")
            hint=text("receiver.name.hint")
            value=Signal::stored(fields.name.clone())
            problem=problems.at("name")
            autocomplete="off"
        />
        {own.collect_view()}
    }
    .into_any()
}

fn setting(
    channel: &str,
    field: &'static ChannelField,
    value: String,
    is_kept: bool,
    problems: FormProblems,
) -> AnyView {
    let name = format!("fields[settings][{}]", field.name);
    let label = text_of("field", field.name);
    let about = text_of("hint", &format!("{channel}.{}", field.name));
    let hint = if is_kept { format!("{} {about}", text("kept")) } else { about };
    let problem = problems.at(field.name);
    match field.shape {
        Shape::Recipients => view! {
            <TextArea name label hint value=Signal::stored(value) problem lines=2/>
        }
        .into_any(),
        Shape::Address | Shape::Line | Shape::People => {
            let input_type = if field.is_secret { "password" } else { "text" };
            // New passwords are what browsers neither fill in nor offer to keep for this page.
            let autocomplete = if field.is_secret { "new-password" } else { "off" };
            let removal = (is_kept && field.is_optional).then(|| {
                view! { <Checkbox name="fields[removed][]" value=field.name label=text("kept.remove")/> }
            });
            view! {
                <Field name label hint value=Signal::stored(value) problem input_type autocomplete code=true/>
                {removal}
            }
            .into_any()
        }
    }
}

/// When it is not told, by the clock of a place: that of the reader, as long as nothing is said.
fn quiet(fields: &ReceiverFields, problems: FormProblems) -> AnyView {
    let zones: Vec<_> = time_zones().map(|zone| (zone.to_owned(), zone.replace('_', " "))).collect();
    let own = Some(fields.quiet_zone.clone()).filter(|zone| !zone.is_empty());
    let zone = own.or_else(|| preferences().time_zone).unwrap_or_else(|| "UTC".to_owned());
    view! {
        <TextArea
            name="fields[quiet]"
            label=text("quiet")
            hint=text("quiet.hint")
            value=Signal::stored(fields.quiet.clone())
            problem=problems.at("quiet")
            lines=2
        />
        <Select
            name="fields[quiet_zone]"
            label=text("quiet.zone")
            options=Signal::stored(zones)
            value=Signal::stored(zone)
            problem=problems.at("quiet_zone")
        />
    }
    .into_any()
}

/// What it is told of, and how often.
fn what(fields: &ReceiverFields, problems: FormProblems) -> AnyView {
    let least = Least::ALL.map(|least| (least.word().to_owned(), text_of("least", least.word())));
    let hours = REPEAT_HOURS.map(|hours| (hours.to_string(), text_of("repeat", &hours.to_string())));
    let languages = Language::ALL.map(|language| (language.tag().to_owned(), language.own_name().to_owned()));
    view! {
        <Select
            name="fields[least]"
            label=text("least")
            options=Signal::stored(least.to_vec())
            value=Signal::stored(fields.least.word().to_owned())
            problem=problems.at("least")
        />
        <TextArea
            name="fields[matchers]"
            label=text("matchers")
            hint=text("matchers.hint")
            value=Signal::stored(fields.matchers.clone())
            problem=problems.at("matchers")
            lines=2
        />
        <Select
            name="fields[repeat_hours]"
            label=text("repeat")
            options=Signal::stored(hours.to_vec())
            value=Signal::stored(fields.repeat_hours.to_string())
            problem=problems.at("repeat_hours")
        />
        {quiet(fields, problems)}
        <Select
            name="fields[language]"
            label=text("language")
            options=Signal::stored(languages.to_vec())
            value=Signal::stored(fields.language.clone())
            problem=problems.at("language")
        />
        <Checkbox
            name="fields[tells_resolved]"
            label=text("resolved")
            value="true"
            checked=Signal::stored(fields.tells_resolved)
        />
    }
    .into_any()
}
