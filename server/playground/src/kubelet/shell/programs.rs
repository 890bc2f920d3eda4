//! The programs of the small shell.

use jiff::Timestamp;

use super::{Performance, Piece, Shell};
use crate::kubelet::files::{Files, Node, resolve};

fn said(output: impl Into<Vec<u8>>) -> Performance {
    Performance { pieces: vec![Piece::Output(output.into())], ..Performance::default() }
}

fn ended(code: i32) -> Performance {
    Performance { code, ..Performance::default() }
}

fn failed(program: &str, message: &str) -> Performance {
    Performance::failed(1, format!("{program}: {message}\n"))
}

/// Options are letters behind one dash; everything else is an operand.
fn options(words: &[String]) -> (String, Vec<&str>) {
    let (options, operands): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| word.starts_with('-') && word.len() > 1);
    let letters = options.iter().flat_map(|option| option.chars().skip(1)).collect();
    (letters, operands.into_iter().map(String::as_str).collect())
}

/// Programs that exist as files: what a runtime can start without a shell.
const PROGRAMS: [&str; 33] = [
    "ash", "cat", "chmod", "chown", "cp", "date", "df", "echo", "env", "false", "free", "grep", "head",
    "hostname", "id", "ls", "mkdir", "mv", "nproc", "printenv", "printf", "ps", "pwd", "rm", "sh", "sleep",
    "tail", "tar", "test", "top", "touch", "true", "uname",
];

impl Shell {
    /// Whether a runtime finds this program in an image with a shell.
    pub fn knows(program: &str) -> bool {
        PROGRAMS.contains(&program) || ["uptime", "wc", "which", "whoami"].contains(&program)
    }

    /// Runs one program or built-in command.
    pub(super) fn run_program(&mut self, words: &[String], input: &[u8]) -> Performance {
        let Some((program, rest)) = words.split_first() else { return ended(0) };
        if let Some((name, value)) = program.split_once('=').filter(|(name, _)| is_name(name)) {
            let before = self.variables.insert(name.to_owned(), value.to_owned());
            if rest.is_empty() {
                return ended(0);
            }
            let performance = self.run_program(rest, input);
            match before {
                Some(before) => self.variables.insert(name.to_owned(), before),
                None => self.variables.remove(name),
            };
            return performance;
        }
        let name = program.rsplit('/').next().unwrap_or(program);
        match name {
            "sh" | "bash" | "ash" | "dash" => self.shell(rest, input),
            "exec" | "command" if !rest.is_empty() => self.command(rest, input),
            "exit" => Performance {
                exits: true,
                ..ended(rest.first().and_then(|code| code.parse().ok()).unwrap_or(self.code))
            },
            "true" | ":" | "trap" | "set" | "wait" | "umask" | "chmod" | "chown" => ended(0),
            "false" => ended(1),
            "echo" => echo(rest),
            "printf" => said(printf(rest)),
            "clear" => said("\u{1b}[H\u{1b}[2J"),
            "pwd" => said(format!("{}\n", self.directory)),
            "cd" => self.change_directory(rest),
            "ls" => self.list(rest),
            "cat" => self.concatenate(rest, input),
            "env" | "printenv" | "export" => self.environment(name, rest),
            "ps" => self.processes(),
            "top" => self.top(),
            "uptime" => said(format!(
                " {} up 12 days,  3:41,  load average: 0.21, 0.18, 0.16\n",
                Timestamp::now().strftime("%H:%M:%S")
            )),
            "free" => said(
                "              total        used        free      shared  buff/cache   available\n\
                 Mem:        8137496     3211964     1420332       12044     3505200     4601136\n\
                 Swap:             0           0           0\n",
            ),
            "id" => said("uid=0(root) gid=0(root) groups=0(root)\n"),
            "whoami" => said("root\n"),
            "hostname" => said(format!("{}\n", self.variable("HOSTNAME"))),
            "nproc" => said("2\n"),
            "uname" => self.system_name(rest),
            "date" => said(format!("{}\n", Timestamp::now().strftime("%a %b %e %H:%M:%S UTC %Y"))),
            "sleep" => sleep(rest),
            "mkdir" | "touch" | "rm" => self.change_files(name, rest),
            "cp" | "mv" => self.copy(name, rest),
            "test" | "[" => self.test(rest),
            "which" => self.which(rest),
            "grep" => self.grep(rest, input),
            "head" | "tail" => self.ends(name, rest, input),
            "wc" => self.count(rest, input),
            "tar" => self.tar(rest, input),
            "df" => said(
                "Filesystem           1K-blocks      Used Available Use% Mounted on\n\
                          overlay               81106868  23511084  57579400  29% /\n",
            ),
            _ => Performance::failed(127, format!("sh: {program}: not found\n")),
        }
    }

    fn shell(&mut self, rest: &[String], input: &[u8]) -> Performance {
        let script = rest
            .iter()
            .position(|word| word.starts_with('-') && word.contains('c'))
            .map(|at| rest.get(at + 1));
        match script {
            Some(Some(script)) => {
                let mut performance = self.run_script(script, input);
                performance.exits = false;
                performance
            }
            Some(None) => Performance::failed(2, "sh: -c requires an argument\n".to_owned()),
            None => Performance { reads_on: true, ..Performance::default() },
        }
    }

    fn command(&mut self, rest: &[String], input: &[u8]) -> Performance {
        if rest[0].starts_with('-') {
            return self.which(&rest[1..]);
        }
        self.run_program(rest, input)
    }

    fn which(&self, rest: &[String]) -> Performance {
        let known = |program: &String| {
            matches!(program.as_str(), "bash" | "ash") || self.files.get(&format!("/bin/{program}")).is_some()
        };
        let found: String =
            rest.iter().filter(|program| known(program)).map(|program| format!("/bin/{program}\n")).collect();
        if found.is_empty() { ended(1) } else { said(found) }
    }

    fn change_directory(&mut self, rest: &[String]) -> Performance {
        let target = rest.first().map_or("/root", String::as_str);
        let path = resolve(&self.directory, target);
        if !self.files.is_directory(&path) {
            return Performance::failed(
                2,
                format!("sh: cd: can't cd to {target}: No such file or directory\n"),
            );
        }
        self.directory = path;
        ended(0)
    }

    fn list(&self, rest: &[String]) -> Performance {
        let how = Listing::of(rest);
        let (_, operands) = options(rest);
        let operands = if operands.is_empty() { vec!["."] } else { operands };
        let mut performance = Performance::default();
        for operand in &operands {
            let path = resolve(&self.directory, operand);
            let problem = match self.files.get(&path) {
                None => Some("No such file or directory"),
                Some(Node::File(_)) if operand.ends_with('/') => Some("Not a directory"),
                Some(_) => None,
            };
            if let Some(problem) = problem {
                performance.code = 1;
                performance.pieces.push(Piece::Error(format!("ls: {operand}: {problem}\n").into_bytes()));
                continue;
            }
            let mut output = if operands.len() > 1 { format!("{operand}:\n") } else { String::new() };
            if how.only_itself || !self.files.is_directory(&path) {
                output.push_str(&how.line(operand, &self.files, &path));
            } else {
                for (name, _) in
                    self.files.entries(&path).filter(|(name, _)| how.all || !name.starts_with('.'))
                {
                    output.push_str(&how.line(name, &self.files, &resolve(&path, name)));
                }
            }
            performance.pieces.push(Piece::Output(output.into_bytes()));
        }
        performance
    }

    /// The bytes of the files named, or of the input when there are none.
    fn gather(&self, program: &str, operands: &[&str], input: &[u8]) -> Result<Vec<u8>, Performance> {
        if operands.is_empty() {
            return Ok(input.to_vec());
        }
        let mut bytes = Vec::new();
        for operand in operands {
            let path = resolve(&self.directory, operand);
            match self.files.get(&path) {
                Some(Node::File(found)) => bytes.extend_from_slice(found),
                Some(Node::Directory) => return Err(failed(program, "read error: Is a directory")),
                None => {
                    return Err(failed(
                        program,
                        &format!("can't open '{operand}': No such file or directory"),
                    ));
                }
            }
        }
        Ok(bytes)
    }

    fn concatenate(&self, rest: &[String], input: &[u8]) -> Performance {
        let (_, operands) = options(rest);
        self.gather("cat", &operands, input).map_or_else(|problem| problem, said)
    }

    fn environment(&mut self, name: &str, rest: &[String]) -> Performance {
        if name == "export" {
            for word in rest {
                if let Some((variable, value)) = word.split_once('=') {
                    self.variables.insert(variable.to_owned(), value.to_owned());
                }
            }
            return ended(0);
        }
        match rest.first() {
            Some(variable) => match self.variables.get(variable) {
                Some(value) => said(format!("{value}\n")),
                None => ended(1),
            },
            None => said(
                self.variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect::<String>(),
            ),
        }
    }

    fn processes(&self) -> Performance {
        let mut output = "PID   USER     TIME  COMMAND\n".to_owned();
        for (index, process) in self.processes.iter().enumerate() {
            output.push_str(&format!("{:>5} root      0:00 {process}\n", index * 6 + 1));
        }
        output.push_str(&format!("{:>5} root      0:00 ps\n", self.processes.len() * 6 + 13));
        said(output)
    }

    /// One look, as `top -b -n 1` takes it.
    fn top(&self) -> Performance {
        let mut output = "Mem: 3211964K used, 4925532K free, 12044K shrd, 84016K buff, 1893324K cached\n\
                          CPU:   3% usr   1% sys   0% nic  95% idle   0% io   0% irq   0% sirq\n\
                          Load average: 0.21 0.18 0.16 2/412 31\n  \
                          PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n"
            .to_owned();
        for (index, process) in self.processes.iter().enumerate() {
            output.push_str(&format!(
                "{:>5}     0 root     S     712m   9%   0   3% {process}\n",
                index * 6 + 1
            ));
        }
        output.push_str(&format!(
            "{:>5}     0 root     R     1668   0%   1   0% top\n",
            self.processes.len() * 6 + 13
        ));
        said(output)
    }

    fn system_name(&self, rest: &[String]) -> Performance {
        let (letters, _) = options(rest);
        let host = self.variable("HOSTNAME");
        said(match letters.as_str() {
            "a" => format!("Linux {host} 6.12.38 #1 SMP x86_64 Linux\n"),
            "r" => "6.12.38\n".to_owned(),
            "m" => "x86_64\n".to_owned(),
            "n" => format!("{host}\n"),
            _ => "Linux\n".to_owned(),
        })
    }

    fn change_files(&mut self, program: &str, rest: &[String]) -> Performance {
        let (letters, operands) = options(rest);
        for operand in operands {
            let path = resolve(&self.directory, operand);
            let known = self.files.get(&path).is_some();
            match program {
                "mkdir" if known && !letters.contains('p') => {
                    return failed("mkdir", &format!("can't create directory '{operand}': File exists"));
                }
                "mkdir" => self.files.make_directory(&path),
                "touch" if !known => self.files.write(&path, Vec::new()),
                "rm" if !known && !letters.contains('f') => {
                    return failed("rm", &format!("can't remove '{operand}': No such file or directory"));
                }
                "rm" if self.files.is_directory(&path) && !letters.contains('r') => {
                    return failed("rm", &format!("'{operand}' is a directory"));
                }
                "rm" => self.files.remove(&path),
                _ => {}
            }
        }
        ended(0)
    }

    fn copy(&mut self, program: &str, rest: &[String]) -> Performance {
        let (_, operands) = options(rest);
        let [from, to] = operands[..] else { return failed(program, "needs a source and a destination") };
        let source = resolve(&self.directory, from);
        let mut target = resolve(&self.directory, to);
        let Some(bytes) = self.files.read(&source).map(<[u8]>::to_vec) else {
            return failed(program, &format!("can't stat '{from}': No such file or directory"));
        };
        if self.files.is_directory(&target) {
            target = resolve(&target, source.rsplit('/').next().unwrap_or_default());
        }
        self.files.write(&target, bytes);
        if program == "mv" {
            self.files.remove(&source);
        }
        ended(0)
    }

    fn test(&self, rest: &[String]) -> Performance {
        let words: Vec<&str> = rest.iter().map(String::as_str).filter(|word| *word != "]").collect();
        let path = |path: &str| resolve(&self.directory, path);
        let holds = match words[..] {
            ["-d", file] => self.files.is_directory(&path(file)),
            ["-f" | "-r" | "-s", file] => self.files.read(&path(file)).is_some(),
            ["-e", file] => self.files.get(&path(file)).is_some(),
            ["-x", file] => self.files.get(&path(file)).is_some(),
            ["-z", word] => word.is_empty(),
            ["-n", word] => !word.is_empty(),
            [one, "=" | "==", other] => one == other,
            [one, "!=", other] => one != other,
            [word] => !word.is_empty(),
            _ => false,
        };
        ended(i32::from(!holds))
    }

    fn grep(&self, rest: &[String], input: &[u8]) -> Performance {
        let (letters, operands) = options(rest);
        let Some((pattern, files)) = operands.split_first() else {
            return failed("grep", "a pattern is needed");
        };
        let bytes = match self.gather("grep", files, input) {
            Ok(bytes) => bytes,
            Err(problem) => return problem,
        };
        let fold = |line: &str| if letters.contains('i') { line.to_lowercase() } else { line.to_owned() };
        let pattern = fold(pattern);
        let matches = |line: &str| match pattern.strip_prefix('^') {
            Some(head) => fold(line).starts_with(head),
            None => fold(line).contains(&pattern),
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let found: String = text
            .lines()
            .filter(|line| matches(line) != letters.contains('v'))
            .map(|line| format!("{line}\n"))
            .collect();
        let code = i32::from(found.is_empty());
        Performance { code, ..said(found) }
    }

    fn ends(&self, program: &str, rest: &[String], input: &[u8]) -> Performance {
        let mut count = 10usize;
        let mut files = Vec::new();
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            let number = match word.strip_prefix("-n").or_else(|| word.strip_prefix('-')) {
                Some("") => words.next().map(String::as_str),
                other => other,
            };
            match number {
                Some(number) => count = number.parse().unwrap_or(count),
                None => files.push(word.as_str()),
            }
        }
        let bytes = match self.gather(program, &files, input) {
            Ok(bytes) => bytes,
            Err(problem) => return problem,
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let kept = count.min(lines.len());
        said(if program == "head" { lines[..kept].concat() } else { lines[lines.len() - kept..].concat() })
    }

    fn count(&self, rest: &[String], input: &[u8]) -> Performance {
        let (letters, operands) = options(rest);
        let bytes = match self.gather("wc", &operands, input) {
            Ok(bytes) => bytes,
            Err(problem) => return problem,
        };
        let text = String::from_utf8_lossy(&bytes);
        let (lines, words) = (text.matches('\n').count(), text.split_whitespace().count());
        said(match letters.as_str() {
            "l" => format!("{lines}\n"),
            "w" => format!("{words}\n"),
            "c" => format!("{}\n", bytes.len()),
            _ => format!("{lines:>9} {words:>9} {:>9}\n", bytes.len()),
        })
    }

    /// `tar cf - PATH` and `tar xf - -C DIRECTORY`, which is how files are copied in and out.
    fn tar(&mut self, rest: &[String], input: &[u8]) -> Performance {
        let mut directory = self.directory.clone();
        let mut letters = String::new();
        let mut paths = Vec::new();
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "-C" => directory = resolve(&self.directory, words.next().map_or("", String::as_str)),
                "-" => {}
                word if word.starts_with("--") => {}
                word if letters.is_empty() || word.starts_with('-') => {
                    letters.push_str(word.trim_start_matches('-'));
                }
                word => paths.push(word),
            }
        }
        if letters.contains('x') {
            return match self.files.unpack(&directory, input) {
                Ok(()) => ended(0),
                Err(problem) => failed("tar", &problem.to_string()),
            };
        }
        let [path] = paths[..] else { return failed("tar", "one path at a time") };
        match self.files.pack(&directory, path) {
            Some(archive) => said(archive),
            None => Performance::failed(1, format!("tar: {path}: No such file or directory\n")),
        }
    }
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn echo(rest: &[String]) -> Performance {
    match rest.first().map(String::as_str) {
        Some("-n") => said(rest[1..].join(" ")),
        Some("-e") => said(format!("{}\n", rest[1..].join(" ").replace("\\n", "\n").replace("\\t", "\t"))),
        _ => said(format!("{}\n", rest.join(" "))),
    }
}

/// `%s` takes the next word; backslashes are read as `printf` reads them.
fn printf(rest: &[String]) -> String {
    let Some((format, words)) = rest.split_first() else { return String::new() };
    let mut words = words.iter();
    let (mut output, mut letters) = (String::new(), format.chars().peekable());
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('%', Some('s' | 'd')) => {
                letters.next();
                output.push_str(words.next().map_or("", String::as_str));
            }
            ('%', Some('%')) => output.extend(letters.next()),
            ('\\', Some(escaped)) => {
                output.push(match escaped {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'a' => '\u{7}',
                    'e' => '\u{1b}',
                    other => *other,
                });
                letters.next();
            }
            (letter, _) => output.push(letter),
        }
    }
    output
}

fn sleep(rest: &[String]) -> Performance {
    let written = rest.first().map_or("", String::as_str);
    let (number, unit) = match written.chars().last() {
        Some('s') => (&written[..written.len() - 1], 1.0),
        Some('m') => (&written[..written.len() - 1], 60.0),
        Some('h') => (&written[..written.len() - 1], 3600.0),
        Some('d') => (&written[..written.len() - 1], 86_400.0),
        _ => (written, 1.0),
    };
    if matches!(written, "infinity" | "inf") {
        return Performance { pieces: vec![Piece::Pause(f64::INFINITY)], ..Performance::default() };
    }
    match number.parse::<f64>() {
        Ok(number) if number >= 0.0 => {
            Performance { pieces: vec![Piece::Pause(number * unit)], ..Performance::default() }
        }
        _ => failed("sleep", &format!("invalid number '{written}'")),
    }
}

/// How `ls` writes.
struct Listing {
    long: bool,
    all: bool,
    only_itself: bool,
    numeric: bool,
    full_time: bool,
}

impl Listing {
    fn of(rest: &[String]) -> Self {
        let short: Vec<String> = rest.iter().filter(|word| !word.starts_with("--")).cloned().collect();
        let (letters, _) = options(&short);
        Self {
            long: letters.contains(['l', 'n']),
            all: letters.contains(['a', 'A']),
            only_itself: letters.contains('d'),
            numeric: letters.contains('n'),
            full_time: rest.iter().any(|word| word == "--full-time"),
        }
    }

    fn line(&self, name: &str, files: &Files, path: &str) -> String {
        if !self.long {
            return format!("{name}\n");
        }
        let owner = if self.numeric { "0        0       " } else { "root     root    " };
        let modified = files.modified(path);
        let time = if self.full_time { "%Y-%m-%d %H:%M:%S +0000" } else { "%b %e %H:%M" };
        let time = modified.strftime(time);
        match files.get(path) {
            Some(Node::File(bytes)) => {
                format!("-rw-r--r--    1 {owner} {:>9} {time} {name}\n", bytes.len())
            }
            _ => format!("drwxr-xr-x    2 {owner} {:>9} {time} {name}\n", 4096),
        }
    }
}
