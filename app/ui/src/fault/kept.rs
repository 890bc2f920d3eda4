//! What is wrong with what the console keeps for people: recordings, deleted objects, saved searches.

use crate::error_words::error_words;
use crate::words::{text, text_with};
use model::fault::{BinFault, RecordingFault, SearchFault};

pub(super) fn recording_words(fault: &RecordingFault) -> String {
    let words = match fault {
        RecordingFault::Days(most) => return text_with("fault.recording.days", &[("most", most)]),
        RecordingFault::OfAllProjects(days) => {
            return text_with("fault.recording.of-all-projects", &[("days", days)]);
        }
        RecordingFault::Missing(piece) => return text_with("fault.recording.missing", &[("piece", piece)]),
        RecordingFault::Unopened(piece) => return text_with("fault.recording.unopened", &[("piece", piece)]),
        RecordingFault::NoProject => text("fault.recording.no-project"),
    };
    words.to_owned()
}

pub(super) fn bin_words(fault: &BinFault) -> String {
    let words = match fault {
        BinFault::Along { object, error } => {
            return text_with("fault.bin.along", &[("object", object), ("error", &error_words(error))]);
        }
        BinFault::More(count) => return text_with("fault.bin.more", &[("count", count)]),
        BinFault::Unopened => text("fault.bin.unopened"),
    };
    words.to_owned()
}

pub(super) fn search_words(fault: &SearchFault) -> String {
    let words = match fault {
        SearchFault::LongName(longest) => {
            return text_with("fault.search.long-name", &[("longest", longest)]);
        }
        SearchFault::ManyOwn(most) => return text_with("fault.search.many-own", &[("most", most)]),
        SearchFault::ManyShared(most) => return text_with("fault.search.many-shared", &[("most", most)]),
        SearchFault::Short(shortest) => return text_with("fault.search.short", &[("shortest", shortest)]),
        SearchFault::ManyWords(most) => return text_with("fault.search.many-words", &[("most", most)]),
        SearchFault::Nameless => text("fault.search.nameless"),
        SearchFault::Control => text("fault.search.control"),
        SearchFault::Of => text("fault.search.of"),
        SearchFault::Window => text("fault.search.window"),
        SearchFault::Audience => text("fault.search.audience"),
        SearchFault::NoProject => text("fault.search.no-project"),
        SearchFault::Taken => text("fault.search.taken"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::{ConsoleError, Fault};

    #[test]
    fn faults_of_what_is_kept_read_as_they_say() {
        let recordings = [
            RecordingFault::Days(365),
            RecordingFault::NoProject,
            RecordingFault::OfAllProjects(90),
            RecordingFault::Missing(7),
            RecordingFault::Unopened(7),
        ];
        let deleted = [
            BinFault::Unopened,
            BinFault::Along {
                object: "Pod web-0".into(),
                error: Box::new(ConsoleError::refused("", BinFault::Unopened)),
            },
            BinFault::More(3),
        ];
        let searches = [
            SearchFault::Nameless,
            SearchFault::LongName(80),
            SearchFault::Control,
            SearchFault::Of,
            SearchFault::Window,
            SearchFault::Audience,
            SearchFault::NoProject,
            SearchFault::Taken,
            SearchFault::ManyOwn(100),
            SearchFault::ManyShared(200),
            SearchFault::Short(2),
            SearchFault::ManyWords(32),
        ];

        reads_as_it_says(recordings.map(Fault::from));
        reads_as_it_says(deleted.map(Fault::from));
        reads_as_it_says(searches.map(Fault::from));
    }
}
