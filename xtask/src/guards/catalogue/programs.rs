//! What programs such as kubectl ask of clusters through the console.

use super::{Guard, Place, Test};

const HEADERS: &str = "server/kubernetes/src/proxy/headers.rs";
const MEANING: &str = "server/kubernetes/src/proxy/meaning.rs";
const QUERY: &str = "server/kubernetes/src/proxy/query.rs";
const TAPE: &str = "server/kubernetes/src/proxy/tape.rs";
const TARGET: &str = "server/kubernetes/src/proxy/target.rs";
const TUNNEL: &str = "server/kubernetes/src/proxy/tunnel.rs";

const NO_WAY_THROUGH: Test =
    Test::Lib("kubernetes", "proxy::target::tests::there_is_no_way_through_to_what_runs");
const READ_TWICE: Test =
    Test::Lib("kubernetes", "proxy::query::tests::what_two_programs_could_read_differently_is_refused");

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "a program says whom else it speaks for",
        places: &[Place {
            file: HEADERS,
            guard: "name.starts_with(\"impersonate-\") || name.starts_with(\"x-remote-\")",
            off: "name.is_empty()",
        }],
        test: Test::Lib("kubernetes", "proxy::headers::tests::nobody_says_who_else_they_are"),
    },
    Guard {
        name: "a header with an underscore passes for one with a dash",
        places: &[Place {
            file: HEADERS,
            guard: "name.as_str().replace('_', \"-\")",
            off: "name.as_str().to_owned()",
        }],
        test: Test::Lib("kubernetes", "proxy::headers::tests::nobody_says_who_else_they_are"),
    },
    Guard {
        name: "a page that a cluster answers with is a page of the console",
        places: &[Place {
            file: HEADERS,
            guard: "ANSWERED.iter().any(|known| known.eq_ignore_ascii_case(essence))",
            off: "!essence.is_empty()",
        }],
        test: Test::Lib(
            "kubernetes",
            "proxy::headers::tests::an_answer_brings_no_cookie_no_page_and_no_way_elsewhere",
        ),
    },
    Guard {
        name: "a connection switches to another protocol than was asked for",
        places: &[Place {
            file: HEADERS,
            guard: "if !got.eq_ignore_ascii_case(wished) {",
            off: "if got.is_empty() || wished.is_empty() {",
        }],
        test: Test::Lib(
            "kubernetes",
            "proxy::headers::tests::an_answer_that_switches_to_something_else_is_none",
        ),
    },
    Guard {
        name: "a program lists the values of all secrets with the right to list their names",
        places: &[Place {
            file: MEANING,
            guard: "if is_secret && verb.is_read() { Verb::Get } else { verb },",
            off: "if is_secret { verb } else { verb },",
        }],
        test: Test::Lib(
            "kubernetes",
            "proxy::meaning::tests::a_list_of_secrets_is_asked_for_as_their_values",
        ),
    },
    Guard {
        name: "who may only read runs programs, because HTTP calls that a read",
        places: &[Place {
            file: MEANING,
            guard: "Ok((pass(cluster, objects, Verb::Create), Way::Bytes))",
            off: "Ok((pass(cluster, objects, Verb::Get), Way::Bytes))",
        }],
        test: Test::Lib("kubernetes", "proxy::meaning::tests::a_method_and_a_path_are_a_verb"),
    },
    Guard {
        name: "any request of a program switches to another protocol",
        places: &[Place {
            file: MEANING,
            guard: "if is_upgrade {\n        return Err(Said::bad(\"only exec",
            off: "if false {\n        return Err(Said::bad(\"only exec",
        }],
        test: Test::Lib("kubernetes", "proxy::meaning::tests::what_is_neither_read_nor_written_is_refused"),
    },
    Guard {
        name: "a program reaches what runs behind the API server",
        places: &[Place {
            file: TARGET,
            guard: "[_, _, \"proxy\", ..] => return Err(Said::closed()),",
            off: "",
        }],
        test: NO_WAY_THROUGH,
    },
    Guard {
        name: "a program takes an old path to what runs, or to watch everything",
        places: &[Place {
            file: TARGET,
            guard: "[\"watch\" | \"proxy\", ..] => return Err(Said::closed()),",
            off: "",
        }],
        test: NO_WAY_THROUGH,
    },
    Guard {
        name: "rights of the console itself count for objects of a cluster",
        places: &[Place {
            file: TARGET,
            guard: "if group == Resource::console(plural).group {",
            off: "if group == \"-\" {",
        }],
        test: Test::Lib("kubernetes", "proxy::target::tests::paths_that_lead_elsewhere_mean_nothing"),
    },
    Guard {
        name: "a parameter that stands twice is read differently here and there",
        places: &[Place {
            file: QUERY,
            guard: "if !seen.insert(name) {",
            off: "if !seen.insert(name) && false {",
        }],
        test: READ_TWICE,
    },
    Guard {
        name: "a parameter that nobody knows here reaches the cluster",
        places: &[Place {
            file: QUERY,
            guard: "if !ONCE.contains(&name.as_str()) {",
            off: "if !ONCE.contains(&name.as_str()) && false {",
        }],
        test: READ_TWICE,
    },
    Guard {
        name: "a flag is read differently here and there",
        places: &[Place {
            file: QUERY,
            guard: "Some(_) => Err(Said::bad(format!(\"{name} is either true or false\"))),",
            off: "Some(_) => Ok(true),",
        }],
        test: READ_TWICE,
    },
    Guard {
        name: "a program's command runs unrecorded where commands have to be recorded",
        places: &[Place {
            file: TAPE,
            guard: "true => Err(ConsoleError::invalid(\"\", SPDY)),",
            off: "true => Ok(None),",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::cluster_api::recorded::a_command_that_cannot_be_recorded_does_not_run_where_it_has_to_be",
        ),
    },
    Guard {
        name: "what a program's command writes is shown and not recorded",
        places: &[Place {
            file: TUNNEL,
            guard: "(OUTPUT | ERRORS, Some(_)) => written.extend_from_slice(bytes),",
            off: "(OUTPUT | ERRORS, Some(_)) => {}",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::cluster_api::recorded::what_kubectl_runs_is_recorded_where_terminals_are",
        ),
    },
];
