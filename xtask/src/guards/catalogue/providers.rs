//! People who come from elsewhere: OpenID Connect, OAuth, CAS, directories.

use super::{Guard, Place, Test};

const ARRIVAL: &str = "server/identity/src/providers/arrival.rs";
const CAS: &str = "server/identity/src/providers/cas.rs";
const CLAIMS: &str = "server/identity/src/providers/claims.rs";
const CODE: &str = "server/identity/src/providers/code.rs";
const CONNECTION: &str = "server/identity/src/providers/directory/connection.rs";
const DIRECTORY: &str = "server/identity/src/providers/directory/mod.rs";
const GROUPS: &str = "server/identity/src/providers/directory/groups.rs";
const JOURNEY: &str = "server/identity/src/providers/journey.rs";
const LOGOUT: &str = "server/identity/src/providers/logout.rs";
const OPENID: &str = "server/identity/src/providers/openid.rs";
const REFRESH: &str = "server/identity/src/providers/refresh.rs";

const WRONG_TOKEN: Test =
    Test::Lib("identity", "providers::tests::a_token_that_is_wrong_in_one_thing_is_refused");
const FOREIGN_ANSWER: Test = Test::Lib(
    "identity",
    "providers::tests::an_answer_belongs_to_the_browser_and_the_provider_that_were_asked",
);
const SIGNED_OUT: Test = Test::Lib("identity", "providers::tests::logouts::nobody_else_can_sign_people_out");
const LINK: Test = Test::Lib(
    "identity",
    "providers::tests::arrivals::a_link_waits_for_the_word_of_the_account_in_its_session",
);
const GONE: Test = Test::Lib(
    "identity",
    "providers::tests::directories::who_is_gone_from_their_directory_is_out_until_they_are_back",
);

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "somebody comes with the name of another and letters that nobody sees",
        places: &[Place {
            file: CLAIMS,
            guard: "name.chars().filter(|letter| !model::is_hidden(*letter)).collect();",
            off: "name.to_owned();",
        }],
        test: Test::Lib(
            "identity",
            "providers::claims::tests::nobody_comes_with_the_name_of_another_and_something_that_is_not_seen",
        ),
    },
    Guard {
        name: "groups give roles in another workspace or project that has the name now",
        places: &[Place {
            file: "server/identity/src/newcomers.rs",
            guard: "Ok((known == id).then_some(place))",
            off: "Ok((known == id || !known.is_nil()).then_some(place))",
        }],
        test: Test::Lib(
            "identity",
            "providers::tests::arrivals::groups_give_nothing_in_another_place_of_the_name_until_the_provider_is_saved_again",
        ),
    },
    Guard {
        name: "who is gone from their directory stays signed in",
        places: &[Place {
            file: "server/identity/src/providers/roll_call.rs",
            guard: "(false, false) if one.has_something_to_lose() => self.keep_out(provider, one, GONE).await?,",
            off: "(false, false) if false => self.keep_out(provider, one, GONE).await?,",
        }],
        test: GONE,
    },
    Guard {
        name: "what calls in the name of somebody who is gone from their directory is heard",
        places: &[Place {
            file: "server/database/src/accounts.rs",
            guard: "disabled_at.is_none() && !is_gone",
            off: "disabled_at.is_none()",
        }],
        test: GONE,
    },
    Guard {
        name: "a browser ends a journey to a provider that another one began",
        places: &[Place {
            file: CODE,
            guard: "bool::from(self.state.as_bytes().ct_eq(journey.state.as_bytes()));",
            off: "true;",
        }],
        test: FOREIGN_ANSWER,
    },
    Guard {
        name: "a journey to one provider ends at another",
        places: &[Place { file: CODE, guard: "is_ours && journey.provider == provider.id", off: "is_ours" }],
        test: Test::Lib("identity", "providers::tests::a_journey_to_one_provider_does_not_end_at_another"),
    },
    Guard {
        name: "a code that was stolen is worth something in another browser",
        places: &[
            Place { file: CODE, guard: ".set_pkce_challenge(journey.challenge())", off: "" },
            Place { file: CODE, guard: ".set_pkce_verifier(journey.proof())", off: "" },
        ],
        test: Test::Lib(
            "identity",
            "providers::tests::a_code_is_worth_nothing_without_the_browser_that_asked_and_works_once",
        ),
    },
    Guard {
        name: "a journey to a provider never ends",
        places: &[Place {
            file: JOURNEY,
            guard: "|journey: &Self| journey.expires_at > now_seconds()",
            off: "|_: &Self| true",
        }],
        test: Test::Lib("identity", "providers::journey::tests::a_journey_ends_and_cannot_be_made_up"),
    },
    Guard {
        name: "an answer that names another issuer is believed",
        places: &[Place {
            file: OPENID,
            guard: "Some(issuer) if *issuer != openid.issuer =>",
            off: "Some(issuer) if issuer.is_empty() =>",
        }],
        test: FOREIGN_ANSWER,
    },
    Guard {
        name: "a provider that always names itself does not, and is believed",
        places: &[Place {
            file: OPENID,
            guard: "None if known.metadata.additional_metadata().authorization_response_iss_parameter_supported =>",
            off: "None if known.metadata.token_endpoint().is_none() =>",
        }],
        test: Test::Lib("identity", "providers::tests::a_provider_that_always_names_itself_must_do_so"),
    },
    Guard {
        name: "an ID token that answers another question is believed",
        places: &[Place {
            file: OPENID,
            guard: "|said: Option<&Nonce>| nonce.check(said))?;",
            off: "|_: Option<&Nonce>| nonce.check(None).or(Ok(())))?;",
        }],
        test: WRONG_TOKEN,
    },
    Guard {
        name: "a refreshed ID token of another sign-in is believed",
        places: &[Place {
            file: OPENID,
            guard: "(Self::PerhapsWithIt(_), None) => Ok(()),",
            off: "(Self::PerhapsWithIt(_), _) => Ok(()),",
        }],
        test: Test::Lib(
            "identity",
            "providers::tests::refreshes::an_answer_about_somebody_else_ends_the_session",
        ),
    },
    Guard {
        name: "a refreshed ID token of somebody else is believed",
        places: &[Place {
            file: OPENID,
            guard: "if claims.subject().as_str() == subject { Ok(()) }",
            off: "if !subject.is_empty() { Ok(()) }",
        }],
        test: Test::Lib(
            "identity",
            "providers::tests::refreshes::an_answer_about_somebody_else_ends_the_session",
        ),
    },
    Guard {
        name: "who may not sign in at an OpenID provider any more stays signed in",
        places: &[Place {
            file: REFRESH,
            guard: "Ok(Refreshed::Over) => Ok(Answer::Over),",
            off: "Ok(Refreshed::Over) => Ok(Answer::Nothing),",
        }],
        test: Test::Lib("identity", "providers::tests::refreshes::what_is_over_at_the_provider_is_over_here"),
    },
    Guard {
        name: "an OpenID provider that does not answer signs people out",
        places: &[Place {
            file: REFRESH,
            guard: "Answer::Silent => return Ok(None),",
            off: "Answer::Silent => over.push(session.id_hash.clone()),",
        }],
        test: Test::Lib("identity", "providers::tests::refreshes::a_provider_that_is_down_changes_nothing"),
    },
    Guard {
        name: "an ID token that was made for another party is believed",
        places: &[Place {
            file: OPENID,
            guard: "party.filter(|party| *party != openid.client_id)",
            off: "party.filter(|_| false)",
        }],
        test: WRONG_TOKEN,
    },
    Guard {
        name: "an ID token is believed before its time",
        places: &[Place { file: OPENID, guard: "|moment| moment > Utc::now() + SKEW", off: "|_| false" }],
        test: WRONG_TOKEN,
    },
    Guard {
        name: "an ID token that was made long ago is believed",
        places: &[Place { file: OPENID, guard: "if issued < now - OLDEST {", off: "if false {" }],
        test: WRONG_TOKEN,
    },
    Guard {
        name: "an ID token from the future is believed",
        places: &[Place { file: OPENID, guard: "if issued > now + SKEW {", off: "if false {" }],
        test: WRONG_TOKEN,
    },
    Guard {
        name: "an ID token beside another access token is believed",
        places: &[Place {
            file: OPENID,
            guard: "if matches { Ok(()) } else { Err(OpenIdError::Hash) }",
            off: "Ok(())",
        }],
        test: WRONG_TOKEN,
    },
    Guard {
        name: "a subject that names nobody is somebody",
        places: &[Place { file: OPENID, guard: "if !claims::is_subject(&subject) {", off: "if false {" }],
        test: WRONG_TOKEN,
    },
    Guard {
        name: "what a provider says of one person counts for another",
        places: &[Place {
            file: OPENID,
            guard: "if said.get(\"sub\").and_then(Value::as_str) != Some(subject) {",
            off: "if subject.is_empty() {",
        }],
        test: Test::Lib(
            "identity",
            "providers::tests::what_a_token_lacks_is_asked_for_and_must_be_about_the_same_person",
        ),
    },
    Guard {
        name: "made-up ids of keys make the console flood a provider",
        places: &[Place { file: OPENID, guard: "if !known.may_look_again() {", off: "if false {" }],
        test: Test::Lib(
            "identity",
            "providers::tests::a_key_that_was_exchanged_without_overlap_is_found_and_a_flood_of_unknown_ones_costs_one_look",
        ),
    },
    Guard {
        name: "somebody comes with groups of Kubernetes or of the console itself",
        places: &[Place {
            file: CLAIMS,
            guard: "&& !lower.starts_with(\"system:\")\n            && !lower.starts_with(\"orrery:\")",
            off: "&& !lower.is_empty()",
        }],
        test: Test::Lib(
            "identity",
            "providers::claims::tests::nobody_comes_with_groups_of_kubernetes_or_of_the_console",
        ),
    },
    Guard {
        name: "a provider that makes no accounts makes one",
        places: &[Place {
            file: ARRIVAL,
            guard: "!provider.settings.makes_accounts && !self.is_invited(next).await?",
            off: "false && !self.is_invited(next).await?",
        }],
        test: Test::Lib(
            "identity",
            "providers::tests::arrivals::a_provider_that_makes_no_accounts_lets_in_who_is_linked",
        ),
    },
    Guard {
        name: "a disabled account comes in through its provider",
        places: &[Place {
            file: ARRIVAL,
            guard: "account.filter(|account| account.is_enabled) else {",
            off: "account else {",
        }],
        test: Test::Lib(
            "identity",
            "providers::tests::arrivals::a_disabled_account_stays_out_through_its_provider_too",
        ),
    },
    Guard {
        name: "an identity is linked to an account that did not ask for it",
        places: &[Place { file: ARRIVAL, guard: "pending.account == account && ", off: "" }],
        test: LINK,
    },
    Guard {
        name: "an identity is linked in another session than asked for it",
        places: &[Place {
            file: ARRIVAL,
            guard: "pending.account == account && Some(pending.session_hash.as_str()) == session_hash;",
            off: "pending.account == account && session_hash.is_none_or(|_| true);",
        }],
        test: LINK,
    },
    Guard {
        name: "a logout token of another issuer signs people out",
        places: &[Place {
            file: LOGOUT,
            guard: "let wrong = if said.iss != openid.issuer {",
            off: "let wrong = if said.iss.is_empty() {",
        }],
        test: SIGNED_OUT,
    },
    Guard {
        name: "a logout token for somebody else signs people out",
        places: &[Place { file: LOGOUT, guard: "} else if !is_for_us {", off: "} else if false {" }],
        test: SIGNED_OUT,
    },
    Guard {
        name: "an ID token signs people out",
        places: &[Place {
            file: LOGOUT,
            guard: "} else if said.nonce.is_some() {",
            off: "} else if false {",
        }],
        test: SIGNED_OUT,
    },
    Guard {
        name: "a logout token that nobody has signed signs people out",
        places: &[Place { file: LOGOUT, guard: "if !is_signed {", off: "if false {" }],
        test: SIGNED_OUT,
    },
    Guard {
        name: "a logout token that has expired signs people out",
        places: &[Place { file: LOGOUT, guard: "< now - SKEW_SECONDS {", off: "< 0 {" }],
        test: SIGNED_OUT,
    },
    Guard {
        name: "a ticket of CAS counts in the journey of another browser",
        places: &[Place { file: CAS, guard: "callback.belongs_to(journey, provider)?;", off: "" }],
        test: Test::Lib(
            "identity",
            "providers::tests::cas::a_ticket_works_once_and_in_the_browser_that_asked",
        ),
    },
    Guard {
        name: "anything that a browser brings is handed on to CAS as a ticket",
        places: &[Place {
            file: CAS,
            guard: "callback.ticket.as_deref().filter(|ticket| is_ticket(ticket));",
            off: "callback.ticket.as_deref();",
        }],
        test: Test::Lib("identity", "providers::tests::cas::what_is_no_ticket_is_not_handed_on"),
    },
    Guard {
        // The root is not all that has to be in it.
        name: "an answer that is not in the namespace of CAS is believed",
        places: &[
            Place {
                file: CAS,
                guard: "if !root.has_tag_name((ANSWER, \"serviceResponse\")) {",
                off: "if !root.has_tag_name(\"serviceResponse\") {",
            },
            Place {
                file: CAS,
                guard: "(Some(ANSWER), \"authenticationSuccess\") => {",
                off: "(_, \"authenticationSuccess\") => {",
            },
            Place {
                file: CAS,
                guard: "|child| child.has_tag_name((ANSWER, name))",
                off: "|child| child.has_tag_name(name)",
            },
        ],
        test: Test::Lib("identity", "providers::tests::cas::an_answer_is_read_as_it_is_meant_or_not_at_all"),
    },
    Guard {
        name: "of several subjects that CAS names the first one comes in",
        places: &[Place {
            file: CAS,
            guard: "<[String; 1]>::try_from(all(name)).ok().map(|[value]| value)",
            off: "all(name).into_iter().next()",
        }],
        test: Test::Lib("identity", "providers::tests::cas::a_person_can_be_an_attribute_and_only_one"),
    },
    Guard {
        name: "a request of another kind signs out whoever has a ticket of CAS",
        places: &[
            Place {
                file: CAS,
                guard: "if !root.has_tag_name((LOGOUT, \"LogoutRequest\")) {",
                off: "if !root.has_tag_name(\"LogoutRequest\") {",
            },
            Place {
                file: CAS,
                guard: "child.has_tag_name((LOGOUT, \"SessionIndex\"))",
                off: "child.has_tag_name(\"SessionIndex\")",
            },
        ],
        test: Test::Lib(
            "identity",
            "providers::tests::cas::signing_out_there_ends_the_session_of_the_ticket_and_no_other",
        ),
    },
    Guard {
        name: "a name is a filter for a directory",
        places: &[Place {
            file: DIRECTORY,
            guard: "replace(\"{name}\", &ldap_escape(name));",
            off: "replace(\"{name}\", name);",
        }],
        test: Test::Lib("identity", "providers::tests::directories::a_name_is_not_a_filter"),
    },
    Guard {
        name: "the name of an entry is a filter for its groups",
        places: &[Place {
            file: GROUPS,
            guard: "(ldap_escape(dn), ldap_escape(name))",
            off: "(dn.to_owned(), ldap_escape(name))",
        }],
        test: Test::Lib(
            "identity",
            "providers::tests::directories::the_name_of_an_entry_is_not_a_filter_for_its_groups",
        ),
    },
    Guard {
        name: "an empty password is right in a directory",
        places: &[
            Place {
                file: DIRECTORY,
                guard: "password.is_empty() || name.is_empty()",
                off: "name.is_empty()",
            },
            Place { file: CONNECTION, guard: "password.is_empty() || dn.is_empty()", off: "dn.is_empty()" },
        ],
        test: Test::Lib(
            "identity",
            "providers::tests::directories::a_wrong_password_an_empty_one_and_an_unknown_name_are_the_same",
        ),
    },
    Guard {
        name: "a name that two people have in a directory is one of theirs",
        places: &[Place {
            file: DIRECTORY,
            guard: "_ => Err(DirectoryError::Ambiguous),",
            off: "_ => Ok(found.pop()),",
        }],
        test: Test::Lib("identity", "providers::tests::directories::a_name_of_two_is_the_name_of_nobody"),
    },
    Guard {
        name: "who is disabled in a directory comes in",
        places: &[Place {
            file: DIRECTORY,
            guard: "if is_disabled(&entry) {",
            off: "if is_disabled(&entry) && false {",
        }],
        test: Test::Lib(
            "identity",
            "providers::tests::directories::a_disabled_account_stays_out_and_only_who_knows_its_password_is_told",
        ),
    },
    Guard {
        name: "a password is sent to a directory without encryption",
        places: &[Place {
            file: CONNECTION,
            guard: "!is_secure && !directory.starts_tls",
            off: "!is_secure && false",
        }],
        test: Test::Lib("identity", "providers::tests::directories::no_password_is_sent_without_encryption"),
    },
];
