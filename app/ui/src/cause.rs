//! Why a system does not answer as it should, in the reader's language.

mod kept;
mod way;

use crate::listed::in_turn;
use crate::words::{text, text_with};
use model::{Cause, Outage};

/// What happened, in a sentence. What others than the console say is shown as they say it.
pub fn cause_words(cause: &Cause) -> String {
    cause.outage.as_ref().map_or_else(|| cause.words.clone(), outage_words)
}

fn outage_words(outage: &Outage) -> String {
    let words = match outage {
        Outage::Late(seconds) => return text_with("outage.late", &[("seconds", seconds)]),
        Outage::Long(most) => return text_with("outage.long", &[("most", most)]),
        Outage::LongQuery(most) => return text_with("outage.long-query", &[("most", most)]),
        Outage::Unreadable(why) => return text_with("outage.unreadable", &[("why", &cause_words(why))]),
        Outage::Answered { code, said } => {
            return text_with("outage.answered", &[("code", code), ("said", said)]);
        }
        Outage::Throttling(said) => return text_with("outage.throttling", &[("said", said)]),
        Outage::LeftAlone { outage, seconds } => {
            let why = outage_words(outage);
            return text_with("outage.left-alone", &[("why", &why), ("seconds", seconds)]);
        }
        Outage::Busy(seconds) => return text_with("outage.busy", &[("seconds", seconds)]),
        Outage::BusyWithPanels(seconds) => {
            return text_with("outage.busy-with-panels", &[("seconds", seconds)]);
        }
        Outage::Undrawn(why) => return text_with("outage.undrawn", &[("why", why)]),
        Outage::Several(several) => return one_by_one(several),
        Outage::Loading(kind) => return text_with("outage.loading", &[("kind", kind)]),
        Outage::LastHeard { since, why } => {
            let (since, why) = (since.to_rfc3339(), cause_words(why));
            return text_with("outage.last-heard", &[("since", &since), ("why", &why)]);
        }
        Outage::NotFollowed { kind, said } => {
            let said = said.as_deref().unwrap_or_else(|| text("outage.no-reason"));
            return text_with("outage.not-followed", &[("kind", kind), ("said", &said)]);
        }
        Outage::NotLeft { pods, minutes } => {
            return text_with("outage.not-left", &[("pods", pods), ("minutes", minutes)]);
        }
        Outage::Port { port, pod, said } => {
            return text_with("outage.port", &[("port", port), ("pod", pod), ("said", said)]);
        }
        Outage::NoHttp { port, pod, said } => {
            return text_with("outage.no-http", &[("port", port), ("pod", pod), ("said", said)]);
        }
        Outage::Way(outage) => return way::words(outage),
        Outage::Kept(outage) => return kept::words(outage),
        Outage::Silent => text("outage.silent"),
        Outage::Empty => text("outage.empty"),
        Outage::Html => text("outage.html"),
        Outage::NoData => text("outage.no-data"),
        Outage::AnotherCluster => text("outage.another-cluster"),
        Outage::FirstReading => text("outage.first-reading"),
        Outage::NotListed => text("outage.not-listed"),
        Outage::LoadingAll => text("outage.loading-all"),
        Outage::Credential => text("outage.credential"),
    };
    words.to_owned()
}

fn one_by_one(several: &[(String, Cause)]) -> String {
    let words = |(name, cause): &(String, Cause)| {
        text_with("outage.of", &[("name", name), ("why", &cause_words(cause))])
    };
    in_turn(&several.iter().map(words).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{Owner, provide_context};
    use model::{Language, Preferences, Timestamp};

    /// What is shown to who reads English is what programs and logs are told.
    pub(super) fn reads_as_it_says(outages: impl IntoIterator<Item = Outage>) {
        for outage in outages {
            assert_eq!(outage_words(&outage), outage.to_string());
        }
    }

    #[test]
    fn outages_read_as_they_say() {
        let (harbour, web, said) = (|| "harbour".to_owned(), || "web-0".to_owned(), || "no etcd".to_owned());
        let answered = || Outage::Answered { code: 503, said: said() };

        reads_as_it_says([
            Outage::Late(10),
            Outage::Silent,
            Outage::Long(64),
            Outage::LongQuery(32),
            Outage::unreadable("EOF while parsing"),
            Outage::unreadable(Outage::Empty),
            Outage::Empty,
            Outage::Html,
            Outage::NoData,
            answered(),
            Outage::Throttling(said()),
            answered().left_alone_for(Some(7)),
            Outage::Busy(5),
            Outage::BusyWithPanels(5),
            Outage::Undrawn(said()),
            Outage::Several(vec![(harbour(), Outage::Silent.into()), (web(), "refused".into())]),
            Outage::AnotherCluster,
            Outage::Loading("pods".into()),
            Outage::FirstReading,
            Outage::LastHeard { since: Timestamp(1_795_405_680), why: Box::new(Outage::Late(5).into()) },
            Outage::NotListed,
            Outage::LoadingAll,
            Outage::Credential,
            Outage::NotFollowed { kind: "pods".into(), said: Some(said()) },
            Outage::NotFollowed { kind: "pods".into(), said: None },
            Outage::NotLeft { pods: 2, minutes: 60 },
            Outage::Port { port: 80, pod: web(), said: said() },
            Outage::NoHttp { port: 80, pod: web(), said: said() },
        ]);
    }

    #[test]
    fn an_outage_is_said_in_the_readers_language_and_what_others_say_as_they_say_it() {
        let words = |cause: Cause| {
            Owner::new().with(|| {
                provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
                cause_words(&cause)
            })
        };

        assert_eq!(words(Outage::Late(10).into()), "10 秒内没有响应");
        assert_eq!(words(Outage::unreadable(Outage::Empty).into()), "无法读取响应：响应为空");
        assert_eq!(words("connection refused".into()), "connection refused");
    }
}
