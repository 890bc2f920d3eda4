use super::*;
use proptest::prelude::*;

fn state() -> State {
    State::new(Arc::clone(kinds::find("pods").expect("pods are built in")))
}

fn pod(namespace: &str, name: &str, uid: &str, node: &str) -> Vec<u8> {
    serde_json::json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "uid": uid, "labels": {"app": "web"},
                     "ownerReferences": [{"uid": "set-1", "controller": true}]},
        "spec": {"nodeName": node, "containers": [{"name": "main", "image": "web:1"}]},
        "status": {"phase": "Running"},
    })
    .to_string()
    .into_bytes()
}

fn put(state: &mut State, json: &[u8]) {
    state.put(&Object::parse(json).expect("the test's own JSON"), None);
}

fn names(state: &State) -> Vec<&str> {
    state.rows().map(|row| &*row.name).collect()
}

#[test]
fn rows_stand_by_namespace_then_name() {
    let mut state = state();
    for (namespace, name) in [("b", "x"), ("a", "z"), ("b", "a"), ("a", "b")] {
        put(&mut state, &pod(namespace, name, &format!("{namespace}-{name}"), "node"));
    }

    assert_eq!(names(&state), ["b", "z", "a", "x"]);
    assert_eq!(state.rows_in("b").map(|row| &*row.name).collect::<Vec<_>>(), ["a", "x"]);
}

#[test]
fn an_object_that_looks_the_same_is_silence() {
    let mut state = state();
    put(&mut state, &pod("a", "x", "1", "node"));
    let before = state.revision();

    put(&mut state, &pod("a", "x", "1", "node"));
    assert_eq!(state.revision(), before);

    put(&mut state, &pod("a", "x", "1", "other-node"));
    assert_eq!(state.revision(), before + 1);
}

#[test]
fn what_a_walk_does_not_see_is_gone() {
    let mut state = state();
    put(&mut state, &pod("a", "stays", "1", "node"));
    put(&mut state, &pod("a", "goes", "2", "node"));

    state.begin_walk();
    put(&mut state, &pod("a", "stays", "1", "node"));
    state.end_walk();

    assert_eq!(names(&state), ["stays"]);
    assert_eq!(state.owned_by("set-1").count(), 1);
}

#[test]
fn a_page_that_comes_late_does_not_undo_what_the_watch_said() {
    let mut state = state();
    put(&mut state, &pod("a", "known", "1", "node"));
    state.begin_walk();
    put(&mut state, &pod("a", "moved", "2", "new-node"));
    state.remove("3");

    for (name, uid) in [("known", "1"), ("moved", "2"), ("deleted", "3")] {
        let json = pod("a", name, uid, "old-node");
        state.put_listed(&Object::parse(&json).expect("the test's own JSON"), None, None);
    }
    state.end_walk();

    assert_eq!(names(&state), ["known", "moved"]);
    let node =
        |name| state.find(Some("a"), name).expect("it is there").fields[3].to_cell(model::Language::English);
    assert!(format!("{:?}", node("moved")).contains("new-node"));
    assert!(format!("{:?}", node("known")).contains("old-node"));
}

#[test]
fn a_namesake_with_another_uid_replaces_the_dead() {
    let mut state = state();
    put(&mut state, &pod("a", "web-0", "old", "node"));
    put(&mut state, &pod("a", "web-0", "new", "node"));

    assert_eq!(state.len(), 1);
    assert!(state.find_uid("old").is_none());
    assert_eq!(&*state.find(Some("a"), "web-0").expect("it is there").uid, "new");
}

#[test]
fn a_reader_who_fell_behind_is_told_so() {
    let mut state = state();
    for round in 0..REMEMBERED_CHANGES + 10 {
        put(&mut state, &pod("a", "x", "1", &format!("node-{round}")));
    }

    assert!(state.changes_after(3).is_none());
    assert_eq!(state.changes_after(state.revision() - 5).expect("remembered").count(), 5);
    assert_eq!(state.changes_after(state.revision()).expect("remembered").count(), 0);
    assert!(state.changes_after(state.revision() + 1).is_none(), "a revision of another life");
}

#[test]
fn whole_objects_survive_a_dictionary() {
    let mut state = state();
    let samples: Vec<_> = (0..100).map(|n| pod("a", &format!("web-{n}"), &n.to_string(), "node")).collect();
    samples.iter().for_each(|json| put(&mut state, json));
    state.use_dictionary(Dictionary::train(&samples).expect("enough to learn from"));
    put(&mut state, &pod("a", "late", "late", "node"));

    for (uid, name) in [("7", "web-7"), ("late", "late")] {
        let found = state.read(uid, |json| Object::parse(json).expect("valid").name().to_owned());
        assert_eq!(found.as_deref(), Some(name));
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, u8),
    Remove(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..20_u8, 0..3_u8).prop_map(|(n, node)| Step::Put(n, node)),
        (0..20_u8).prop_map(Step::Remove)
    ]
}

proptest! {
    #[test]
    fn after_any_steps_indexes_and_order_agree(steps in prop::collection::vec(step(), 0..120)) {
        let mut state = state();
        let mut expected = std::collections::BTreeMap::new();
        for step in steps {
            match step {
                Step::Put(n, node) => {
                    put(&mut state, &pod(&format!("ns-{}", n % 3), &format!("pod-{n}"), &n.to_string(), &format!("node-{node}")));
                    expected.insert((format!("ns-{}", n % 3), format!("pod-{n}")), n.to_string());
                }
                Step::Remove(n) => {
                    state.remove(&n.to_string());
                    expected.remove(&(format!("ns-{}", n % 3), format!("pod-{n}")));
                }
            }
        }

        let rows: Vec<_> = state.rows().map(|row| (row.namespace.as_deref().unwrap_or_default().to_owned(), row.name.to_string())).collect();
        prop_assert_eq!(rows, expected.keys().cloned().collect::<Vec<_>>());
        for ((namespace, name), uid) in &expected {
            prop_assert_eq!(&*state.find(Some(namespace), name).expect("by name").uid, uid.as_str());
            prop_assert_eq!(&*state.find_uid(uid).expect("by uid").name, name.as_str());
        }
        prop_assert_eq!(state.owned_by("set-1").count(), expected.len());
    }
}
