//! What is wrong with who is told of alerts, and with what carries mail.

use crate::words::{text, text_with};
use model::fault::{MailServerFault, ReceiverFault};

pub(super) fn receiver_words(fault: &ReceiverFault) -> String {
    let words = match fault {
        ReceiverFault::Undelivered(why) => return text_with("fault.receiver.undelivered", &[("why", why)]),
        ReceiverFault::Changed => text("fault.receiver.changed"),
        ReceiverFault::NoWords => text("fault.receiver.no-words"),
        ReceiverFault::NoMail => text("fault.receiver.no-mail"),
        ReceiverFault::SecretElsewhere => text("fault.receiver.secret-elsewhere"),
    };
    words.to_owned()
}

pub(super) fn mail_server_words(fault: &MailServerFault) -> String {
    let words = match fault {
        MailServerFault::Changed => text("fault.mail-server.changed"),
        MailServerFault::PasswordElsewhere => text("fault.mail-server.password-elsewhere"),
        MailServerFault::Sender => text("fault.mail-server.sender"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_receivers_and_mail_servers_read_as_they_say() {
        let receivers = [
            ReceiverFault::Changed,
            ReceiverFault::NoWords,
            ReceiverFault::NoMail,
            ReceiverFault::SecretElsewhere,
            ReceiverFault::Undelivered("chat.example.org did not answer within 10 s".into()),
        ];
        let mail_servers =
            [MailServerFault::Changed, MailServerFault::PasswordElsewhere, MailServerFault::Sender];

        reads_as_it_says(receivers.map(Fault::from));
        reads_as_it_says(mail_servers.map(Fault::from));
    }
}
