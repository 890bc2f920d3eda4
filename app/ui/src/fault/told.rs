//! What is wrong with who is told of alerts, and with what carries mail.

use super::quoted;
use crate::words::{text, text_with};
use model::fault::{MailServerFault, ReceiverFault};

pub(super) fn receiver_words(fault: &ReceiverFault) -> String {
    let words = match fault {
        ReceiverFault::Undelivered(why) => return text_with("fault.receiver.undelivered", &[("why", why)]),
        ReceiverFault::NoMailAddress(said) => {
            return text_with("fault.receiver.no-mail-address", &[("said", &quoted(said))]);
        }
        ReceiverFault::ManyAddresses { most, many } => {
            return text_with("fault.receiver.many-addresses", &[("most", most), ("many", many)]);
        }
        ReceiverFault::NoId(said) => {
            return text_with("fault.receiver.no-id", &[("said", &quoted(said))]);
        }
        ReceiverFault::AllAndSome(all) => return text_with("fault.receiver.all-and-some", &[("all", all)]),
        ReceiverFault::ManyCalled { most, many } => {
            return text_with("fault.receiver.many-called", &[("most", most), ("many", many)]);
        }
        ReceiverFault::NoQuietTime(said) => {
            return text_with("fault.receiver.no-quiet-time", &[("said", &quoted(said))]);
        }
        ReceiverFault::ManyQuietTimes { most, many } => {
            return text_with("fault.receiver.many-quiet-times", &[("most", most), ("many", many)]);
        }
        ReceiverFault::Changed => text("fault.receiver.changed"),
        ReceiverFault::NoWords => text("fault.receiver.no-words"),
        ReceiverFault::NoMail => text("fault.receiver.no-mail"),
        ReceiverFault::SecretElsewhere => text("fault.receiver.secret-elsewhere"),
        ReceiverFault::Nameless => text("fault.receiver.nameless"),
        ReceiverFault::Way => text("fault.receiver.way"),
        ReceiverFault::NewAndRemoved => text("fault.receiver.new-and-removed"),
        ReceiverFault::NotAll => text("fault.receiver.not-all"),
        ReceiverFault::NoAddressee => text("fault.receiver.no-addressee"),
        ReceiverFault::NoUser => text("fault.receiver.no-user"),
        ReceiverFault::NoPassword => text("fault.receiver.no-password"),
        ReceiverFault::TwoProofs => text("fault.receiver.two-proofs"),
        ReceiverFault::Colon => text("fault.receiver.colon"),
        ReceiverFault::Address => text("fault.receiver.address"),
        ReceiverFault::Zone => text("fault.receiver.zone"),
    };
    words.to_owned()
}

pub(super) fn mail_server_words(fault: &MailServerFault) -> String {
    let words = match fault {
        MailServerFault::Changed => text("fault.mail-server.changed"),
        MailServerFault::PasswordElsewhere => text("fault.mail-server.password-elsewhere"),
        MailServerFault::Sender => text("fault.mail-server.sender"),
        MailServerFault::Host => text("fault.mail-server.host"),
        MailServerFault::Port => text("fault.mail-server.port"),
        MailServerFault::NoUser => text("fault.mail-server.no-user"),
        MailServerFault::From => text("fault.mail-server.from"),
        MailServerFault::To => text("fault.mail-server.to"),
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
            ReceiverFault::Nameless,
            ReceiverFault::Way,
            ReceiverFault::NewAndRemoved,
            ReceiverFault::NotAll,
            ReceiverFault::NoAddressee,
            ReceiverFault::NoUser,
            ReceiverFault::NoPassword,
            ReceiverFault::TwoProofs,
            ReceiverFault::Colon,
            ReceiverFault::Address,
            ReceiverFault::NoMailAddress("ada@\n".into()),
            ReceiverFault::ManyAddresses { most: 50, many: 51 },
            ReceiverFault::NoId("<!channel>".into()),
            ReceiverFault::AllAndSome("all".into()),
            ReceiverFault::ManyCalled { most: 20, many: 21 },
            ReceiverFault::NoQuietTime("sat\t22:00".into()),
            ReceiverFault::ManyQuietTimes { most: 20, many: 21 },
            ReceiverFault::Zone,
        ];
        let mail_servers = [
            MailServerFault::Changed,
            MailServerFault::PasswordElsewhere,
            MailServerFault::Sender,
            MailServerFault::Host,
            MailServerFault::Port,
            MailServerFault::NoUser,
            MailServerFault::From,
            MailServerFault::To,
        ];

        reads_as_it_says(receivers.map(Fault::from));
        reads_as_it_says(mail_servers.map(Fault::from));
    }
}
