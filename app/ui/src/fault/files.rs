//! What keeps files from getting into containers and out of them.

use crate::words::{text, text_with};
use model::fault::{FileFault, FileTrouble};

pub(super) fn trouble_words(fault: &FileTrouble) -> String {
    let words = match fault {
        FileTrouble::NoProgram { program } => {
            return text_with("fault.trouble.no-program", &[("program", program)]);
        }
        FileTrouble::TooSlow { program, seconds } => {
            return text_with("fault.trouble.slow", &[("program", program), ("seconds", seconds)]);
        }
        // As the program, or the cluster, says it.
        FileTrouble::Failed { message } => message.as_str(),
        FileTrouble::NotRunning => text("fault.trouble.not-running"),
        FileTrouble::NotFound => text("fault.trouble.not-found"),
        FileTrouble::NotAFolder => text("fault.trouble.no-folder"),
        FileTrouble::IsAFolder => text("fault.trouble.folder"),
        FileTrouble::NotPermitted => text("fault.trouble.permission"),
        FileTrouble::NoRoom => text("fault.trouble.room"),
        FileTrouble::ReadOnly => text("fault.trouble.read-only"),
    };
    words.to_owned()
}

pub(super) fn file_words(fault: &FileFault) -> String {
    let words = match fault {
        FileFault::Large(most) => return text_with("fault.file.large", &[("most", most)]),
        FileFault::OtherSize(size) => return text_with("fault.file.other-size", &[("size", size)]),
        FileFault::ManyAtOnce(most) => return text_with("fault.file.many-at-once", &[("most", most)]),
        FileFault::Path => text("fault.file.path"),
        FileFault::Name => text("fault.file.name"),
        FileFault::Taken => text("fault.file.taken"),
        FileFault::NoFile => text("fault.file.no-file"),
        FileFault::OldCluster => text("fault.file.old-cluster"),
        FileFault::Size => text("fault.file.size"),
        FileFault::BrokenOff => text("fault.file.broken-off"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_files_read_as_they_say() {
        let troubles = [
            FileTrouble::NoProgram { program: "tar".into() },
            FileTrouble::NotRunning,
            FileTrouble::NotFound,
            FileTrouble::NotAFolder,
            FileTrouble::IsAFolder,
            FileTrouble::NotPermitted,
            FileTrouble::NoRoom,
            FileTrouble::ReadOnly,
            FileTrouble::TooSlow { program: "ls".into(), seconds: 15 },
            FileTrouble::Failed { message: "tar: Cannot stat".into() },
        ];
        let files = [
            FileFault::Path,
            FileFault::Name,
            FileFault::Large(1),
            FileFault::Taken,
            FileFault::NoFile,
            FileFault::OldCluster,
            FileFault::Size,
            FileFault::OtherSize(7),
            FileFault::ManyAtOnce(4),
            FileFault::BrokenOff,
        ];

        reads_as_it_says(troubles.map(Fault::from));
        reads_as_it_says(files.map(Fault::from));
    }
}
