//! Mail, by servers that are made up and by a real one.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use std::sync::Mutex;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

fn mailer() -> Mailer {
    let settings = MailSettings {
        host: "localhost".into(),
        port: 9,
        encryption: Encryption::None,
        credentials: None,
        from: "Orrery <orrery@example.org>".into(),
    };
    Mailer::new(&settings).unwrap()
}

#[tokio::test]
async fn a_mail_holds_its_text_and_its_page_and_nobody_else_gets_it() {
    let message =
        mailer().message("ada@x.org, bea@x.org", "A\r\nBcc: eve@x.org", "plain".into(), "<p>page</p>".into());
    let message = message.unwrap();
    let text = String::from_utf8(message.formatted()).unwrap();

    let to: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
    assert_eq!(to, ["ada@x.org", "bea@x.org"]);
    assert!(
        text.contains("multipart/alternative") && text.contains("text/plain") && text.contains("text/html"),
        "{text}"
    );
    assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
    assert!(mailer().message("nobody", "A", String::new(), String::new()).is_err());
}

/// A mail server in the clear that answers what begins with one of these words as it says; what it heard.
pub async fn server(answers: &'static [(&'static str, &'static str)]) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keeps = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let stream = listener.accept().await.unwrap().0;
            // Whoever leaves in the middle ends it.
            let _ = talk(stream, answers, &keeps).await;
        }
    });
    (port, heard)
}

async fn talk(stream: TcpStream, answers: &[(&str, &str)], heard: &Mutex<Vec<String>>) -> io::Result<()> {
    let (from, mut to) = stream.into_split();
    let mut lines = BufReader::new(from).lines();
    let answer = |said: &str, usual: &str| {
        let own = answers.iter().find(|(word, _)| said.starts_with(word));
        format!("{}\r\n", own.map_or(usual, |(_, answer)| *answer))
    };
    to.write_all(answer("(hello)", "220 mail.test").as_bytes()).await?;
    let mut is_content = false;
    // Silence is an answer too, and so is leaving.
    let mut is_silent = false;
    while let Some(line) = lines.next_line().await? {
        heard.lock().unwrap().push(line.clone());
        let said = match line.as_str() {
            "." if is_content => {
                is_content = false;
                answer("(content)", "250 taken")
            }
            _ if is_content => continue,
            "DATA" => {
                is_content = true;
                answer("DATA", "354 go on")
            }
            line if line.starts_with("EHLO") => answer("EHLO", "250-mail.test\r\n250 AUTH PLAIN LOGIN"),
            line if line.starts_with("AUTH") => answer("AUTH", "235 welcome"),
            line => answer(line, "250 well"),
        };
        match said.trim_end() {
            "(leaves)" => return Ok(()),
            "(is silent)" => is_silent = true,
            _ if is_silent => {}
            _ => to.write_all(said.as_bytes()).await?,
        }
    }
    Ok(())
}

fn typed(host: &str, port: u16, encryption: Encryption, hosts: &[&str]) -> Mailer {
    let settings = MailSettings {
        host: host.into(),
        port,
        encryption,
        credentials: Some(("ada".into(), "hush".into())),
        from: "shop@example.org".into(),
    };
    let hosts = Arc::new(hosts.iter().map(|host| (*host).to_owned()).collect());
    Mailer::of_form(&settings, &hosts).unwrap()
}

#[tokio::test]
async fn a_server_that_was_typed_is_in_the_public_internet_and_encrypted_or_one_that_an_operator_named() {
    let (port, heard) = server(&[]).await;

    for host in ["127.0.0.1", "localhost", "169.254.169.254", "::1"] {
        for encryption in [Encryption::Tls, Encryption::StartTls] {
            let tried = typed(host, port, encryption, &[]).try_text("ada@x.org", "S", "t".into()).await;
            assert_eq!(tried.step, MailStep::Find, "{host}");
            let Outcome::Refused(why) = &tried.outcome else { panic!("{host}: {tried:?}") };
            assert!(why.contains("is not in the public internet"), "{why}");
        }
    }
    let clear = typed("mail.example.org", port, Encryption::None, &[]);
    let tried = clear.try_text("ada@x.org", "S", "t".into()).await;
    assert!(tried.outcome.why().is_some_and(|why| why.contains("in the clear")), "{tried:?}");
    assert!(heard.lock().unwrap().is_empty());

    let named = typed("127.0.0.1", port, Encryption::None, &["127.0.0.1"]);
    let tried = named.try_text("ada@x.org", "S", "t".into()).await;
    assert_eq!(tried, Tried { step: MailStep::Content, outcome: Outcome::Taken });
    assert!(heard.lock().unwrap().contains(&"MAIL FROM:<shop@example.org>".to_owned()));
}

#[tokio::test]
async fn a_trial_says_at_which_step_it_failed_and_in_the_words_of_the_server() {
    let by = async |port| {
        let mailer = typed("127.0.0.1", port, Encryption::None, &["127.0.0.1"]);
        mailer.try_text("ada@x.org", "S", "t".into()).await
    };
    let cases: [(&'static [(&'static str, &'static str)], MailStep); 6] = [
        (&[("(hello)", "554 go away")], MailStep::Greet),
        (&[("EHLO", "554 go away")], MailStep::Greet),
        (&[("AUTH", "535 go away")], MailStep::Login),
        (&[("MAIL", "550 go away")], MailStep::Sender),
        (&[("RCPT", "550 go away")], MailStep::Recipients),
        (&[("(content)", "554 go away")], MailStep::Content),
    ];
    for (answers, step) in cases {
        let tried = by(server(answers).await.0).await;
        assert_eq!(tried, Tried { step, outcome: Outcome::Refused("the mail server: go away".into()) });
    }
    let (port, _) = server(&[("RCPT", "450 later")]).await;
    assert!(matches!(by(port).await.outcome, Outcome::Later { .. }));
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let tried = by(nobody).await;
    assert!(tried.step == MailStep::Connect && matches!(tried.outcome, Outcome::Later { .. }), "{tried:?}");
}

#[tokio::test]
async fn a_mail_that_a_server_may_have_taken_is_not_sent_again_and_one_that_it_cannot_have_is() {
    let by = async |answers| {
        let (port, heard) = server(answers).await;
        let mut inner =
            Arc::into_inner(typed("127.0.0.1", port, Encryption::None, &["127.0.0.1"]).0).unwrap();
        inner.patience = Duration::from_secs(1);
        let tried = Mailer(Arc::new(inner)).try_text("ada@x.org", "S", "t".into()).await;
        assert_eq!(tried.step, MailStep::Content, "{answers:?}: {tried:?}");
        (tried.outcome, heard.lock().unwrap().contains(&".".to_owned()))
    };
    let unknown: [&'static [(&'static str, &'static str)]; 3] =
        [&[("(content)", "(is silent)")], &[("(content)", "(leaves)")], &[("(content)", "what?")]];
    for answers in unknown {
        let (outcome, is_whole) = by(answers).await;
        let Outcome::Unknown(why) = outcome else { panic!("{answers:?}: {outcome:?}") };
        assert!(is_whole && why.contains("not sent again"), "{why}");
    }
    let later: [&'static [(&'static str, &'static str)]; 3] =
        [&[("DATA", "(is silent)")], &[("DATA", "(leaves)")], &[("(content)", "452 full")]];
    for answers in later {
        let (outcome, _) = by(answers).await;
        assert!(matches!(outcome, Outcome::Later { .. }), "{answers:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_server_that_says_too_much_is_not_listened_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut stream = listener.accept().await.unwrap().0;
        let _ = stream.write_all(&vec![b'a'; 1024 * 1024]).await;
    });

    let mailer = typed("127.0.0.1", port, Encryption::None, &["127.0.0.1"]);
    let tried = mailer.try_text("ada@x.org", "S", "t".into()).await;

    assert_eq!(tried.step, MailStep::Greet);
    assert!(tried.outcome.why().is_some_and(|why| why.contains("more than is read")), "{tried:?}");
}

/// A mail by STARTTLS, with a password, for which a server has a second.
async fn by_starttls(port: u16) -> Tried {
    let mailer = typed("127.0.0.1", port, Encryption::StartTls, &["127.0.0.1"]);
    let mut inner = Arc::into_inner(mailer.0).unwrap();
    inner.patience = Duration::from_secs(1);
    Mailer(Arc::new(inner)).try_text("ada@x.org", "S", "t".into()).await
}

#[tokio::test]
async fn a_server_that_hides_its_encryption_is_told_nothing() {
    let (port, heard) = server(&[]).await;

    let tried = by_starttls(port).await;

    assert_eq!(tried.step, MailStep::Encrypt);
    assert!(tried.outcome.why().is_some_and(|why| why.contains("STARTTLS")), "{tried:?}");
    let heard = heard.lock().unwrap();
    let is_secret = |line: &String| line.starts_with("AUTH") || line.starts_with("MAIL");
    assert!(!heard.iter().any(is_secret), "{heard:?}");
}

#[tokio::test]
async fn what_is_said_in_the_clear_behind_starttls_is_no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut stream = BufReader::new(listener.accept().await.unwrap().0);
        for answer in ["220 mail.test\r\n", "250-mail.test\r\n250 STARTTLS\r\n"] {
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.read_line(&mut String::new()).await.unwrap();
        }
        stream.write_all(b"220 go on\r\n250-mail.test\r\n250 AUTH PLAIN\r\n235 welcome\r\n").await.unwrap();
        // Nothing that is encrypted ever comes.
        std::future::pending::<()>().await;
    });

    let tried = by_starttls(port).await;

    assert_eq!(tried.step, MailStep::Encrypt);
    assert!(tried.outcome.why().is_some_and(|why| !why.contains("did not answer")), "{tried:?}");
}

fn of_peer(variable: &str, encryption: Encryption, password: &str) -> Mailer {
    let port = std::env::var(variable).expect("`cargo xtask peers up smtp` says where it answers");
    let settings = MailSettings {
        host: "localhost".into(),
        port: port.parse().unwrap(),
        encryption,
        credentials: Some(("orrery".into(), password.into())),
        from: "Orrery <orrery@example.org>".into(),
    };
    Mailer::new(&settings).unwrap()
}

/// What the server has kept that was sent under a subject.
fn kept(home: &std::path::Path, subject: &str) -> Vec<serde_json::Value> {
    let files = std::fs::read_dir(home.join("mail")).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let read = files.map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
    read.filter(|mail: &serde_json::Value| mail["text"].as_str().unwrap().contains(subject)).collect()
}

/// In a process of its own: whom to trust is said by its environment.
#[tokio::test]
#[ignore = "needs a mail server: run by `cargo xtask test --peers`"]
async fn mail_is_sent_and_refusals_are_told_apart_on_a_real_mail_server() {
    const PASSWORD: &str = "a password for mail";
    let home = std::path::PathBuf::from(std::env::var("ORRERY_PEER_SMTP_HOME").unwrap());
    let authority = home.join("authority.crt");
    if std::env::var_os("SSL_CERT_FILE").as_deref() != Some(authority.as_os_str()) {
        let stranger = of_peer("ORRERY_PEER_SMTPS", Encryption::Tls, PASSWORD);
        let said = stranger.send("ada@x.org", "S", "t".into(), "p".into()).await;
        assert!(said.why().is_some_and(|why| why.contains("certificate")), "{said:?}");
        let again = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "--ignored",
                "mail::tests::mail_is_sent_and_refusals_are_told_apart_on_a_real_mail_server",
            ])
            .env("SSL_CERT_FILE", &authority)
            .output()
            .unwrap();
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
        return;
    }
    for (variable, encryption) in
        [("ORRERY_PEER_SMTP", Encryption::StartTls), ("ORRERY_PEER_SMTPS", Encryption::Tls)]
    {
        let mailer = of_peer(variable, encryption, PASSWORD);
        let subject = format!("[Firing] {encryption:?} {}", uuid::Uuid::new_v4());
        let text = "first\n.\nQUIT\nlast".to_owned();
        let sent = mailer.send("ada@x.org, bea@x.org", &subject, text, "<p>page</p>".into()).await;
        assert_eq!(sent, Outcome::Taken);

        let kept = kept(&home, &subject);
        assert_eq!(kept.len(), 1, "{kept:?}");
        assert_eq!(
            (&kept[0]["to"], &kept[0]["encrypted"]),
            (&serde_json::json!(["ada@x.org", "bea@x.org"]), &true.into())
        );
        let text = kept[0]["text"].as_str().unwrap();
        assert!(text.contains("<p>page</p>") && text.contains("multipart/alternative"), "{text}");
        assert!(text.contains("last"), "a line with a dot alone ends no mail: {text}");

        let gone = mailer.send("nobody@x.org", "S", "t".into(), "p".into()).await;
        assert!(matches!(&gone, Outcome::Refused(why) if why.contains("no such user")), "{gone:?}");
        let later = mailer.send("later@x.org", "S", "t".into(), "p".into()).await;
        assert!(matches!(&later, Outcome::Later { why, .. } if why.contains("try again later")), "{later:?}");
        let wrong =
            of_peer(variable, encryption, "wrong").send("ada@x.org", "S", "t".into(), "p".into()).await;
        assert!(matches!(&wrong, Outcome::Refused(why) if why.contains("credentials invalid")), "{wrong:?}");
    }
}
