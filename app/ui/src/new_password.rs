//! A password that is chosen: typed twice, and looked at meanwhile.

use crate::field::Field;
use leptos::prelude::*;

/// The two fields of a password that is chosen.
pub struct NewPassword {
    /// Their names.
    pub names: [&'static str; 2],
    /// What they ask.
    pub labels: [String; 2],
    /// How to choose it.
    pub hint: String,
    /// What was wrong with what was sent, at each of them: told for as long as nothing is typed there.
    pub said: [Option<String>; 2],
    /// Told when the second is not the first.
    pub different: String,
}

/// Both fields. `weak` says what is wrong with a password while it is typed.
pub fn new_password(
    fields: NewPassword,
    weak: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> AnyView {
    let NewPassword { names, labels, hint, said, different } = fields;
    let ([name, name_again], [label, label_again], [said, said_again]) = (names, labels, said);
    let password = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let weak = Signal::derive(move || {
        let password = password.read();
        if password.is_empty() { said.clone() } else { weak(&password) }
    });
    let different = Signal::derive(move || {
        let (password, again) = (password.read(), again.read());
        if again.is_empty() {
            return said_again.clone();
        }
        // While it is typed, the second is a beginning of the first.
        (!password.starts_with(again.as_str())).then(|| different.clone())
    });
    view! {
        <Field
            name
            label
            hint
            value=password
            problem=weak
            input_type="password"
            autocomplete="new-password"
            required=true
            on_input=move |value| password.set(value)
        />
        <Field
            name=name_again
            label=label_again
            value=again
            problem=different
            input_type="password"
            autocomplete="new-password"
            required=true
            on_input=move |value| again.set(value)
        />
    }
    .into_any()
}
