//! Where the browser goes after a form.

use leptos::prelude::use_context;
use std::sync::Arc;

/// Leads the browser to another page of the console after a form. The server provides it with each request; without
/// it the browser goes back to the form.
#[derive(Clone)]
pub struct Redirect(Arc<dyn Fn(&str) + Send + Sync>);

impl Redirect {
    /// Calls the function with the address to go to.
    pub fn new(redirect: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(redirect))
    }
}

/// Goes to a page of the console and nowhere else: the address may come from a form.
pub fn go_to(address: &str) {
    if let Some(redirect) = use_context::<Redirect>().filter(|_| is_ours(address)) {
        (redirect.0)(address);
    }
}

/// Browsers read `//host` and `/\\host` as another host.
fn is_ours(address: &str) -> bool {
    let rest = address.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with(['/', '\\']))
        && address.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn a_form_leads_to_no_other_place() {
        for ours in ["/", "/clusters/harbour/pods?search=a%20b", "/workspaces/garden"] {
            assert!(is_ours(ours), "{ours}");
        }
        for foreign in ["", "//evil.test", "/\\evil.test", "https://evil.test", "evil", "/a\nb", "/a b"] {
            assert!(!is_ours(foreign), "{foreign}");
        }
    }
}
