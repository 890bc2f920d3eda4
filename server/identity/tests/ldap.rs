//! Against a real OpenLDAP: `cargo xtask test --peers`, or by hand with `cargo xtask peers up ldap`.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use database::Database;
use identity::providers::{Arrived, Provider, probe};
use identity::{Accounts, Doors, SignInRefused, SignedIn, Visitor};
use providers_contract::{Directory, Kind, Nesting, Settings, StepName, System};

const IGNORED: &str = "needs OpenLDAP: set the variables that `cargo xtask peers up ldap` prints";

fn variable(name: &str) -> String {
    std::env::var(name).expect(IGNORED)
}

fn provider(change: impl FnOnce(&mut Directory)) -> Provider {
    let mut settings = Settings::draft(Kind::Directory);
    settings.name = "Staff".into();
    let System::Directory(directory) = &mut settings.system else { unreachable!("it is one") };
    directory.address = variable("ORRERY_PEER_LDAPS");
    directory.authority =
        std::fs::read_to_string(variable("ORRERY_PEER_LDAP_AUTHORITY")).unwrap().trim().into();
    directory.bind_name = "cn=service,dc=example,dc=org".into();
    directory.people_base = "ou=people,dc=example,dc=org".into();
    directory.groups_base = "ou=groups,dc=example,dc=org".into();
    directory.nesting = Nesting::Recursive;
    change(directory);
    Provider::draft("staff", settings, "service secret")
}

async fn sign_in(provider: Provider, name: &str, password: &str) -> Result<Arrived, SignInRefused> {
    let accounts = Accounts::new(Database::in_memory().await.unwrap());
    let visitor = Visitor { address: [127, 0, 0, 1].into(), request_id: "1".into() };
    let doors = Doors { is_here_closed: true, directories: vec![provider] };
    match accounts.verify_with(name, password.into(), &doors, &visitor).await? {
        SignedIn::In(_, arrived) => Ok(*arrived),
        SignedIn::Here(account) => panic!("{account} has no password here"),
    }
}

fn names(arrived: &Arrived) -> Vec<&str> {
    let mut names: Vec<&str> =
        arrived.groups.iter().map(String::as_str).filter(|group| !group.contains('=')).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
#[ignore = "needs OpenLDAP: run by `cargo xtask test --peers`"]
async fn somebody_arrives_with_their_groups_and_a_name_that_stays() {
    let arrived = sign_in(provider(|_| ()), "grace", "harbour").await.unwrap();
    let again = sign_in(provider(|_| ()), "GRACE", "harbour").await.unwrap();

    assert_eq!((arrived.name.as_str(), names(&arrived)), ("grace", vec!["crew", "fleet", "sailors"]));
    assert_eq!((arrived.person.subject.len(), &arrived.person), (36, &again.person));
}

#[tokio::test]
#[ignore = "needs OpenLDAP: run by `cargo xtask test --peers`"]
async fn start_tls_works_and_a_foreign_authority_does_not() {
    let with_start_tls = provider(|directory| {
        directory.address = variable("ORRERY_PEER_LDAP");
        directory.starts_tls = true;
    });
    assert!(sign_in(with_start_tls, "grace", "harbour").await.is_ok());

    let machine = provider(|directory| directory.authority.clear());
    assert!(matches!(sign_in(machine, "grace", "harbour").await, Err(SignInRefused::Incomplete)));
}

#[tokio::test]
#[ignore = "needs OpenLDAP: run by `cargo xtask test --peers`"]
async fn wrong_and_empty_passwords_and_names_that_are_filters_are_refused() {
    for (name, password) in [
        ("grace", "wrong"),
        ("grace", ""),
        ("nobody", "harbour"),
        ("*", "harbour"),
        ("grace)(uid=*", "harbour"),
    ] {
        let refused = sign_in(provider(|_| ()), name, password).await;
        assert!(matches!(refused, Err(SignInRefused::Wrong)), "{name}/{password}: {refused:?}");
    }
}

#[tokio::test]
#[ignore = "needs OpenLDAP: run by `cargo xtask test --peers`"]
async fn who_is_disabled_there_stays_out() {
    let right = sign_in(provider(|_| ()), "mallory", "harbour").await;
    let wrong = sign_in(provider(|_| ()), "mallory", "guess").await;

    assert!(matches!(right, Err(SignInRefused::Disabled)), "{right:?}");
    assert!(matches!(wrong, Err(SignInRefused::Wrong)), "{wrong:?}");
}

#[tokio::test]
#[ignore = "needs OpenLDAP: run by `cargo xtask test --peers`"]
async fn signs_in_names_are_no_trouble() {
    let arrived = sign_in(provider(|_| ()), "quote\"d, o'neil (x)*", "harbour").await.unwrap();

    assert_eq!(names(&arrived), ["crew", "fleet", "sailors"]);
}

#[tokio::test]
#[ignore = "needs OpenLDAP: run by `cargo xtask test --peers`"]
async fn trying_it_out_finds_more_people_than_come_at_once() {
    let steps = probe(provider(|_| ()), "https://console.example".into()).await;

    let names: Vec<StepName> = steps.iter().map(|step| step.name).collect();
    let all = [
        StepName::Resolve,
        StepName::Connect,
        StepName::Secure,
        StepName::Bind,
        StepName::Search,
        StepName::Groups,
    ];
    assert_eq!(names, all, "{steps:?}");
    assert!(steps.iter().all(|step| step.result.is_ok()), "{steps:?}");
    assert!(steps[4].result.as_ref().unwrap().contains("At least 1000 people"), "{steps:?}");
    let wrong = probe(
        provider(|directory| directory.bind_name = "cn=nobody,dc=example,dc=org".into()),
        "https://console.example".into(),
    )
    .await;
    assert!(wrong.last().unwrap().result.is_err() && wrong.len() == 4, "{wrong:?}");
}

#[tokio::test]
#[ignore = "needs OpenLDAP: run by `cargo xtask test --peers`"]
async fn a_group_of_thousands_is_found_by_its_members() {
    let arrived = sign_in(provider(|_| ()), "crowd-2999", "harbour").await.unwrap();

    assert_eq!(names(&arrived), ["crowd"]);
}
