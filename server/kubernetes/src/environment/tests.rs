use super::sources::Read;
use super::*;
use std::collections::BTreeMap;

fn sources() -> Sources {
    let (cluster, namespace) = ("harbour".parse().unwrap(), "shop".parse().unwrap());
    let mut sources = Sources::new(&cluster, &namespace);
    let keys = |pairs: &[(&str, VariableValue)]| {
        let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
        Read::Keys(pairs.collect::<BTreeMap<_, _>>())
    };
    let text = |text: &str| VariableValue::Text(text.to_owned());
    let settings = keys(&[("COLOUR", text("blue")), ("HOST", text("db"))]);
    sources.keep("configmaps", "settings".parse().unwrap(), settings);
    sources.keep("configmaps", "gone".parse().unwrap(), Read::Missing);
    sources.keep("secrets", "db".parse().unwrap(), keys(&[("PASSWORD", VariableValue::Secret)]));
    sources.keep("secrets", "private".parse().unwrap(), Read::Unseen);
    sources
}

fn told(container: &str, is_running: bool) -> ContainerEnvironment {
    let pod = br#"{"metadata":{"name":"web-0","labels":{"app":"web"}},"spec":{"nodeName":"node-1"},
        "status":{"podIP":"10.0.0.7"}}"#;
    let pod = Object::parse(pod).unwrap();
    let namespace = "shop".parse().unwrap();
    let of_pod = OfPod { pod: &pod, namespace: &namespace, is_running };
    environment(&Object::parse(container.as_bytes()).unwrap(), ContainerRole::Main, &of_pod, &sources())
}

fn values(environment: &ContainerEnvironment) -> Vec<(&str, &VariableValue)> {
    environment.variables.iter().map(|variable| (variable.name.as_str(), &variable.value)).collect()
}

fn text(text: &str) -> VariableValue {
    VariableValue::Text(text.to_owned())
}

#[test]
fn keys_become_variables_and_what_is_set_by_name_takes_their_place() {
    let found = told(
        r#"{"name":"web","envFrom":[{"prefix":"S_","configMapRef":{"name":"settings"}},{"secretRef":{"name":"db"}}],
            "env":[{"name":"S_COLOUR","value":"red"},{"name":"URL","value":"pg://$(S_HOST)/$(NONE) $$(S_HOST) $(PASSWORD)"}]}"#,
        true,
    );

    assert_eq!(
        values(&found),
        [
            ("S_HOST", &text("db")),
            ("PASSWORD", &VariableValue::Secret),
            ("S_COLOUR", &text("red")),
            ("URL", &text("pg://db/$(NONE) $(S_HOST) $(PASSWORD)")),
        ]
    );
    let (source, key) = found.variables[0].from.as_ref().unwrap();
    assert_eq!((source.to_string().as_str(), key.as_str()), ("configmaps/shop/settings", "HOST"));
}

#[test]
fn what_is_not_there_and_what_may_not_be_seen_are_told_apart() {
    let found = told(
        r#"{"name":"web","envFrom":[{"configMapRef":{"name":"gone","optional":true}},{"secretRef":{"name":"private"}}],
            "env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"settings","key":"NONE"}}},
                   {"name":"B","valueFrom":{"secretKeyRef":{"name":"private","key":"b","optional":true}}}]}"#,
        true,
    );

    let missing = VariableValue::Missing { is_optional: false };
    assert_eq!(values(&found), [("A", &missing), ("B", &VariableValue::Unseen)]);
    let untold: Vec<(String, VariableValue)> =
        found.untold.iter().map(|(source, why)| (source.name.to_string(), why.clone())).collect();
    assert_eq!(
        untold,
        [
            ("gone".to_owned(), VariableValue::Missing { is_optional: true }),
            ("private".to_owned(), VariableValue::Unseen),
        ]
    );
}

#[test]
fn what_a_pod_knows_of_itself_is_known_where_it_runs() {
    let container = r#"{"name":"web","env":[
        {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
        {"name":"APP","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}},
        {"name":"PLACE","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"}}},
        {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}}]}"#;
    let (running, template) = (told(container, true), told(container, false));

    let cpu = VariableValue::OfPod("limits.cpu".to_owned());
    assert_eq!(
        values(&running),
        [("IP", &text("10.0.0.7")), ("APP", &text("web")), ("PLACE", &text("shop")), ("CPU", &cpu)]
    );
    assert_eq!(values(&template)[0], ("IP", &VariableValue::OfPod("status.podIP".to_owned())));
}
