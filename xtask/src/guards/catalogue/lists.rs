//! Alerts on lists: kept by who may write rules there, finding what their writers may see, shown to who may see it.

use super::{Guard, Place, Test};

const KEPT: &str = "server/list_alerts/src/kept.rs";
const LISTS: &str = "server/list_alerts/src/lib.rs";
const MATCHES: &str = "server/kubernetes/src/matches.rs";
const PORT: &str = "server/list_alerts/src/port.rs";
const ROUNDS: &str = "server/list_alerts/src/rounds.rs";
const VIEWS: &str = "server/list_alerts/src/views.rs";

const KEEPERS: Test = test("an_alert_is_kept_where_somebody_may_write_rules_and_nowhere_else");
const TENANTS: Test = test("another_tenant_sees_none_of_it");
const WRITERS: Test = test("a_writer_who_has_lost_their_rights_finds_nothing");

const fn test(name: &'static str) -> Test {
    Test::File("list_alerts", "list_alerts", name)
}

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "an alert on a list of the whole cluster is kept by a member of one project",
        places: &[Place {
            file: KEPT,
            guard: "[] => Place::Cluster,",
            off: "[] => Place::Namespaces(BTreeSet::new()),",
        }],
        test: KEEPERS,
    },
    Guard {
        name: "an alert on what is in no project is kept by a member who names theirs",
        places: &[Place {
            file: PORT,
            guard: "let namespaces = if is_namespaced { query.namespaces } else { Vec::new() };",
            off: "let (namespaces, _) = (query.namespaces, is_namespaced);",
        }],
        test: KEEPERS,
    },
    Guard {
        name: "who may not keep an alert on a list any more hears of what it finds",
        places: &[Place {
            file: ROUNDS,
            guard: "if !writer.may(&kept::update(&kept.query, kept.id, &kept.name)) {",
            off: "if kept.name.is_empty() {",
        }],
        test: WRITERS,
    },
    Guard {
        name: "who may not sign in any more hears of what a list finds",
        places: &[Place {
            file: ROUNDS,
            guard: ".filter(|account| account.is_enabled);",
            off: ".filter(|account| !account.name.is_empty());",
        }],
        test: WRITERS,
    },
    Guard {
        name: "the form of an alert on a list counts objects of foreign projects",
        places: &[Place {
            file: MATCHES,
            guard: "self.sight(&cluster, &kind, granted.scope(), &query.namespaces)",
            off: "self.sight(&cluster, &kind, &access::Scope::All, &query.namespaces)",
        }],
        test: test("a_form_offers_the_places_where_an_alert_may_be_kept"),
    },
    Guard {
        name: "a member hears of objects of foreign projects by an alert on a list",
        places: &[Place {
            file: LISTS,
            guard: "known.alerts.extend(told::alerts(&kept, objects, &scope));",
            off: "known.alerts.extend(told::alerts(&kept, objects, &Scope::All));",
        }],
        test: TENANTS,
    },
    Guard {
        name: "a member sees which alerts on lists foreign projects have",
        places: &[Place {
            file: VIEWS,
            guard: "if !(sees_all || may_change || is_own) {",
            off: "if !(sees_all || may_change || is_own) && row.version == 0 {",
        }],
        test: TENANTS,
    },
    Guard {
        name: "who may only look switches an alert on a list off",
        places: &[Place {
            file: KEPT,
            guard: "let need = need(Verb::Update, query).of_object(Some(&id.to_string()));\n    \
                    let action = if on",
            off: "let pods = Resource::new(\"\", \"pods\");\n    \
                  let need = Need::to_all(Verb::Get, pods, query.cluster.clone(), place(query));\n    \
                  let need = need.of_object(Some(&id.to_string()));\n    \
                  let action = if on",
        }],
        test: test("one_that_is_switched_off_ends_and_comes_back_with_the_rights_of_who_saved_it"),
    },
];
