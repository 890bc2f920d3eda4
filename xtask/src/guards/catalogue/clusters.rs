//! What goes to clusters: objects, files, terminals, what is deleted.

use super::{Guard, Place, Test};

const COMPONENTS: &str = "server/kubernetes/src/components.rs";
const CONNECTION: &str = "server/kubernetes/src/connection.rs";
const CSV: &str = "server/kubernetes/src/csv.rs";
const DELETE: &str = "server/kubernetes/src/change/delete.rs";
const FILES: &str = "server/kubernetes/src/files/mod.rs";
const FLEET: &str = "server/kubernetes/src/live/fleet.rs";
const GRANTS: &str = "server/kubernetes/src/change/grants.rs";
const HISTORY: &str = "server/kubernetes/src/history.rs";
const LIVE: &str = "server/kubernetes/src/live.rs";
const MANY: &str = "server/kubernetes/src/change/many.rs";
const NAMES: &str = "app/model/src/names.rs";
const PATH: &str = "app/areas/workloads/contract/src/files/path.rs";
const PLACES: &str = "server/kubernetes/src/places.rs";
const RECHECK: &str = "server/kubernetes/src/recheck.rs";
const REQUEST: &str = "server/kubernetes/src/connection/request.rs";
const RESOURCES: &str = "server/kubernetes/src/resources.rs";
const RESTORE: &str = "server/kubernetes/src/change/restore.rs";
const ROLLOUTS: &str = "server/kubernetes/src/overview/rollouts.rs";
const SESSION: &str = "server/kubernetes/src/terminal/session.rs";
const UPLOAD: &str = "server/kubernetes/src/files/upload.rs";
const VIEW: &str = "server/kubernetes/src/view.rs";

const NAMED_HEADERS: Test = Test::Lib(
    "kubernetes",
    "connection::request::tests::a_request_carries_the_headers_that_are_named_here_and_no_others",
);
const LATE_CARD: Test =
    Test::File("kubernetes", "rights", "a_card_that_comes_late_tells_what_its_reader_may_see_by_then");
const WHO_USES: Test =
    Test::File("kubernetes", "reads", "in_use::who_may_not_list_pods_is_never_told_that_nobody_uses_a_claim");

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "the name of an object leads elsewhere in a path",
        places: &[Place { file: NAMES, guard: "\".\" | \"..\" => Err(NameRule::Dots),", off: "" }],
        test: Test::Lib("model", "names::tests::names_that_lead_elsewhere_are_refused"),
    },
    Guard {
        name: "a request to a cluster carries no name but the console's own",
        places: &[Place { file: REQUEST, guard: "speak_for(headers, identity)?;\n        }", off: "}" }],
        test: NAMED_HEADERS,
    },
    Guard {
        name: "a line break in a name adds a header",
        places: &[Place {
            file: REQUEST,
            guard: "HeaderValue::from_str(text).map_err(|_| KubernetesError::invalid(\"\", \"this identity cannot be named\"))",
            off: "HeaderValue::from_str(text.split(char::is_control).next().unwrap_or_default())\
                  .map_err(|_| KubernetesError::invalid(\"\", \"\"))",
        }],
        test: Test::Lib("kubernetes", "connection::request::tests::an_identity_with_a_line_break_is_refused"),
    },
    Guard {
        name: "an answer of a cluster without an end fills the memory",
        places: &[Place {
            file: CONNECTION,
            guard: "if whole.len() + chunk.len() > LONGEST_ANSWER {",
            off: "if whole.len() + chunk.len() > 2 * LONGEST_ANSWER {",
        }],
        test: Test::Lib("kubernetes", "connection::tests::an_answer_without_end_is_refused_with_the_limit"),
    },
    Guard {
        name: "who uses a claim is told to somebody who may not list pods, by what a search finds",
        places: &[Place { file: VIEW, guard: "(filter.tests(column) || order.is_by(column))", off: "false" }],
        test: WHO_USES,
    },
    Guard {
        name: "who uses a claim is told to somebody who may not list pods",
        places: &[Place { file: VIEW, guard: "used_by.map(|(column, _)| column),", off: "None," }],
        test: WHO_USES,
    },
    Guard {
        name: "who uses claims is told to somebody who may list pods in some of their projects alone",
        places: &[Place {
            file: "server/kubernetes/src/sight.rs",
            guard: "scope.is_within(granted.scope()).then_some(granted)",
            off: "Some(granted)",
        }],
        test: WHO_USES,
    },
    Guard {
        name: "a table shows objects that its reader may not see",
        places: &[Place { file: VIEW, guard: "wanted && scope.admits(namespace, &row.name)", off: "wanted" }],
        test: Test::Lib("kubernetes", "view::tests::a_scope_shows_nothing_outside_it"),
    },
    Guard {
        name: "one person has endless terminals",
        places: &[Place {
            file: PLACES,
            guard: "if *count >= self.most_of_one {",
            off: "if *count >= 1000 * self.most_of_one {",
        }],
        test: Test::Lib("kubernetes", "places::tests::one_person_has_only_so_many_places"),
    },
    Guard {
        name: "one person takes every connection with pages that are followed",
        places: &[Place {
            file: LIVE,
            guard: "self.kubernetes.pages().take(self.caller.account_id)",
            off: "self.kubernetes.pages().take(uuid::Uuid::new_v4())",
        }],
        test: Test::File("kubernetes", "reads", "one_person_leaves_others_room_to_follow_their_pages"),
    },
    Guard {
        name: "a spreadsheet runs what is in a cell",
        places: &[Place {
            file: CSV,
            guard: "if is_formula { format!(\"'{value}\") } else { value.to_owned() };",
            off: "if is_formula { value.to_owned() } else { value.to_owned() };",
        }],
        test: Test::Lib("kubernetes", "csv::tests::formulas_are_defused_and_separators_quoted"),
    },
    Guard {
        name: "a namesake that was made meanwhile is deleted",
        places: &[Place {
            file: DELETE,
            guard: "options[\"preconditions\"] = json!({\"uid\": uid});",
            off: "let _ = uid;",
        }],
        test: Test::Lib("kubernetes", "change::delete::tests::only_the_object_that_was_seen_is_deleted"),
    },
    Guard {
        name: "what was deleted of one kind is made again as another",
        places: &[Place {
            file: RESTORE,
            guard: "Some((group, version)) if group == object.group && is_version(version)",
            off: "Some((group, version)) if is_version(version)",
        }],
        test: Test::Lib("kubernetes", "change::restore::tests::an_object_is_made_where_its_kind_was"),
    },
    Guard {
        name: "the version of a kept manifest leads elsewhere in a path",
        places: &[Place {
            file: RESTORE,
            guard: "Some((group, version)) if group == object.group && is_version(version)",
            off: "Some((group, version)) if group == object.group",
        }],
        test: Test::Lib("kubernetes", "change::restore::tests::an_object_is_made_where_its_kind_was"),
    },
    Guard {
        name: "what cannot be kept is deleted",
        places: &[Place {
            file: DELETE,
            guard: "Some(deleted) => Some(bin.keep(deleted).await?),",
            off: "Some(deleted) => bin.keep(deleted).await.ok(),",
        }],
        test: Test::File(
            "recycle_bin",
            "recycle_bin",
            "what_cannot_be_kept_is_not_deleted_and_what_is_not_deleted_is_not_kept",
        ),
    },
    Guard {
        name: "somebody sees what was deleted where they may not look",
        places: &[Place {
            file: RESTORE,
            guard: "scope.admits(namespace, name) && is_of_now",
            off: "!name.is_empty() && is_of_now",
        }],
        test: Test::File(
            "recycle_bin",
            "recycle_bin",
            "everybody_sees_and_restores_what_they_could_list_and_create",
        ),
    },
    Guard {
        name: "somebody makes again what was deleted in a project that had their project's name before",
        places: &[Place {
            file: RESTORE,
            guard: "born(namespace.unwrap_or(name));",
            off: "born(namespace.unwrap_or(name)) || !name.is_empty();",
        }],
        test: Test::File(
            "recycle_bin",
            "recycle_bin",
            "what_was_deleted_in_a_namespace_that_had_the_name_before_is_nobodys",
        ),
    },
    Guard {
        name: "what was deleted can be read in the tables",
        places: &[Place {
            file: "server/recycle_bin/src/lib.rs",
            guard: "self.seal.seal_value(PURPOSE, &object.manifest)",
            off: "object.manifest.to_string()",
        }],
        test: Test::File("recycle_bin", "recycle_bin", "nothing_that_is_kept_can_be_read_in_the_tables"),
    },
    Guard {
        name: "a path of a file leads up",
        places: &[Place {
            file: PATH,
            guard: "matches!(text, \"\" | \".\" | \"..\")",
            off: "matches!(text, \"\" | \".\")",
        }],
        test: Test::Lib("workloads-contract", "files::path::tests::a_path_is_absolute_and_has_one_form"),
    },
    Guard {
        name: "who may only look reads the files of containers",
        places: &[Place {
            file: FILES,
            guard: "Need::on(Verb::Create, Resource::new(\"\", \"pods\").part(\"exec\"), &self.place.pod)",
            off: "Need::on(Verb::Get, Resource::new(\"\", \"pods\"), &self.place.pod)",
        }],
        test: Test::File("kubernetes", "files", "who_may_not_run_programs_sees_no_files"),
    },
    Guard {
        name: "a file that did not come as a whole stays",
        places: &[Place { file: UPLOAD, guard: "if sent != size {", off: "if sent > size {" }],
        test: Test::File("kubernetes", "files", "what_does_not_come_as_a_whole_leaves_nothing_behind"),
    },
    Guard {
        name: "what flows goes on after the right to it was taken away",
        places: &[Place {
            file: RECHECK,
            guard: "if let Err(refused) = right.still(&self.access, &now).await {",
            off: "if let Err(refused) = right.still(&self.access, &now).await.or_else(|_| Ok::<_, Refused>(())) {",
        }],
        test: Test::File(
            "kubernetes",
            "rights",
            "every_topic_ends_with_the_reason_when_the_right_is_taken_away",
        ),
    },
    Guard {
        name: "a shell goes on after the right to it was taken away",
        places: &[Place {
            file: SESSION,
            guard: "error = recheck.refused() => TerminalEnd::Refused(error),",
            off: "error = async { recheck.refused().await; std::future::pending().await } => TerminalEnd::Refused(error),",
        }],
        test: Test::File(
            "kubernetes",
            "terminal",
            "a_shell_ends_with_the_right_to_it_also_while_only_output_flows",
        ),
    },
    Guard {
        name: "a terminal that has to be recorded and cannot be opens",
        places: &[Place {
            file: SESSION,
            guard: "Err(error) => return TerminalEnd::Refused(error),\n        };\n        let recording",
            off: "Err(_) => return self.run_with(None).await,\n        };\n        let recording",
        }],
        test: Test::File(
            "kubernetes",
            "terminal",
            "recorded::what_has_to_be_recorded_and_cannot_be_does_not_open",
        ),
    },
    Guard {
        name: "a terminal goes on that is not recorded any more",
        places: &[
            Place {
                file: SESSION,
                guard: "recording.output(bytes).await?;",
                off: "let _ = recording.output(bytes).await;",
            },
            Place {
                file: SESSION,
                guard: "end = recorder::broken(recording.as_deref()) => end,",
                off: "end = async { recorder::broken(recording.as_deref()).await; std::future::pending().await } => end,",
            },
        ],
        test: Test::File("kubernetes", "terminal", "recorded::a_terminal_ends_with_its_recording"),
    },
    Guard {
        name: "what is rolled out in other people's projects is told",
        places: &[Place {
            file: ROLLOUTS,
            guard: ".filter(|row| row.is_within(scope));",
            off: ".filter(|row| row.is_within(scope) || row.owner.is_some());",
        }],
        test: Test::File(
            "kubernetes",
            "overview",
            "what_was_rolled_out_is_told_to_who_may_see_it_and_of_a_project_all_that_is_known",
        ),
    },
    Guard {
        name: "who may see no secrets is told by whom and when they were written",
        places: &[Place {
            file: HISTORY,
            guard: "glance(&self.caller, ReadObject::new(&served, &other)).is_none()",
            off: "glance(&self.caller, ReadObject::new(&served, &other)).is_none() && other.name.as_str().is_empty()",
        }],
        test: Test::File(
            "kubernetes",
            "reads",
            "who_wrote_what_pods_read_is_told_to_who_may_see_that_it_is_there",
        ),
    },
    Guard {
        name: "every member of a project is told how the control plane is, and who leads in it",
        places: &[Place {
            file: COMPONENTS,
            guard: "Err(_) => Ok(Vec::new()),",
            off: "Err(_) => Ok(cluster.components().await.to_vec()),",
        }],
        test: Test::File("kubernetes", "overview", "the_control_plane_is_told_of_to_who_may_read_its_leases"),
    },
    Guard {
        name: "somebody is told of a cluster what was added up for who may see more of it",
        places: &[Place {
            file: "server/kubernetes/src/overview/sums.rs",
            guard: "entry(eyes.clone())",
            off: "entry(Eyes { scopes: BTreeMap::new(), ..eyes.clone() })",
        }],
        test: Test::Lib(
            "kubernetes",
            "overview::sums::tests::what_equal_eyes_see_is_added_up_once_and_shown_to_no_others",
        ),
    },
    Guard {
        name: "a card that comes late is told to who may not see its cluster any more",
        places: &[Place { file: FLEET, guard: "cards.keep(&reader.visible_clusters());", off: "" }],
        test: LATE_CARD,
    },
    Guard {
        name: "a card that comes late counts what its reader may not see any more",
        places: &[Place {
            file: "server/kubernetes/src/overview.rs",
            guard: "now.summed_up(cluster, outcomes, age)",
            off: "self.summed_up(cluster, outcomes, age)",
        }],
        test: LATE_CARD,
    },
    Guard {
        name: "who may change secrets changes the account that a project's pods run as",
        places: &[Place {
            file: GRANTS,
            guard: "(Verb::Patch, Resource::new(\"\", \"serviceaccounts\"))",
            off: "(Verb::Patch, api)",
        }],
        test: Test::File(
            "kubernetes",
            "changes",
            "trials::who_may_change_secrets_and_no_accounts_makes_none_the_default",
        ),
    },
    Guard {
        name: "who may only look uses up what takes work on many objects back",
        places: &[Place {
            file: RESOURCES,
            guard: "self.kubernetes.access().require(&self.caller, &asked).await?;",
            off: "",
        }],
        test: Test::File("kubernetes", "many", "who_may_only_look_stops_nothing_and_takes_nothing_back"),
    },
    Guard {
        name: "a value of a secret is kept as a file as those of config maps are, and nobody has revealed it",
        places: &[Place {
            file: "server/kubernetes/src/held.rs",
            guard: "if map.kind.as_str() != \"configmaps\" {",
            off: "if map.kind.as_str().is_empty() {",
        }],
        test: Test::File(
            "kubernetes",
            "changes",
            "manifests::a_key_of_a_config_map_is_a_file_for_who_may_read_it_and_one_of_a_secret_for_nobody",
        ),
    },
    Guard {
        name: "what is done to many objects goes on with what somebody held when it began",
        places: &[Place {
            file: "server/kubernetes/src/renewal.rs",
            guard: "known.holds(changes, begun)",
            off: "known.holds(known.changes, known.begun)",
        }],
        test: Test::Lib(
            "kubernetes",
            "renewal::tests::who_may_not_sign_in_any_more_is_found_out_when_that_is_announced",
        ),
    },
    Guard {
        name: "who loses a right while many objects are worked on keeps it for the rest of them",
        places: &[
            Place {
                file: MANY,
                guard: "self.commands.access.perform(&now, action, carry_out).await",
                off: "self.commands.access.perform(&self.commands.caller, action, carry_out).await",
            },
            Place { file: MANY, guard: "access.still_by(&granted, &now).await?;", off: "drop(now);" },
            Place {
                file: "server/access/src/grant.rs",
                guard: "match caller.is_stale() {",
                off: "match false {",
            },
        ],
        test: Test::File("kubernetes", "many", "the_rest_is_left_alone_when_the_right_ends"),
    },
];
