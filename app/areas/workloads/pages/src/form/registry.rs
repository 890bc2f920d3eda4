//! The login for an image registry.

use super::controls::Part;
use super::editing::Editing;
use super::plain::labelled;
use crate::words::{text, text_of};
use leptos::prelude::*;
use model::{ConsoleError, Level};
use serde_json::Value;
use ui::{Button, LevelMark, error_words};
use workloads_contract::{LoginAnswer, RegistryLogin, try_registry_login};

/// A login for an image registry: three fields that become one value.
pub fn registry(part: &Part) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let whole = part.text();
    // Of several logins none would be the one that these fields are about.
    if RegistryLogin::count(&whole.read_untracked()) > 1 {
        return part.area(true);
    }
    let login = Memo::new(move |_| RegistryLogin::read(&whole.read()));
    let set = move |change: fn(&mut RegistryLogin, String)| {
        let spot = spot.clone();
        Callback::new(move |text: String| {
            let mut login = login.get_untracked();
            change(&mut login, text);
            let text = login.write(&whole.read_untracked());
            editing.set(spot.object, &spot.path, Some(Value::from(text)));
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
        {trial(editing, login)}
    }
    .into_any()
}

/// Shows the login to its registry. What was found out is told as long as the login is what it was then.
fn trial(editing: Editing, login: Memo<RegistryLogin>) -> AnyView {
    let found = RwSignal::new(None::<(RegistryLogin, Result<LoginAnswer, ConsoleError>)>);
    let is_asking = RwSignal::new(false);
    let on_press = Callback::new(move |()| {
        let Some(namespace) = untrack(|| editing.namespace()) else { return };
        let (cluster, asked) = (editing.cluster(), login.get_untracked());
        is_asking.set(true);
        leptos::task::spawn_local(async move {
            let answer = try_registry_login(cluster, namespace, asked.clone()).await;
            // The form may have been left.
            if is_asking.try_set(false).is_none() {
                found.set(Some((asked, answer)));
            }
        });
    });
    let blocked = Signal::derive(move || {
        let login = login.read();
        let is_filled = [&login.server, &login.username, &login.password].iter().all(|part| !part.is_empty());
        let is_complete = is_filled && editing.namespace().is_some();
        (!is_complete).then(|| text("login.fill-in-first").to_owned())
    });
    let told = move || {
        let found = found.get().filter(|(asked, _)| *asked == *login.read());
        found.map(|(_, answer)| said(answer))
    };
    view! {
        <div class="field needs-scripts">
            <Button busy=is_asking disabled_because=blocked on_press>{text("login.test")}</Button>
            <p class="field-hint">{text("login.hint")}</p>
            <p role="status">{told}</p>
        </div>
    }
    .into_any()
}

fn said(answer: Result<LoginAnswer, ConsoleError>) -> AnyView {
    let (level, words) = match answer {
        Ok(LoginAnswer::Taken) => (Level::Healthy, text("login.taken").to_owned()),
        Ok(LoginAnswer::Refused) => (Level::Failed, text("login.refused").to_owned()),
        Ok(LoginAnswer::NotAsked) => (Level::Warning, text("login.not-asked").to_owned()),
        Err(error) => (Level::Warning, error_words(&error)),
    };
    view! { <LevelMark level=Signal::stored(level)/>" "{words} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rendering::render;

    async fn html(answer: Result<LoginAnswer, ConsoleError>) -> String {
        render("/", move || view! { <p>{said(answer)}</p> }).await
    }

    #[tokio::test]
    async fn what_a_registry_says_is_told_in_words() {
        assert!(html(Ok(LoginAnswer::Taken)).await.contains("takes this login"));
        assert!(html(Ok(LoginAnswer::Refused)).await.contains("refuses this login"));
        assert!(html(Ok(LoginAnswer::NotAsked)).await.contains("asks for no login"));
        let private = ConsoleError::invalid("", "https://10.0.0.1 is not in the public internet");
        assert!(html(Err(private)).await.contains("not in the public internet"));
    }
}
