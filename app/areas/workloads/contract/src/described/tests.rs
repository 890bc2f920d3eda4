use super::samples::certificate;
use super::*;
use crate::{Draft, Fault, Rule, Section, at};
use proptest::prelude::*;

fn form() -> &'static Form {
    certificate().form("certificates.certs.example")
}

fn section<'f>(form: &'f Form, id: &str) -> &'f Section {
    form.sections.iter().find(|section| section.id == id).unwrap_or_else(|| panic!("no step {id}"))
}

fn field(path: &str) -> Field {
    let form = form();
    let of_spec = form.sections.iter().filter(|section| section.base == SPEC);
    let mut all = of_spec.flat_map(|section| section.fields.iter());
    *all.find(|field| field.path == path).unwrap_or_else(|| panic!("no field {path}"))
}

fn found(draft: &Draft, form: &Form) -> Vec<(String, &'static str)> {
    let path = |fault: Fault| (fault.place.trim_start_matches("0/").to_owned(), fault.text);
    draft.faults(form).into_iter().map(path).collect()
}

fn minimal(form: &Form) -> Draft {
    let mut draft = Draft::begin(form, "web", "shop");
    for (path, value) in [
        ("spec/secretName", json!("web-tls")),
        ("spec/issuerRef/name", json!("public")),
        ("spec/dnsNames", json!(["shop.example"])),
    ] {
        draft.set(form, 0, path, Some(value));
    }
    draft
}

#[test]
fn steps_are_the_metadata_what_is_small_and_each_thing_that_is_big() {
    let form = form();
    let steps: Vec<(&str, &str)> = form.sections.iter().map(|section| (section.id, section.base)).collect();

    let expected =
        [("basics", ""), ("fields", "spec"), ("outputs", "spec"), ("privateKey", "spec"), ("fields", "")];
    assert_eq!(steps, expected);
    assert_eq!(form.sections[1].words.map(|words| words.name), Some("spec"));
    assert_eq!(form.sections[4].words, None);
    let paths: Vec<&str> = form.sections[1].fields.iter().map(|field| field.path).collect();
    assert_eq!(paths[..3], ["dnsNames", "secretName", "issuerRef"], "what must be said comes first");
    assert_eq!(paths.last(), Some(&"solver"), "what is YAML comes last");
}

#[test]
fn what_a_value_is_says_how_it_is_shown() {
    let is = |path: &str, wanted: &str| {
        let shown = format!("{:?}", field(path).control);
        assert!(shown.starts_with(wanted), "{path}: {shown}");
    };
    is("secretName", "Line");
    is("dnsNames", "Lines");
    is("ports", "Numbers");
    is("usages", r#"Ticks(["server auth", "client auth"])"#);
    is("isCA", "Truth");
    is("renewBeforeDays", "Number");
    is("jitter", "Decimal");
    is("renewBefore", "NumberOrText");
    is("labels", "Pairs");
    is("limits", "NumberPairs");
    is("issuerRef", "Object");
    is("shared", "Object");
    is("also", "Object");
    is("solver", "Yaml");
    is("outputs", r#"Items { begin: "{}", title: "kind""#);
    let Control::Object(fields) = field("issuerRef").control else { panic!("an object") };
    let kind = fields.iter().find(|field| field.path == "kind").map(|field| format!("{:?}", field.control));
    assert_eq!(kind.as_deref(), Some(r#"Choice(["", "Issuer", "ClusterIssuer"])"#));
}

#[test]
fn what_is_said_of_a_value_is_said_at_its_field() {
    let words = |path: &str| field(path).words.unwrap_or_default();

    assert_eq!(words("secretName").hint, "Where it is kept.");
    assert!(words("secretName").more.ends_with("of this name is made."));
    assert_eq!(words("renewBeforeDays").usual, "30");
    assert_eq!((words("shared").hint, words("also").hint), ("Of both.", "The same again."));
    assert_eq!(field("renewBeforeDays").rule, Rule::Between(1, 90));
    assert_eq!(field("secretName").rule, Rule::Length(1, 63));
    assert!(field("secretName").required && !field("issuance").required, "a default is there by itself");
    assert!(field("profile").fixed && !field("secretName").fixed);
}

#[test]
fn a_thing_in_itself_ends_somewhere() {
    let mut fields = match field("shared").control {
        Control::Object(fields) => fields,
        other => panic!("{other:?}"),
    };
    let mut depth = 0;
    while let Some(Control::Object(inner)) =
        fields.iter().find(|field| field.path == "self").map(|one| one.control)
    {
        (fields, depth) = (inner, depth + 1);
    }

    assert!((1..=shown::DEEPEST).contains(&depth));
    assert!(fields.iter().any(|field| field.path == "self" && matches!(field.control, Control::Yaml)));
}

#[test]
fn what_it_begins_with_lacks_only_what_people_must_say() {
    let form = form();
    let draft = Draft::begin(form, "web", "shop");

    let begun = json!({"apiVersion": "certs.example/v1", "kind": "Certificate",
        "metadata": {"name": "web", "namespace": "shop"}, "spec": {}});
    assert_eq!(draft.objects, [begun]);
    let required = ["spec/dnsNames", "spec/secretName", "spec/issuerRef/name"]
        .map(|path| (path.to_owned(), "fault.required"));
    assert_eq!(found(&draft, form), required);
    assert_eq!(found(&minimal(form), form), []);
}

#[test]
fn of_a_cluster_it_has_no_namespace() {
    let schema = KindSchema { namespaced: false, ..certificate() };
    let form = schema.form("certificates.certs.example");

    let draft = Draft::begin(form, "web", "shop");

    assert_eq!(draft.at(0, "metadata"), Some(&json!({"name": "web"})));
    assert!(form.sections[0].fields.iter().all(|field| field.path != "metadata/namespace"));
}

#[test]
fn what_an_object_needs_is_needed_only_where_it_is() {
    let form = form();
    let mut draft = minimal(form);

    draft.set(form, 0, "spec/privateKey/encoding", Some(json!("PKCS8")));
    assert_eq!(found(&draft, form), [("spec/privateKey/algorithm".to_owned(), "fault.required")]);
    draft.set(form, 0, "spec/privateKey/encoding", None);
    assert_eq!(found(&draft, form), []);
    assert_eq!(draft.at(0, "spec/privateKey"), None);
}

#[test]
fn each_bound_is_told_by_itself() {
    let form = form();
    for (path, value, text, bound) in [
        ("spec/renewBeforeDays", json!(0), "fault.least", "1"),
        ("spec/renewBeforeDays", json!(91), "fault.most", "90"),
        ("spec/renewBeforeDays", json!("soon"), "fault.integer", "soon"),
        ("spec/renewBeforeDays", json!(1.5), "fault.integer", "1.5"),
        ("spec/secretName", json!("x".repeat(64)), "fault.long", "63"),
        ("spec/jitter", json!("much"), "fault.decimal", "much"),
        ("spec/ports", json!([80, 0]), "fault.least", "1"),
        ("spec/ports", json!(["http"]), "fault.integer", r#"["http"]"#),
        ("spec/weights", json!({"a": 10}), "fault.most", "9"),
        ("spec/privateKey", json!({"algorithm": "RSA", "size": 1_i64 << 40}), "fault.most", "2147483647"),
        ("spec/outputs", json!([{"kind": "a"}, {"kind": "a"}]), "fault.twice", "a"),
    ] {
        let mut draft = minimal(form);
        draft.set(form, 0, path, Some(value.clone()));

        let faults = draft.faults(form);

        let said: Vec<_> = faults.iter().map(|fault| (fault.text, fault.value.as_str())).collect();
        assert_eq!(said, [(text, bound)], "{path} {value}");
        let place = &faults[0].place;
        assert_eq!(form.sections.iter().filter(|section| Draft::is_in(section, place)).count(), 1, "{place}");
    }
}

#[test]
fn what_the_server_says_of_any_place_is_told_at_a_control_or_a_step() {
    let form = form();

    assert_eq!(form.nearest("0/spec/dnsNames/1").as_deref(), Some("0/spec/dnsNames"));
    assert_eq!(form.nearest("0/spec/privateKey").as_deref(), Some("0/spec/privateKey"));
    assert_eq!(form.nearest("0/spec/solver/http01/port").as_deref(), Some("0/spec/solver"));
    assert_eq!(form.nearest("0/spec/outputs/0/options/x").as_deref(), Some("0/spec/outputs/0/options"));
    assert_eq!(form.nearest("0/spec"), None);
    assert_eq!(form.step_of("0/spec").map(|step| form.sections[step].id), Some("fields"));
    assert_eq!(form.step_of("0/spec/privateKey").map(|step| form.sections[step].id), Some("privateKey"));
}

#[test]
fn a_schema_that_says_nothing_gives_no_form() {
    let free = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let of = |spec: &Value| json!({"type": "object", "properties": {"spec": spec, "status": {"properties": {"a": {"type": "string"}}}}});

    assert!(is_described(&certificate().schema) && certificate().has_form());
    for nothing in [
        json!({}),
        Value::Null,
        free.clone(),
        of(&free),
        of(&json!({"type": "object", "properties": {"a": free}})),
    ] {
        assert!(!is_described(&nothing), "{nothing}");
    }
    assert!(is_described(&of(&json!({"type": "object", "properties": {"a": {"type": "string"}}}))));
    assert!(is_described(&json!({"properties": {"data": {"type": "array", "items": {"type": "string"}}}})));
}

#[test]
fn the_steps_of_a_form_stand_in_it_once() {
    let form = form();

    let of_key = section(form, "privateKey");

    assert!(matches!(of_key.fields, [Field { path: "privateKey", control: Control::Object(_), .. }]));
    assert_eq!(of_key.words.map(|words| words.name), Some("privateKey"));
}

/// The places of all controls of a form, the first item of each list among them.
fn places(fields: &[Field], base: &str, places: &mut Vec<(String, Control)>) {
    for field in fields {
        let place = crate::place::joined(base, field.path);
        match field.control {
            Control::Object(fields) => self::places(fields, &place, places),
            Control::Items { fields, .. } => self::places(fields, &format!("{place}/0"), places),
            control => places.push((place, control)),
        }
    }
}

fn all_places(form: &Form) -> Vec<(String, Control)> {
    let mut found = Vec::new();
    for section in form.sections {
        places(section.fields, section.base, &mut found);
    }
    found
}

/// Some schema, structural or not.
fn schemas() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        "(string|integer|boolean|number|array|null)".prop_map(|kind| json!({"type": kind})),
        Just(json!({"x-kubernetes-int-or-string": true})),
        Just(json!({"type": "string", "enum": ["a", "b"], "default": "a"})),
        Just(json!({"type": "integer", "minimum": 1.5, "maximum": 3})),
        Just(json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true})),
        Just(json!({"$ref": "#/$defs/Lost"})),
        Just(json!({"allOf": [{"$ref": "#/$defs/Again"}], "description": "One. Two."})),
        Just(json!(true)),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let properties = proptest::collection::btree_map("[a-e]|a/b|enum|spec", inner.clone(), 0..5);
        prop_oneof![
            inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            inner.clone().prop_map(|values| json!({"type": "object", "additionalProperties": values})),
            (properties, proptest::collection::vec("[a-e]", 0..3)).prop_map(
                |(properties, required)| json!({"type": "object", "properties": properties, "required": required})
            ),
        ]
    })
}

/// Anything that a manifest can hold.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        ".{0,5}".prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{1,3}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_schema_gives_a_form_in_which_everything_has_its_place(spec in schemas(), other in schemas(), namespaced in any::<bool>()) {
        let schema = json!({"properties": {"spec": spec, "other": other}, "$defs": {"Again": {"type": "object", "properties": {"x": {"$ref": "#/$defs/Again"}}}}});
        let schema = KindSchema { namespaced, schema, ..certificate() };
        let form = schema.form("things.example");
        let draft = Draft::begin(form, "a", "b");

        for fault in draft.faults(form) {
            prop_assert_eq!(fault.text, "fault.required");
            prop_assert!(form.step_of(&fault.place).is_some(), "{:?}", fault);
        }
        let mut shown = 0;
        for (path, control) in all_places(form) {
            let place = format!("0/{path}");
            prop_assert_eq!(form.nearest(&place), Some(place.clone()));
            prop_assert_eq!(form.sections.iter().filter(|section| Draft::is_in(section, &place)).count(), 1, "{}", place);
            shown += usize::from(!matches!(control, Control::Yaml) && !path.starts_with("metadata"));
        }
        prop_assert!(shown == 0 || schema.has_form());
    }

    #[test]
    fn whatever_is_filled_in_the_rest_of_a_manifest_stays(unknown in anything(), free in anything(), chosen in any::<prop::sample::Index>(), text in "[a-z]{1,6}") {
        let form = form();
        let mut draft = minimal(form);
        draft.objects[0]["spec"]["unknown"] = unknown;
        draft.objects[0]["spec"]["solver"] = json!({"free": free, "more": []});
        draft.objects[0]["spec"]["outputs"] = json!([{"kind": "pem", "unknown": {"a": [null]}}, {"kind": "jks"}]);
        draft.objects[0]["status"] = json!({"ready": true, "odd": {}});
        let places: Vec<String> = all_places(form).into_iter().filter(|(_, control)| !matches!(control, Control::Yaml)).map(|(path, _)| path).collect();
        let path = chosen.get(&places);
        let before = draft.clone();

        draft.set(form, 0, path, Some(Value::from(text.clone())));
        prop_assert_eq!(draft.at(0, path), Some(&Value::from(text)));
        // The others of a map are all of it but what has a field of its own.
        let is_around = |other: &str, control: &Control| {
            matches!(control, Control::Others(_)) && path.strip_prefix(other).is_some_and(|key| key.starts_with('/'))
        };
        let others = all_places(form).into_iter().filter(|(other, control)| other != path && !is_around(other, control));
        for (other, _) in others {
            prop_assert_eq!(draft.at(0, &other), before.at(0, &other), "{} moved by {}", other, path);
        }
        for kept in ["spec/unknown", "spec/solver", "spec/outputs/0/unknown", "spec/outputs/1", "status"] {
            prop_assert_eq!(draft.at(0, kept), before.at(0, kept));
        }
        draft.set(form, 0, path, before.at(0, path).cloned());
        prop_assert_eq!(&draft, &before);

        let kept: Draft = serde_json::from_str(&serde_json::to_string(&draft).map_err(|error| TestCaseError::fail(error.to_string()))?)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(kept, draft);
    }
}

#[test]
fn a_key_with_a_slash_is_one_place() {
    let schema =
        json!({"properties": {"spec": {"type": "object", "properties": {"a/b": {"type": "string"}}}}});
    let form = KindSchema { schema, ..certificate() }.form("things.example");
    let mut draft = Draft::begin(form, "a", "b");

    draft.set(form, 0, &format!("spec/{}", form.sections[1].fields[0].path), Some(json!("x")));

    assert_eq!(at(&draft.objects[0], "spec"), Some(&json!({"a/b": "x"})));
    assert_eq!(form.sections[1].fields[0].words.map(|words| words.name), Some("a/b"));
}
