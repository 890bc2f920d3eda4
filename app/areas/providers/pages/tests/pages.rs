//! Identity providers, rendered as the server does.

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ConsoleError, FieldProblem, Need};
use providers_contract::{Kind, ProviderRow, ProviderView, Providers, Settings, Step, StepName, Submitted};
use providers_pages::{NewProviderPage, ProviderPage, ProvidersPage};
use std::sync::Arc;

#[derive(Clone, Default)]
struct Fake {
    rows: Vec<ProviderRow>,
    refusal: Option<ConsoleError>,
}

impl Fake {
    fn view(&self, settings: Settings) -> Result<ProviderView, ConsoleError> {
        match &self.refusal {
            Some(error) => Err(error.clone()),
            None => Ok(ProviderView {
                id: "company".into(),
                settings,
                has_secret: true,
                version: 3,
                callback: "https://console.example/sign-in/callback/company".into(),
                back_channel: "https://console.example/sign-in/back-channel/company".into(),
            }),
        }
    }
}

#[async_trait]
impl Providers for Fake {
    async fn list(&self) -> Result<Vec<ProviderRow>, ConsoleError> {
        self.refusal.clone().map_or_else(|| Ok(self.rows.clone()), Err)
    }

    async fn read(&self, _: String) -> Result<ProviderView, ConsoleError> {
        let mut settings = Settings::draft(Kind::OpenId);
        settings.name = "Company".into();
        self.view(settings)
    }

    async fn draft(&self, kind: Kind) -> Result<ProviderView, ConsoleError> {
        self.view(Settings::draft(kind))
    }
}

async fn render(address: &str, fake: Fake, submitted: Option<Submitted>) -> String {
    rendering::render(address, || {
        provide_context::<Arc<dyn Providers>>(Arc::new(fake));
        if let Some(submitted) = submitted {
            provide_context(submitted);
        }
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/settings/providers") view=ProvidersPage/>
                    <Route path=path!("/settings/providers/new/:kind") view=NewProviderPage/>
                    <Route path=path!("/settings/providers/:id") view=ProviderPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn row(id: &str) -> ProviderRow {
    ProviderRow {
        id: id.into(),
        name: id.to_uppercase(),
        kind: Kind::OpenId,
        address: format!("https://{id}.example"),
        is_enabled: true,
        accounts: 2,
        last_used: None,
    }
}

#[tokio::test]
async fn an_empty_list_offers_every_kind() {
    let html = render("/settings/providers", Fake::default(), None).await;

    for kind in Kind::ALL {
        assert!(html.contains(&format!("/settings/providers/new/{}", kind.word())), "{html}");
    }
}

#[tokio::test]
async fn the_first_cannot_go_up_and_the_last_not_down() {
    let rows = vec![row("one"), row("two")];

    let html = render("/settings/providers", Fake { rows, ..Fake::default() }, None).await;

    assert_eq!(
        (html.matches("value=\"up\"").count(), html.matches("value=\"down\"").count()),
        (1, 1),
        "{html}"
    );
}

#[tokio::test]
async fn deleting_says_what_goes_with_it_before_it_can_be_sent() {
    let fake = Fake { rows: vec![row("one")], ..Fake::default() };

    let before = render("/settings/providers", fake.clone(), None).await;
    let asked = render("/settings/providers?delete=one", fake, None).await;

    assert!(!before.contains("value=\"delete\""), "{before}");
    assert!(
        asked.contains("value=\"delete\"") && asked.contains("2 accounts sign in through ONE"),
        "{asked}"
    );
}

#[tokio::test]
async fn every_kind_has_a_form_with_its_own_fields() {
    for (kind, field) in [
        (Kind::OpenId, "issuer"),
        (Kind::GitHub, "interface"),
        (Kind::GitLab, "reads_groups"),
        (Kind::Directory, "people_filter"),
    ] {
        let html = render(&format!("/settings/providers/new/{}", kind.word()), Fake::default(), None).await;
        assert!(html.contains(&format!("name=\"{field}\"")), "{kind:?}: {html}");
        assert!(html.contains("value=\"test\"") && html.contains("name=\"secret\""), "{kind:?}: {html}");
        assert!(!html.contains("hint."), "{kind:?}: a hint is not written: {html}");
    }
}

#[tokio::test]
async fn what_was_typed_comes_back_with_what_is_wrong_at_its_field() {
    let mut submitted = Submitted::default();
    submitted.fields.insert("client_id".into(), "typed".into());
    submitted.problems = vec![
        FieldProblem::new("issuer", "web-address"),
        FieldProblem { line: Some(2), ..FieldProblem::new("mappings", "mapping") },
    ];

    let html = render("/settings/providers/company", Fake::default(), Some(submitted)).await;

    assert!(html.contains("value=\"typed\"") && html.contains("secrets are not sent in the clear"), "{html}");
    assert!(html.contains("Line 2: Write group = administrator"), "{html}");
}

#[tokio::test]
async fn trying_out_shows_each_step_with_its_time() {
    let submitted = Submitted {
        trial: vec![
            Step {
                name: StepName::Resolve,
                milliseconds: 3,
                result: Ok("login.example is 192.0.2.1.".into()),
            },
            Step { name: StepName::Connect, milliseconds: 5000, result: Err("port 443: refused".into()) },
        ],
        ..Submitted::default()
    };

    let html = render("/settings/providers/company", Fake::default(), Some(submitted)).await;

    assert!(html.contains("5000 ms") && html.contains("port 443: refused"), "{html}");
    assert!(html.contains("It does not work yet."), "{html}");
}

#[tokio::test]
async fn who_may_not_is_told_which_right_is_missing() {
    let need = Need {
        verb: "list".into(),
        resource: "identityproviders.console.orrery".into(),
        cluster: None,
        namespace: None,
        granted_by: model::GrantedBy::Administrator,
    };
    let refusal = Some(ConsoleError::Forbidden { need, said: None });

    let html = render("/settings/providers", Fake { refusal, ..Fake::default() }, None).await;

    assert!(html.contains("identityproviders.console.orrery"), "{html}");
}
