//! What lets somebody in besides a password, and for how long: sessions, codes, passkeys, keys of programs.

use super::{Guard, Place, Test};

const API_TOKENS: &str = "server/identity/src/api_tokens.rs";
const FACTORS: &str = "server/identity/src/second_factor.rs";
const LINKS: &str = "server/identity/src/accounts/links.rs";
const PASSKEYS: &str = "server/identity/src/passkeys.rs";
const PASSWORDS: &str = "server/identity/src/accounts/sign_in.rs";
const SESSIONS: &str = "server/identity/src/sessions.rs";
const SIGN_IN: &str = "server/src/routes/sign_in.rs";
const STORE: &str = "server/identity/src/sessions/store.rs";
const STORED_SESSIONS: &str = "server/database/src/sessions.rs";
const STORED_TOKENS: &str = "server/database/src/tokens.rs";

const DATABASE: Test = Test::Lib("database", "tests::everything_works_on_sqlite");

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "who is asked for a new password goes on with the old one",
        places: &[Place {
            file: "server/src/routes/sign_in.rs",
            guard: "Ok(Some(first)) => return Some(LetIn::AfterPassword(first)),",
            off: "Ok(Some(_)) => {}",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::signing_in::who_is_asked_for_a_new_password_gets_in_with_no_other",
        ),
    },
    Guard {
        name: "the new password that is asked for is the old one",
        places: &[Place {
            file: LINKS,
            guard: "if self.is_still_the_old(token, &password).await? {",
            off: "if self.is_still_the_old(token, &password).await? && password.is_empty() {",
        }],
        test: Test::Lib("identity", "accounts::links::tests::a_password_that_is_asked_for_is_another_one"),
    },
    Guard {
        name: "an id of a session that somebody planted is signed in",
        places: &[Place {
            file: SESSIONS,
            guard: "session.cycle_id().await?;\n    session.clear().await;",
            off: "session.clear().await;",
        }],
        test: Test::Lib("identity", "sessions::tests::signing_in_makes_a_new_id_and_the_old_one_is_dead"),
    },
    Guard {
        name: "what the table holds of a session opens it",
        places: &[Place { file: SESSIONS, guard: "token::hash(&id.to_string())", off: "id.to_string()" }],
        test: Test::Lib(
            "identity",
            "sessions::tests::a_session_is_found_by_its_id_and_not_by_what_the_table_holds",
        ),
    },
    Guard {
        name: "a late request brings a session back that was ended",
        places: &[Place {
            file: STORE,
            guard: "self.database.update_session(",
            off: "self.database.add_session(",
        }],
        test: Test::Lib(
            "identity",
            "sessions::tests::a_session_that_was_ended_stays_ended_when_a_late_request_saves_it",
        ),
    },
    Guard {
        name: "a session that is used never ends",
        places: &[Place {
            file: STORE,
            guard: "|moment| moment.saturating_add(absolute)",
            off: "|_| i64::MAX",
        }],
        test: Test::Lib(
            "identity",
            "sessions::tests::a_session_ends_after_its_absolute_lifetime_however_much_it_is_used",
        ),
    },
    Guard {
        name: "a session in which somebody acts as another person outlives its time",
        places: &[Place { file: STORE, guard: "|until| last.min(until)", off: "|_| last" }],
        test: Test::Lib(
            "identity",
            "sessions::tests::acting_as_somebody_has_an_end_and_then_nobody_is_signed_in",
        ),
    },
    Guard {
        name: "what was opened as oneself goes on as somebody else",
        places: &[Place {
            file: SESSIONS,
            guard: "session.cycle_id().await?;\n    match acting {",
            off: "match acting {",
        }],
        test: Test::Lib(
            "identity",
            "sessions::tests::acting_as_somebody_has_an_end_and_then_nobody_is_signed_in",
        ),
    },
    Guard {
        name: "a session is read that has expired",
        places: &[Place {
            file: STORED_SESSIONS,
            guard: "FROM sessions WHERE id_hash = $1 AND expires_at > $2",
            off: "FROM sessions WHERE id_hash = $1 AND 0 < $2",
        }],
        test: DATABASE,
    },
    Guard {
        name: "who signs in again and again fills the table of sessions",
        places: &[Place {
            file: STORED_SESSIONS,
            guard: "ORDER BY created_at DESC, id_hash LIMIT $2) \\",
            off: "ORDER BY created_at DESC, id_hash LIMIT $2 + 1000) \\",
        }],
        test: DATABASE,
    },
    Guard {
        name: "somebody ends another person's session",
        places: &[Place {
            file: STORED_SESSIONS,
            guard: "DELETE FROM sessions WHERE account_id = $1 AND id_hash = $2",
            off: "DELETE FROM sessions WHERE $1 <> '' AND id_hash = $2",
        }],
        test: DATABASE,
    },
    Guard {
        name: "a code of a generator works twice",
        places: &[Place {
            file: FACTORS,
            guard: "match self.database.use_step(account, step).await? {",
            off: "match self.database.use_step(account, step).await.is_ok() {",
        }],
        test: Test::Lib("identity", "second_factor::tests::a_code_works_once_and_not_after_a_later_one"),
    },
    Guard {
        name: "a recovery code works twice",
        places: &[Place {
            file: FACTORS,
            guard: "recovery_hash(account, &code)).await? {",
            off: "recovery_hash(account, &code)).await.is_ok() {",
        }],
        test: Test::Lib(
            "identity",
            "second_factor::tests::a_recovery_code_works_once_and_only_for_its_account",
        ),
    },
    Guard {
        name: "codes of a generator are guessed",
        places: &[Place {
            file: FACTORS,
            guard: "self.throttle.begin(&key, visitor.address).map_err(CodeRefused::Wait)?;\n        \
                    let answer",
            off: "self.throttle.begin(&(key + code + &Uuid::new_v4().to_string()), visitor.address)\
                  .map_err(CodeRefused::Wait)?;\n        let answer",
        }],
        test: Test::Lib(
            "identity",
            "second_factor::tests::codes_cannot_be_guessed_and_every_try_is_written_down",
        ),
    },
    Guard {
        name: "codes of a generator are guessed for weeks",
        places: &[Place {
            file: "server/database/src/factors.rs",
            guard: "WHERE account_id = $1 AND tries < $2",
            off: "WHERE account_id = $1 AND $2 > 0",
        }],
        test: Test::Lib(
            "identity",
            "second_factor::tests::codes_are_guessed_so_often_and_no_more_until_a_recovery_code_shows_whose_they_are",
        ),
    },
    Guard {
        name: "wrong codes of years add up until nobody gets in",
        places: &[Place {
            file: "server/database/src/factors.rs",
            guard: "SET last_step = $1, tries = 0 WHERE account_id = $2 AND last_step < $1",
            off: "SET last_step = $1 WHERE account_id = $2 AND last_step < $1",
        }],
        test: Test::Lib("identity", "second_factor::tests::a_right_code_forgives_the_wrong_ones_before_it"),
    },
    Guard {
        name: "a generator that works is replaced without a word",
        places: &[Place {
            file: "server/database/src/factors.rs",
            guard: "last_step = 0 WHERE second_factors.confirmed_at IS NULL",
            off: "last_step = 0, confirmed_at = NULL",
        }],
        test: Test::Lib(
            "identity",
            "second_factor::tests::a_generator_is_asked_for_only_after_it_was_seen_to_work",
        ),
    },
    Guard {
        name: "an answer of a passkey that somebody has overheard opens again",
        places: &[Place {
            file: PASSKEYS,
            guard: "match self.database.use_passkey(stored.id, &credential, &challenge, asked.until).await? {",
            off: "match self.database.use_passkey(stored.id, &credential, &challenge, asked.until).await.is_ok() {",
        }],
        test: Test::Lib("identity", "passkeys::tests::an_answer_opens_once"),
    },
    Guard {
        name: "what one account was asked is added to another as a passkey",
        places: &[Place {
            file: PASSKEYS,
            guard: "adding.account != account || adding.until < now_seconds()",
            off: "adding.until < now_seconds()",
        }],
        test: Test::Lib("identity", "passkeys::tests::what_was_asked_of_one_account_is_not_added_to_another"),
    },
    Guard {
        name: "a passkey opens somebody else's account by saying so",
        places: &[Place {
            file: PASSKEYS,
            guard: "stored.filter(|stored| stored.account_id == owner)",
            off: "stored",
        }],
        test: Test::Lib(
            "identity",
            "passkeys::tests::a_passkey_opens_no_other_account_whatever_its_device_says",
        ),
    },
    Guard {
        name: "an answer of a passkey opens long after it was asked for",
        places: &[Place { file: PASSKEYS, guard: "if asked.until < now_seconds() {", off: "if false {" }],
        test: Test::Lib("identity", "passkeys::tests::an_answer_that_comes_too_late_does_not_open"),
    },
    Guard {
        name: "a passkey opens a disabled account",
        places: &[Place {
            file: PASSKEYS,
            guard: "(false, _) => Err(PasskeyRefused::Disabled),",
            off: "(false, _) => self.check(site, asked, &answer, stored).await,",
        }],
        test: Test::Lib(
            "identity",
            "passkeys::tests::nobody_comes_in_who_is_disabled_or_signs_in_through_a_provider_only",
        ),
    },
    Guard {
        name: "a passkey opens an account that its provider has given up",
        places: &[Place {
            file: PASSKEYS,
            guard: "(true, Err(refused)) => Err(refused),",
            off: "(true, Err(_)) => self.check(site, asked, &answer, stored).await,",
        }],
        test: Test::Lib(
            "identity",
            "passkeys::tests::nobody_comes_in_who_is_disabled_or_signs_in_through_a_provider_only",
        ),
    },
    Guard {
        name: "a key of a program lives for ever",
        places: &[Place {
            file: API_TOKENS,
            guard: "hours == 0 || hours > MAX_DAYS * DAY_HOURS",
            off: "hours == 0",
        }],
        test: Test::Lib("identity", "api_tokens::tests::a_key_has_a_name_and_an_end"),
    },
    Guard {
        name: "a key of a program works after its time",
        places: &[Place {
            file: STORED_TOKENS,
            guard: "WHERE token_hash IN ($1, $2) AND expires_at > $3",
            off: "WHERE token_hash IN ($1, $2) AND 0 < $3",
        }],
        test: Test::Lib(
            "identity",
            "api_tokens::tests::a_key_ends_at_its_time_or_when_it_is_revoked_by_its_owner",
        ),
    },
    Guard {
        name: "a program that knows no places takes a key for one of them for a key that counts everywhere",
        places: &[Place {
            file: STORED_TOKENS,
            guard: "if new.place.is_some() { format!",
            off: "if new.name.is_empty() { format!",
        }],
        test: Test::Lib("database", "tests::everything_works_on_sqlite"),
    },
    Guard {
        name: "somebody revokes another person's key",
        places: &[Place {
            file: STORED_TOKENS,
            guard: "DELETE FROM api_tokens WHERE account_id = $1 AND id = $2",
            off: "DELETE FROM api_tokens WHERE $1 <> '' AND id = $2",
        }],
        test: Test::Lib(
            "identity",
            "api_tokens::tests::a_key_ends_at_its_time_or_when_it_is_revoked_by_its_owner",
        ),
    },
    Guard {
        name: "what the table holds of a key works as the key",
        places: &[
            Place { file: API_TOKENS, guard: "&token::hash(&secret))", off: "&secret)" },
            Place { file: API_TOKENS, guard: "&token::hash(secret), address)", off: "secret, address)" },
        ],
        test: Test::Lib(
            "identity",
            "api_tokens::tests::a_key_is_found_by_itself_and_not_by_what_the_table_holds",
        ),
    },
    Guard {
        name: "what the table holds of a link works as the link",
        places: &[Place {
            file: LINKS,
            guard: "self.database.add_link(&token.hash(), account",
            off: "self.database.add_link(token.reveal(), account",
        }],
        test: Test::Lib(
            "identity",
            "accounts::links::tests::what_the_table_holds_of_a_link_does_not_work_as_a_link",
        ),
    },
    Guard {
        name: "a link that came by mail stands for the second factor too",
        places: &[Place {
            file: SIGN_IN,
            guard: "Ok(true) if !sign_in_code::was_right(&console, &headers, account) => {",
            off: "Ok(true) if account.is_nil() && !sign_in_code::was_right(&console, &headers, account) => {",
        }],
        test: Test::Lib(
            "server",
            "routes::tests::account::with_a_code_generator_the_password_alone_opens_nothing",
        ),
    },
    Guard {
        name: "a link for a forgotten password is made again and again",
        places: &[Place {
            file: LINKS,
            guard: "|| self.database.has_link_since(account.id, since).await?",
            off: "|| since < 0",
        }],
        test: Test::Lib(
            "identity",
            "accounts::links::tests::a_link_for_a_forgotten_password_goes_only_to_who_has_one_and_an_address",
        ),
    },
    Guard {
        name: "guessers keep somebody out where they have signed in before the console was restarted",
        places: &[Place { file: PASSWORDS, guard: "self.throttle.recognise(&key, address);", off: "" }],
        test: Test::Lib(
            "identity",
            "accounts::sign_in::tests::who_signed_in_before_the_console_was_restarted_gets_in_while_others_guess",
        ),
    },
];
