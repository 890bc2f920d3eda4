//! A small shell: enough of `sh` and the usual programs to look around in a container.

mod parse;
mod programs;

use std::collections::BTreeMap;

use serde_json::Value;

use super::files::{Files, resolve};
use crate::objects::{array, text};
use parse::{Connector, List, Pipeline};

/// What a script does, in order: output and pauses.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Output(Vec<u8>),
    Error(Vec<u8>),
    Pause(f64),
}

/// What came of a script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Performance {
    pub pieces: Vec<Piece>,
    pub code: i32,
    /// The script asked the shell to end.
    pub exits: bool,
    /// The script ended in a shell that reads what is typed.
    pub reads_on: bool,
}

impl Performance {
    fn failed(code: i32, message: String) -> Self {
        Self { pieces: vec![Piece::Error(message.into_bytes())], code, ..Self::default() }
    }

    /// Everything written to standard output.
    pub fn output(&self) -> Vec<u8> {
        let outputs = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Output(bytes) => Some(bytes.as_slice()),
            _ => None,
        });
        outputs.collect::<Vec<_>>().concat()
    }

    /// How long it takes.
    pub fn seconds(&self) -> f64 {
        self.pieces.iter().map(|piece| if let Piece::Pause(seconds) = piece { *seconds } else { 0.0 }).sum()
    }
}

/// A shell in a container.
#[derive(Clone, Debug)]
pub struct Shell {
    pub files: Files,
    pub variables: BTreeMap<String, String>,
    pub directory: String,
    /// The container's processes, as `ps` shows them.
    pub processes: Vec<String>,
    /// What a script is given behind its name: `$@`.
    arguments: Vec<String>,
    code: i32,
}

impl Shell {
    /// A shell in the root directory.
    pub fn new(
        files: Files,
        variables: impl IntoIterator<Item = (String, String)>,
        processes: Vec<String>,
    ) -> Self {
        let variables = variables.into_iter().collect();
        let directory = "/".to_owned();
        Self { files, variables, directory, processes, arguments: Vec::new(), code: 0 }
    }

    /// Runs a command given as separate words, as exec does.
    pub fn run_words(&mut self, words: &[String], input: &[u8]) -> Performance {
        let performance = self.run_program(words, input);
        self.code = performance.code;
        performance
    }

    /// Runs a script.
    pub fn run_script(&mut self, script: &str, input: &[u8]) -> Performance {
        match parse::parse(script) {
            Ok(list) => self.run_list(&list, input),
            Err(problem) => Performance::failed(2, format!("sh: syntax error: {problem}\n")),
        }
    }

    fn run_list(&mut self, list: &List, input: &[u8]) -> Performance {
        let mut whole = Performance { code: self.code, ..Performance::default() };
        for (connector, pipeline) in list {
            let skip = match connector {
                Connector::Then => whole.code != 0,
                Connector::Else => whole.code == 0,
                Connector::Always => false,
            };
            if skip {
                continue;
            }
            let part = self.run_pipeline(pipeline, input);
            self.code = part.code;
            whole.code = part.code;
            whole.pieces.extend(part.pieces);
            if part.exits || part.reads_on {
                whole.exits = part.exits;
                whole.reads_on = part.reads_on;
                break;
            }
        }
        whole
    }

    fn run_pipeline(&mut self, pipeline: &Pipeline, input: &[u8]) -> Performance {
        let mut whole = Performance::default();
        let mut input = input.to_vec();
        let last = pipeline.len().saturating_sub(1);
        for (index, command) in pipeline.iter().enumerate() {
            let part = self.run_command(command, &input);
            whole.code = part.code;
            whole.exits = part.exits && last == 0;
            whole.reads_on = part.reads_on;
            if index == last {
                whole.pieces.extend(part.pieces);
            } else {
                input = part.output();
                whole
                    .pieces
                    .extend(part.pieces.into_iter().filter(|piece| !matches!(piece, Piece::Output(_))));
            }
        }
        whole
    }

    fn run_command(&mut self, command: &parse::Command, input: &[u8]) -> Performance {
        let mut performance = match command {
            // What leaves a group leaves nothing around it.
            parse::Command::Group(list, _) => Performance { exits: false, ..self.run_list(list, input) },
            parse::Command::Simple(words, redirections) => {
                let words: Vec<String> = words.iter().flat_map(|word| self.expand(word)).collect();
                let mut given = input.to_vec();
                for redirection in redirections.iter().filter(|one| one.kind == parse::Redirect::Input) {
                    let path = self.path_of(&redirection.target);
                    match self.files.read(&path) {
                        Some(bytes) => given = bytes.to_vec(),
                        None => {
                            return Performance::failed(1, format!("sh: can't open {path}: no such file\n"));
                        }
                    }
                }
                self.run_program(&words, &given)
            }
        };
        let (parse::Command::Group(_, redirections) | parse::Command::Simple(_, redirections)) = command;
        for redirection in redirections {
            self.redirect(redirection, &mut performance);
        }
        performance
    }

    fn redirect(&mut self, redirection: &parse::Redirection, performance: &mut Performance) {
        if redirection.kind == parse::Redirect::ErrorToOutput {
            for piece in &mut performance.pieces {
                if let Piece::Error(bytes) = piece {
                    *piece = Piece::Output(std::mem::take(bytes));
                }
            }
            return;
        }
        if redirection.kind == parse::Redirect::OutputToError {
            for piece in &mut performance.pieces {
                if let Piece::Output(bytes) = piece {
                    *piece = Piece::Error(std::mem::take(bytes));
                }
            }
            return;
        }
        if redirection.kind == parse::Redirect::Input {
            return;
        }
        let takes_errors = redirection.kind == parse::Redirect::Error;
        let mut taken = Vec::new();
        performance.pieces.retain(|piece| match piece {
            Piece::Output(bytes) if !takes_errors => {
                taken.extend_from_slice(bytes);
                false
            }
            Piece::Error(bytes) if takes_errors => {
                taken.extend_from_slice(bytes);
                false
            }
            _ => true,
        });
        let path = self.path_of(&redirection.target);
        if path == "/dev/null" {
            return;
        }
        let before = match redirection.kind {
            parse::Redirect::Append => self.files.read(&path).map(<[u8]>::to_vec).unwrap_or_default(),
            _ => Vec::new(),
        };
        self.files.write(&path, [before, taken].concat());
    }

    /// A word with its variables and substitutions filled in; an unquoted empty word disappears, and `$@` is as many as were
    /// given.
    fn expand(&mut self, word: &parse::Word) -> Vec<String> {
        let is_said = |part: &&parse::Part| !matches!(part, parse::Part::Literal(text) if text.is_empty());
        let mut said = word.iter().filter(is_said);
        if let (Some(parse::Part::Variable(name)), None) = (said.next(), said.next())
            && name == "@"
        {
            return self.arguments.clone();
        }
        let mut written = String::new();
        for part in word {
            match part {
                parse::Part::Literal(text) => written.push_str(text),
                parse::Part::Variable(name) => written.push_str(&self.variable(name)),
                parse::Part::Substitution(script) => {
                    let output = self.run_script(script, &[]).output();
                    written.push_str(String::from_utf8_lossy(&output).trim_end_matches('\n'));
                }
            }
        }
        let vanishes = written.is_empty() && !word.iter().any(|part| matches!(part, parse::Part::Literal(_)));
        if vanishes { Vec::new() } else { vec![written] }
    }

    fn path_of(&mut self, target: &parse::Word) -> String {
        let path = self.expand(target).concat();
        resolve(&self.directory, &path)
    }

    fn variable(&self, name: &str) -> String {
        match name {
            "?" => self.code.to_string(),
            "$" => "1".to_owned(),
            "PWD" => self.directory.clone(),
            "@" => self.arguments.join(" "),
            name => {
                // `$1` is the first of what a script is given.
                let place = name.parse().ok().and_then(|place: usize| place.checked_sub(1));
                let known = match place {
                    Some(place) => self.arguments.get(place),
                    None => self.variables.get(name),
                };
                known.cloned().unwrap_or_default()
            }
        }
    }
}

/// How long a container's command runs and how it ends; none when it runs until it is stopped.
pub fn foretell(container: &Value) -> Option<(f64, i32)> {
    let performance = rehearse(container)?;
    Some((performance.seconds().max(0.5), performance.code))
}

/// What a container's command does; none when there is no command, or one the shell cannot judge.
pub fn rehearse(container: &Value) -> Option<Performance> {
    let words: Vec<String> = array(container, "/command")
        .iter()
        .chain(array(container, "/args"))
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        return None;
    }
    let variables = array(container, "/env")
        .iter()
        .map(|variable| (text(variable, "/name").to_owned(), text(variable, "/value").to_owned()));
    let mut shell = Shell::new(Files::default(), variables, words.clone());
    let performance = shell.run_words(&words, &[]);
    let unknown = performance.code == 127 || performance.code == 2 || performance.reads_on;
    (!unknown && performance.seconds().is_finite()).then_some(performance)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shell() -> Shell {
        Shell::new(Files::default(), [("FRUIT".to_owned(), "pear".to_owned())], vec!["/app".to_owned()])
    }

    fn output(script: &str) -> String {
        String::from_utf8_lossy(&shell().run_script(script, &[]).output()).into_owned()
    }

    #[test]
    fn scripts_know_variables_quotes_pipes_and_conditions() {
        assert_eq!(output("echo \"$FRUIT\" '$FRUIT' ${FRUIT}s"), "pear $FRUIT pears\n");
        assert_eq!(output("false && echo no || echo yes; echo $?"), "yes\n0\n");
        assert_eq!(output("cat /etc/os-release | grep ^ID= | wc -l"), "1\n");
        assert_eq!(output("echo $(echo inner) outer"), "inner outer\n");
        assert_eq!(output("sh -c 'printf \"%s,%s;%s\" \"$@\" end' name 'a b' c"), "a b,c;end");
        assert_eq!(output("sh -c 'echo \"$2\" $1 \"[$3]\"' name 'a b' c"), "c a b []\n");
        assert_eq!(
            output("(false && echo no || (code=$?; echo failed; exit $code)) || echo $?"),
            "failed\n1\n"
        );
    }

    #[test]
    fn files_written_can_be_read_and_listed() {
        assert_eq!(
            output("mkdir -p /data; echo a > /data/x; echo b >> /data/x; cd /data; ls; cat x"),
            "x\na\nb\n"
        );
        assert_eq!(
            output("printf 'a\nb\nc\n' > /x; tail -n +2 /x; tail -n1 /x; head -2 /x"),
            "b\nc\nc\na\nb\n"
        );
        assert_eq!(output("(clear; command -v bash >/dev/null) && echo found"), "\u{1b}[H\u{1b}[2Jfound\n");
    }

    #[test]
    fn a_script_removes_what_it_has_unpacked_of_an_archive_that_breaks_off() {
        let mut packed = Files::default();
        packed.write("/data/part", vec![b'x'; 2_000]);
        let archive = packed.pack("/data", "./part").unwrap();
        let script = "tar xf - -C \"$1\" && mv -f \"$2\" \"$3\" || \
                      (code=$?; rm -f \"$2\" 2>/dev/null; exit $code)";
        let words = ["sh", "-c", script, "sh", "/tmp", "/tmp/part", "/tmp/a & b"].map(str::to_owned);

        let mut whole = shell();
        assert_eq!(whole.run_words(&words, &archive).code, 0);
        assert_eq!(whole.files.read("/tmp/a & b").map(<[u8]>::len), Some(2_000));
        let mut broken = shell();
        assert_eq!(broken.run_words(&words, &archive[..1_024]).code, 1);
        assert_eq!((broken.files.get("/tmp/part"), broken.files.get("/tmp/a & b")), (None, None));
    }

    #[test]
    fn a_command_tells_how_it_ends() {
        let container = |command: &[&str]| json!({ "command": command });

        assert_eq!(foretell(&container(&["sh", "-c", "echo hello; sleep 5; exit 3"])), Some((5.0, 3)));
        assert_eq!(foretell(&container(&["sleep", "infinity"])), None);
        assert_eq!(foretell(&container(&["tail", "-f", "/dev/null"])), None);
        assert_eq!(foretell(&container(&["tail", "-f", "/missing"])), Some((0.5, 1)));
        let follow = "trap 'sleep 2; exit 0' TERM\ntail -q -n +1 -F \"$@\" &\nwait $!";
        assert_eq!(foretell(&container(&["sh", "-c", follow, "tail", "/missing"])), None);
        assert_eq!(foretell(&container(&["/usr/bin/unheard-of"])), None);
    }

    #[test]
    fn an_unknown_program_is_not_found() {
        let performance = shell().run_script("frobnicate", &[]);

        assert_eq!(performance.code, 127);
        assert_eq!(performance.pieces, [Piece::Error(b"sh: frobnicate: not found\n".to_vec())]);
    }
}
