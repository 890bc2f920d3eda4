//! What is wrong with dashboards and links to them.

use super::quoted;
use crate::words::{text, text_with};
use model::fault::{DashboardFault, EmbedFault};

pub(super) fn dashboard_words(fault: &DashboardFault) -> String {
    let words = match fault {
        DashboardFault::ManyPanels(most) => {
            return text_with("fault.dashboard.many-panels", &[("most", most)]);
        }
        DashboardFault::NoVariable(line) => {
            return text_with("fault.dashboard.no-variable", &[("line", &quoted(line))]);
        }
        DashboardFault::ManyVariables(most) => {
            return text_with("fault.dashboard.many-variables", &[("most", most)]);
        }
        DashboardFault::VariableTwice(name) => {
            return text_with("fault.dashboard.variable-twice", &[("name", name)]);
        }
        DashboardFault::BadVariable(variable) => {
            return text_with("fault.dashboard.bad-variable", &[("variable", variable)]);
        }
        DashboardFault::LongSelector { name, longest } => {
            return text_with("fault.dashboard.long-selector", &[("name", name), ("longest", longest)]);
        }
        DashboardFault::NoAnnotation(line) => {
            return text_with("fault.dashboard.no-annotation", &[("line", &quoted(line))]);
        }
        DashboardFault::ManyAnnotations(most) => {
            return text_with("fault.dashboard.many-annotations", &[("most", most)]);
        }
        DashboardFault::AnnotationTwice(name) => {
            return text_with("fault.dashboard.annotation-twice", &[("name", name)]);
        }
        DashboardFault::LongAnnotation { name, longest, query } => {
            return text_with(
                "fault.dashboard.long-annotation",
                &[("name", name), ("longest", longest), ("query", query)],
            );
        }
        DashboardFault::InPanel { title, said } => {
            return text_with("fault.dashboard.in-panel", &[("title", &quoted(title)), ("said", said)]);
        }
        DashboardFault::InAnnotation { name, said } => {
            return text_with("fault.dashboard.in-annotation", &[("name", &quoted(name)), ("said", said)]);
        }
        DashboardFault::Full(most) => {
            return text_with("fault.dashboard.full", &[("most", most)]);
        }
        DashboardFault::Changed(by) => {
            return text_with("fault.dashboard.changed", &[("by", by)]);
        }
        DashboardFault::Nameless => text("fault.dashboard.nameless"),
        DashboardFault::NamespaceTaken => text("fault.dashboard.namespace-taken"),
        DashboardFault::Template => text("fault.dashboard.template"),
        DashboardFault::NoProject => text("fault.dashboard.no-project"),
        DashboardFault::NoPanel => text("fault.dashboard.no-panel"),
    };
    words.to_owned()
}

pub(super) fn embed_words(fault: &EmbedFault) -> String {
    let words = match fault {
        EmbedFault::Scheme(line) => {
            return text_with("fault.embed.scheme", &[("line", &quoted(line))]);
        }
        EmbedFault::Path(line) => {
            return text_with("fault.embed.path", &[("line", &quoted(line))]);
        }
        EmbedFault::Host(line) => {
            return text_with("fault.embed.host", &[("line", &quoted(line))]);
        }
        EmbedFault::Port(line) => {
            return text_with("fault.embed.port", &[("line", &quoted(line))]);
        }
        EmbedFault::ManySites(most) => {
            return text_with("fault.embed.many-sites", &[("most", most)]);
        }
        EmbedFault::ChosenTwice(name) => {
            return text_with("fault.embed.chosen-twice", &[("name", name)]);
        }
        EmbedFault::ChoosesNothing(line) => {
            return text_with("fault.embed.chooses-nothing", &[("line", &quoted(line))]);
        }
        EmbedFault::NoVariable(name) => {
            return text_with("fault.embed.no-variable", &[("name", name)]);
        }
        EmbedFault::Full(most) => {
            return text_with("fault.embed.full", &[("most", most)]);
        }
        EmbedFault::Nameless => text("fault.embed.nameless"),
        EmbedFault::NoSite => text("fault.embed.no-site"),
        EmbedFault::Panel => text("fault.embed.panel"),
        EmbedFault::PanelGone => text("fault.embed.panel-gone"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_dashboards_and_links_to_them_read_as_they_say() {
        let dashboard_faults = [
            DashboardFault::Nameless,
            DashboardFault::ManyPanels(7),
            DashboardFault::NoVariable("two words".into()),
            DashboardFault::ManyVariables(7),
            DashboardFault::NamespaceTaken,
            DashboardFault::VariableTwice("two words".into()),
            DashboardFault::BadVariable("two words".into()),
            DashboardFault::LongSelector { name: "two words".into(), longest: 7 },
            DashboardFault::NoAnnotation("two words".into()),
            DashboardFault::ManyAnnotations(7),
            DashboardFault::AnnotationTwice("two words".into()),
            DashboardFault::LongAnnotation { name: "two words".into(), longest: 7, query: 7 },
            DashboardFault::InPanel { title: "two words".into(), said: "two words".into() },
            DashboardFault::InAnnotation { name: "two words".into(), said: "two words".into() },
            DashboardFault::Template,
            DashboardFault::NoProject,
            DashboardFault::NoPanel,
            DashboardFault::Full(7),
            DashboardFault::Changed("two words".into()),
        ];
        let embed_faults = [
            EmbedFault::Nameless,
            EmbedFault::Scheme("two words".into()),
            EmbedFault::Path("two words".into()),
            EmbedFault::Host("two words".into()),
            EmbedFault::Port("two words".into()),
            EmbedFault::NoSite,
            EmbedFault::ManySites(7),
            EmbedFault::ChosenTwice("two words".into()),
            EmbedFault::ChoosesNothing("two words".into()),
            EmbedFault::Panel,
            EmbedFault::PanelGone,
            EmbedFault::NoVariable("two words".into()),
            EmbedFault::Full(7),
        ];

        reads_as_it_says(dashboard_faults.map(Fault::from));
        reads_as_it_says(embed_faults.map(Fault::from));
    }
}
