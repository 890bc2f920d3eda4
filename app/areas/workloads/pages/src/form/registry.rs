//! The login for an image registry.

use super::controls::Part;
use super::plain::labelled;
use crate::words::text_of;
use leptos::prelude::*;
use serde_json::Value;
use workloads_contract::RegistryLogin;

/// A login for an image registry: three fields that become one value.
pub fn registry(part: &Part) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let whole = part.text();
    let login = Memo::new(move |_| RegistryLogin::read(&whole.read()));
    let set = move |change: fn(&mut RegistryLogin, String)| {
        let spot = spot.clone();
        Callback::new(move |text: String| {
            let mut login = login.get_untracked();
            change(&mut login, text);
            editing.set(spot.object, &spot.path, Some(Value::from(login.write())));
        })
    };
    let place = part.spot.place();
    view! {
        <ui::Field
            name=format!("{place}/server")
            label=labelled(&text_of("field", "registry-server"), true)
            value=Signal::derive(move || login.read().server.clone())
            problem=part.problem
            code=true
            on_input=set(|login, text| login.server = text)
        />
        <ui::Field
            name=format!("{place}/username")
            label=text_of("field", "username")
            value=Signal::derive(move || login.read().username.clone())
            code=true
            on_input=set(|login, text| login.username = text)
        />
        <ui::Field
            name=format!("{place}/password")
            label=text_of("field", "password")
            value=Signal::derive(move || login.read().password.clone())
            input_type="password"
            code=true
            on_input=set(|login, text| login.password = text)
        />
        <ui::Field
            name=format!("{place}/email")
            label=text_of("field", "registry-email")
            value=Signal::derive(move || login.read().email.clone())
            hint=text_of("hint", "registry-email")
            code=true
            on_input=set(|login, text| login.email = text)
        />
    }
    .into_any()
}
