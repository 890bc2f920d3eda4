//! Forms.

use super::specimen;
use crate::{
    Button, ButtonKind, ByteFile, Checkbox, Dialog, Field, PreferencesForm, Select, TextArea, TextFile,
    TimeMenu,
};
use leptos::prelude::*;
use model::{Timestamp, Window};

pub fn forms() -> AnyView {
    let open = RwSignal::new(false);
    let between = Window::Between(Timestamp(1_795_400_400), Timestamp(1_795_407_600));
    view! {
        <div class="gallery-columns">
            {specimen("Field, Select, TextArea, TextFile, ByteFile, Checkbox", fields())}
            {specimen("PreferencesForm", view! { <PreferencesForm return_to="/components"/> })}
            {specimen("TimeMenu", view! {
                <div class="gallery-row">
                    <TimeMenu window=between action="/components" kept=Vec::new()/>
                </div>
            })}
            {specimen("Dialog", view! {
                <Button on_press=move |()| open.set(true)>"Open"</Button>
                <Dialog
                    open
                    title="Scale web"
                    footer=move || view! {
                        <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                        <Button kind=ButtonKind::Primary on_press=move |()| open.set(false)>"Scale"</Button>
                    }
                >
                    <Field name="dialog-replicas" label="Replicas" input_type="number" value="3"/>
                </Dialog>
            })}
        </div>
    }
    .into_any()
}

fn fields() -> AnyView {
    let options = [("always", "Always"), ("if-not-present", "If not present")];
    let options: Vec<_> = options.map(|(value, words)| (value.to_owned(), words.to_owned())).into();
    view! {
        <form class="form" method="get" action="#forms">
            <Field name="name" label="Name" value="web" code=true hint="Lower-case letters, digits and '-'."/>
            <Field
                name="replicas"
                label="Replicas"
                input_type="number"
                value="-1"
                problem=Some("must be 0 or more".to_owned())
            />
            <Select name="pull" label="Pull image" options value="if-not-present"/>
            <TextArea name="command" label="Command" value="sleep 3600" lines=3/>
            <TextFile id="script-file" label="Script" accept=".sh" on_text=|_| ()/>
            <ByteFile label="Choose a picture" most_bytes=1_024 on_file=|_| ()/>
            <Checkbox
                name="dry-run"
                label="Only try"
                checked=true
                hint="The cluster checks everything and changes nothing."
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">"Apply"</Button>
                <Button kind=ButtonKind::Quiet form_type="reset">"Reset"</Button>
            </div>
        </form>
    }
    .into_any()
}
