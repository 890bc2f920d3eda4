//! Choices that the browser remembers, as a page: for those without scripts, and for the time zone.

use crate::words::text;
use leptos::prelude::*;
use leptos_meta::Title;
use sign_in_contract::{field, path};
use ui::{Button, Card, CardGrid, Field, PageHeader, PreferencesForm, preferences};

/// Theme, density, language, time zone.
#[component]
pub fn PreferencesPage() -> impl IntoView {
    let zone = preferences().time_zone.unwrap_or_default();
    view! {
        <Title text=text("preferences")/>
        <PageHeader title=text("preferences")/>
        <CardGrid>
            <Card title=text("preferences.look")>
                <PreferencesForm return_to=path::PREFERENCES/>
            </Card>
            <Card title=text("preferences.zone")>
                <form class="form" method="post" action=path::PREFERENCES>
                    <input type="hidden" name=field::NEXT value=path::PREFERENCES/>
                    <Field
                        name="zone"
                        label=text("preferences.zone")
                        hint=text("preferences.zone.hint")
                        value=RwSignal::new(zone)
                        placeholder="Europe/Berlin"
                    />
                    <div class="form-actions"><Button form_type="submit">{text("save")}</Button></div>
                </form>
            </Card>
        </CardGrid>
    }
}
