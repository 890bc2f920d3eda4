//! What keeps a port of a pod from being opened in a browser.

use crate::words::{text, text_with};
use model::fault::PortFault;

pub(super) fn port_words(fault: &PortFault) -> String {
    let words = match fault {
        PortFault::NotHttp(why) => return text_with("fault.port.not-http", &[("why", why)]),
        PortFault::NoNumber => text("fault.port.no-number"),
        PortFault::NoAddresses => text("fault.port.no-addresses"),
        PortFault::Acting => text("fault.port.acting"),
        PortFault::NotOfService => text("fault.port.not-of-service"),
        PortFault::LeadsNowhere => text("fault.port.leads-nowhere"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_ports_read_as_they_say() {
        let ports = [
            PortFault::NoNumber,
            PortFault::NoAddresses,
            PortFault::Acting,
            PortFault::NotOfService,
            PortFault::LeadsNowhere,
            PortFault::NotHttp("invalid HTTP version".into()),
        ];

        reads_as_it_says(ports.map(Fault::from));
    }
}
