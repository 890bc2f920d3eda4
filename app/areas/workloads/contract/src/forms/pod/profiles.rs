//! Under which profiles of its node a program runs.

use crate::field::{Control, Field};
use crate::forms::line;
use crate::rule::Rule;

/// The label that `SELinux` goes by.
pub(super) const SELINUX: Field = Field::new(
    "seLinuxOptions",
    "selinux",
    Control::Group(&[
        line("level", "selinux-level"),
        line("role", "selinux-role"),
        line("type", "selinux-type"),
        line("user", "selinux-user"),
    ]),
);

/// Which calls of the system a program may make.
pub(super) const SECCOMP: [Field; 2] = [
    Field::new(
        "seccompProfile/type",
        "seccomp",
        Control::Choice(&["", "RuntimeDefault", "Localhost", "Unconfined"]),
    ),
    line("seccompProfile/localhostProfile", "seccomp-file")
        .rule(Rule::Inside)
        .required()
        .when("seccompProfile/type=Localhost"),
];

/// What a program may touch, where nodes have `AppArmor`.
pub(super) const APP_ARMOR: [Field; 2] = [
    Field::new(
        "appArmorProfile/type",
        "app-armor",
        Control::Choice(&["", "RuntimeDefault", "Localhost", "Unconfined"]),
    ),
    line("appArmorProfile/localhostProfile", "app-armor-name")
        .required()
        .when("appArmorProfile/type=Localhost"),
];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use crate::{Draft, forms};
    use serde_json::json;

    #[test]
    fn a_profile_of_the_node_is_named_as_long_as_it_is_one() {
        let form = forms::find("deployments").unwrap();
        for kind in ["seccompProfile", "appArmorProfile"] {
            let mut draft = Draft::begin(form, "web", "shop");
            let profile = format!("spec/template/spec/securityContext/{kind}");
            draft.set(form, 0, &format!("{profile}/type"), Some(json!("Localhost")));

            let missing = format!("0/{profile}/localhostProfile");
            assert!(draft.faults(form).iter().any(|fault| fault.place == missing));
            draft.set(form, 0, &format!("{profile}/localhostProfile"), Some(json!("profiles/shop.json")));
            assert!(!draft.faults(form).iter().any(|fault| fault.place == missing));
            draft.set(form, 0, &format!("{profile}/type"), Some(json!("RuntimeDefault")));
            assert_eq!(draft.at(0, &profile), Some(&json!({"type": "RuntimeDefault"})));
        }
    }
}
