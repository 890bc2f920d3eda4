//! Where a form shows log files.

use super::LogFiles;
use crate::draft::Draft;
use crate::field::Form;
use crate::place::joined;

/// Where the field of log files is in a pod. Nothing stands there: it is where they are told of.
pub(crate) const PLACE: &str = "logFiles";

impl Draft {
    /// Where the form tells what is said of a place of its object: if that is a container that is shown as log files, there.
    pub fn told_at(&self, form: &Form, path: &str) -> String {
        self.log_files_at(form, path).unwrap_or_else(|| path.to_owned())
    }

    fn log_files_at(&self, form: &Form, path: &str) -> Option<String> {
        let pod = joined(form.template?, "spec");
        let all = joined(&pod, "initContainers");
        let index = path.strip_prefix(&all)?.strip_prefix('/')?.split('/').next()?;
        LogFiles::read(self.at(0, &joined(&all, index))?)?;
        Some(joined(&pod, PLACE))
    }
}
