//! What browsers without scripts send, as the page of a form draws it.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::field::CORE_GROUP;
use crate::place::at;
use crate::registry::RegistryLogin;
use crate::written::{lines_of, rows_of, text_of_value};
use crate::{forms, pools_of, write_mode};
use model::FieldProblem;

type Fields = Vec<(String, String)>;

/// The fields of a step as the page draws them, as browsers send them.
fn drawn(draft: &Draft, form: &Form, step: usize) -> Fields {
    let mut fields =
        vec![(DRAFT.to_owned(), serde_json::to_string(draft).unwrap()), (STEP.to_owned(), step.to_string())];
    if draft.has_beside(form) {
        fields.push((BESIDE.to_owned(), "on".to_owned()));
    }
    for one in draft.shown(form, step, true) {
        let (value, place) = (draft.at(one.object, &one.path), one.place());
        let text = text_of_value(value);
        let several = |text: String| text.replace('\n', "\r\n");
        match one.control {
            Control::Toggle | Control::ToggleText if text == "true" => fields.push((place, "on".into())),
            Control::Ticks(_) => {
                let words = value.and_then(Value::as_array).into_iter().flatten();
                fields.extend(
                    words.map(|word| (format!("{place}/{}", text_of_value(Some(word))), "on".into())),
                );
            }
            Control::Lines | Control::NodeValues | Control::Numbers => {
                fields.push((place, several(lines_of(value, ""))));
            }
            Control::Groups => fields.push((place, several(lines_of(value, CORE_GROUP)))),
            Control::Pairs | Control::PodLabels | Control::NumberPairs | Control::Files => {
                rows(&mut fields, &place, value, &[]);
            }
            Control::Others(own) => rows(&mut fields, &place, value, own),
            Control::AddressPools => fields.push((place, several(pools_of(value).join("\n")))),
            Control::Mode => fields.push((place, value.map(write_mode).unwrap_or_default())),
            Control::ChoiceOrText(options) if options.contains(&text.as_str()) => {
                fields.push((format!("{place}?"), text));
            }
            Control::ChoiceOrText(_) => {
                fields.push((format!("{place}?"), String::new()));
                fields.push((place, text));
            }
            Control::OneOf(variants) => {
                let found = Variant::find(variants, value.unwrap_or(&Value::Null)).or(variants.first());
                fields.push((choice_name(&place, variants), found.unwrap().id.to_owned()));
            }
            Control::HostTime => {
                let (pod, container) = host_time::around(&one.path).unwrap();
                let is_on = draft.at(one.object, &pod).is_some_and(|pod| host_time::is_on(pod, &container));
                fields.extend(is_on.then(|| (place, "on".to_owned())));
            }
            Control::ScaledKind => {
                let all = Scalable::all(&[]);
                let found = all.iter().find(|one| one.is_of(value.unwrap_or(&Value::Null)));
                fields.extend(found.map(|found| (place, found.slug.to_string())));
            }
            Control::Registry => {
                let RegistryLogin { server, username, password, email } = RegistryLogin::read(&text);
                let parts =
                    [("server", server), ("username", username), ("password", password), ("email", email)];
                fields.extend(parts.map(|(name, part)| (format!("{place}/{name}"), part)));
            }
            Control::Toggle
            | Control::ToggleText
            | Control::Items { .. }
            | Control::Binaries
            | Control::LogFiles
            | Control::Neighbours
            | Control::Yaml => {}
            Control::Area => fields.push((place, several(text))),
            _ => fields.push((place, text.replace('\n', ""))),
        }
    }
    fields
}

/// Rows, and the empty one below them.
fn rows(fields: &mut Fields, place: &str, value: Option<&Value>, own: &[&str]) {
    let rows = rows_of(value, own).into_iter().chain([Default::default()]);
    for (index, (key, value)) in rows.enumerate() {
        fields.push((key_name(place, index), key));
        fields.push((value_name(place, index), value.replace('\n', "\r\n")));
    }
}

/// Types something into a field.
fn typed(mut fields: Fields, name: &str, value: &str) -> Fields {
    fields.retain(|(own, _)| own != name);
    fields.push((name.to_owned(), value.to_owned()));
    fields
}

fn pressed(fields: Fields, form: &Form, press: &Press) -> PostedForm {
    let sent = SentForm::new("", typed(fields, PRESS, &press.to_string()));
    PostedForm::read(form, &sent, true).unwrap()
}

fn deployment() -> (&'static Form, Draft) {
    let form = forms::find("deployments").unwrap();
    (form, Draft::begin(form, "web", "shop"))
}

/// The step that a place is in.
fn step_of(form: &Form, place: &str) -> usize {
    form.step_of(place).unwrap()
}

#[test]
fn what_nobody_typed_into_stays_as_it_is_in_every_step_of_every_form() {
    for form in forms::ALL {
        let draft = Draft::begin(form, "web", "shop");
        for step in 0..form.sections.len() {
            let posted = pressed(drawn(&draft, form, step), form, &Press::Stay);

            assert_eq!(posted.draft, draft, "{} {step}", form.slug);
            assert_eq!(posted.step, step);
        }
    }
}

#[test]
fn what_has_a_field_of_its_own_is_typed_at_the_same_time_as_what_stands_beside_it() {
    let (form, draft) = deployment();
    let place = "0/metadata/annotations";
    let mut fields = drawn(&draft, form, 0);
    for (name, value) in [
        (format!("{place}/kubesphere.io~1alias-name"), "Till"),
        (key_name(place, 0), "note"),
        (value_name(place, 0), "x"),
    ] {
        fields = typed(fields, &name, value);
    }

    let taken = pressed(fields, form, &Press::Stay).draft;

    let both = json!({"kubesphere.io/alias-name": "Till", "note": "x"});
    assert_eq!(taken.at(0, "metadata/annotations"), Some(&both));
}

#[test]
fn values_that_browsers_send_otherwise_stay_as_they_are() {
    let form = forms::find("configmaps").unwrap();
    let mut draft = Draft::begin(form, "web", "shop");
    draft.set(form, 0, "data", Some(json!({"a.conf": "one\r\ntwo\n", "b": "x"})));
    draft.set(form, 0, "binaryData", Some(json!({"logo.png": "iVBORw=="})));
    let step = step_of(form, "0/data");

    assert_eq!(pressed(drawn(&draft, form, step), form, &Press::Stay).draft, draft);
}

#[test]
fn what_is_typed_is_taken_and_what_follows_from_it_follows() {
    let (form, draft) = deployment();
    let step = step_of(form, "0/metadata/name");

    let fields = typed(drawn(&draft, form, step), "0/metadata/name", "api");
    let posted = pressed(fields, form, &Press::Step(1));

    assert_eq!(posted.draft.at(0, "metadata/name"), Some(&json!("api")));
    assert_eq!(posted.draft.at(0, "spec/selector/matchLabels/app"), Some(&json!("api")));
    assert_eq!((posted.step, posted.shows_all), (1, false));
}

#[test]
fn lists_grow_and_shrink_by_their_buttons() {
    let (form, draft) = deployment();
    let place = "0/spec/template/spec/containers";
    let step = step_of(form, place);

    let more = pressed(drawn(&draft, form, step), form, &Press::Add(place.to_owned()));
    let all = |posted: &PostedForm| posted.draft.at(0, "spec/template/spec/containers").cloned().unwrap();
    assert_eq!(all(&more).as_array().map(Vec::len), Some(2));

    let image = format!("{place}/0/image");
    let fields = typed(drawn(&more.draft, form, step), &image, "web:2");
    let fewer = pressed(fields, form, &Press::Remove(format!("{place}/1")));
    assert_eq!(all(&fewer).as_array().map(Vec::len), Some(1));
    assert_eq!(at(&all(&fewer), "0/image"), Some(&json!("web:2")), "what was typed is kept");

    let elsewhere = Press::Add("0/metadata/labels".to_owned());
    let stays = pressed(drawn(&draft, form, step), form, &elsewhere);
    assert_eq!(stays.draft, draft, "it is no list of this step");
}

#[test]
fn a_rule_of_a_policy_is_for_everybody_only_when_that_is_chosen() {
    let form = forms::find("networkpolicies").unwrap();
    let mut draft = Draft::begin(form, "door", "shop");
    draft.objects[0]["spec"]["ingress"] = json!([{"from": [{"podSelector": {}}], "ports": [{"port": 80}]}]);
    let (peers, ports) = ("0/spec/ingress/0/from", "0/spec/ingress/0/ports");
    let step = step_of(form, peers);
    let press = |draft: &Draft, press| pressed(drawn(draft, form, step), form, &press);

    let fewer = press(&draft, Press::Remove(format!("{peers}/0")));
    let fewer = press(&fewer.draft, Press::Remove(format!("{ports}/0")));
    let asked = press(&fewer.draft, Press::Preview);
    let missing: Vec<String> = asked.draft.faults(form).into_iter().map(|fault| fault.place).collect();
    assert_eq!(missing, [peers, ports]);
    assert!(!asked.is_asked(form));

    let fields = typed(drawn(&asked.draft, form, step), "0/spec/ingress/0?from", "any-source");
    let fields = typed(fields, "0/spec/ingress/0?ports", "every-port");
    let chosen = pressed(fields, form, &Press::Preview);
    assert_eq!(chosen.draft.at(0, "spec/ingress"), Some(&json!([{}])));
    assert!(chosen.is_asked(form), "{:?}", chosen.draft.faults(form));
}

#[test]
fn a_choice_wins_over_what_it_hides() {
    let (form, mut draft) = deployment();
    let usual = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}});
    draft.set(form, 0, "spec/strategy", Some(usual));
    let step = step_of(form, "0/spec/strategy/type");

    let fields = typed(drawn(&draft, form, step), "0/spec/strategy/rollingUpdate/maxSurge", "50%");
    let fields = typed(fields, "0/spec/strategy/type", "Recreate");

    let posted = pressed(fields, form, &Press::Stay);
    assert_eq!(posted.draft.at(0, "spec/strategy"), Some(&json!({"type": "Recreate"})));
}

#[test]
fn it_is_tried_out_only_when_nothing_is_missing() {
    let (form, draft) = deployment();
    let place = "0/spec/template/spec/containers/0/image";
    let step = step_of(form, place);
    let with = |image: &str| pressed(typed(drawn(&draft, form, step), place, image), form, &Press::Preview);

    assert!(with("web:1").is_asked(form), "{:?}", with("web:1").draft.faults(form));
    let empty = with("");
    assert!(empty.shows_all && !empty.is_asked(form));
}

#[test]
fn coming_back_from_a_preview_changes_nothing() {
    let (form, draft) = deployment();
    let json = serde_json::to_string(&draft).unwrap();
    let fields = [(DRAFT, json.as_str()), (BACK, "2"), (BASE, "what is edited")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));

    let posted = PostedForm::read(form, &SentForm::new("", fields), true).unwrap();

    assert_eq!((posted.draft, posted.step, posted.base.as_deref()), (draft, 2, Some("what is edited")));
}

#[test]
fn what_cannot_be_changed_any_more_is_not_taken() {
    let form = forms::find("persistentvolumeclaims").unwrap();
    let draft = Draft::begin(form, "data", "shop");
    let name = step_of(form, "0/metadata/name");
    let fields = typed(drawn(&draft, form, name), "0/metadata/name", "other");

    let posted = PostedForm::read(form, &SentForm::new("", fields), false).unwrap();

    assert_eq!(posted.draft.at(0, "metadata/name"), Some(&json!("data")));
}

#[test]
fn a_button_says_what_it_asks_for() {
    let all = [
        Press::Stay,
        Press::Step(3),
        Press::Add("0/a/b".to_owned()),
        Press::Remove("0/a/b/1".to_owned()),
        Press::Neighbours(Neighbours::Apart),
        Press::Preview,
    ];
    for press in all {
        assert_eq!(Press::read(&press.to_string()), press);
    }
    assert_eq!(Press::read("neighbours/own"), Press::Stay);
    assert_eq!(Press::read("anything"), Press::Stay);
}

#[test]
fn what_was_typed_is_in_no_log() {
    let (_, draft) = deployment();
    let answer = Err(ConsoleError::Invalid { problems: vec![FieldProblem::new("", "no")] });
    let posted =
        PostedForm { draft, base: None, step: 0, shows_all: true, preview: Some(("secret".into(), answer)) };

    assert!(!format!("{posted:?}").contains("secret"));
}
