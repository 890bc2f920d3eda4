//! What is asked of Prometheus, and what of it is shown: nothing beyond what the reader may see. Dashboards and rules with it.

use super::{Guard, Place, Test};

const BUDGET_ACTIONS: &str = "server/metering/src/actions.rs";
const BUDGET_VIEWS: &str = "server/metering/src/budgets.rs";
const BUDGETS: &str = "server/metering/src/budgets/whose.rs";
const BUILT_IN: &str = "server/prometheus/src/rules/built_in/mod.rs";
const EMBEDS: &str = "server/dashboards/src/embeds.rs";
const FENCE: &str = "server/prometheus/src/promql.rs";
const FENCED: &str = "server/prometheus/src/fenced.rs";
const LAST: &str = "server/prometheus/src/kept.rs";
const METERING: &str = "server/prometheus/src/metering/mod.rs";
const REACH: &str = "server/prometheus/src/promql/reach.rs";
const SEEN: &str = "server/prometheus/src/seen.rs";
const SILENCES: &str = "server/prometheus/src/silences.rs";
const STANDING: &str = "server/prometheus/src/rules/standing.rs";
const SUBJECT: &str = "server/prometheus/src/subject.rs";
const VARIABLES: &str = "server/prometheus/src/promql/variables.rs";

const EVERY_SELECTOR: Test = Test::Lib("prometheus", "promql::tests::every_form_of_selector_is_confined");
const OF_BUDGETS: Test = Test::File(
    "metering",
    "consumption",
    "budgets_are_set_by_who_may_and_told_to_who_sees_all_that_they_are_about",
);
const STANDS: Test = Test::Lib(
    "prometheus",
    "rules::standing::tests::a_member_hears_of_other_projects_nothing_but_what_the_rule_may_see_itself",
);
const TYPED: Test =
    Test::Lib("prometheus", "tests::made_anew::nothing_that_is_typed_reaches_back_behind_a_namespace");

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "a query is so deep that the console ends with it",
        places: &[Place {
            file: FENCE,
            guard: "words.filter(is_operator).count() > MOST_OPERATORS {",
            off: "words.filter(is_operator).count() > 100 * MOST_OPERATORS {",
        }],
        test: Test::Lib("prometheus", "promql::tests::a_query_is_only_so_deep_and_so_long"),
    },
    Guard {
        name: "a query reads series of foreign projects",
        places: &[Place {
            file: FENCE,
            guard: "matchers.into_iter().for_each(|matcher| demand(selector, &matcher));",
            off: "drop(matchers);",
        }],
        test: EVERY_SELECTOR,
    },
    Guard {
        name: "a query reads foreign series in the number of an aggregation",
        places: &[Place { file: FENCE, guard: "each(parameter, found)?;", off: "let _ = parameter;" }],
        test: EVERY_SELECTOR,
    },
    Guard {
        name: "a query reads foreign series by the second of two alternatives",
        places: &[Place {
            file: FENCE,
            guard: "matchers.or_matchers.iter_mut().for_each(add);",
            off: "matchers.or_matchers.iter_mut().take(1).for_each(add);",
        }],
        test: EVERY_SELECTOR,
    },
    Guard {
        name: "a query reads foreign series by a function that names none",
        places: &[Place { file: FENCE, guard: "&& is_confined\n", off: "&& is_confined && false\n" }],
        test: Test::Lib("prometheus", "promql::tests::what_reads_more_than_its_selectors_is_refused"),
    },
    Guard {
        name: "the name of a namespace is an expression that matches others",
        places: &[Place {
            file: FENCE,
            guard: "map(|value| escape(value)).collect::<Vec<_>>()",
            off: "cloned().collect::<Vec<_>>()",
        }],
        test: Test::Lib("prometheus", "promql::tests::names_of_namespaces_are_no_expressions"),
    },
    Guard {
        name: "who has no project sees all of them",
        places: &[Place { file: FENCE, guard: "[]) => \"-\".to_owned(),", off: "[]) => \".*\".to_owned()," }],
        test: Test::Lib("prometheus", "promql::tests::nobodys_projects_are_nothing"),
    },
    Guard {
        name: "a query of endless depth ends the console",
        places: &[Place { file: FENCE, guard: "if depth > DEEPEST {", off: "if depth > 1000 * DEEPEST {" }],
        test: Test::Lib("prometheus", "promql::tests::a_query_is_only_so_deep_and_so_long"),
    },
    Guard {
        name: "a query of endless length is read",
        places: &[Place {
            file: FENCE,
            guard: "if text.len() > LONGEST_QUERY {",
            off: "if text.len() > 1000 * LONGEST_QUERY {",
        }],
        test: Test::Lib("prometheus", "promql::tests::a_query_is_only_so_deep_and_so_long"),
    },
    Guard {
        name: "a query on which the parser gives up ends the request without an answer",
        places: &[Place {
            file: FENCE,
            guard: "std::panic::catch_unwind(|| parser::parse(text));",
            off: "Ok::<_, Box<dyn std::any::Any>>(parser::parse(text));",
        }],
        test: Test::Lib("prometheus", "promql::tests::a_number_that_is_no_duration_is_refused"),
    },
    Guard {
        name: "what a reader chooses for a variable stands in a query as more than a value",
        places: &[Place {
            file: VARIABLES,
            guard: "(Some(_), false) => MatchOp::Equal,",
            off: "(Some(_), false) => matcher.op.clone(),",
        }],
        test: Test::Lib("prometheus", "promql::variables::tests::a_value_becomes_a_matcher"),
    },
    Guard {
        name: "what a board is about is forgotten in its queries",
        places: &[Place {
            file: SUBJECT,
            guard: "\"pods\" => vec![Forced::is(\"pod\", name)],",
            off: "\"pods\" => Vec::new(),",
        }],
        test: Test::Lib("prometheus", "subject::tests::a_pod_and_a_workload_are_forced_on_every_selector"),
    },
    Guard {
        name: "a board of a cluster is shown for any object in it",
        places: &[Place {
            file: SUBJECT,
            guard: "if BoardId::of_kind(object.kind.as_str()) == Some(board) => {",
            off: "if !object.kind.as_str().is_empty() => {",
        }],
        test: Test::Lib(
            "prometheus",
            "subject::tests::a_board_needs_the_right_to_what_it_is_about_and_no_other_board_fits_it",
        ),
    },
    Guard {
        name: "a chart shows what another namespace of the same name used before",
        places: &[Place {
            file: FENCED,
            guard: "let ahead = reach.admits_from(born)?.saturating_sub(frame.start).max(0);",
            off: "let ahead = reach.admits_from(born)?.min(frame.start).saturating_sub(frame.start).max(0);",
        }],
        test: Test::Lib(
            "prometheus",
            "tests::made_anew::a_board_shows_a_namespace_since_it_was_made_and_the_others_all_along",
        ),
    },
    Guard {
        name: "an offset reaches back behind a namespace",
        places: &[Place {
            file: REACH,
            guard: "Some(Offset::Pos(offset)) => whole(*offset),",
            off: "Some(Offset::Pos(_)) => 0,",
        }],
        test: TYPED,
    },
    Guard {
        name: "a query that is tied to a moment reads behind a namespace",
        places: &[Place {
            file: REACH,
            guard: "if self.since.is_some_and(|since| born > since) {",
            off: "if self.since.is_some_and(|since| born > since && since > born) {",
        }],
        test: TYPED,
    },
    Guard {
        name: "what a namespace came to is told to who has one of the same name now",
        places: &[Place {
            file: METERING,
            guard: "let which = (self.cluster.clone(), client.name(), query.question(), day);",
            off: "let which = (self.cluster.clone(), client.name(), format!(\"{:?}\", asked.query), day);",
        }],
        test: Test::Lib(
            "prometheus",
            "tests::made_anew::a_day_that_was_kept_is_not_told_to_who_has_the_namespace_now",
        ),
    },
    Guard {
        name: "a member is taken for who may see what namespaces were before",
        places: &[Place {
            file: SEEN,
            guard: "if *granted.scope() == Scope::All || granted.is_cluster_wide() {",
            off: "if granted.scope() == granted.scope() {",
        }],
        test: Test::File(
            "prometheus",
            "births",
            "a_name_is_seen_since_its_namespace_is_there_and_by_who_sees_the_cluster_all_along",
        ),
    },
    Guard {
        name: "an answer that was kept is shown to somebody who sees something else",
        places: &[Place {
            file: LAST,
            guard: "question, seen: seen.clone() }",
            off: "question, seen: if seen.is_nothing() { seen.clone() } else { Seen::All } }",
        }],
        test: Test::Lib("prometheus", "kept::tests::a_kept_answer_is_never_given_to_who_sees_something_else"),
    },
    Guard {
        name: "what measured a cluster answers for it although it has come into the hands of a workspace",
        places: &[Place {
            file: "server/prometheus/src/sources.rs",
            guard: "before.filter(|source| !is_theirs(source))",
            off: "before.filter(|source| !is_theirs(source) || workspaces.len() < usize::MAX)",
        }],
        test: Test::Lib(
            "prometheus",
            "sources::tests::what_has_come_to_lie_in_a_project_of_a_workspace_answers_for_nobody_any_more",
        ),
    },
    Guard {
        name: "an index tells what another namespace of the same name left in it",
        places: &[Place {
            file: "server/prometheus/src/listed.rs",
            guard: "seen.split(now - INDEXED);\n        let mut values",
            off: "seen.split(now.max(INDEXED));\n        let mut values",
        }],
        test: Test::Lib(
            "prometheus",
            "tests::made_anew::a_ranking_and_lists_to_choose_from_leave_out_what_was_just_made",
        ),
    },
    Guard {
        name: "alerts of another namespace of the same name are told",
        places: &[Place {
            file: SEEN,
            guard: "*since <= at.unwrap_or(i64::MIN))",
            off: "*since <= at.map_or(i64::MAX, |at| at.max(i64::MAX)))",
        }],
        test: Test::Lib(
            "prometheus",
            "alerts::tests::an_alert_that_began_before_a_namespace_was_made_is_about_another_one",
        ),
    },
    Guard {
        name: "a member of one project silences alerts of others",
        places: &[Place {
            file: SILENCES,
            guard: "in_namespace(Matcher::pinned(matchers, NAMESPACE))",
            off: "in_namespace(matchers.iter().find(|one| one.name == NAMESPACE).map(|one| one.value.as_str()))",
        }],
        test: Test::Lib(
            "prometheus",
            "silences::tests::a_silence_of_one_namespace_needs_the_right_there_and_any_other_one_in_the_cluster",
        ),
    },
    Guard {
        name: "a member hears of alerts of foreign projects",
        places: &[Place {
            file: STANDING,
            guard: "|alert| sees_all_of_it || admits(self.seen, alert)",
            off: "|_| true",
        }],
        test: STANDS,
    },
    Guard {
        name: "why a rule is broken tells a member of foreign projects",
        places: &[Place {
            file: STANDING,
            guard: "RuleState::Broken(_) if !sees_all_of_it =>",
            off: "RuleState::Broken(why) if !sees_all_of_it && why.is_empty() =>",
        }],
        test: STANDS,
    },
    Guard {
        name: "a link shows a dashboard whose maker may not share it any more",
        places: &[Place {
            file: EMBEDS,
            guard: "if !maker.caller.may(&share) || !maker.caller.may(&read) {",
            off: "if !maker.caller.may(&read) {",
        }],
        test: Test::File("dashboards", "embeds", "a_link_shows_what_its_maker_may_see_as_long_as_they_may"),
    },
    Guard {
        name: "a link shows a dashboard whose maker may not sign in any more",
        places: &[Place {
            file: EMBEDS,
            guard: "account.filter(|account| account.is_enabled) else { return Ok(None) };",
            off: "account else { return Ok(None) };",
        }],
        test: Test::File("dashboards", "embeds", "a_link_shows_what_its_maker_may_see_as_long_as_they_may"),
    },
    Guard {
        name: "whoever sees a dashboard is shown the address of somebody else's link",
        places: &[Place {
            file: EMBEDS,
            guard: "address: (is_own && !is_over).then(address),",
            off: "address: (!is_over || is_own).then(address),",
        }],
        test: Test::File(
            "dashboards",
            "embeds",
            "links_are_made_and_ended_by_who_may_share_and_shown_to_their_makers_alone",
        ),
    },
    Guard {
        name: "a member installs rules that see the whole cluster",
        places: &[Place {
            file: BUILT_IN,
            guard: "let (_, measuring) = self.granted(cluster, ReadMetrics::of_everything(cluster)).await?;",
            off: "let (_, measuring) = self.granted(cluster, ReadMetrics::of_projects(cluster)).await?;",
        }],
        test: Test::File("prometheus", "built_in", "only_who_sees_the_whole_cluster_asks_for_them"),
    },
    Guard {
        name: "an object in a project of a workspace poses as rules that are installed",
        places: &[Place {
            file: BUILT_IN,
            guard: "if workspaces.iter().any(|theirs| namespace == Some(theirs.as_str())) {",
            off: "if workspaces.iter().any(|theirs| namespace == Some(theirs.as_str()) && workspaces.is_empty()) {",
        }],
        test: Test::File(
            "prometheus",
            "built_in",
            "what_is_in_a_project_of_a_workspace_poses_as_nothing_that_is_installed",
        ),
    },
    Guard {
        name: "who sees one project is told what all of its workspace came to",
        places: &[Place {
            file: BUDGETS,
            guard: "self.projects.keys().all(|own| caller.may(",
            off: "self.projects.keys().any(|own| caller.may(",
        }],
        test: OF_BUDGETS,
    },
    Guard {
        name: "a workspace decides itself how much it may come to",
        places: &[Place {
            file: BUDGET_ACTIONS,
            guard: "BudgetOf::Workspace(name) => (Place::Cluster, Some(name.as_str())),",
            off: "BudgetOf::Workspace(name) => (Place::Namespaces(Default::default()), Some(name.as_str())),",
        }],
        test: OF_BUDGETS,
    },
    Guard {
        name: "who administers a project says how much it may come to",
        places: &[Place {
            file: "server/access/src/permissions/monitoring.rs",
            guard: "        \"workspace\",\n        WORKSPACE,",
            off: "        \"workspace\",\n        NAMESPACED,",
        }],
        test: Test::Lib(
            "access",
            "decide::tests::budgets_are_set_by_who_sets_prices_and_those_of_projects_by_who_manages_their_workspace",
        ),
    },
    Guard {
        name: "somebody changes a budget that they have not seen",
        places: &[Place {
            file: "server/database/src/budgets.rs",
            guard: "WHERE cluster = $1 AND place = $2 AND edition = $8",
            off: "WHERE cluster = $1 AND place = $2 AND edition <> $8 || $8",
        }],
        test: Test::Lib("database", "tests::everything_works_on_sqlite"),
    },
    Guard {
        name: "somebody removes a budget that they have not seen",
        places: &[Place {
            file: "server/database/src/budgets.rs",
            guard: "DELETE FROM budgets WHERE cluster = $1 AND place = $2 AND edition = $3",
            off: "DELETE FROM budgets WHERE cluster = $1 AND place = $2 AND edition <> $3 || $3",
        }],
        test: Test::Lib("database", "tests::everything_works_on_sqlite"),
    },
    Guard {
        name: "the budget of a cluster that had the name before is that of the one that was accepted",
        places: &[Place {
            file: "server/database/src/cluster_identities.rs",
            guard: "\"DELETE FROM budgets WHERE cluster = $1\",",
            off: "\"DELETE FROM budgets WHERE cluster = $1 AND cluster IS NULL\",",
        }],
        test: Test::Lib("database", "tests::everything_works_on_sqlite"),
    },
    Guard {
        name: "a budget is told to who does not see all that it is about",
        places: &[Place {
            file: BUDGET_VIEWS,
            guard: ".filter(|whose| whose.is_seen_by(&self.caller)) else {",
            off: ".filter(|whose| whose.cluster == cluster) else {",
        }],
        test: OF_BUDGETS,
    },
    Guard {
        name: "how budgets of others stand is told beside one's own",
        places: &[Place {
            file: BUDGET_VIEWS,
            guard: "seen.retain(|(whose, _)| whose.is_seen_by(&self.caller));",
            off: "seen.retain(|(whose, _)| whose.cluster == *cluster);",
        }],
        test: Test::File(
            "metering",
            "consumption",
            "that_it_is_not_known_how_a_budget_stands_is_told_to_who_sees_all_that_it_is_about",
        ),
    },
    Guard {
        name: "a budget counts what another project of the same name came to before",
        places: &[Place {
            file: METERING,
            guard: "Seen::since(&Scope::Namespaces(names.clone()), &*known.births().await?),",
            off: "Seen::ever(&Scope::Namespaces(names.clone())),",
        }],
        test: Test::Lib(
            "prometheus",
            "metering::tests::what_is_added_up_for_everybody_is_told_since_its_projects_were_made",
        ),
    },
    Guard {
        name: "the pods of one project are counted among those of another",
        places: &[Place {
            file: METERING,
            guard: "|namespace| seen.only(namespace));",
            off: "|_| seen.clone());",
        }],
        test: Test::Lib("prometheus", "metering::tests::nothing_about_others_is_asked_for_a_member"),
    },
    Guard {
        name: "a dashboard of one project marks what is rolled out in another",
        places: &[Place {
            file: "server/dashboards/src/rollouts.rs",
            guard: "Some(own) => Some(own.clone()),",
            off: "Some(own) if self.namespace.is_none() => Some(own.clone()),\n            \
                  Some(_) => Namespace::parse(&self.namespace.and_then(|value| choice(value, chosen))?).ok(),",
        }],
        test: Test::Lib(
            "dashboards",
            "rollouts::tests::whose_rollouts_are_marked_is_written_with_names_and_variables",
        ),
    },
    Guard {
        name: "an alert that holds back another one is named to who may not see it",
        places: &[Place {
            file: SILENCES,
            guard: "seen.iter().find(|alert| is_same(one, alert)));",
            off: "seen.first().map(|_| Alert::firing(&one.labels[\"alertname\"], model::Level::Failed, \
                  &one.labels[\"severity\"], Vec::new())));",
        }],
        test: Test::Lib("prometheus", "silences::tests::what_holds_an_alert_back_is_named_where_it_is_seen"),
    },
];
