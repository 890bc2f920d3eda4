//! What people are told of a request without an answer, in their language.

use crate::OutboundError;
use model::Cause;
use model::cause::WayOutage;

impl From<&OutboundError> for Cause {
    fn from(error: &OutboundError) -> Self {
        let outage = match error {
            OutboundError::Insecure(address) => WayOutage::Insecure(address.clone()),
            OutboundError::Private(address) => WayOutage::Private(address.clone()),
            OutboundError::Slow { address, after } => {
                WayOutage::Slow { address: address.clone(), seconds: after.as_secs() }
            }
            OutboundError::Unreachable { address, cause } => {
                WayOutage::Unreachable { address: address.clone(), said: cause.clone() }
            }
            OutboundError::Redirect { address, target } => {
                WayOutage::Redirect { address: address.clone(), target: target.clone() }
            }
            OutboundError::Long { address, limit_bytes, .. } => {
                WayOutage::Long { address: address.clone(), bytes: *limit_bytes }
            }
            OutboundError::Credential { path, source } => {
                WayOutage::File { path: path.display().to_string(), said: source.to_string() }
            }
            OutboundError::Unsendable => WayOutage::Unsendable,
            // Only who starts the program meets it.
            OutboundError::Trust(error) => return error.to_string().into(),
        };
        outage.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use std::io;
    use std::time::Duration;

    #[test]
    fn people_are_told_in_their_language_what_programs_are_told() {
        let address = || "https://logs.example".to_owned();
        let errors = [
            OutboundError::Insecure(address()),
            OutboundError::Private(address()),
            OutboundError::Slow { address: address(), after: Duration::from_secs(10) },
            OutboundError::Unreachable { address: address(), cause: "connection refused".into() },
            OutboundError::Redirect { address: address(), target: "/login".into() },
            OutboundError::Long { address: address(), limit_bytes: 1024, status: StatusCode::OK },
            OutboundError::Credential { path: "/etc/token".into(), source: io::Error::other("it is gone") },
            OutboundError::Unsendable,
        ];

        for error in errors {
            let cause = Cause::from(&error);
            assert!(cause.outage.is_some(), "{cause:?}");
            assert_eq!(cause.words, error.to_string());
        }
    }
}
