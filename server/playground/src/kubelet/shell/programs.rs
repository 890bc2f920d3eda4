//! The programs of the small shell.

mod on_files;
mod on_text;

use jiff::Timestamp;

use super::{Performance, Piece, Shell};
use crate::kubelet::files::resolve;

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
        let Some(at) = rest.iter().position(|word| word.starts_with('-') && word.contains('c')) else {
            return Performance { reads_on: true, ..Performance::default() };
        };
        let Some(script) = rest.get(at + 1) else {
            return Performance::failed(2, "sh: -c requires an argument\n".to_owned());
        };
        // The first word behind a script is its name.
        let arguments = rest.iter().skip(at + 3).cloned().collect();
        let before = std::mem::replace(&mut self.arguments, arguments);
        let mut performance = self.run_script(script, input);
        self.arguments = before;
        performance.exits = false;
        performance
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
