//! Ports that nobody listens on.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// Finds several free ports of the loopback interface, all different.
///
/// Somebody else may take one before it is used; the program that wants it then ends with a log that says so.
pub fn free<const N: usize>() -> Result<[u16; N]> {
    // Held until all are found, so that none is found twice.
    let mut listeners = Vec::with_capacity(N);
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port")?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::free;

    #[test]
    fn no_port_is_given_twice() {
        let [a, b, c] = free::<3>().unwrap();

        assert!(a != b && b != c && a != c);
    }
}
