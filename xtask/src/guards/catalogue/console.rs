//! What every request to the console passes, and the ports of pods under their own names.

use super::{Guard, Place, Test};

const API: &str = "server/src/routes/api.rs";
const BODY: &str = "server/src/guards/body.rs";
const CARRY: &str = "server/src/forwards/carry.rs";
const FIELD: &str = "app/ui/src/field.rs";
const FILES: &str = "server/src/routes/files.rs";
const FORWARD_HEADERS: &str = "server/src/forwards/headers.rs";
const HEADERS: &str = "server/src/guards/headers.rs";
const ORIGIN: &str = "server/src/guards/origin.rs";
const PASS: &str = "server/src/forwards/pass.rs";
const PLATFORM: &str = "server/src/platform.rs";
const PLATFORM_FIELDS: &str = "app/areas/platform/contract/src/lib.rs";
const ROUTES: &str = "server/src/routes/mod.rs";
const SIGN_IN_WITH: &str = "server/src/routes/sign_in_with.rs";

const BODIES: Test =
    Test::Lib("server", "routes::tests::guarded::only_forms_and_json_of_a_sensible_size_are_read");

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "a request asks for a stretch of time that no memory holds",
        places: &[Place {
            file: "app/model/src/window.rs",
            guard: "Sent::Between(from, to) => Self::between(from, to),",
            off: "Sent::Between(from, to) => Ok(Self::Between(from, to)),",
        }],
        test: Test::Lib("model", "window::tests::what_is_sent_is_no_other_stretch_than_what_can_be_typed"),
    },
    Guard {
        name: "what holds in one cluster holds in another that is called the same",
        places: &[Place {
            file: "server/src/clusters.rs",
            guard: "if shared.is_empty() {",
            off: "if shared.is_empty() || !named.is_empty() {",
        }],
        test: Test::Lib(
            "server",
            "clusters::tests::contexts_that_would_be_called_the_same_are_refused_with_their_names",
        ),
    },
    Guard {
        name: "who may manage no providers learns which roles there are",
        places: &[Place {
            file: "server/src/routes/providers.rs",
            guard: "managed.require(id.as_deref()).await {",
            off: "managed.require(id.as_deref()).await.or_else(|_| Ok(())) {",
        }],
        test: Test::Lib("server", "routes::tests::account::providers_are_managed_by_administrators_alone"),
    },
    Guard {
        name: "whoever makes up methods fills the memory with figures about them",
        places: &[Place {
            file: "server/src/guards/observe.rs",
            guard: "_ => \"other\",",
            off: "made_up => Box::leak(made_up.to_owned().into_boxed_str()),",
        }],
        test: Test::Lib("server", "guards::observe::tests::nobody_makes_up_figures_of_their_own"),
    },
    Guard {
        name: "a one-time link that was opened is in the log",
        places: &[Place {
            file: "server/src/guards/observe.rs",
            guard: "told(request.uri().path());",
            off: "told(request.uri().path_and_query().map_or(\"\", |path| path.as_str()));",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::matrix::canaries::values_of_secrets_are_nowhere_but_where_they_are_asked_for",
        ),
    },
    Guard {
        name: "whoever chooses a text that is logged writes lines of the log",
        places: &[Place {
            file: "server/src/telemetry/lines.rs",
            guard: "character.is_control() && character != '\\t'",
            off: "character == '\\0' && character != '\\t'",
        }],
        test: Test::Lib("server", "telemetry::tests::whatever_is_logged_is_one_line_and_steers_no_terminal"),
    },
    Guard {
        name: "signing in leads to another site",
        places: &[Place {
            file: "server/src/routes/sign_in.rs",
            guard: "Ok(()) => Some(LetIn::Here(Redirect::to(safe_next(next)))),",
            off: "Ok(()) => Some(LetIn::Here(Redirect::to(next))),",
        }],
        test: Test::Lib("server", "routes::tests::leading::signing_in_with_a_password_leads_nowhere_else"),
    },
    Guard {
        name: "signing in through a provider leads to another site",
        places: &[
            Place { file: SIGN_IN_WITH, guard: "safe_next(&query.next));", off: "&query.next);" },
            Place {
                file: SIGN_IN_WITH,
                guard: "Ok(()) => Redirect::to(safe_next(next)).into_response(),",
                off: "Ok(()) => Redirect::to(if next.is_empty() { safe_next(next) } else { next }).into_response(),",
            },
        ],
        test: Test::Lib("server", "routes::tests::leading::signing_in_through_a_provider_leads_nowhere_else"),
    },
    Guard {
        name: "who keeps half of a request back sends the rest after their session has ended",
        places: &[Place {
            file: "server/src/asking.rs",
            guard: "Some(Asking::Somebody(caller)) if caller.is_stale() => Some(Arc::clone(caller)),",
            off: "Some(Asking::Somebody(_)) => None,",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::guarded::who_keeps_half_of_a_request_back_has_no_more_than_they_have_at_its_end",
        ),
    },
    Guard {
        name: "a page of another site changes something with somebody's session",
        places: &[Place {
            file: ROUTES,
            guard: ".layer(from_fn_with_state(surroundings.clone(), check_origin))",
            off: "",
        }],
        test: Test::Lib("server", "routes::tests::guarded::nothing_is_changed_for_another_site"),
    },
    Guard {
        name: "a page of another site opens a terminal, because HTTP calls that a read",
        places: &[Place {
            file: ORIGIN,
            guard: "(is_harmless && !is_upgrade)",
            off: "(is_harmless || is_upgrade)",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::guarded::an_upgrade_from_another_site_is_refused_although_it_is_a_get",
        ),
    },
    Guard {
        name: "a foreign name that points to the console reaches it",
        places: &[Place {
            file: ROUTES,
            guard: ".layer(from_fn_with_state(surroundings.clone(), check_host))",
            off: "",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::guarded::a_foreign_name_for_this_server_gets_nothing_but_health",
        ),
    },
    Guard {
        name: "a secret that was typed into a form is sent back when that is refused",
        places: &[Place {
            file: FIELD,
            guard: "let sent = if is_secret { None } else { typed(&name) };",
            off: "let sent = typed(&name);",
        }],
        test: Test::Lib("server", "routes::tests::forms::a_secret_is_asked_for_again_and_never_sent_back"),
    },
    Guard {
        name: "what was typed into a form is sent to the site that a request says to come from",
        places: &[Place {
            file: API,
            guard: "HeaderValue::from_str(page.as_str()).ok().filter(|_| !page.path().starts_with(\"//\"))",
            off: "headers.get(LOCATION).filter(|_| !page.path().starts_with(\"//\")).cloned()",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::forms::what_was_typed_is_sent_to_no_other_site_and_a_form_without_a_page_is_told",
        ),
    },
    Guard {
        name: "a form that any page can send without asking is read",
        places: &[Place {
            file: BODY,
            guard: "if !is_one_of(types, request.headers()) {",
            off: "if !is_one_of(types, request.headers()) && false {",
        }],
        test: BODIES,
    },
    Guard {
        name: "a body of any length is read",
        places: &[
            Place {
                file: BODY,
                guard: "length.is_some_and(|length: usize| length > limit)",
                off: "length.is_some_and(|length: usize| length > 1000 * limit)",
            },
            Place { file: BODY, guard: "Limited::new(body, limit)", off: "Limited::new(body, 1000 * limit)" },
        ],
        test: BODIES,
    },
    Guard {
        name: "a page of the console is framed by another site",
        places: &[Place {
            file: HEADERS,
            guard: "base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
            off: "base-uri 'none'; object-src 'none'",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::guarded::every_answer_tells_the_browser_what_this_site_never_does",
        ),
    },
    Guard {
        name: "a script that somebody got into a page runs",
        places: &[Place {
            file: HEADERS,
            guard: "'nonce-{nonce}' 'wasm-unsafe-eval'",
            off: "'unsafe-inline' 'nonce-{nonce}' 'wasm-unsafe-eval'",
        }],
        test: Test::Lib("server", "routes::tests::guarded::a_page_s_policy_admits_only_its_own_scripts"),
    },
    Guard {
        name: "a script reads the cookie of the session",
        places: &[Place { file: ROUTES, guard: ".with_http_only(true)", off: ".with_http_only(false)" }],
        test: Test::Lib(
            "server",
            "routes::tests::signing_in::the_session_cookie_is_as_strict_as_the_scheme_allows",
        ),
    },
    Guard {
        name: "a script reads what the console keeps from one page to the next",
        places: &[Place {
            file: "server/src/routes/cookies.rs",
            guard: "; HttpOnly; SameSite=Lax{secure}",
            off: "; SameSite=Lax{secure}",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::signing_in::every_other_cookie_is_as_strict_as_the_sessions",
        ),
    },
    Guard {
        name: "pages of who has signed out are still in their browser",
        places: &[Place {
            file: "server/src/routes/sign_in.rs",
            guard: "HeaderValue::from_static(\"\\\"cache\\\"\")",
            off: "HeaderValue::from_static(\"\")",
        }],
        test: Test::Lib("server", "routes::tests::signing_in::signing_out_has_the_browser_forget_the_pages"),
    },
    Guard {
        name: "one network of IPv6 takes every connection",
        places: &[Place {
            file: "server/src/listener.rs",
            guard: "(!is_exempt).then(|| identity::network(address))",
            off: "(!is_exempt).then_some(address)",
        }],
        test: Test::Lib("server", "listener::tests::a_network_of_ipv6_gets_the_share_of_one_address"),
    },
    Guard {
        name: "who stands in front of the console goes by another name of it than the console",
        places: &[Place {
            file: "server/src/guards/host.rs",
            guard: ".filter(|_| hosts.next().is_none())?",
            off: "?",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::guarded::a_foreign_name_for_this_server_gets_nothing_but_health",
        ),
    },
    Guard {
        name: "a link on another site runs a program in a container",
        places: &[Place {
            file: FILES,
            guard: "is_some_and(|site| site != \"same-origin\" && site != \"none\")",
            off: "is_some_and(|site| site == \"nowhere\")",
        }],
        test: Test::Lib("server", "routes::tests::files::a_link_on_another_site_runs_nothing_in_a_container"),
    },
    Guard {
        name: "a pass to one port opens another",
        places: &[Place {
            file: PASS,
            guard: "(pass.id == id).then_some(pass)",
            off: "(!id.is_empty()).then_some(pass)",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::forwards::tickets_and_passes_are_good_at_their_own_address_only",
        ),
    },
    Guard {
        name: "a port stays open after its owner has ended it",
        places: &[Place {
            file: PASS,
            guard: "is_open && account.is_enabled",
            off: "(is_open || true) && account.is_enabled",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::forwards::who_has_a_port_open_sees_it_and_ends_it_and_nobody_else_does",
        ),
    },
    Guard {
        name: "one address holds any number of web sockets to ports",
        places: &[Place { file: CARRY, guard: "let _seat = seat;", off: "drop(seat);" }],
        test: Test::Lib(
            "server",
            "routes::tests::forwards::a_websocket_is_counted_as_a_connection_for_as_long_as_it_is_open",
        ),
    },
    Guard {
        name: "a pod sees the pass of who looks at it",
        places: &[Place {
            file: FORWARD_HEADERS,
            guard: "pair.split('=').next() != Some(address.cookie) && !pair.is_empty()",
            off: "!pair.is_empty()",
        }],
        test: Test::Lib(
            "server",
            "forwards::headers::tests::a_pod_never_sees_the_pass_nor_what_somebody_claims_about_the_way",
        ),
    },
    Guard {
        name: "a pod signs whoever looks at it out of the console",
        places: &[Place {
            file: FORWARD_HEADERS,
            guard: "kept.remove(CLEAR_SITE_DATA);\n    append(&mut kept, &CLEAR_SITE_DATA, cleared);",
            off: "drop(cleared);",
        }],
        test: Test::Lib(
            "server",
            "forwards::headers::tests::a_pod_makes_nobody_forget_what_is_not_of_its_address",
        ),
    },
    Guard {
        name: "whoever opens a port tells the pod that they come from somewhere else",
        places: &[Place {
            file: FORWARD_HEADERS,
            guard: "name.starts_with(\"x-forwarded-\") || CLAIMED.contains(&name)",
            off: "name == \"forwarded\" && CLAIMED.contains(&name)",
        }],
        test: Test::Lib(
            "server",
            "forwards::headers::tests::a_pod_never_sees_the_pass_nor_what_somebody_claims_about_the_way",
        ),
    },
    Guard {
        name: "a link that stands on every page runs something, or goes without encryption",
        places: &[Place { file: PLATFORM_FIELDS, guard: "href.strip_prefix(\"https://\")?", off: "href" }],
        test: Test::Lib("platform-contract", "tests::a_link_leads_to_another_site_and_runs_nothing"),
    },
    Guard {
        name: "the console, or a port of a pod, is framed in the console's own pages",
        places: &[Place {
            file: PLATFORM,
            guard: "platform.sites.iter().any(|site| self.is_own(site))",
            off: "false && platform.sites.iter().any(|site| self.is_own(site))",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::platform::the_console_frames_neither_itself_nor_ports_of_pods",
        ),
    },
    Guard {
        name: "the address of a framed site adds to the policy of every page",
        places: &[Place {
            file: PLATFORM_FIELDS,
            guard: "(is_plain && is_host)",
            off: "(is_plain || is_host || true)",
        }],
        test: Test::Lib("platform-contract", "tests::a_site_is_one_that_a_policy_can_name"),
    },
    Guard {
        name: "any file is kept as the platform's picture",
        places: &[Place {
            file: PLATFORM,
            guard: "text if is_svg(text) =>",
            off: "_ if bytes.len() < 1000 =>",
        }],
        test: Test::Lib(
            "server",
            "platform::tests::a_picture_is_known_by_what_is_in_it_and_comes_back_as_it_was",
        ),
    },
    Guard {
        name: "a page that somebody has put into a config map is a page of the console",
        places: &[Place {
            file: "server/src/routes/value.rs",
            guard: "disposition(key))]",
            off: "disposition(key).replacen(\"attachment\", \"inline\", 1))]",
        }],
        test: Test::Lib(
            "server",
            "routes::value::tests::a_page_in_a_config_map_is_kept_as_a_file_and_never_shown",
        ),
    },
    Guard {
        name: "the name of a file says more than how it is called",
        places: &[Place {
            file: FILES,
            guard: "|sign| if is_plain(sign) { sign } else { '_' }",
            off: "|sign| if is_plain(sign) || sign != '_' { sign } else { '_' }",
        }],
        test: Test::Lib("server", "routes::files::tests::any_name_is_kept_and_none_breaks_the_header"),
    },
];
