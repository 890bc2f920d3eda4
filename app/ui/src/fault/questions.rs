//! What is wrong with questions, and with saying that a cluster is another one than before.

use crate::words::{text, text_with};
use model::fault::{ClusterFault, QuestionFault};

pub(super) fn question_words(fault: &QuestionFault) -> String {
    let words = match fault {
        QuestionFault::NoPlace(place) => {
            let place = format!("{place:?}");
            return text_with("fault.question.no-place", &[("place", &place)]);
        }
        QuestionFault::UnknownPlace => text("fault.question.unknown-place"),
        QuestionFault::NoCluster => text("fault.question.no-cluster"),
        QuestionFault::UnknownPerson => text("fault.question.unknown-person"),
        QuestionFault::Verb => text("fault.question.verb"),
        QuestionFault::Resource => text("fault.question.resource"),
        QuestionFault::Day => text("fault.question.day"),
        QuestionFault::PageEnd => text("fault.question.page-end"),
    };
    words.to_owned()
}

pub(super) fn cluster_words(fault: &ClusterFault) -> String {
    match fault {
        ClusterFault::Old => text("fault.cluster.old").to_owned(),
        ClusterFault::Confirm(name) => text_with("fault.cluster.confirm", &[("name", name)]),
        ClusterFault::Changed => text("fault.cluster.changed").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_questions_and_clusters_read_as_they_say() {
        let questions = [
            QuestionFault::NoPlace("nowhere".into()),
            QuestionFault::UnknownPlace,
            QuestionFault::NoCluster,
            QuestionFault::UnknownPerson,
            QuestionFault::Verb,
            QuestionFault::Resource,
            QuestionFault::Day,
            QuestionFault::PageEnd,
        ];
        let clusters = [ClusterFault::Old, ClusterFault::Confirm("harbour".into()), ClusterFault::Changed];

        reads_as_it_says(questions.map(Fault::from));
        reads_as_it_says(clusters.map(Fault::from));
    }
}
