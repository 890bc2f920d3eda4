//! Who may do what, and that it is written down.

use super::{Guard, Place, Test};

const ACCOUNT: &str = "server/src/account.rs";
const CALLER: &str = "server/access/src/caller.rs";
const CHAIN: &str = "server/database/src/audit/chain.rs";
const CONDITIONS: &str = "server/database/src/conditions.rs";
const DECIDE: &str = "server/access/src/decide.rs";
const GRANT: &str = "server/access/src/grant.rs";
const IDENTITIES: &str = "server/access/src/identities.rs";
const JOBS: &str = "server/kubernetes/src/change/jobs.rs";
const NEED: &str = "server/access/src/need.rs";
const ONLY: &str = "server/access/src/only.rs";
const PROVISIONER: &str = "server/provisioner/src/lib.rs";
const RIGHTS: &str = "server/access/src/rights.rs";

const TABLE: Test = Test::Lib("access", "decide::tests::the_table_of_rights");
const READING: Test =
    Test::Lib("access", "decide::tests::a_token_that_may_only_read_changes_nothing_and_opens_no_way_in");
const ANOTHER_CLUSTER: Test = Test::File(
    "provisioner",
    "cluster",
    "identities::another_cluster_under_the_name_learns_nobodys_rights_until_it_is_accepted",
);
const STREAM: Test =
    Test::Lib("access", "grant::tests::a_stream_ends_when_its_right_its_account_or_its_session_does");
const ACTING: Test =
    Test::Lib("access", "grant::tests::a_stream_of_who_acts_as_somebody_ends_with_their_own_right");
const DATABASE: Test = Test::Lib("database", "tests::everything_works_on_sqlite");
const RENUMBERED: Test = Test::Lib(
    "database",
    "tests::a_row_of_the_trail_that_was_taken_out_is_found_although_the_others_were_counted_anew",
);
const FORGED: Test =
    Test::Lib("database", "tests::a_row_of_the_trail_that_was_changed_taken_out_or_put_in_is_found");

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "who sends slowly does something with rights that they have lost meanwhile",
        places: &[Place { file: GRANT, guard: "match caller.is_stale() {", off: "match false {" }],
        test: Test::Lib(
            "access",
            "grant::tests::who_sends_slowly_does_nothing_with_what_they_have_lost_meanwhile",
        ),
    },
    Guard {
        name: "a token that may only read changes something",
        places: &[Place {
            file: DECIDE,
            guard: "caller.is_read_only() && !is_plain_read(need)",
            off: "false",
        }],
        test: READING,
    },
    Guard {
        name: "a token that may only read opens a shell or a proxy, which are reads by their verb",
        places: &[Place { file: DECIDE, guard: "|part| PLAIN_PARTS.contains(&part)", off: "|_| true" }],
        test: READING,
    },
    Guard {
        name: "a token that was made for one place does something in another one",
        places: &[Place { file: DECIDE, guard: "|only| !only.covers(need)", off: "|_| false" }],
        test: Test::Lib(
            "access",
            "decide::tests::places::a_place_never_allows_more_and_what_it_refuses_names_it",
        ),
    },
    Guard {
        name: "a token that was made for one place shows more by a link to a dashboard",
        places: &[Place { file: ONLY, guard: "if shows_more(need) {", off: "if false {" }],
        test: Test::Lib("access", "decide::tests::places::the_table_of_places"),
    },
    Guard {
        name: "a token that was made for one place counts everywhere",
        places: &[Place {
            file: GRANT,
            guard: "Some(only) => rights.within(only),",
            off: "Some(_) => rights,",
        }],
        test: Test::Lib("access", "grant::tests::a_token_for_a_place_ends_with_it_and_follows_what_is_in_it"),
    },
    Guard {
        name: "a token that was made for one place reads its owner's account",
        places: &[Place { file: ACCOUNT, guard: " || self.caller.is_for_one_place()", off: "" }],
        test: Test::Lib(
            "server",
            "routes::tests::placed_tokens::a_token_for_one_place_is_refused_everywhere_else_and_is_told_why",
        ),
    },
    Guard {
        name: "a token that was made for one place sees what its owner has begun elsewhere",
        places: &[Place { file: JOBS, guard: "self.session == caller.session_hash", off: "true" }],
        test: Test::Lib(
            "kubernetes",
            "change::jobs::tests::a_token_for_one_place_sees_no_job_that_it_did_not_begin",
        ),
    },
    Guard {
        name: "what people hold in a cluster is theirs in another one that answers under its name",
        places: &[Place {
            file: IDENTITIES,
            guard: "rights.clusters.retain(|name, _| !is_another(name));",
            off: "rights.clusters.retain(|name, _| !is_another(name) || !name.as_str().is_empty());",
        }],
        test: Test::Lib(
            "access",
            "identities::tests::what_is_held_in_a_cluster_is_not_held_in_another_one_that_answers_under_its_name",
        ),
    },
    Guard {
        name: "rights are written into another cluster that answers under the name of one",
        places: &[Place {
            file: PROVISIONER,
            guard: "Err(error @ ProvisionError::Another) => Err(error),",
            off: "Err(ProvisionError::Another) => self.bring_up_to_date(name, target, round, Ok(String::new())).await,",
        }],
        test: ANOTHER_CLUSTER,
    },
    Guard {
        name: "who held roles in a namespace holds them in another one that is made under its name",
        places: &[Place {
            file: "server/provisioner/src/replaced.rs",
            guard: "(Some(known), Some(found)) if known != found =>",
            off: "(Some(known), Some(found)) if known != found && known.is_empty() =>",
        }],
        test: Test::File(
            "provisioner",
            "cluster",
            "identities::a_namespace_that_is_made_anew_under_a_name_is_nobodys",
        ),
    },
    Guard {
        name: "who ends a project deletes the namespace that somebody else has made of its name",
        places: &[Place {
            file: "server/provisioner/src/namespaces.rs",
            guard: "let call = Call::write(Method::DELETE, path, \"application/json\", options);",
            off: "let call = Call::write(Method::DELETE, path, \"application/json\", options.slice(..0));",
        }],
        test: Test::File(
            "provisioner",
            "cluster",
            "identities::who_ends_a_project_deletes_no_namespace_that_was_made_anew",
        ),
    },
    Guard {
        name: "a namespace that is made anew is found out when somebody changes something, and not before",
        places: &[Place {
            file: PROVISIONER,
            guard: "met.is_ok() && replaced::is_worth_a_look(target, &meant).await",
            off: "met.is_ok() && meant.is_empty() && replaced::is_worth_a_look(target, &meant).await",
        }],
        test: Test::File(
            "provisioner",
            "cluster",
            "identities::that_a_namespace_was_made_anew_is_found_out_although_nobody_asks",
        ),
    },
    Guard {
        name: "the trail of a cluster that had the name before is told to members of the one that has it now",
        places: &[Place {
            file: "server/database/src/audit/search.rs",
            guard: "(cluster = {cluster} AND audit.at_milliseconds > {after})",
            off: "(cluster = {cluster} AND {after} >= 0)",
        }],
        test: Test::File(
            "tenants",
            "tenants",
            "people::what_happened_in_a_cluster_that_had_the_name_before_is_for_who_sees_everything",
        ),
    },
    Guard {
        name: "terminals of a cluster that had the name before are replayed by members of the one that has it now",
        places: &[Place {
            file: "server/database/src/recordings/search.rs",
            guard: "RecordingScope::After(moment) => wanted.number(\"started_milliseconds >\", Some(*moment)),",
            off: "RecordingScope::After(_) => {}",
        }],
        test: DATABASE,
    },
    Guard {
        name: "what people hold counts before it is known which cluster answers",
        places: &[Place {
            file: IDENTITIES,
            guard: "*standing == Standing::Unasked && rights.is_in(name)",
            off: "*standing == Standing::Unasked && rights.are_none()",
        }],
        test: Test::Lib(
            "access",
            "identities::tests::what_people_hold_is_known_when_the_clusters_were_asked_in_which_they_hold_it",
        ),
    },
    Guard {
        name: "receivers are told what fires in another cluster that answers under the name of theirs",
        places: &[Place {
            file: "server/prometheus/src/service.rs",
            guard: "self.kubernetes.check_meant(name).await?;",
            off: "self.kubernetes.check_meant(name).await.unwrap_or_default();",
        }],
        test: Test::File(
            "prometheus",
            "births",
            "nobody_is_told_of_another_cluster_that_answers_under_the_name",
        ),
    },
    Guard {
        name: "events of another cluster are kept under the name of the one that is meant",
        places: &[Place {
            file: "server/elasticsearch/src/kept/keeper.rs",
            guard: "if !is_meant || !self.is_needed(elasticsearch).await {",
            off: "if !is_meant && !self.is_needed(elasticsearch).await {",
        }],
        test: Test::Lib(
            "elasticsearch",
            "kept::keeper::tests::what_happens_in_another_cluster_under_the_name_is_not_kept",
        ),
    },
    Guard {
        name: "events of a cluster are shown in another one that was accepted without what the old one had",
        places: &[Place {
            file: "server/database/src/cluster_identities.rs",
            guard: "\"DELETE FROM kept_event_spans WHERE cluster = $1\",",
            off: "\"DELETE FROM kept_event_spans WHERE cluster = $1 AND cluster IS NULL\",",
        }],
        test: DATABASE,
    },
    Guard {
        name: "rights are written where the account that writes them leads, whichever cluster that is",
        places: &[Place {
            file: PROVISIONER,
            guard: "identity::uid(&target.connection).await? == uid",
            off: "!identity::uid(&target.connection).await?.is_empty() || uid.is_empty()",
        }],
        test: Test::File(
            "provisioner",
            "cluster",
            "identities::no_rights_are_written_where_the_account_that_writes_them_leads_elsewhere",
        ),
    },
    Guard {
        name: "whoever looks as somebody else changes something",
        places: &[Place { file: DECIDE, guard: "if !acting.may_change {", off: "if false {" }],
        test: Test::Lib(
            "access",
            "decide::tests::who_acts_as_somebody_may_no_more_than_they_and_less_where_it_matters",
        ),
    },
    Guard {
        name: "whoever looks as somebody else reads their secrets",
        places: &[Place {
            file: DECIDE,
            guard: "(is_secret || !is_plain_read(need))",
            off: "(!is_plain_read(need))",
        }],
        test: Test::Lib(
            "access",
            "decide::tests::who_acts_as_somebody_may_no_more_than_they_and_less_where_it_matters",
        ),
    },
    Guard {
        name: "whoever acts as somebody else changes who may do what",
        places: &[Place {
            file: DECIDE,
            guard: "need.resource.group == CONSOLE_GROUP && !need.verb.is_read();",
            off: "false;",
        }],
        test: Test::Lib("access", "decide::tests::nobody_changes_who_may_do_what_as_somebody_else"),
    },
    Guard {
        name: "a list that names foreign namespaces among one's own is answered",
        places: &[Place {
            file: DECIDE,
            guard: "Some(foreign) => Err(refusal(need, in_namespace(caller, cluster, foreign, need))),",
            off: "Some(_) => Ok(Some(Scope::Namespaces(wanted.clone()))),",
        }],
        test: TABLE,
    },
    Guard {
        name: "a foreign namespace is read by its name",
        places: &[Place {
            file: DECIDE,
            guard: "(is_own && !allowing.is_empty())",
            off: "(!allowing.is_empty())",
        }],
        test: TABLE,
    },
    Guard {
        name: "who holds nothing in a cluster sees its nodes",
        places: &[Place { file: DECIDE, guard: "!rights.is_in(cluster)", off: "false" }],
        test: Test::Lib("access", "decide::tests::a_member_of_nothing_gets_nothing"),
    },
    Guard {
        name: "a role in one workspace counts in the projects of another",
        places: &[Place {
            file: RIGHTS,
            guard: "|project| project.workspace == Some(held.place)",
            off: "|_| true",
        }],
        test: Test::Lib(
            "access",
            "decide::tests::a_role_in_a_workspace_extends_to_its_projects_and_no_further",
        ),
    },
    Guard {
        name: "a cluster hears the groups of other projects than the request is about",
        places: &[Place {
            file: RIGHTS,
            guard: "Place::Namespace(namespace) => held.extend(of_project(namespace).into_iter().flatten()),",
            off: "Place::Namespace(_) => held.extend(self.projects.values().flatten()),",
        }],
        test: Test::Lib(
            "access",
            "decide::tests::a_cluster_hears_the_groups_of_the_place_that_is_asked_about_and_no_name",
        ),
    },
    Guard {
        name: "somebody acts as a person who may do more on the platform than they",
        places: &[Place { file: RIGHTS, guard: "&& other.platform.is_within(self.platform)", off: "" }],
        test: Test::Lib("access", "decide::tests::nobody_acts_as_who_is_more_than_they_are"),
    },
    Guard {
        name: "an administrator is another administrator's mask",
        places: &[Place { file: RIGHTS, guard: "return !other.is_administrator();", off: "return true;" }],
        test: Test::Lib("access", "decide::tests::nobody_acts_as_who_is_more_than_they_are"),
    },
    Guard {
        name: "a stream goes on after its session or token was ended",
        places: &[Place {
            file: GRANT,
            guard: "&& !self.database.is_open(session).await?",
            off: "&& session.is_empty()",
        }],
        test: STREAM,
    },
    Guard {
        name: "a stream goes on after its account was disabled",
        places: &[Place {
            file: GRANT,
            guard: "self.database.account(before.account_id).await?;\n        \
                    let account = account.filter(|account| account.is_enabled).ok_or(Refused::SignedOut)?;",
            off: "self.database.account(before.account_id).await?.ok_or(Refused::SignedOut)?;",
        }],
        test: STREAM,
    },
    Guard {
        name: "a stream shows more than its right still extends to",
        places: &[Place { file: GRANT, guard: "granted.scope.is_within(&scope) && ", off: "" }],
        test: Test::Lib(
            "access",
            "grant::tests::a_stream_ends_when_it_shows_more_than_its_reader_may_still_see",
        ),
    },
    Guard {
        name: "a cluster is still asked with a group that somebody has lost",
        places: &[Place { file: GRANT, guard: " && is_known_as(now.identity(&need))", off: "" }],
        test: Test::Lib(
            "access",
            "grant::tests::a_stream_ends_when_the_cluster_would_know_its_reader_by_fewer_groups",
        ),
    },
    Guard {
        name: "whoever has lost the right to act as others goes on",
        places: &[Place { file: GRANT, guard: "rights.may_act_as(&caller.rights) && ", off: "" }],
        test: ACTING,
    },
    Guard {
        name: "acting as somebody goes on after its time",
        places: &[Place { file: GRANT, guard: " && now_seconds() < acting.until;", off: ";" }],
        test: ACTING,
    },
    Guard {
        name: "a change is made that cannot be written down first",
        places: &[Place {
            file: GRANT,
            guard: "Some(self.record(caller, &action, &need, None).await?)",
            off: "self.record(caller, &action, &need, None).await.ok()",
        }],
        test: Test::Lib("access", "grant::tests::a_change_that_cannot_be_recorded_is_not_made"),
    },
    Guard {
        name: "a refusal is not written down",
        places: &[Place {
            file: GRANT,
            guard: "self.record(caller, action, &refusal.need, Some(&refusal.reason)).await {",
            off: "Ok::<_, Refused>((caller, action)) {",
        }],
        test: Test::Lib("access", "grant::tests::a_refusal_is_recorded_and_says_who_can_help"),
    },
    Guard {
        name: "a secret is read in passing, without a line in the trail",
        places: &[Place {
            file: GRANT,
            guard: "if need.is_recorded() {\n            return None;",
            off: "if false {\n            return None;",
        }],
        test: Test::Lib("access", "grant::tests::reading_a_secret_is_in_the_trail"),
    },
    Guard {
        name: "when a certificate ends is told to who may not read its secret, once somebody else has",
        places: &[Place {
            file: "server/kubernetes/src/object/ending.rs",
            guard: "scopes.iter().all(|scope| scope.admits(row.namespace.as_deref(), &row.name))",
            off: "scopes.iter().all(|scope| scope.admits(row.namespace.as_deref(), &row.name) || !row.name.is_empty())",
        }],
        test: Test::File(
            "kubernetes",
            "reads",
            "certificates::certificates_that_end_are_found_in_secrets_by_who_may_read_them_and_are_read_once",
        ),
    },
    Guard {
        name: "the values of a secret are read without a line in the trail",
        places: &[Place {
            file: NEED,
            guard: "!self.verb.is_read() || secret || stream",
            off: "!self.verb.is_read() || (secret && stream) || stream",
        }],
        test: Test::Lib("access", "grant::tests::reading_a_secret_is_in_the_trail"),
    },
    Guard {
        name: "the trail does not say who did it as somebody else",
        places: &[Place {
            file: CALLER,
            guard: "Some(acting) => (acting.account_id, format!(\"{} (acting as {})\", acting.name, self.name)),",
            off: "Some(_) => (self.account_id, self.name.clone()),",
        }],
        test: Test::Lib("access", "grant::tests::what_is_done_as_somebody_else_is_told_of_who_did_it"),
    },
    Guard {
        name: "a row of the trail is taken out and nobody notices",
        places: &[Place { file: CHAIN, guard: "if *sequence != last + 1 {", off: "if false {" }],
        test: FORGED,
    },
    Guard {
        name: "a row of the trail is written anew and nobody notices",
        places: &[Place {
            file: CHAIN,
            guard: "(!is_as_written).then(",
            off: "(false && !is_as_written).then(",
        }],
        test: FORGED,
    },
    Guard {
        name: "a row of the trail does not depend on those before it",
        places: &[Place { file: CHAIN, guard: "add(Some(before));", off: "add(Some(&before[..0]));" }],
        test: RENUMBERED,
    },
    Guard {
        name: "whoever may read the trail in no place reads it everywhere",
        places: &[Place {
            file: CONDITIONS,
            guard: "String::from(\"1 = 0\")",
            off: "String::from(\"1 = 1\")",
        }],
        test: DATABASE,
    },
    Guard {
        name: "whoever has the name of a project now reads what happened to who had it before",
        places: &[Place {
            file: "server/database/src/audit/search.rs",
            guard: " AND audit.at_milliseconds >= {since})",
            off: " AND {since} >= {since})",
        }],
        test: DATABASE,
    },
];
