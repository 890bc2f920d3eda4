//! Fields that few need: folded, and open where something stands in them.

use super::*;

/// A claim for one volume among many.
#[component]
fn Chosen() -> impl IntoView {
    let cluster = ClusterName::parse("harbour").expect("a good name");
    let form = forms::find("persistentvolumeclaims").expect("there is one");
    let mut beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
    beginning.draft.set(form, 0, "spec/selector/matchLabels", Some(json!({"shelf": "upper"})));
    step_of(beginning, "storage")
}

/// A job that something other than the cluster runs.
#[component]
fn Queued() -> impl IntoView {
    let mut beginning = count();
    beginning.draft.set(beginning.form, 0, "spec/managedBy", Some(json!("queue.example/other-clusters")));
    step_of(beginning, "run")
}

async fn render_filled(address: &str) -> String {
    rendering::render(address, || {
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/chosen") view=Chosen/>
                    <Route path=path!("/queued") view=Queued/>
                </Routes>
            </Router>
        }
    })
    .await
}

/// Whether the fields below these words are open; nothing where such fields are not folded at all.
fn is_open(html: &str, words: &str) -> Option<bool> {
    let (before, _) = html.split_once(&format!("<summary>{words}"))?;
    let tag = before.rsplit("<details").next()?.split('>').next()?;
    Some(tag.contains(" open"))
}

#[tokio::test]
async fn which_volume_a_claim_takes_is_folded_unless_it_says_so() {
    let (open, folded) = (render_filled("/chosen").await, render("/existing").await);

    assert_eq!(is_open(&folded, "Which volume it takes"), Some(false), "{folded}");
    assert_eq!(is_open(&open, "Which volume it takes"), Some(true), "{open}");
}

#[tokio::test]
async fn who_runs_a_job_is_folded_unless_it_says_so() {
    let (open, folded) = (render_filled("/queued").await, render("/told/jobs/run").await);

    assert_eq!(is_open(&folded, "Another controller"), Some(false), "{folded}");
    assert_eq!(is_open(&open, "Another controller"), Some(true), "{open}");
}
