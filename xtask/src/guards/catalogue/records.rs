//! What is asked of log stores and of the events that the console keeps, and what of it is shown: nothing beyond what the
//! reader may see.

use super::{Guard, Place, Test};

const ES_FENCE: &str = "server/elasticsearch/src/fence.rs";
const COMPILE: &str = "server/elasticsearch/src/compile.rs";
const HAPPENED: &str = "server/kubernetes/src/happened.rs";
const KEPT: &str = "server/elasticsearch/src/kept.rs";
const KEPT_EVENTS: &str = "server/database/src/kept_events/search.rs";
const ROWS: &str = "server/elasticsearch/src/rows.rs";

const OWN_EVENTS: Test =
    Test::Lib("elasticsearch", "kept::tests::events_of_another_project_are_never_answered");

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "a search finds records of foreign projects",
        places: &[Place {
            file: ES_FENCE,
            guard: "Some(condition) => Fenced(Query::all(vec![condition, query])),",
            off: "Some(_) => Fenced(query),",
        }],
        test: Test::Lib("elasticsearch", "tests::every_question_about_records_carries_the_fence"),
    },
    Guard {
        name: "a search finds what another namespace of the same name wrote before",
        places: &[Place {
            file: ES_FENCE,
            guard: "filter(|(_, born)| **born <= from_ms)",
            off: "filter(|(_, born)| **born <= i64::MAX.min(from_ms + 1_000_000))",
        }],
        test: Test::Lib(
            "elasticsearch",
            "fence::tests::old_namespaces_are_one_list_and_young_ones_begin_when_they_were_made",
        ),
    },
    Guard {
        name: "what a log store finds too much of another time is shown",
        places: &[Place {
            file: ES_FENCE,
            guard: "names.get(namespace).is_some_and(|born| *born <= at_ms)",
            off: "at_ms >= 0 && names.contains_key(namespace)",
        }],
        test: Test::Lib("elasticsearch", "fence::tests::what_a_name_held_before_is_nobodys"),
    },
    Guard {
        name: "who has no project that is there finds everything",
        places: &[Place {
            file: ES_FENCE,
            guard: "if conditions.is_empty() { Query::nothing() }",
            off: "if conditions.is_empty() { return None }",
        }],
        test: Test::Lib("elasticsearch", "fence::tests::who_holds_nothing_that_is_there_finds_nothing"),
    },
    Guard {
        name: "events that the console keeps are found and counted in foreign projects",
        places: &[Place {
            file: KEPT_EVENTS,
            guard: "confine(&mut wanted, names, filter.from_milliseconds);",
            off: "let _ = names;",
        }],
        test: OWN_EVENTS,
    },
    Guard {
        name: "events that the console keeps are found of another namespace of the same name",
        places: &[Place {
            file: KEPT_EVENTS,
            guard: "(namespace = {name} AND at_milliseconds >= {born})",
            off: "(namespace = {name} AND at_milliseconds >= {born} - {born})",
        }],
        test: OWN_EVENTS,
    },
    Guard {
        name: "what the console's own events hold too much of foreign projects is shown",
        places: &[Place {
            file: KEPT,
            guard: "filter(|event| fence.admits(&event.namespace, event.at_milliseconds));",
            off: "filter(|event| event.at_milliseconds > i64::MIN || fence.admits(&event.namespace, 0));",
        }],
        test: Test::Lib(
            "elasticsearch",
            "kept::tests::what_the_tables_find_beyond_the_fence_is_left_out_and_counted",
        ),
    },
    Guard {
        name: "an event is kept in a foreign project because it says that it is about something there",
        places: &[Place {
            file: HAPPENED,
            guard: "_ => event.namespace().unwrap_or_default(),",
            off: "about => about,",
        }],
        test: Test::Lib(
            "kubernetes",
            "happened::tests::an_event_is_where_it_is_whatever_it_says_that_it_is_about",
        ),
    },
    Guard {
        name: "what a log store finds too much of foreign projects is shown",
        places: &[Place {
            file: ROWS,
            guard: "let seen: Vec<&Hit> = hits.iter().filter(|hit| self.is_within(hit)).collect();",
            off: "let seen: Vec<&Hit> = hits.iter().collect();",
        }],
        test: Test::Lib(
            "elasticsearch",
            "rows::tests::what_a_store_finds_beyond_the_fence_is_left_out_and_counted",
        ),
    },
    Guard {
        name: "lines around one that a log store finds too much are shown",
        places: &[Place {
            file: ROWS,
            guard: "hits.iter().filter(|hit| self.is_within(hit)).map(|hit| self.line(hit)).collect()",
            off: "hits.iter().map(|hit| self.line(hit)).collect()",
        }],
        test: Test::Lib(
            "elasticsearch",
            "rows::tests::what_a_store_finds_beyond_the_fence_is_left_out_and_counted",
        ),
    },
    Guard {
        name: "the name of a workload is a pattern that matches others",
        places: &[Place {
            file: COMPILE,
            guard: "if !letter.is_ascii_alphanumeric() && letter != '-' {",
            off: "if letter == '\\\\' {",
        }],
        test: Test::Lib("elasticsearch", "compile::tests::a_workload_is_its_pods_and_its_name_is_no_pattern"),
    },
    Guard {
        name: "a shared search is found by who may not search there",
        places: &[Place {
            file: "server/elasticsearch/src/saved.rs",
            guard: "all?.into_iter().filter(|row| self.finds(row));",
            off: "all?.into_iter();",
        }],
        test: Test::Lib(
            "elasticsearch",
            "saved::tests::a_shared_search_of_what_may_not_be_searched_is_not_found",
        ),
    },
    Guard {
        name: "a shared search is found by its name by who may not search there",
        places: &[Place {
            file: "server/elasticsearch/src/saved.rs",
            guard: "self.searches(&cluster) && self.finds(&row);",
            off: "self.searches(&cluster);",
        }],
        test: Test::Lib(
            "elasticsearch",
            "saved::tests::a_search_is_found_by_its_name_only_where_it_is_found_otherwise",
        ),
    },
    Guard {
        name: "a search that somebody keeps for themselves is known to who may not find it",
        places: &[Place {
            file: "server/elasticsearch/src/saved.rs",
            guard: "found?.filter(|row| self.finds(row)).ok_or_else(gone)",
            off: "found?.ok_or_else(gone)",
        }],
        test: Test::Lib(
            "elasticsearch",
            "saved::tests::a_search_is_changed_by_its_owner_and_by_who_administers_the_place",
        ),
    },
];
