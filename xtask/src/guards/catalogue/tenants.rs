//! Workspaces, people, requests, receivers, recordings, and what clusters are told of them.

use super::{Guard, Place, Test};

const ACTS: &str = "server/tenants/src/acts.rs";
const ESCALATION: &str = "server/tenants/src/escalation.rs";
const INVITATIONS: &str = "server/tenants/src/invitations.rs";
const LOOK: &str = "server/notifier/src/look.rs";
const MAIL: &str = "server/notifier/src/mail.rs";
const MAIL_SERVERS: &str = "server/tenants/src/mail_servers.rs";
const MEMBERS: &str = "server/tenants/src/members.rs";
const PEOPLE: &str = "server/tenants/src/people.rs";
const PLAN: &str = "server/provisioner/src/plan.rs";
const RECEIVERS: &str = "server/tenants/src/receivers.rs";
const RECORDINGS: &str = "server/recordings/src/port.rs";
const REQUESTS: &str = "server/tenants/src/requests.rs";
const ROLES: &str = "server/tenants/src/roles.rs";
const TEMPLATE: &str = "server/notifier/src/template.rs";

const NO_MORE: Test =
    Test::File("tenants", "tenants", "members::nobody_gives_takes_or_makes_more_than_they_have");
const ADMINISTRATORS: Test =
    Test::File("tenants", "tenants", "people::an_administrator_is_made_and_unmade_only_by_administrators");
const WAYS_IN: Test = Test::File(
    "tenants",
    "tenants",
    "people::who_manages_accounts_opens_no_way_into_the_account_of_who_may_do_more_anywhere",
);
const COST: Test = Test::Lib("notifier", "template::tests::a_template_costs_no_more_than_a_message");

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "somebody gives more than they have",
        places: &[Place {
            file: ESCALATION,
            guard: "if missing.is_empty() {",
            off: "if missing.is_empty() || !field.is_empty() {",
        }],
        test: Test::Lib("tenants", "escalation::tests::a_giver_gives_no_more_than_they_have"),
    },
    Guard {
        name: "who manages a workspace's projects lets their pods take over nodes",
        places: &[Place {
            file: "server/tenants/src/pod_security.rs",
            guard: "if asked.enforce == Some(PodSecurityLevel::Privileged) && now.enforce != asked.enforce {",
            off: "if false {",
        }],
        test: Test::File(
            "tenants",
            "tenants",
            "limits::who_manages_projects_says_what_their_pods_may_and_opens_no_nodes",
        ),
    },
    Guard {
        name: "a Pod Security level that somebody has set in the cluster is overwritten",
        places: &[Place {
            file: "server/provisioner/src/pod_security.rs",
            guard: "is_own(label) || !labels.contains_key(*label)",
            off: "is_own(label) || !label.is_empty()",
        }],
        test: Test::Lib("provisioner", "pod_security::tests::a_level_that_somebody_else_set_stays_theirs"),
    },
    Guard {
        name: "who holds a project changes the labels of its namespace, and with them what its pods may",
        places: &[Place {
            file: "server/access/src/permissions/workloads.rs",
            guard: "both(READ, \"events.k8s.io\", &[\"events\"]),",
            off: "both(READ, \"events.k8s.io\", &[\"events\"]), both(WRITE, \"\", &[\"namespaces\"]),",
        }],
        test: Test::Lib(
            "access",
            "permissions::tests::nothing_that_is_held_in_projects_and_workspaces_changes_a_namespace",
        ),
    },
    Guard {
        name: "a member of one project learns how the others are",
        places: &[Place {
            file: "server/tenants/src/standings.rs",
            guard: "own.filter(|project| self.sees_project(&workspace, project))",
            off: "own.filter(|project| project.workspace.is_some() || self.sees_project(&workspace, project))",
        }],
        test: Test::File(
            "tenants",
            "tenants",
            "standings::who_may_not_see_a_workspace_learns_nothing_of_its_projects",
        ),
    },
    Guard {
        name: "workloads are counted for who may not see them",
        places: &[Place {
            file: "server/kubernetes/src/overview/standing.rs",
            guard: "filter(|own| scope.admits(Some(own.as_str()), \"\"))",
            off: "filter(|own| !own.as_str().is_empty() || scope.admits(Some(own.as_str()), \"\"))",
        }],
        test: Test::File(
            "kubernetes",
            "overview",
            "namespaces_say_what_becomes_of_them_and_how_many_workloads_in_them_are_unwell",
        ),
    },
    Guard {
        name: "somebody gives a role that holds more than they do",
        places: &[Place {
            file: MEMBERS,
            guard: "check(names.permissions(&role, tier), giver, \"role\")?;",
            off: "",
        }],
        test: NO_MORE,
    },
    Guard {
        name: "somebody makes less of who is more than they are",
        places: &[Place {
            file: MEMBERS,
            guard: "self.check_stronger(account, place, names, giver).await?;",
            off: "",
        }],
        test: NO_MORE,
    },
    Guard {
        name: "somebody takes a role from who is more than they are",
        places: &[Place {
            file: MEMBERS,
            guard: "self.check_stronger(&account, &place, &names, giver).await?;",
            off: "",
        }],
        test: NO_MORE,
    },
    Guard {
        name: "somebody makes a role that holds more than they do",
        places: &[Place {
            file: ROLES,
            guard: "check(permissions, self.may_put_into_roles(workspace, fields.tier), \"permissions\")?;",
            off: "",
        }],
        test: NO_MORE,
    },
    Guard {
        name: "somebody takes from a role what they do not have themselves",
        places: &[Place {
            file: ROLES,
            guard: "check(held, self.may_put_into_roles(workspace, before.tier), \"permissions\")?;",
            off: "let _ = held;",
        }],
        test: Test::File("tenants", "tenants", "members::nobody_takes_from_a_role_what_they_do_not_have"),
    },
    Guard {
        name: "who manages accounts makes administrators",
        places: &[Place {
            file: PEOPLE,
            guard: "role != ADMINISTRATOR && names.permissions(role, Tier::Platform).is_within(giver)",
            off: "names.permissions(role, Tier::Platform).without(giver).words().len() < 1000",
        }],
        test: ADMINISTRATORS,
    },
    Guard {
        name: "who manages accounts changes an administrator",
        places: &[
            Place {
                file: PEOPLE,
                guard: "if account.role == ADMINISTRATOR {",
                off: "if account.role == ADMINISTRATOR && false {",
            },
            Place {
                file: PEOPLE,
                guard: "check(names.permissions(&account.role, Tier::Platform), self.platform(), \"name\")",
                off: "Ok(drop(names))",
            },
        ],
        test: ADMINISTRATORS,
    },
    Guard {
        name: "who manages accounts gets a link with which they choose an administrator's password",
        places: &[Place {
            file: PEOPLE,
            guard: "self.check_weaker(&account, &names)?;\n        self.check_way_in(&account, &names, \"name\")",
            off: "self.check_way_in(&account, &names, \"name\")",
        }],
        test: ADMINISTRATORS,
    },
    Guard {
        name: "who manages accounts becomes who administers a cluster or a workspace",
        places: &[Place {
            file: "server/tenants/src/ways_in.rs",
            guard: "theirs.without(held(&self.caller, &place));",
            off: "theirs.without(held(&self.caller, &place).and(theirs));",
        }],
        test: WAYS_IN,
    },
    Guard {
        name: "who manages accounts has the link for a forgotten password sent to themselves",
        places: &[Place {
            file: PEOPLE,
            guard: "if fields.email.trim() != account.email.trim() {",
            off: "if fields.email.len() > 1000 {",
        }],
        test: WAYS_IN,
    },
    Guard {
        name: "who manages accounts resets the second factor of who may do more",
        places: &[Place {
            file: ACTS,
            guard: "if fields.act == PersonAction::Forget {\n            self.check_way_in",
            off: "if fields.act == PersonAction::Forget && fields.name.is_empty() {\n            self.check_way_in",
        }],
        test: WAYS_IN,
    },
    Guard {
        name: "somebody resets their own second factor in an open session",
        places: &[Place {
            file: ACTS,
            guard: "if account.id == self.caller.account_id {\n            return Err",
            off: "if account.id.is_nil() {\n            return Err",
        }],
        test: Test::File(
            "tenants",
            "tenants",
            "people::a_second_factor_is_reset_by_who_manages_accounts_and_by_nobody_for_themselves",
        ),
    },
    Guard {
        name: "a workspace is known to who is not in it",
        places: &[Place {
            file: "server/tenants/src/lib.rs",
            guard: "found.filter(|workspace| self.may(&view(workspace)))",
            off: "found",
        }],
        test: Test::File("tenants", "tenants", "members::a_workspace_is_unknown_to_who_is_not_in_it"),
    },
    Guard {
        name: "somebody decides about their own request",
        places: &[Place {
            file: REQUESTS,
            guard: "if request.asked.account == self.caller.account_id {",
            off: "if request.asked.account.is_nil() {",
        }],
        test: Test::File("tenants", "tenants", "requests::nobody_decides_about_their_own_request"),
    },
    Guard {
        name: "somebody approves a request for more than they have",
        places: &[
            Place {
                file: REQUESTS,
                guard: "check(role, held(&self.caller, &found), \"role\")?;",
                off: "let _ = (role, held(&self.caller, &found));",
            },
            Place {
                file: MEMBERS,
                guard: "check(names.permissions(&role, tier), giver, \"role\")?;",
                off: "",
            },
        ],
        test: Test::File("tenants", "tenants", "requests::who_cannot_give_the_role_neither_sees_nor_decides"),
    },
    Guard {
        name: "an invitation gives what who made it may not give any more",
        places: &[Place {
            file: INVITATIONS,
            guard: "if !self.may_invite(&host, &place, &offered.role, &names).await? {",
            off: "if false {",
        }],
        test: Test::File(
            "tenants",
            "tenants",
            "joining::an_invitation_ends_with_the_right_to_invite_and_when_it_is_taken_back",
        ),
    },
    Guard {
        name: "an invitation of an account that was disabled still works",
        places: &[Place { file: INVITATIONS, guard: "if !host.is_enabled {", off: "if false {" }],
        test: Test::File("tenants", "tenants", "joining::an_invitation_ends_with_the_account_of_who_made_it"),
    },
    Guard {
        name: "the secret of a receiver goes to another address",
        places: &[Place {
            file: RECEIVERS,
            guard: "before.map(|before| stale_secrets(before, &checked)).unwrap_or_default();",
            off: "before.map(|before| stale_secrets(before, &checked)).filter(|_| false).unwrap_or_default();",
        }],
        test: Test::File(
            "tenants",
            "tenants",
            "receivers::a_secret_stays_until_there_is_another_and_goes_to_no_other_address",
        ),
    },
    Guard {
        name: "the password of a mail server goes to another one",
        places: &[Place {
            file: MAIL_SERVERS,
            guard: "valid(known.filter(|_| is_kept)",
            off: "valid(known.filter(|_| false && is_kept)",
        }],
        test: Test::File(
            "tenants",
            "tenants",
            "mail_servers::a_password_stays_until_there_is_another_and_goes_to_no_other_server",
        ),
    },
    Guard {
        name: "a mail server of a place is one that is not public",
        places: &[Place {
            file: MAIL,
            guard: "Self::within(settings, Reach::Public(Arc::clone(hosts)))",
            off: "Self::within(settings, Some(Reach::Public(Arc::clone(hosts))).filter(|_| false).unwrap_or(Reach::Anywhere))",
        }],
        test: Test::Lib(
            "notifier",
            "mail::tests::a_server_that_was_typed_is_in_the_public_internet_and_encrypted_or_one_that_an_operator_named",
        ),
    },
    Guard {
        name: "a mail server without an end fills the memory",
        places: &[Place {
            file: "server/notifier/src/mail/stream.rs",
            guard: "if this.left == 0 {",
            off: "if this.left == 0 && false {",
        }],
        test: Test::Lib("notifier", "mail::tests::a_server_that_says_too_much_is_not_listened_to"),
    },
    Guard {
        name: "a mail, and the password for it, is sent in the clear to a server that hides its encryption",
        places: &[Place {
            file: MAIL,
            guard: "connection.starttls(parameters.clone(), &own_name).await?;",
            off: "if connection.can_starttls() { connection.starttls(parameters.clone(), &own_name).await?; }",
        }],
        test: Test::Lib("notifier", "mail::tests::a_server_that_hides_its_encryption_is_told_nothing"),
    },
    Guard {
        name: "whoever stands between answers for a mail server before encryption begins",
        places: &[Place {
            file: "server/notifier/src/mail/stream.rs",
            guard: ".position(|byte| *byte == b'\\n')",
            off: ".position(|_| false)",
        }],
        test: Test::Lib("notifier", "mail::tests::what_is_said_in_the_clear_behind_starttls_is_no_answer"),
    },
    Guard {
        name: "a mail server that cannot be used is passed over",
        places: &[Place {
            file: "server/notifier/src/mail_server.rs",
            guard: "Password::Unreadable => return Err(Unusable::Sealed),",
            off: "Password::Unreadable => String::new(),",
        }],
        test: Test::Lib(
            "notifier",
            "mail_server::tests::a_mail_server_that_cannot_be_used_is_not_passed_over",
        ),
    },
    Guard {
        name: "a namespace of the cluster itself becomes somebody's project",
        places: &[Place {
            file: "server/tenants/src/projects.rs",
            guard: "if namespace.as_ref().is_ok_and(is_of_the_cluster) {",
            off: "if namespace.as_ref().is_ok_and(|_| false) {",
        }],
        test: Test::File(
            "tenants",
            "tenants",
            "members::a_namespace_of_the_cluster_itself_becomes_nobodys_project",
        ),
    },
    Guard {
        name: "the timeline of a project says that its trail is empty to who may not see it",
        places: &[Place {
            file: "server/tenants/src/audit.rs",
            guard: "own == Some(namespace.as_str())",
            off: "(own == Some(namespace.as_str()) || own.is_some())",
        }],
        test: Test::File(
            "tenants",
            "tenants",
            "what_was_done_to_an_object_is_told_to_who_may_see_the_trail_of_its_place",
        ),
    },
    Guard {
        name: "a file of the audit trail goes on for whoever may not read it any more",
        places: &[Place {
            file: "server/tenants/src/audit.rs",
            guard: "self.tenants.access.renewed(&self.caller).await?",
            off: "access::Caller::clone(&self.caller)",
        }],
        test: Test::File("tenants", "tenants", "people_and_their_trail_are_for_those_whose_role_says_so"),
    },
    Guard {
        name: "a receiver says what fires where it does not listen",
        places: &[Place {
            file: "server/notifier/src/hearing.rs",
            guard: "filter(|alert| heard.admits(alert, &births))",
            off: "filter(|alert| heard.admits(alert, &births) || !alert.name.is_empty())",
        }],
        test: Test::Lib(
            "notifier",
            "hearing::tests::what_fires_where_a_receiver_does_not_listen_is_not_said",
        ),
    },
    Guard {
        name: "a template of messages doubles its text without end",
        places: &[Place {
            file: TEMPLATE,
            guard: "if !TAGS.contains(&word) {",
            off: "if !TAGS.contains(&word) && word.len() > 99 {",
        }],
        test: COST,
    },
    Guard {
        name: "a template of messages joins and repeats texts without end",
        places: &[Place {
            file: TEMPLATE,
            guard: "MULTIPLYING.contains(letter)) {",
            off: "MULTIPLYING.contains(letter) && template.is_empty()) {",
        }],
        test: Test::Lib("notifier", "template::tests::nothing_makes_more_of_values_than_there_is"),
    },
    Guard {
        name: "a template of messages runs without end",
        places: &[Place {
            file: TEMPLATE,
            guard: "environment.set_fuel(Some(MOST_STEPS));",
            off: "environment.set_fuel(Some(100 * MOST_STEPS));",
        }],
        test: COST,
    },
    Guard {
        name: "a template of messages says more than a message holds",
        places: &[Place {
            file: TEMPLATE,
            guard: "if self.0.len() + bytes.len() > LONGEST {",
            off: "if self.0.len() + bytes.len() > 2 * LONGEST {",
        }],
        test: COST,
    },
    Guard {
        name: "what an alert says runs in a mail",
        places: &[Place {
            file: TEMPLATE,
            guard: "environment(AutoEscape::Html)",
            off: "environment(AutoEscape::None)",
        }],
        test: Test::Lib("notifier", "channels::tests::a_mail_is_a_text_and_a_page_in_which_nothing_can_run"),
    },
    Guard {
        name: "what an alert says calls everybody in a chat",
        places: &[Place {
            file: "server/notifier/src/channels/chat.rs",
            guard: ".replace('<', \"&lt;\")",
            off: "",
        }],
        test: Test::Lib("notifier", "channels::tests::what_an_alert_says_calls_nobody"),
    },
    Guard {
        name: "a receiver of one project hears of alerts of others",
        places: &[Place {
            file: LOOK,
            guard: "namespaces.iter().find(|namespace| namespace.as_str() == own)",
            off: "namespaces.iter().find(|namespace| !own.is_empty() || namespace.as_str() == own)",
        }],
        test: Test::Lib(
            "notifier",
            "look::tests::a_receiver_hears_its_own_namespaces_and_what_is_bad_enough",
        ),
    },
    Guard {
        name: "somebody replays what a terminal of a foreign project showed",
        places: &[Place {
            file: RECORDINGS,
            guard: "if is_seen { Ok(found) } else { Err(gone()) }",
            off: "if is_seen || !id.is_nil() { Ok(found) } else { Err(gone()) }",
        }],
        test: Test::File(
            "recordings",
            "recordings",
            "only_who_may_replay_sees_a_recording_and_only_for_as_long",
        ),
    },
    Guard {
        name: "a piece of one recording is passed off as one of another",
        places: &[Place {
            file: "server/recordings/src/lib.rs",
            guard: "format!(\"terminal recording {recording} {place}\")",
            off: "format!(\"terminal recording {}\", recording.is_nil() && place < 0)",
        }],
        test: Test::File(
            "recordings",
            "recordings",
            "a_piece_that_was_changed_or_is_missing_is_not_passed_off_as_whole",
        ),
    },
    Guard {
        name: "the console may act in a cluster as people who hold nothing there",
        places: &[Place {
            file: PLAN,
            guard: "if is_here {\n                here.people.insert(member.account);",
            off: "here.people.insert(member.account);\n            if is_here {",
        }],
        test: Test::Lib(
            "provisioner",
            "plan::tests::the_console_may_act_as_those_who_hold_something_there_and_as_nobody_else",
        ),
    },
    Guard {
        name: "somebody who was disabled may still be acted as in a cluster",
        places: &[Place {
            file: PLAN,
            guard: "tables.members.iter().filter(|member| member.is_enabled)",
            off: "tables.members.iter().filter(|_| true)",
        }],
        test: Test::Lib(
            "provisioner",
            "plan::tests::the_console_may_act_as_those_who_hold_something_there_and_as_nobody_else",
        ),
    },
    Guard {
        name: "rights that only the console knows are told to clusters",
        places: &[Place {
            file: PLAN,
            guard: "rule.lock != Lock::Console && !rule.is_for_the_console()",
            off: "rule.lock != Lock::Console || rule.is_for_the_console()",
        }],
        test: Test::Lib(
            "provisioner",
            "plan::tests::what_only_the_console_knows_is_told_to_no_cluster_and_custom_kinds_by_their_groups",
        ),
    },
    Guard {
        name: "a receiver is kept with quiet times without end",
        places: &[Place {
            file: "app/areas/notifications/contract/src/quiet.rs",
            guard: "if all.len() > MOST_QUIET_TIMES {",
            off: "if all.len() > 1000 * MOST_QUIET_TIMES {",
        }],
        test: Test::Lib(
            "notifications-contract",
            "quiet::tests::what_is_no_time_is_named_and_there_are_not_too_many",
        ),
    },
];
