#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use kinds::Object;
use model::Untold;
use proptest::prelude::*;
use serde_json::json;

fn state(kind: &str) -> State {
    State::new(Arc::clone(kinds::find(kind).unwrap()))
}

fn put(state: &mut State, object: &serde_json::Value) {
    let text = object.to_string();
    state.put(&Object::parse(text.as_bytes()).unwrap(), None);
}

fn pod(name: &str, claims: &[&str]) -> serde_json::Value {
    let volume = |claim: &&str| json!({"name": claim, "persistentVolumeClaim": {"claimName": claim}});
    json!({
        "metadata": {"namespace": "shop", "name": name, "uid": name},
        "spec": {"volumes": claims.iter().map(volume).collect::<Vec<_>>()},
    })
}

fn claim(name: &str) -> serde_json::Value {
    json!({"metadata": {"namespace": "shop", "name": name, "uid": name}})
}

fn naming() -> Naming {
    let pods = kinds::find("pods").unwrap();
    let column = pods.columns.iter().position(|column| column.id == "volume_claims").unwrap();
    Naming { column, named: BTreeMap::new(), reached: None }
}

fn said(claims: &State, name: &str) -> Field {
    let (column, _) = claims.kind().used_by().unwrap();
    claims.find(Some("shop"), name).unwrap().fields[column].clone()
}

fn users(field: &Field) -> Option<Vec<String>> {
    match field {
        Field::Users(users) => Some(users.names.iter().map(ToString::to_string).collect()),
        _ => None,
    }
}

#[test]
fn nobody_is_said_only_when_all_users_are_known() {
    let (mut pods, mut claims) = (state("pods"), state("persistentvolumeclaims"));
    put(&mut claims, &claim("data"));
    assert_eq!(said(&claims, "data"), Field::Untold(Untold::NotYet));

    put(&mut pods, &pod("web", &["other"]));
    tell(&mut claims, "pods", naming().advance(&pods));
    put(&mut claims, &claim("later"));

    assert_eq!(users(&said(&claims, "data")), Some(Vec::new()));
    assert_eq!(users(&said(&claims, "later")), Some(Vec::new()));
}

#[test]
fn a_claim_made_after_its_pods_knows_them() {
    let (mut pods, mut claims) = (state("pods"), state("persistentvolumeclaims"));
    put(&mut pods, &pod("web-1", &["data"]));
    put(&mut pods, &pod("web-0", &["data", "more"]));
    tell(&mut claims, "pods", naming().advance(&pods));

    put(&mut claims, &claim("data"));

    assert_eq!(users(&said(&claims, "data")), Some(vec!["web-0".to_owned(), "web-1".to_owned()]));
}

#[test]
fn a_pod_that_changes_otherwise_changes_no_claim() {
    let (mut pods, mut claims, mut naming) = (state("pods"), state("persistentvolumeclaims"), naming());
    put(&mut pods, &pod("web", &["data"]));
    put(&mut claims, &claim("data"));
    tell(&mut claims, "pods", naming.advance(&pods));
    let before = claims.revision();

    let mut running = pod("web", &["data"]);
    running["spec"]["nodeName"] = json!("node-1");
    put(&mut pods, &running);
    let told = naming.advance(&pods);

    assert_eq!(told, Told::Changed(Vec::new()));
    tell(&mut claims, "pods", told);
    assert_eq!(claims.revision(), before);
}

proptest! {
    /// Whatever comes and goes, in whatever steps it is told.
    #[test]
    fn what_is_told_step_by_step_is_what_is_there(
        steps in prop::collection::vec((0..4_u8, prop::option::of(prop::collection::vec(0..3_u8, 0..3)), any::<bool>()), 1..30),
    ) {
        let (mut pods, mut claims, mut naming) = (state("pods"), state("persistentvolumeclaims"), naming());
        (0..3).for_each(|n| put(&mut claims, &claim(&format!("claim-{n}"))));
        let mut there: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (n, mounted, is_told) in steps {
            let name = format!("pod-{n}");
            match mounted {
                Some(mounted) => {
                    let mounted: Vec<String> = mounted.iter().map(|n| format!("claim-{n}")).collect();
                    put(&mut pods, &pod(&name, &mounted.iter().map(String::as_str).collect::<Vec<_>>()));
                    there.insert(name, mounted);
                }
                None => {
                    pods.remove(&name);
                    there.remove(&name);
                }
            }
            if is_told {
                tell(&mut claims, "pods", naming.advance(&pods));
            }
        }
        tell(&mut claims, "pods", naming.advance(&pods));

        for n in 0..3 {
            let name = format!("claim-{n}");
            let expected: Vec<String> =
                there.iter().filter(|(_, mounted)| mounted.contains(&name)).map(|(pod, _)| pod.clone()).collect();
            prop_assert_eq!(users(&said(&claims, &name)), Some(expected));
        }
    }
}
