use super::*;
use kinds::Object;
use model::{ClusterName, KindSlug, Sort};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn state(pods: &[(&str, &str, i64, &str)]) -> State {
    let mut state = State::new(Arc::clone(kinds::find("pods").expect("pods are built in")));
    for (namespace, name, restarts, image) in pods {
        put_with(&mut state, namespace, name, *restarts, image);
    }
    state
}

fn put(state: &mut State, namespace: &str, name: &str, restarts: i64) {
    put_with(state, namespace, name, restarts, "web:1");
}

fn put_with(state: &mut State, namespace: &str, name: &str, restarts: i64, image: &str) {
    let json = serde_json::json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"namespace": namespace, "name": name, "uid": format!("{namespace}/{name}"),
                         "labels": {"app": name.split('-').next()}, "creationTimestamp": "2026-11-23T04:00:00Z"},
            "spec": {"nodeName": format!("node-{}", restarts % 3), "containers": [{"name": "main", "image": image}]},
            "status": {"phase": "Running", "containerStatuses": [
                {"name": "main", "ready": true, "restartCount": restarts, "image": image, "state": {"running": {}}}]},
        })
        .to_string();
    state.put(&Object::parse(json.as_bytes()).expect("the test's own JSON"), None);
}

fn shop() -> State {
    state(&[
        ("shop", "web-1", 0, "nginx:1.27"),
        ("shop", "web-2", 7, "nginx:1.27"),
        ("shop", "redis-0", 2, "redis:8"),
        ("bank", "ledger-0", 12, "ledger:3"),
    ])
}

fn query(search: &str) -> TableQuery {
    let name = |text| ClusterName::parse(text).expect("a name");
    let mut query = TableQuery::of(name("harbour"), KindSlug::parse("pods").expect("a kind"));
    query.search = search.into();
    query
}

fn names(state: &State, query: &TableQuery, scope: Scope) -> Vec<String> {
    let view = View::new(query, Sight::of_objects(scope), state.kind(), Timestamp(1_795_410_000))
        .expect("a good query");
    view.page(state).rows.iter().map(|row| row.name.to_string()).collect()
}

fn found(search: &str) -> Vec<String> {
    names(&shop(), &query(search), Scope::All)
}

#[test]
fn words_and_fields_narrow_the_list() {
    assert_eq!(found(""), ["ledger-0", "redis-0", "web-1", "web-2"]);
    assert_eq!(found("WEB"), ["web-1", "web-2"]);
    assert_eq!(found("nginx -web-1"), ["web-2"]);
    assert_eq!(found("namespace:bank"), ["ledger-0"]);
    assert_eq!(found("restarts>2"), ["ledger-0", "web-2"]);
    assert_eq!(found("restarts:>2 app=web"), ["web-2"]);
    assert_eq!(found("image:redis"), ["redis-0"]);
    assert_eq!(found("\"nginx:1.27\" name:web-1"), ["web-1"]);
    assert_eq!(found(".spec.nodeName:node-2"), ["redis-0"]);
    assert_eq!(found(".spec.containers.*.image=ledger:3"), ["ledger-0"]);
    assert_eq!(found("label:app=redis"), ["redis-0"]);
}

#[test]
fn a_term_that_means_nothing_is_refused_in_words() {
    let state = shop();
    for (search, word) in [("colour:red", "colour"), ("\"open", "quotation"), ("app!=web", "-app=web")] {
        let error = View::new(&query(search), Sight::of_objects(Scope::All), state.kind(), Timestamp(0))
            .expect_err(search);
        assert!(error.to_string().contains(word), "{error}");
        assert!(has_words(&error), "{error:?}");
    }
}

/// Whether pages say all of it in their reader's language.
fn has_words(error: &KubernetesError) -> bool {
    let KubernetesError::Invalid { problems } = error else { return false };
    problems.iter().all(|problem| problem.fault.is_some())
}

#[test]
fn a_scope_shows_nothing_outside_it() {
    let bank = Scope::Namespaces(BTreeSet::from([Namespace::parse("bank").expect("a name")]));
    let mut wide = query("");
    wide.namespaces =
        vec![Namespace::parse("shop").expect("a name"), Namespace::parse("bank").expect("a name")];

    assert_eq!(names(&shop(), &query(""), bank.clone()), ["ledger-0"]);
    assert_eq!(names(&shop(), &wide, bank.clone()), ["ledger-0"]);
    let view =
        View::new(&query("web"), Sight::of_objects(bank), shop().kind(), Timestamp(0)).expect("a good query");
    assert_eq!(view.page(&shop()).total, 0);
}

#[test]
fn what_one_caller_asked_is_not_answered_to_another_who_may_see_less() {
    let mut state = shop();
    let in_bank = || Scope::Namespaces(BTreeSet::from([Namespace::parse("bank").expect("a name")]));
    let mut asked = query("app=web");
    asked.sort = Some(Sort { column: "restarts".into(), descending: true });
    assert_eq!(names(&state, &asked, Scope::All), ["web-2", "web-1"]);
    assert_eq!(names(&state, &asked, in_bank()), [""; 0]);
    let kept = state.answers().kept();
    assert_eq!(kept.1, 2, "each scope has its own selection");

    put(&mut state, "bank", "web-9", 3);
    put(&mut state, "shop", "web-8", 9);

    assert_eq!(names(&state, &asked, in_bank()), ["web-9"]);
    assert_eq!(names(&state, &asked, Scope::All), ["web-8", "web-2", "web-9", "web-1"]);
    let mut everything = query("");
    everything.sort = asked.sort;
    assert_eq!(names(&state, &everything, in_bank()), ["ledger-0", "web-9"]);
    let none = Scope::Namespaces(BTreeSet::new());
    assert_eq!(names(&state, &everything, none), [""; 0]);
}

#[test]
fn a_question_about_ages_is_answered_anew_each_time() {
    let state = shop();
    let found_at = |now| {
        let view = View::new(&query("age<1h"), Sight::of_objects(Scope::All), state.kind(), Timestamp(now))
            .expect("a good query");
        view.page(&state).total
    };
    let created = kinds::seconds("2026-11-23T04:00:00Z").expect("a moment");

    assert_eq!(found_at(created + 60), 4);
    assert_eq!(found_at(created + 7_200), 0);
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, i64),
    Remove(u8),
    Ask,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..40_u8, 0..4_i64).prop_map(|(n, restarts)| Step::Put(n, restarts)),
        2 => (0..40_u8).prop_map(Step::Remove),
        1 => Just(Step::Ask),
    ]
}

/// What a view shows, worked out the plain way: look at every row, sort all that fit.
fn plainly(view: &View, state: &State) -> (Vec<Box<str>>, u64, Levels) {
    let matcher = view.filter.on(state);
    let mut rows: Vec<_> =
        state.rows().filter(|row| view.covers(row) && view.matches(&matcher, row)).collect();
    rows.sort_by(|a, b| view.order.compare(a, b));
    let mut levels = Levels::default();
    rows.iter().for_each(|row| levels.add(state.level(row)));
    let page = rows.iter().skip(view.first).take(view.size);
    (page.map(|row| row.uid.clone()).collect(), rows.len() as u64, levels)
}

proptest! {
    /// Whatever was asked before, and whatever changed since.
    #[test]
    fn an_answer_that_is_kept_is_the_answer_worked_out_anew(
        steps in prop::collection::vec(step(), 0..150),
        scope in prop::sample::select(vec![None, Some(vec![]), Some(vec!["ns-1"]), Some(vec!["ns-0", "ns-2"])]),
        namespaces in prop::sample::select(vec![vec![], vec!["ns-1"], vec!["ns-2", "ns-1"]]),
    ) {
        let parse = |name: &str| Namespace::parse(name).expect("a name");
        let scope = scope.map_or(Scope::All, |names| Scope::Namespaces(names.into_iter().map(parse).collect()));
        let mut views = Vec::new();
        for search in ["", "pod-1", "restarts>1", "app=pod -node:node-1", "status:running"] {
            for column in [None, Some("restarts"), Some("name"), Some("node"), Some("ip"), Some("namespace")] {
                for (descending, page) in [(true, 0), (false, 1)] {
                    let mut query = query(search);
                    query.sort = column.map(|column| Sort { column: column.into(), descending });
                    (query.namespaces, query.page, query.size) =
                        (namespaces.iter().map(|name| parse(name)).collect(), page, 5);
                    let kind = kinds::find("pods").expect("pods are built in");
                    let sight = Sight::of_objects(scope.clone());
                    views.push(View::new(&query, sight, kind, Timestamp(0)).expect("a good query"));
                }
            }
        }
        let mut state = state(&[]);
        for step in steps.into_iter().chain([Step::Ask]) {
            match step {
                Step::Put(n, restarts) => put(&mut state, &format!("ns-{}", n % 3), &format!("pod-{n}"), restarts),
                Step::Remove(n) => state.remove(&format!("ns-{}/pod-{n}", n % 3)),
                Step::Ask => for view in &views {
                    let page = view.page(&state);
                    let uids = page.rows.iter().map(|row| row.uid.clone()).collect::<Vec<_>>();
                    prop_assert_eq!((uids, page.total, page.levels), plainly(view, &state), "{:?}", view);
                },
            }
        }
    }
}

#[test]
fn columns_sort_both_ways() {
    let mut by_restarts = query("");
    by_restarts.sort = Some(Sort { column: "restarts".into(), descending: true });
    assert_eq!(names(&shop(), &by_restarts, Scope::All), ["ledger-0", "web-2", "redis-0", "web-1"]);

    by_restarts.sort = Some(Sort { column: "restarts".into(), descending: false });
    assert_eq!(names(&shop(), &by_restarts, Scope::All), ["web-1", "redis-0", "web-2", "ledger-0"]);

    by_restarts.sort = Some(Sort { column: "secrets".into(), descending: false });
    let refused = View::new(&by_restarts, Sight::of_objects(Scope::All), shop().kind(), Timestamp(0));
    assert!(refused.is_err_and(|error| has_words(&error)));
}

proptest! {
    /// The pages of any order, laid end to end, are the whole list fully sorted.
    #[test]
    fn pages_laid_end_to_end_are_the_sorted_list(
        restarts in prop::collection::vec(0..5_i64, 0..60),
        size in 1..9_u16,
        descending: bool,
        column in prop::sample::select(vec!["restarts", "name", "namespace", "status"]),
    ) {
        let owned: Vec<_> = restarts.iter().enumerate()
            .map(|(n, restarts)| (format!("ns-{}", n % 3), format!("pod-{n}"), *restarts)).collect();
        let pods: Vec<_> = owned.iter().map(|(ns, name, restarts)| (ns.as_str(), name.as_str(), *restarts, "web:1")).collect();
        let state = state(&pods);
        let mut query = query("");
        query.sort = Some(Sort { column: column.into(), descending });
        query.size = MAX_PAGE_SIZE;
        let whole = names(&state, &query, Scope::All);

        query.size = size;
        let mut pages = Vec::new();
        loop {
            let page = names(&state, &query, Scope::All);
            if page.is_empty() { break }
            pages.extend(page);
            query.page += 1;
        }

        prop_assert_eq!(&pages, &whole);
        prop_assert_eq!(whole.len(), restarts.len());
    }
}
