//! What a log store would keep of the cluster: lines of containers, events and requests. Nothing is kept; every document is
//! made from the cluster as it is now and from the time that it is asked for.

mod audit;
mod events;
mod lives;
mod logs;

use std::sync::Arc;

use playground_elasticsearch::{Archive, Document, Family, Wanted, router};

use crate::site::Site;
use lives::Lives;

/// How long records are kept, in days.
const DAYS_KEPT: i64 = 7;
const DAY: i64 = 86_400_000;

static FAMILIES: [Family; 3] = [logs::FAMILY, events::FAMILY, audit::FAMILY];

/// Lets Elasticsearch answer behind its service in `logging`.
pub fn behind_services(site: &Site) {
    let records = Records { site: site.clone(), lives: Lives::of(site) };
    site.cluster.answer_behind("logging", "elasticsearch", 9200, router(Arc::new(records)));
}

/// One cluster as its log store sees it.
struct Records {
    site: Site,
    lives: Lives,
}

impl Archive for Records {
    fn families(&self) -> &'static [Family] {
        &FAMILIES
    }

    fn now(&self) -> i64 {
        self.site.clock.now().as_millisecond()
    }

    fn oldest(&self) -> i64 {
        self.now() - DAYS_KEPT * DAY
    }

    fn documents(&self, family: &Family, wanted: &Wanted) -> Vec<Document> {
        let lives = || self.lives.during(wanted.from, wanted.to, self.oldest());
        match family.name {
            name if name == logs::FAMILY.name => logs::documents(&lives(), wanted, self.site.clock.now()),
            name if name == events::FAMILY.name => events::documents(&self.site, &lives(), wanted),
            _ => audit::documents(&self.site, &lives(), wanted),
        }
    }
}
