//! Who somebody is: passwords, links with which they are chosen, and what is sealed.

use super::{Guard, Place, Test};

const CHANGE: &str = "server/identity/src/accounts/change.rs";
const PASSWORD: &str = "server/identity/src/password.rs";
const SEAL: &str = "server/identity/src/seal.rs";
const SIGN_IN: &str = "server/identity/src/accounts/sign_in.rs";
const STORED_LINKS: &str = "server/database/src/links.rs";
const STORED_PASSWORDS: &str = "server/database/src/passwords.rs";
const THROTTLE: &str = "server/identity/src/throttle.rs";

const DATABASE: Test = Test::Lib("database", "tests::everything_works_on_sqlite");

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "who has left a provider that says nothing calls with an API token for a year",
        places: &[Place {
            file: "server/identity/src/providers/roll_call.rs",
            guard: "filter(|one| one.is_idle_since(since))",
            off: "filter(|one| one.is_idle_since(since) && one.subject.is_empty())",
        }],
        test: Test::Lib(
            "identity",
            "providers::tests::idle::who_has_not_come_for_long_is_out_until_they_come",
        ),
    },
    Guard {
        name: "a password is guessed at from many addresses",
        places: &[Place {
            file: THROTTLE,
            guard: "wait = wait.max(state.accounts.wait(account, TRIES_PER_ACCOUNT, now));",
            off: "",
        }],
        test: Test::Lib(
            "identity",
            "throttle::tests::guessing_at_one_account_from_many_addresses_is_slowed_down",
        ),
    },
    Guard {
        name: "a password is guessed at from an address from which its owner has signed in",
        places: &[Place {
            file: THROTTLE,
            guard: "wait = wait.max(state.pairs.wait(pair, TRIES_PER_PAIR, now));",
            off: "",
        }],
        test: Test::Lib(
            "identity",
            "throttle::tests::guessing_from_the_address_of_the_owner_is_slowed_down_too",
        ),
    },
    Guard {
        name: "one address tries all names",
        places: &[Place {
            file: THROTTLE,
            guard: "let mut wait = state.addresses.wait(address, TRIES_PER_ADDRESS, now);",
            off: "let mut wait = None;",
        }],
        test: Test::Lib("identity", "throttle::tests::one_address_cannot_try_all_names"),
    },
    Guard {
        name: "one network of IPv6 counts as endless addresses",
        places: &[Place { file: THROTTLE, guard: "& (u128::MAX << 64)", off: "" }],
        test: Test::Lib("identity", "throttle::tests::neighbours_in_one_ipv6_network_are_one_address"),
    },
    Guard {
        name: "whoever is guessed at is kept out",
        places: &[Place {
            file: THROTTLE,
            guard: "self.familiar.insert(pair, Instant::now()).is_none()",
            off: "false",
        }],
        test: Test::Lib("identity", "throttle::tests::the_victim_gets_in_while_others_guess"),
    },
    Guard {
        name: "made-up names wash away the counter of who is guessed at",
        places: &[Place {
            file: THROTTLE,
            guard: "self.0.retain(|_, counter| counter.tries > few);",
            off: "self.0.retain(|_, counter| counter.tries > 1000 * few);",
        }],
        test: Test::Lib(
            "identity",
            "throttle::tests::a_million_names_do_not_wash_a_counter_away_and_memory_stays_bounded",
        ),
    },
    Guard {
        name: "an unknown name is answered faster than a known one",
        places: &[Place {
            file: PASSWORD,
            guard: "PasswordHash::new(hash.unwrap_or(&NOBODY))",
            off: "PasswordHash::new(match hash { Some(hash) => hash, None => return Ok(false) })",
        }],
        test: Test::Lib(
            "identity",
            "password::tests::an_unknown_name_costs_as_much_as_a_wrong_password_and_never_matches",
        ),
    },
    Guard {
        name: "a name that cannot sign in is refused without any work",
        places: &[Place {
            file: SIGN_IN,
            guard: "let matches = self.hasher.matches(password.clone(), hash).await?;",
            off: "let matches = hash.is_some() && self.hasher.matches(password.clone(), hash).await?;",
        }],
        test: Test::Lib(
            "identity",
            "accounts::sign_in::tests::the_same_is_done_for_every_name_that_is_refused",
        ),
    },
    Guard {
        name: "five hundred who sign in at once fill the memory",
        places: &[Place {
            file: PASSWORD,
            guard: "Semaphore::new(PARALLEL)",
            off: "Semaphore::new(100 * PARALLEL)",
        }],
        test: Test::Lib(
            "identity",
            "password::tests::of_five_hundred_at_once_all_have_their_turn_and_few_have_it_together",
        ),
    },
    Guard {
        name: "who hangs up while a hash is computed leaves room for another one",
        places: &[Place {
            file: PASSWORD,
            guard: "let task = tokio::task::spawn_blocking(move || {\n            let result = work();\n            \
                    drop(turn);\n            result\n        });",
            off: "let task = tokio::task::spawn_blocking(work);\n        let _turn = turn;",
        }],
        test: Test::Lib(
            "identity",
            "password::tests::who_goes_away_leaves_no_turn_to_others_before_the_work_is_done",
        ),
    },
    Guard {
        name: "a name without an account has a password",
        places: &[Place { file: PASSWORD, guard: "Ok(matches && hash.is_some())", off: "Ok(matches)" }],
        test: Test::Lib(
            "identity",
            "password::tests::an_unknown_name_costs_as_much_as_a_wrong_password_and_never_matches",
        ),
    },
    Guard {
        name: "a password that was typed for a name is in the trail",
        places: &[Place {
            file: SIGN_IN,
            guard: "if account.is_some() { name } else { \"\" };",
            off: "name;",
        }],
        test: Test::Lib(
            "identity",
            "accounts::sign_in::tests::the_audit_trail_names_who_knocked_but_not_what_was_typed_for_a_name",
        ),
    },
    Guard {
        name: "whoever finds an open session changes its owner's password",
        places: &[Place {
            file: CHANGE,
            guard: "if !matches {\n            return Err(ChangeRefused::Wrong);",
            off: "if false {\n            return Err(ChangeRefused::Wrong);",
        }],
        test: Test::Lib(
            "identity",
            "accounts::change::tests::changing_a_password_asks_for_the_old_one_and_ends_the_other_sessions",
        ),
    },
    Guard {
        name: "the old password is guessed in an open session",
        places: &[Place {
            file: CHANGE,
            guard: "self.throttle.begin(&name_key(owner.name), visitor.address).map_err(ChangeRefused::Wait)?;",
            off: "self.throttle.begin(&Uuid::new_v4().to_string(), visitor.address).map_err(ChangeRefused::Wait)?;",
        }],
        test: Test::Lib(
            "identity",
            "accounts::change::tests::the_old_password_cannot_be_guessed_in_an_open_session",
        ),
    },
    Guard {
        name: "a session outlives a new password that was chosen with a link",
        places: &[Place {
            file: STORED_LINKS,
            guard: "\"DELETE FROM sessions WHERE account_id = $1\"",
            off: "\"DELETE FROM sessions WHERE account_id = $1 AND 1 = 0\"",
        }],
        test: Test::Lib("identity", "accounts::links::tests::a_new_password_ends_the_account_s_sessions"),
    },
    Guard {
        name: "a session outlives a new password that its owner chose elsewhere",
        places: &[Place {
            file: STORED_PASSWORDS,
            guard: "\"DELETE FROM sessions WHERE account_id = $1 AND id_hash <> $2\"",
            off: "\"DELETE FROM sessions WHERE account_id = $1 AND id_hash <> $2 AND 1 = 0\"",
        }],
        test: Test::Lib(
            "identity",
            "accounts::change::tests::changing_a_password_asks_for_the_old_one_and_ends_the_other_sessions",
        ),
    },
    Guard {
        name: "the first administrator's link makes a second one",
        places: &[Place {
            file: STORED_LINKS,
            guard: "!is_known || count_administrators(&mut *change).await? > 0",
            off: "!is_known",
        }],
        test: DATABASE,
    },
    Guard {
        name: "a link works after its time",
        places: &[Place {
            file: STORED_LINKS,
            guard: "WHERE token_hash = $1 AND expires_at > $2 AND account_id IS NOT NULL",
            off: "WHERE token_hash = $1 AND 0 < $2 AND account_id IS NOT NULL",
        }],
        test: DATABASE,
    },
    Guard {
        name: "what was sealed for one purpose opens for another",
        places: &[
            Place {
                file: SEAL,
                guard: "seal_in_place_append_tag(Aad::from(purpose.as_bytes()), ",
                off: "seal_in_place_append_tag(Aad::empty(), ",
            },
            Place {
                file: SEAL,
                guard: "open_in_place(nonce, Aad::from(purpose.as_bytes()), ",
                off: "open_in_place(nonce, Aad::empty(), ",
            },
        ],
        test: Test::Lib(
            "identity",
            "seal::tests::what_is_sealed_opens_only_with_its_key_and_for_its_purpose",
        ),
    },
    Guard {
        name: "others on the machine read the key of the seals",
        places: &[Place { file: SEAL, guard: "mode(&mut options, 0o600)", off: "mode(&mut options, 0o644)" }],
        test: Test::Lib("identity", "seal::tests::the_file_is_made_once_for_its_owner_alone"),
    },
];
