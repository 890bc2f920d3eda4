#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::message::{Message, Told};
use crate::receiver::Receiver;
use crate::tests::{alert, receiver};
use model::ClusterName;
use monitoring_contract::Alert;
use notifications_contract::channels::CHANNELS;
use notifications_contract::{MessageTemplate, Reason};

const URL: &str = "https://hooks.example.org/services/T0/secret";
const NOW: i64 = 1_800_000_000;

fn message(alerts: impl IntoIterator<Item = Alert>) -> Message {
    let told = alerts.into_iter().enumerate().map(|(index, alert)| Told::new(format!("f{index}"), alert));
    Message::about(ClusterName::parse("harbour").unwrap(), told.collect(), NOW)
}

fn rendering<'m>(receiver: &'m Receiver, reason: Reason, message: &'m Message) -> Rendering<'m> {
    Rendering { receiver, reason, message, public_url: "https://orrery.example.org" }
}

fn sent(receiver: &Receiver, reason: Reason, message: &Message) -> Vec<(Request<Bytes>, Value)> {
    let requests = requests(&rendering(receiver, reason, message), &Bases::default(), NOW, "t&k").unwrap();
    let body = |request: &Request<Bytes>| serde_json::from_slice(request.body()).unwrap();
    requests
        .into_iter()
        .map(|request| {
            let body = body(&request);
            (request, body)
        })
        .collect()
}

fn told(
    channel: &str,
    fields: &[(&str, &str)],
    reason: Reason,
    message: &Message,
) -> (Request<Bytes>, Value) {
    sent(&receiver(channel, fields), reason, message).remove(0)
}

#[test]
fn every_way_but_mail_makes_a_request_of_a_message_and_of_a_trial() {
    let fields = [("url", URL), ("token", "1:x"), ("chat", "7"), ("key", "k")];
    for channel in CHANNELS.iter().filter(|channel| channel.word != "email") {
        let receiver = receiver(channel.word, &fields);
        for message in [message([alert("A", "shop")]), Message::test(NOW)] {
            let all = sent(&receiver, Reason::Firing, &message);
            assert_eq!(all.len(), 1, "{}", channel.word);
            assert_eq!(all[0].0.uri().scheme_str(), Some("https"));
        }
    }
}

#[test]
fn what_an_alert_says_calls_nobody() {
    let mut loud = alert("A", "shop");
    loud.summary = "<!channel> <at user_id=\"all\"></at> @everyone & more\r\nnext".into();
    let message = message([loud]);
    let url = [("url", URL)];

    let (_, slack) = told("slack", &url, Reason::Firing, &message);
    let text = slack["text"].as_str().unwrap();
    assert!(
        text.contains("&lt;!channel&gt;") && text.contains("&amp; more") && !text.contains('<'),
        "{text}"
    );
    let (_, discord) = told("discord", &url, Reason::Firing, &message);
    assert_eq!(discord["allowed_mentions"]["parse"], serde_json::json!([]));
    let (_, feishu) = told("feishu", &url, Reason::Firing, &message);
    assert_eq!(feishu["content"]["post"]["zh_cn"]["content"][0][0]["tag"], "text");
    let (_, teams) = told("teams", &url, Reason::Firing, &message);
    let body = &teams["attachments"][0]["content"]["body"];
    assert!(body.as_array().unwrap().iter().all(|block| block["type"] == "RichTextBlock"), "{body}");
    assert!(!text.contains('\r') && text.contains("more  next"), "a summary is one line: {text}");
}

#[test]
fn who_is_named_is_called_when_something_begins_and_not_when_it_is_over() {
    let message = message([alert("A", "shop")]);
    let said = |channel: &str, call: &str, reason| {
        told(channel, &[("url", URL), ("call", call)], reason, &message).1
    };
    let (some, nobody) = ("13800000000, ada", serde_json::json!([]));

    let dingtalk = said("dingtalk", some, Reason::Firing);
    assert_eq!(dingtalk["at"]["atMobiles"], serde_json::json!(["13800000000"]));
    assert_eq!(dingtalk["at"]["atUserIds"], serde_json::json!(["ada"]));
    assert!(dingtalk["text"]["content"].as_str().unwrap().ends_with("\n@13800000000 @ada"), "{dingtalk}");
    assert_eq!(said("dingtalk", "all", Reason::Repeat)["at"]["isAtAll"], true);
    let wecom = said("wecom", some, Reason::Firing);
    assert_eq!(wecom["text"]["mentioned_mobile_list"], serde_json::json!(["13800000000"]));
    assert_eq!(wecom["text"]["mentioned_list"], serde_json::json!(["ada"]));
    assert_eq!(said("wecom", "all", Reason::Test)["text"]["mentioned_list"], serde_json::json!(["@all"]));
    let feishu = said("feishu", "ou_1", Reason::Firing);
    let lines = feishu["content"]["post"]["zh_cn"]["content"].as_array().unwrap();
    assert_eq!(lines.last().unwrap(), &serde_json::json!([{"tag": "at", "user_id": "ou_1"}]));
    let discord = said("discord", "123, &456", Reason::Firing);
    assert!(discord["content"].as_str().unwrap().ends_with("\n<@123> <@&456>"), "{discord}");
    assert_eq!(
        discord["allowed_mentions"],
        serde_json::json!({"parse": [], "users": ["123"], "roles": ["456"]})
    );
    assert_eq!(said("discord", "all", Reason::Firing)["allowed_mentions"]["parse"][0], "everyone");

    assert_eq!(said("dingtalk", "all", Reason::Resolved)["at"]["isAtAll"], false);
    assert_eq!(said("wecom", "all", Reason::Resolved)["text"]["mentioned_list"], nobody);
    assert_eq!(said("discord", "all", Reason::Resolved)["allowed_mentions"]["parse"], nobody);
    assert!(!said("feishu", "all", Reason::Resolved).to_string().contains("user_id"));
}

#[test]
fn apps_ask_for_a_token_and_write_to_whom_their_receiver_names() {
    let message = message([alert("A", "shop")]);
    let said = [
        ("corp", "c&1"),
        ("agent", "1000002"),
        ("secret", "hush"),
        ("app", "cli_1"),
        ("users", "ada, bea"),
        ("departments", "7"),
    ];
    let asked = |channel: &str| token_request(&receiver(channel, &said), &Bases::default()).unwrap().unwrap();

    let token = asked("wecom-app");
    assert_eq!(token.uri(), "https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=c%261&corpsecret=hush");
    let (sent, wecom) = told("wecom-app", &said, Reason::Firing, &message);
    assert_eq!(sent.uri(), "https://qyapi.weixin.qq.com/cgi-bin/message/send?access_token=t%26k");
    assert_eq!(wecom["touser"], "ada|bea");
    assert_eq!(wecom["toparty"], "7");
    assert_eq!(wecom["agentid"], 1_000_002);
    let all = [("agent", "1"), ("users", "all")];
    assert_eq!(told("wecom-app", &all, Reason::Firing, &message).1["touser"], "@all");

    let token = asked("dingtalk-app");
    assert_eq!(token.uri(), "https://oapi.dingtalk.com/gettoken?appkey=cli_1&appsecret=hush");
    let (sent, dingtalk) = told("dingtalk-app", &said, Reason::Firing, &message);
    let way = "https://oapi.dingtalk.com/topapi/message/corpconversation/asyncsend_v2?access_token=t%26k";
    assert_eq!(sent.uri(), way);
    assert_eq!(dingtalk["agent_id"], 1_000_002);
    assert_eq!(dingtalk["userid_list"], "ada,bea");
    assert_eq!(dingtalk["dept_id_list"], "7");
    assert_eq!(dingtalk["to_all_user"], Value::Null);
    let content = dingtalk["msg"]["text"]["content"].as_str().unwrap();
    assert!(content.starts_with("[Firing]") && content.ends_with("\n2027-01-15T08:00:00Z"), "{content}");
    let everybody = told("dingtalk-app", &all, Reason::Firing, &message).1;
    assert_eq!(everybody["to_all_user"], true);
    assert_eq!(everybody["userid_list"], Value::Null);

    let token = asked("feishu-app");
    let body: Value = serde_json::from_slice(token.body()).unwrap();
    assert_eq!(body, serde_json::json!({"app_id": "cli_1", "app_secret": "hush"}));
    let (sent, feishu) = told("feishu-app", &said, Reason::Firing, &message);
    assert_eq!(sent.headers()[AUTHORIZATION], "Bearer t&k");
    assert_eq!(feishu["user_ids"], serde_json::json!(["ada", "bea"]));
    assert!(feishu["content"]["post"]["zh_cn"]["title"].as_str().unwrap().starts_with("[Firing]"));

    let (sent, slack) =
        told("slack-bot", &[("token", "xoxb"), ("room", "#alerts")], Reason::Firing, &message);
    assert_eq!(sent.headers()[AUTHORIZATION], "Bearer xoxb");
    assert_eq!(slack["channel"], "#alerts");
    assert!(token_request(&receiver("slack", &[("url", URL)]), &Bases::default()).unwrap().is_none());
}

#[test]
fn a_token_is_read_or_it_is_said_why_there_is_none() {
    let token = |channel: &str, status: u16, body: &'static str| {
        let mut answer = Response::new(Bytes::from_static(body.as_bytes()));
        *answer.status_mut() = StatusCode::from_u16(status).unwrap();
        token_in(channel, &answer).map(|given| (given.text, given.lasts.map(|lasts| lasts.as_secs())))
    };

    let with_end = r#"{"errcode":0,"access_token":"t","expires_in":7200}"#;
    assert_eq!(token("wecom-app", 200, with_end), Ok(("t".into(), Some(7200))));
    assert_eq!(token("dingtalk-app", 200, r#"{"errcode":0,"access_token":"t"}"#), Ok(("t".into(), None)));
    let with_end = r#"{"code":0,"tenant_access_token":"t","expire":3600}"#;
    assert_eq!(token("feishu-app", 200, with_end), Ok(("t".into(), Some(3600))));
    let refused = token("wecom-app", 200, r#"{"errcode":40013,"errmsg":"invalid corpid"}"#);
    assert!(matches!(refused, Err(Outcome::Refused(why)) if why.contains("invalid corpid")));
    assert!(matches!(token("feishu-app", 200, r#"{"code":0}"#), Err(Outcome::Refused(_))));
    assert!(matches!(token("feishu-app", 503, ""), Err(Outcome::Later { .. })));
}

#[test]
fn each_service_says_in_its_own_way_that_a_token_does_not_hold() {
    let is_gone = |channel: &str, body: &'static str| {
        is_token_gone(channel, &Response::new(Bytes::from_static(body.as_bytes())))
    };

    assert!(is_gone("wecom-app", r#"{"errcode":42001,"errmsg":"access_token expired"}"#));
    assert!(is_gone("wecom-app", r#"{"errcode":40014}"#));
    assert!(is_gone("dingtalk-app", r#"{"errcode":40014}"#));
    assert!(is_gone("dingtalk-app", r#"{"errcode":88,"sub_code":"42001"}"#));
    assert!(is_gone("feishu-app", r#"{"code":99991663,"msg":"Invalid access token"}"#));
    assert!(!is_gone("wecom-app", r#"{"errcode":81013,"errmsg":"user & party & tag all invalid"}"#));
    assert!(!is_gone("dingtalk-app", r#"{"errcode":88,"sub_code":"33012"}"#));
    assert!(!is_gone("feishu-app", "") && !is_gone("slack-bot", r#"{"code":99991663}"#));
}

#[test]
fn a_message_leads_to_what_it_is_about() {
    let mut about = alert("KubePodCrashLooping", "shop");
    about.resource = Some(model::ResourceRef {
        cluster: "harbour".parse().unwrap(),
        kind: "pods".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web-0".parse().unwrap(),
    });

    let (_, slack) =
        told("slack", &[("url", URL)], Reason::Firing, &message([about, alert("Other", "shop")]));

    let text = slack["text"].as_str().unwrap();
    assert!(text.starts_with("[Firing] harbour · 2 · KubePodCrashLooping, Other"), "{text}");
    assert!(text.contains("warning · KubePodCrashLooping · pods/shop/web-0\nIt is not well."), "{text}");
    assert!(text.contains("\nhttps://orrery.example.org/clusters/harbour/pods/shop/web-0"), "{text}");
    assert!(text.contains("\nhttps://orrery.example.org/clusters/harbour/monitoring/alerts"), "{text}");
}

#[test]
fn a_long_message_is_cut_between_alerts_and_says_how_many_are_missing() {
    let many = message((0..80).map(|number| alert(&format!("告警{number:02}"), "shop")));

    let (_, wecom) = told("wecom", &[("url", URL)], Reason::Firing, &many);

    let text = wecom["text"]["content"].as_str().unwrap();
    assert!(text.len() <= 2_000, "{}", text.len());
    let shown = text.matches("warning · ").count();
    assert!(text.ends_with(&format!("and {} more", 80 - shown)), "{text}");
}

#[test]
fn webhooks_look_like_those_of_alertmanager() {
    let fields = [("url", "https://in.example.org/hook"), ("token", "hush")];
    let (request, body) = told("webhook", &fields, Reason::Resolved, &message([alert("A", "shop")]));

    assert_eq!(request.headers()[AUTHORIZATION], "Bearer hush");
    assert!(request.headers()[AUTHORIZATION].is_sensitive());
    let named = [("url", URL), ("user", "orrery"), ("password", "hush")];
    let (by_name, _) = told("webhook", &named, Reason::Firing, &message([alert("A", "shop")]));
    assert_eq!(by_name.headers()[AUTHORIZATION], "Basic b3JyZXJ5Omh1c2g=");
    assert!(by_name.headers()[AUTHORIZATION].is_sensitive());
    assert_eq!((body["version"].as_str(), body["status"].as_str()), (Some("4"), Some("resolved")));
    let alert = &body["alerts"][0];
    assert_eq!(alert["labels"]["alertname"], "A");
    assert_eq!(alert["labels"]["cluster"], "harbour");
    assert_eq!(alert["annotations"]["summary"], "It is not well.");
    assert_eq!(alert["endsAt"], "2027-01-15T08:00:00Z");
    assert_eq!(alert["fingerprint"], "f0");
}

#[test]
fn pagerduty_opens_and_closes_the_same_incident() {
    let message = message([alert("A", "shop"), alert("B", "shop")]);
    let receiver = receiver("pagerduty", &[("key", "k")]);

    let opened = sent(&receiver, Reason::Firing, &message);
    let closed = sent(&receiver, Reason::Resolved, &message);

    assert_eq!((opened.len(), closed.len()), (2, 2));
    for ((_, opened), (_, closed)) in opened.iter().zip(&closed) {
        assert_eq!(opened["dedup_key"], closed["dedup_key"]);
        assert_eq!(
            (opened["event_action"].as_str(), closed["event_action"].as_str()),
            (Some("trigger"), Some("resolve"))
        );
        assert_eq!(opened["payload"]["severity"], "warning");
    }
    assert_ne!(opened[0].1["dedup_key"], opened[1].1["dedup_key"]);
}

#[test]
fn what_is_signed_is_signed_as_each_service_says() {
    // Computed with openssl dgst -sha256 -hmac.
    let (request, _) = told(
        "dingtalk",
        &[("url", "https://x/robot/send?access_token=a"), ("signing", "s")],
        Reason::Test,
        &Message::test(NOW),
    );
    let address = request.uri().to_string();
    assert!(
        address.starts_with("https://x/robot/send?access_token=a&timestamp=1800000000000&sign="),
        "{address}"
    );
    let (_, feishu) = told("feishu", &[("url", URL), ("signing", "s")], Reason::Test, &Message::test(NOW));
    assert_eq!(feishu["timestamp"], "1800000000");
    assert_eq!(feishu["sign"], "Th8Wvyymm+fKSQVaBwS4wZascZ3Qm8Gaw6jYotQMyVA=");
    assert!(address.ends_with("5XCc6OPsq8kzahf1d5I1%2FF06Yn2fO6xHHNQzjuhRDwU%3D"), "{address}");
}

#[test]
fn answers_are_read_as_each_service_means_them() {
    let answer = |channel: &str, status: u16, body: &'static str| {
        let mut answer = Response::new(Bytes::from_static(body.as_bytes()));
        *answer.status_mut() = StatusCode::from_u16(status).unwrap();
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("90"));
        outcome(channel, &answer)
    };

    assert_eq!(answer("slack", 200, "ok"), Outcome::Taken);
    assert_eq!(answer("discord", 204, ""), Outcome::Taken);
    assert_eq!(answer("dingtalk", 200, r#"{"errcode":0}"#), Outcome::Taken);
    assert_eq!(answer("feishu", 200, r#"{"code":0}"#), Outcome::Taken);
    assert_eq!(answer("feishu", 200, r#"{"StatusCode":0}"#), Outcome::Taken);
    assert_eq!(answer("slack-bot", 200, r#"{"ok":true}"#), Outcome::Taken);
    for (channel, body) in [
        ("dingtalk", r#"{"errcode":310000}"#),
        ("wecom", "x"),
        ("feishu", r#"{"code":9499}"#),
        ("slack-bot", r#"{"ok":false,"error":"not_in_channel"}"#),
    ] {
        assert!(
            matches!(answer(channel, 200, body), Outcome::Refused(why) if why.contains(body)),
            "{channel}"
        );
    }
    for (channel, status, body) in [
        ("dingtalk", 200, r#"{"errcode":130101,"errmsg":"send too fast"}"#),
        ("dingtalk-app", 200, r#"{"errcode":-1,"errmsg":"system busy"}"#),
        ("wecom", 200, r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#),
        ("wecom-app", 200, r#"{"errcode":-1,"errmsg":"system busy"}"#),
        ("feishu", 200, r#"{"code":11232,"msg":"frequency limited"}"#),
        ("feishu-app", 400, r#"{"code":99991400,"msg":"request trigger frequency limit"}"#),
        ("slack-bot", 200, r#"{"ok":false,"error":"service_unavailable"}"#),
    ] {
        let later = answer(channel, status, body);
        assert!(matches!(&later, Outcome::Later { why, .. } if why.contains(body)), "{channel}: {later:?}");
    }
    assert!(
        matches!(answer("slack", 404, "no_team"), Outcome::Refused(why) if why == "it answers 404 Not Found: no_team")
    );
    for status in [408, 429, 500, 503] {
        let later = answer("slack", status, "");
        assert!(
            matches!(later, Outcome::Later { after: Some(after), .. } if after.as_secs() == 90),
            "{status}"
        );
    }
}

fn templated(subject: &str, text: &str) -> Receiver {
    let mut receiver = receiver("slack", &[("url", URL)]);
    receiver.said.template = MessageTemplate { subject: subject.into(), text: text.into() };
    receiver
}

#[test]
fn a_receiver_is_told_in_its_own_words() {
    let mut quoting = alert("A", "shop");
    quoting.summary = "{{ cluster }} <!channel>".into();
    let message = message([quoting]);
    let words = "{% for alert in alerts %}{{ alert.severity|upper }} {{ alert.labels.namespace }}/{{ alert.labels.team }}: \
                 {{ alert.summary }}{% endfor %}";
    let receiver = templated("{{ reason }} in {{ cluster }}:\n{{ count }}", words);
    let said = rendering(&receiver, Reason::Firing, &message);

    assert_eq!(said.subject(), "Firing in harbour: 1", "a subject is a line");
    assert_eq!(said.text(1000), "Firing in harbour: 1\nWARNING shop/: {{ cluster }} <!channel>");
    let sent = &sent(&receiver, Reason::Firing, &message)[0].1["text"];
    assert!(sent.as_str().unwrap().ends_with("{{ cluster }} &lt;!channel&gt;"), "{sent}");
    let trial = Message::test(NOW);
    assert!(rendering(&receiver, Reason::Test, &trial).text(1000).contains("This receiver works"));
}

#[test]
fn a_template_that_fails_keeps_nobody_from_being_told() {
    let message = message([alert("A", "shop")]);
    let receiver = templated("Worst: {{ alerts[0].name }}", "Second: {{ alerts[1].name }}");
    let said = rendering(&receiver, Reason::Firing, &message);

    let text = said.text(1000);
    assert!(
        text.starts_with("Worst: A\n\nThe template of this receiver cannot be used (line 1: undefined value"),
        "{text}"
    );
    assert!(text.contains("warning · A") && text.contains("It is not well."), "{text}");
}

#[test]
fn a_mail_is_a_text_and_a_page_in_which_nothing_can_run() {
    let mut loud = alert("A", "shop");
    loud.summary = "<script>alert(1)</script> & more".into();
    let message = message([loud]);
    let plain = receiver("email", &[("to", "ada@example.org")]);
    let page = rendering(&plain, Reason::Firing, &message).html().unwrap();
    let own = templated("", "{{ alerts[0].summary }}");
    let own = rendering(&own, Reason::Firing, &message).html().unwrap();
    let trial = rendering(&plain, Reason::Test, &Message::test(NOW)).html().unwrap();

    for page in [&page, &own] {
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    }
    assert!(page.contains("<strong>A</strong> · warning"), "{page}");
    assert!(page.contains("https:&#x2f;&#x2f;orrery.example.org&#x2f;clusters"), "{page}");
    assert!(trial.contains("This receiver works"), "{trial}");
}

#[test]
fn objects_that_are_too_many_are_one_alert_that_says_how_many() {
    let mut more = crate::tests::listed("Pods that fail");
    if let Some(list) = &mut more.list {
        (list.more, list.query.search) = (Some(9_980), "status:failed".into());
    }
    let message = message([more]);

    let receiver = receiver("webhook", &[("url", URL)]);
    let text = rendering(&receiver, Reason::Firing, &message).text(10_000);
    assert!(text.contains("9980 more objects in the list: pods status:failed"), "{text}");
    let address = "https://orrery.example.org/clusters/harbour/pods?search=status%3Afailed";
    assert!(text.contains(address), "{text}");
    let (_, event) = told("pagerduty", &[("key", "k")], Reason::Firing, &message);
    assert!(event["payload"]["summary"].as_str().unwrap().contains("9980 more objects"), "{event}");
}

#[test]
fn of_an_answer_that_is_too_long_to_be_read_the_status_decides() {
    let outcome = |channel, status| {
        outcome_unread(channel, StatusCode::from_u16(status).unwrap(), "longer than is read".to_owned())
    };
    let (why, after) = ("longer than is read".to_owned(), None);

    assert_eq!(outcome("webhook", 200), Outcome::Taken);
    assert_eq!(outcome("slack", 202), Outcome::Taken);
    assert_eq!(outcome("webhook", 404), Outcome::Refused(why.clone()));
    assert_eq!(outcome("webhook", 503), Outcome::Later { why: why.clone(), after });
    assert_eq!(outcome("dingtalk", 200), Outcome::Refused(why), "it says in the body whether it took it");
}
