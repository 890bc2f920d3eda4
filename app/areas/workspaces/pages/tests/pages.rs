//! The pages of workspaces over a fake, rendered as the server does.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod requests;
mod support;

use model::{ConsoleError, Level, Namespace, Need, PodSecurityLevel, Status, Timestamp, WorkspaceName};
use support::{Fake, cluster, garden, members, role, view};
use workspaces_contract::{
    Amounts, ClusterQuotas, DepartmentMember, DepartmentRole, DepartmentRow, DepartmentView, Departments,
    InheritedRow, InvitationRow, MemberPlace, MemberRow, PermissionHeld, PersonCan, ProjectQuotas,
    ProjectStanding, ProjectSummary, QuotaLine, Quotas, Rights, Standings, StorageClasses, SubjectCan, Use,
    WhoCan, WorkloadCount, WorkspaceList, WorkspaceMay, WorkspaceSummary,
};

#[tokio::test]
async fn an_empty_list_says_what_a_workspace_is_or_whom_to_ask() {
    let list = |may_create| WorkspaceList { workspaces: vec![], may_create, clusters: vec![cluster()] };

    let html = Fake { list: Some(Ok(list(true))), ..Fake::default() }.render("/workspaces").await;
    assert!(html.contains("holds the projects and people") && html.contains("?new=1"), "{html}");
    let html = Fake { list: Some(Ok(list(false))), ..Fake::default() }.render("/workspaces?new=1").await;
    assert!(html.contains("Whoever administers one can add you.") && !html.contains("<form"), "{html}");
}

#[tokio::test]
async fn headings_put_workspaces_in_another_order() {
    let garden = view(WorkspaceMay::default()).summary;
    let bank = WorkspaceSummary {
        name: WorkspaceName::parse("bank").unwrap(),
        title: String::new(),
        projects: 12,
        ..garden.clone()
    };
    let zoo = WorkspaceSummary { name: WorkspaceName::parse("zoo").unwrap(), projects: 3, ..bank.clone() };
    let list = WorkspaceList { workspaces: vec![bank, garden, zoo], may_create: false, clusters: vec![] };
    let at = async |address: &str| {
        let html = Fake { list: Some(Ok(list.clone())), ..Fake::default() }.render(address).await;
        let mut names = ["bank", "garden", "zoo"];
        names.sort_by_key(|name| html.find(&format!("href=\"/workspaces/{name}\"")).unwrap());
        (names, html)
    };

    let (names, html) = at("/workspaces").await;
    assert_eq!(names, ["bank", "garden", "zoo"]);
    assert!(
        html.contains("aria-sort=\"ascending\"") && html.contains("href=\"/workspaces?sort=-name\""),
        "{html}"
    );
    let (names, html) = at("/workspaces?sort=-projects").await;
    assert_eq!(names, ["bank", "zoo", "garden"]);
    assert!(html.contains("aria-sort=\"descending\""), "{html}");
    assert!(
        html.contains("href=\"/workspaces?sort=projects\"") && html.contains("href=\"/workspaces\""),
        "{html}"
    );
}

#[tokio::test]
async fn a_list_that_cannot_be_read_says_why() {
    let error = ConsoleError::Forbidden {
        need: Need {
            verb: "list".into(),
            resource: "workspaces".into(),
            cluster: None,
            namespace: None,
            granted_by: model::GrantedBy::Administrator,
        },
        said: None,
    };
    let html = Fake { list: Some(Err(error)), ..Fake::default() }.render("/workspaces").await;

    assert!(html.contains("An administrator of this console"), "{html}");
}

#[tokio::test]
async fn a_workspace_offers_only_what_the_reader_may_do() {
    let nothing = Fake { view: Some(view(WorkspaceMay::default())), ..Fake::default() };
    let html = nothing.render("/workspaces/garden?project=harbour/shop").await;
    assert!(
        html.contains("The garden") && !html.contains("tab=members") && !html.contains("<form"),
        "{html}"
    );

    let all =
        WorkspaceMay { see_members: true, manage_projects: true, change: true, ..WorkspaceMay::default() };
    let html = Fake { view: Some(view(all)), ..Fake::default() }
        .render("/workspaces/garden?project=harbour/shop")
        .await;
    assert!(html.contains("tab=members") && html.contains("tab=departments"), "{html}");
    assert!(html.contains("End shop") && html.contains("name=\"fields[with_namespace]\""), "{html}");
    assert!(html.contains("Pod security of shop") && html.contains("name=\"fields[enforce]\""), "{html}");
}

#[tokio::test]
async fn a_project_says_what_is_asked_of_its_pods_where_its_workspace_says_that() {
    let mut shown = view(WorkspaceMay::default());
    let html = Fake { view: Some(shown.clone()), ..Fake::default() }.render("/workspaces/garden").await;
    assert!(!html.contains("pods: "), "{html}");
    shown.projects[0].pod_security.enforce = Some(PodSecurityLevel::Restricted);
    shown.projects[0].pod_security.warn = Some(PodSecurityLevel::Restricted);

    let html = Fake { view: Some(shown), ..Fake::default() }.render("/workspaces/garden").await;

    assert!(html.contains("pods: restricted, warned beyond restricted"), "{html}");
}

#[tokio::test]
async fn projects_say_how_they_are_and_what_is_not_known_is_no_zero() {
    let mut shown = view(WorkspaceMay::default());
    let [shop] = shown.projects.as_slice() else { unreachable!("one project") };
    let project = |name: &str| ProjectSummary { namespace: Namespace::parse(name).unwrap(), ..shop.clone() };
    shown.projects = vec![project("bank"), project("gone"), project("silent"), project("shop")];
    shown.projects[1].is_missing = true;
    let standing = |name: &str, unwell: u64, cpu: Option<f64>| ProjectStanding {
        cluster: cluster(),
        namespace: Namespace::parse(name).unwrap(),
        status: Some(Status::new(Level::Healthy, "Active")),
        workloads: Some(WorkloadCount { unwell, all: 14 }),
        cpu: Use { measured: cpu, quota: Some(4.0) },
        memory: Use { measured: Some(2.0 * 1024.0 * 1024.0), quota: None },
    };
    let standings = Standings {
        projects: vec![standing("bank", 0, None), standing("shop", 2, Some(1.0))],
        silent: vec![],
        unmeasured: vec![(cluster(), "no answer within 4 s".into())],
    };
    let fake = || Fake { view: Some(shown.clone()), standings: standings.clone(), ..Fake::default() };

    let html = fake().render("/workspaces/garden").await;

    assert!(html.contains("Unwell: 2 of 14 workloads") && html.contains("Workloads: 14"), "{html}");
    assert!(html.contains("1 of 4") && html.contains("25 %") && html.contains("– of 4"), "{html}");
    assert!(html.contains("2 MiB") && html.contains("could not be read: no answer within 4 s"), "{html}");
    let row = |html: &str, name: &str| html.split("<tr>").find(|row| row.contains(name)).unwrap().to_owned();
    assert!(row(&html, ">silent<").matches('–').count() == 3, "nothing is known of it: {html}");
    let order = |html: &str| {
        let mut names = ["bank", "gone", "silent", "shop"];
        names.sort_by_key(|name| html.find(&format!(">{name}<")).unwrap());
        names
    };
    assert_eq!(order(&html), ["gone", "shop", "bank", "silent"], "who needs somebody first");
    let html = fake().render("/workspaces/garden?sort=name").await;
    assert_eq!(order(&html), ["bank", "gone", "shop", "silent"]);
    let html = fake().render("/workspaces/garden?sort=cpu").await;
    assert_eq!(order(&html), ["shop", "bank", "gone", "silent"], "what is not measured is behind what is");
    assert!(html.contains("aria-sort=\"descending\""), "{html}");
}

#[tokio::test]
async fn members_say_by_what_they_are_and_whom_nobody_may_change_here() {
    let mut shown = members(true);
    shown.members = vec![
        MemberRow {
            name: "bea".into(),
            full_name: "Bea Bell".into(),
            is_enabled: false,
            role: role("workspace-viewer"),
            source: None,
            since: Timestamp(0),
            until: None,
        },
        MemberRow {
            name: "grace".into(),
            full_name: String::new(),
            is_enabled: true,
            role: role("workspace-member"),
            source: Some("company".into()),
            since: Timestamp(0),
            until: None,
        },
    ];
    shown.members[1].until = Some(Timestamp(1_700_000_000));
    shown.inherited = vec![InheritedRow {
        name: "rose".into(),
        role: role("workspace-viewer"),
        place: Some(MemberPlace::Workspace(garden())),
        department: Some("Roses".into()),
        until: None,
    }];
    shown.inherited.push(InheritedRow {
        name: "violet".into(),
        department: None,
        ..shown.inherited[0].clone()
    });
    let may = WorkspaceMay { see_members: true, ..WorkspaceMay::default() };
    let fake = || Fake { view: Some(view(may)), members: Some(shown.clone()), ..Fake::default() };

    let html = fake().render("/workspaces/garden?tab=members").await;

    assert!(html.contains("Bea Bell") && html.contains("disabled"), "{html}");
    assert!(
        html.find("Bea Bell") < html.find(">grace<") && html.contains("tab=members&amp;sort=-name"),
        "{html}"
    );
    let other = fake().render("/workspaces/garden?tab=members&sort=-name").await;
    assert!(other.find("Bea Bell") > other.find(">grace<"), "{other}");
    assert!(html.find(">rose<") < html.find(">violet<"), "{html}");
    assert!(other.find(">rose<") > other.find(">violet<"), "those by another place too: {other}");
    assert!(
        other.contains("tab=members&amp;sort=-name&amp;member=bea"),
        "who is changed leaves the order: {other}"
    );
    assert!(html.contains("by groups of company") && !html.contains("member=grace"), "{html}");
    assert!(html.contains("By department Roses"), "{html}");
    assert!(html.contains("until") && html.contains("2023-11-14 22:13"), "{html}");
}

#[tokio::test]
async fn invitations_are_listed_for_who_may_take_them_back() {
    let open = InvitationRow {
        id: "17".into(),
        note: "for the new one".into(),
        role: role("workspace-viewer"),
        invited_by: "ada".into(),
        expires: Timestamp(1_795_407_600),
    };
    let may = WorkspaceMay { see_members: true, ..WorkspaceMay::default() };
    let mut shown = members(true);
    shown.invitations = vec![open];
    let fake = Fake { view: Some(view(may)), members: Some(shown), ..Fake::default() };
    let html = fake.render("/workspaces/garden?tab=members").await;
    assert!(html.contains("for the new one") && html.contains("value=\"17\""), "{html}");
    assert!(html.contains("2026-11-23"), "an invitation says until when it works: {html}");
    assert!(html.contains(": for the new one"), "a button says which one it takes back: {html}");

    let fake = Fake { view: Some(view(may)), members: Some(members(false)), ..Fake::default() };
    let html = fake.render("/workspaces/garden?tab=members").await;
    assert!(!html.contains("Invite by a link") && !html.contains("<form"), "{html}");
}

fn roses(may_change: bool) -> Departments {
    let place = MemberPlace::Project(cluster(), Namespace::parse("shop").unwrap());
    let row = DepartmentRow {
        id: "2".into(),
        parent: Some("1".into()),
        title: "Roses".into(),
        depth: 1,
        people: 1,
        roles: vec![DepartmentRole { place: Some(place.clone()), role: role("project-editor") }],
    };
    let above = DepartmentRow {
        id: "1".into(),
        parent: None,
        title: "Gardeners".into(),
        depth: 0,
        people: 3,
        roles: vec![],
    };
    let inherited =
        DepartmentRole { place: Some(MemberPlace::Workspace(garden())), role: role("workspace-viewer") };
    let chosen = DepartmentView {
        row: row.clone(),
        members: vec![DepartmentMember {
            name: "bea".into(),
            full_name: String::new(),
            is_enabled: true,
            since: Timestamp(0),
        }],
        inherited: vec![("Gardeners".into(), inherited)],
        parents: vec![("1".into(), "Gardeners".into())],
        places: if may_change { vec![place] } else { vec![] },
        roles: vec![role("project-editor")],
        candidates: vec!["cleo".into()],
    };
    Departments { departments: vec![above, row], chosen: Some(chosen), may_change }
}

#[tokio::test]
async fn a_department_shows_its_people_and_what_they_hold_by_it_and_by_those_above() {
    let fake = Fake { departments: Some(roses(true)), ..Fake::default() };
    let html = fake.render("/departments?department=2").await;

    assert!(html.contains("data-depth=\"1\"") && html.contains("by Gardeners"), "{html}");
    assert!(html.contains("name=\"fields[leaves]\"") && html.contains("Remove the department"), "{html}");
    let fake = Fake { departments: Some(roses(false)), ..Fake::default() };
    let html = fake.render("/departments?department=new").await;
    assert!(html.contains("Roses") && !html.contains("<form"), "{html}");
}

#[tokio::test]
async fn a_department_is_removed_after_a_question_that_says_what_its_people_lose() {
    let at = async |departments: &Departments, address: &str| {
        Fake { departments: Some(departments.clone()), ..Fake::default() }.render(address).await
    };
    let mut roses = roses(true);
    let remove = "/api/workspaces/remove-department";

    let html = at(&roses, "/departments?department=2").await;
    assert!(html.contains("department=2&amp;remove=yes#remove\"") && !html.contains(remove), "{html}");

    let html = at(&roses, "/departments?department=2&remove=yes").await;
    assert!(html.contains(remove) && html.contains("Remove Roses?"), "{html}");
    assert!(html.contains("1 person is in it, who stays"), "{html}");
    let question = html.split("id=\"remove\"").nth(1).unwrap();
    assert!(
        question.contains("project shop in harbour") && question.contains("workspace garden"),
        "{question}"
    );

    let mut idle = roses.clone();
    let view = idle.chosen.as_mut().unwrap();
    (view.row.roles, view.inherited) = (Vec::new(), Vec::new());
    let html = at(&idle, "/departments?department=2&remove=yes").await;
    assert!(html.contains("1 person is in it, who stays and loses nothing"), "{html}");

    let buds = DepartmentRow { id: "3".into(), parent: Some("2".into()), ..roses.departments[1].clone() };
    roses.departments.push(buds);
    let html = at(&roses, "/departments?department=2&remove=yes").await;
    assert!(html.contains("1 department is a part of it") && !html.contains(remove), "{html}");
}

fn amounts(pairs: &[(&str, &str)]) -> Amounts {
    pairs.iter().map(|(name, amount)| ((*name).to_owned(), (*amount).to_owned())).collect()
}

fn quotas(may: bool, problem: Option<&str>) -> Quotas {
    let shop = ProjectQuotas {
        namespace: Namespace::parse("shop").unwrap(),
        title: String::new(),
        quota: amounts(&[("pods", "10"), ("requests.memory", "2Gi")]),
        used: amounts(&[("pods", "4")]),
        defaults: amounts(&[("limits.cpu", "500m")]),
        is_isolated: true,
        may_limit: may,
        may_isolate: may,
    };
    let line = QuotaLine { resource: "pods".into(), limit: Some("20".into()), given: 10.0, used: Some(4.0) };
    let here = ClusterQuotas {
        cluster: cluster(),
        limits: amounts(&[("pods", "20")]),
        lines: vec![line],
        classes: StorageClasses { open: ["slow".to_owned()].into(), closed: ["gold".to_owned()].into() },
        projects: vec![shop],
        problem: problem.map(str::to_owned),
    };
    Quotas { clusters: vec![here], is_isolated: false, may_limit: may, may_isolate: may }
}

#[tokio::test]
async fn quotas_show_what_is_used_of_what_may_be() {
    let fake = |may| Fake {
        view: Some(view(WorkspaceMay::default())),
        quotas: Some(quotas(may, None)),
        ..Fake::default()
    };
    let html = fake(true).render("/workspaces/garden?tab=quotas&project=harbour%2Fshop").await;
    assert!(html.contains("4 of 10") && html.contains("not counted yet of 2 GiB"), "{html}");
    assert!(html.contains("10 of 20 given to projects") && html.contains("isolated"), "{html}");
    assert!(html.contains("name=\"fields[quota][pods]\"") && html.contains("value=\"2Gi\""), "{html}");
    assert!(html.contains("name=\"fields[defaults][limits.cpu]\""), "{html}");
    assert_eq!(html.matches("such as 512Mi or 10Gi").count(), 5, "three of the quota, two defaults: {html}");
    for about in [": harbour/shop<", ": garden<", ": shop<"] {
        assert!(html.contains(about), "buttons and links of rows say whose they are: {about}: {html}");
    }

    let html = fake(false).render("/workspaces/garden?tab=quotas&project=harbour%2Fshop&limit=harbour").await;
    assert!(html.contains("4 of 10") && !html.contains("<form"), "{html}");
}

#[tokio::test]
async fn who_may_limit_a_workspace_says_which_storage_classes_it_uses() {
    let fake = |may| Fake {
        view: Some(view(WorkspaceMay::default())),
        quotas: Some(quotas(may, None)),
        ..Fake::default()
    };
    let html = fake(true).render("/workspaces/garden?tab=quotas&classes=harbour").await;
    for words in [
        "No new volume claims of these storage classes: gold.",
        "name=\"fields[known][]\" value=\"gold\"",
        "name=\"fields[open][]\"",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert_eq!(html.matches(" checked").count(), 1, "{html}");

    let html = fake(false).render("/workspaces/garden?tab=quotas&classes=harbour").await;
    assert!(html.contains("classes: gold.") && !html.contains("<form"), "{html}");
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_hides_only_what_is_used() {
    let fake = Fake {
        view: Some(view(WorkspaceMay::default())),
        quotas: Some(quotas(true, Some("it does not answer"))),
        ..Fake::default()
    };
    let html = fake.render("/workspaces/garden?tab=quotas&limit=harbour").await;

    assert!(html.contains("does not say what is used: it does not answer"), "{html}");
    assert!(
        html.contains("name=\"fields[limits][pods]\"") && html.contains("Limits in cluster harbour"),
        "{html}"
    );
}

#[tokio::test]
async fn a_project_that_comes_into_a_limited_workspace_is_asked_for_its_quota() {
    let may = WorkspaceMay { create_projects: true, ..WorkspaceMay::default() };
    let mut limited = view(may);
    limited.limited.insert(cluster(), vec!["pods".into()]);
    let html = Fake { view: Some(limited), ..Fake::default() }.render("/workspaces/garden?new=1").await;
    assert!(html.contains("name=\"fields[quota][pods]\""), "{html}");
    assert!(!html.contains("name=\"fields[quota][services]\""), "{html}");

    let html = Fake { view: Some(view(may)), ..Fake::default() }.render("/workspaces/garden?new=1").await;
    assert!(html.contains("name=\"fields[namespace]\"") && !html.contains("fields[quota]"), "{html}");
}

#[tokio::test]
async fn who_can_names_people_with_their_roles_and_bindings_of_the_cluster() {
    let by = InheritedRow {
        name: "bea".into(),
        role: role("project-editor"),
        place: Some(MemberPlace::Project(cluster(), Namespace::parse("shop").unwrap())),
        department: Some("Roses".into()),
        until: None,
    };
    let bea = PersonCan {
        name: "bea".into(),
        full_name: "Bea Bell".into(),
        by: vec![by],
        cluster_agrees: Some(false),
    };
    let robot = SubjectCan {
        kind: "ServiceAccount".into(),
        name: "ci/robot".into(),
        namespace: None,
        binding: "deployers".into(),
        role_kind: "ClusterRole".into(),
        role: "edit".into(),
    };
    let answer = WhoCan { people: vec![bea], subjects: vec![robot], is_partial: true, problem: None };
    let fake = |answer| Fake { who_can: answer, ..Fake::default() };

    let html =
        fake(Some(answer)).render("/clusters/harbour/who-can?verb=delete&resource=pods&namespace=shop").await;
    assert!(
        html.contains("Bea Bell") && html.contains("does not allow it") && html.contains("by Roses"),
        "{html}"
    );
    assert!(html.contains("ci/robot") && html.contains("you may not see them"), "{html}");
    let html = fake(None).render("/clusters/harbour/who-can").await;
    assert!(html.contains("Ask who can do something") && html.contains("name=\"resource\""), "{html}");
    let silent = WhoCan { problem: Some("no route to it".into()), ..WhoCan::default() };
    let html = fake(Some(silent)).render("/clusters/harbour/who-can?verb=get&resource=pods").await;
    assert!(html.contains("no route to it") && html.contains("Nobody"), "{html}");
    assert!(!html.contains("No other binding"), "what is not known is not denied: {html}");
}

#[tokio::test]
async fn rights_are_told_with_the_roles_that_give_them_and_what_is_missing_with_who_can_give_it() {
    let shop = MemberPlace::Project(cluster(), Namespace::parse("shop").unwrap());
    let by = InheritedRow {
        name: "bea".into(),
        role: role("project-viewer"),
        place: Some(shop.clone()),
        department: Some("Roses".into()),
        until: Some(Timestamp(1_795_500_000)),
    };
    let permission = |word: &str, by| PermissionHeld { word: word.into(), subject: "workloads".into(), by };
    let answer = Rights {
        person: "bea".into(),
        full_name: String::new(),
        is_self: false,
        is_enabled: false,
        place: Some(shop),
        permissions: vec![permission("workloads.view", vec![by]), permission("workloads.edit", vec![])],
        places: vec![MemberPlace::Cluster(cluster()), MemberPlace::Workspace(garden())],
        people: vec!["ada".into(), "bea".into()],
    };
    let fake = |answer| Fake { rights: Some(answer), ..Fake::default() };

    let html = fake(Ok(answer)).render("/rights?person=bea&place=project/harbour/shop").await;

    let (held, missing) = html.split_once("Not allowed").unwrap();
    assert!(held.contains("See workloads and pods") && held.contains("by Roses"), "{html}");
    assert!(held.contains("bea may not sign in") && held.contains("value=\"shop\""), "{html}");
    assert!(missing.contains("Make and change workloads") && !missing.contains("See workloads"), "{html}");
    assert!(missing.contains("href=\"/clusters/harbour/members/shop\""), "{html}");
    assert!(html.contains("<option value=\"ada\"") && html.contains("workspace garden"), "{html}");
    assert!(html.contains("datetime=\"2026-11-24T06:00:00Z\""), "{html}");

    let unknown = ConsoleError::invalid("person", "there is nobody of that name");
    let html = fake(Err(unknown)).render("/rights?person=eve&place=cluster/harbour").await;
    assert!(html.contains("there is nobody of that name") && html.contains("value=\"eve\""), "{html}");
    assert!(html.contains("value=\"cluster/harbour\""), "what was asked stays in the form: {html}");
}
