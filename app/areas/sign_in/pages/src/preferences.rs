//! Choices that the browser remembers, as a page: for those without scripts, and for the time zone.

use crate::words::text;
use leptos::prelude::*;
use model::time_zones;
use sign_in_contract::{field, path};
use ui::{Button, Card, CardGrid, PageHeader, PageTitle, PreferencesForm, Select, preferences};

/// Theme, density, language, time zone.
#[component]
pub fn PreferencesPage() -> impl IntoView {
    let zone = preferences().time_zone.unwrap_or_default();
    let browser = (String::new(), text("preferences.zone.browser").to_owned());
    let zones = time_zones().map(|zone| (zone.to_owned(), zone.replace('_', " ")));
    let zones: Vec<(String, String)> = std::iter::once(browser).chain(zones).collect();
    view! {
        <PageTitle text=text("preferences")/>
        <PageHeader title=text("preferences")/>
        <CardGrid>
            <Card title=text("preferences.look")>
                <PreferencesForm return_to=path::PREFERENCES/>
            </Card>
            <Card title=text("preferences.zone")>
                <form class="form" method="post" action=path::PREFERENCES>
                    <input type="hidden" name=field::NEXT value=path::PREFERENCES/>
                    <Select
                        name="zone"
                        label=text("preferences.zone")
                        hint=text("preferences.zone.hint")
                        value=Signal::stored(zone)
                        options=Signal::stored(zones)
                    />
                    <div class="form-actions"><Button form_type="submit">{text("save")}</Button></div>
                </form>
            </Card>
        </CardGrid>
    }
}
