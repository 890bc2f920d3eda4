//! What is wrong on the way to what is asked, in the reader's language.

use crate::words::{text, text_with};
use model::cause::WayOutage;

pub(super) fn words(outage: &WayOutage) -> String {
    let words = match outage {
        WayOutage::NotThroughCluster(said) => {
            return text_with("outage.way.not-through-cluster", &[("said", said)]);
        }
        WayOutage::Insecure(address) => return text_with("outage.way.insecure", &[("address", address)]),
        WayOutage::Private(address) => return text_with("outage.way.private", &[("address", address)]),
        WayOutage::Slow { address, seconds } => {
            return text_with("outage.way.slow", &[("address", address), ("seconds", seconds)]);
        }
        WayOutage::Unreachable { address, said } => {
            return text_with("outage.way.unreachable", &[("address", address), ("said", said)]);
        }
        WayOutage::Redirect { address, target } => {
            return text_with("outage.way.redirect", &[("address", address), ("target", target)]);
        }
        WayOutage::Long { address, bytes } => {
            return text_with("outage.way.long", &[("address", address), ("bytes", bytes)]);
        }
        WayOutage::File { path, said } => {
            return text_with("outage.way.file", &[("path", path), ("said", said)]);
        }
        WayOutage::Answers { name, status } => {
            return text_with("outage.way.answers", &[("name", name), ("status", status)]);
        }
        WayOutage::Alertmanager { name, code, said } => {
            return text_with("outage.way.alertmanager", &[("name", name), ("code", code), ("said", said)]);
        }
        WayOutage::AlertmanagerUnreadable { name, said } => {
            return text_with("outage.way.alertmanager-unreadable", &[("name", name), ("said", said)]);
        }
        WayOutage::AlertmanagerUnknown { name, said } => {
            return text_with("outage.way.alertmanager-unknown", &[("name", name), ("said", said)]);
        }
        WayOutage::Unmeasured(cluster) => return text_with("outage.way.unmeasured", &[("cluster", cluster)]),
        WayOutage::Unsendable => text("outage.way.unsendable"),
        WayOutage::PassedOver => text("outage.way.passed-over"),
        WayOutage::WantsLogin => text("outage.way.wants-login"),
        WayOutage::WantsProof => text("outage.way.wants-proof"),
        WayOutage::WrongLogin => text("outage.way.wrong-login"),
        WayOutage::NotAll => text("outage.way.not-all"),
        WayOutage::NotWhole => text("outage.way.not-whole"),
        WayOutage::OnePlace => text("outage.way.one-place"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Outage;

    #[test]
    fn outages_of_ways_read_as_they_say() {
        let (address, name, said) =
            (|| "https://logs.example".to_owned(), || "logging/logs".to_owned(), || "refused".to_owned());
        let outages = [
            WayOutage::NotThroughCluster(said()),
            WayOutage::Insecure(address()),
            WayOutage::Private(address()),
            WayOutage::Slow { address: address(), seconds: 10 },
            WayOutage::Unreachable { address: address(), said: said() },
            WayOutage::Redirect { address: address(), target: "/login".into() },
            WayOutage::Long { address: address(), bytes: 1024 },
            WayOutage::File { path: "/etc/token".into(), said: said() },
            WayOutage::Unsendable,
            WayOutage::Answers { name: name(), status: "502 Bad Gateway".into() },
            WayOutage::PassedOver,
            WayOutage::Alertmanager { name: name(), code: 500, said: said() },
            WayOutage::AlertmanagerUnreadable { name: name(), said: said() },
            WayOutage::AlertmanagerUnknown { name: name(), said: said() },
            WayOutage::Unmeasured("harbour".into()),
            WayOutage::WantsLogin,
            WayOutage::WantsProof,
            WayOutage::WrongLogin,
            WayOutage::NotAll,
            WayOutage::NotWhole,
            WayOutage::OnePlace,
        ];

        reads_as_it_says(outages.map(Outage::from));
    }
}
