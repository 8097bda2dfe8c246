//! Which addresses and database files are acceptable: https anywhere, plain http only to this
//! machine, SQLite only.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::value::quoted;

/// The address without its closing slashes, or why it is refused.
pub(super) fn check(address: &str) -> Result<String, String> {
    let host = host(address).ok_or_else(|| {
        format!("must be an address such as https://example.com/v1, not {}", quoted(address))
    })?;
    if address.starts_with("http:") && !is_loopback_host(host) {
        return Err(format!(
            "must begin with https:// because plain http is only allowed to this machine \
             (127.0.0.1, localhost), not {}",
            quoted(address)
        ));
    }
    Ok(address.trim_end_matches('/').to_owned())
}

/// Whether a checked address leads to this machine.
pub(super) fn is_loopback(address: &str) -> bool {
    host(address).is_some_and(is_loopback_host)
}

/// The host. Anything that two URL parsers could read differently (user names, backslashes,
/// queries, spaces) is no address: a key must not leave for a host other than the one checked.
fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let plain = |c: char| c.is_ascii_graphic() && !"\\@?#\"<>^`{|}".contains(c);
    if !rest.chars().all(plain) {
        return None;
    }
    let authority = rest.split('/').next()?;
    let (host, port) = match authority.strip_prefix('[') {
        Some(bracketed) => {
            let (host, port) = bracketed.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, port)
        }
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port_ok = match port.strip_prefix(':') {
        Some(digits) => digits.parse::<u16>().is_ok_and(|port| port > 0),
        None => port.is_empty(),
    };
    let host_ok = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    (port_ok && !host.is_empty() && host.chars().all(host_ok)).then_some(host)
}

fn is_loopback_host(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || host.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
}

/// The file behind `sqlite://file`, `sqlite:file` or `file`.
pub(super) fn database_file(url: &str) -> Result<String, String> {
    let file = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))
        .unwrap_or(url)
        .trim_end_matches("?mode=rwc");
    if file.contains("://") {
        let scheme = file.split("://").next().unwrap_or_default();
        return Err(format!("must be a SQLite file, and {} is another database", quoted(scheme)));
    }
    let usable = !file.is_empty() && file != ":memory:" && !file.contains(['\0', '?']);
    usable
        .then(|| file.to_owned())
        .ok_or_else(|| format!("must be a file such as sqlite://mira.db, not {}", quoted(url)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_address(address: &str, expected: &str) {
        let result = check(address).map_or_else(|error| error, |good| format!("ok {good}"));
        assert!(result.starts_with(expected), "{address}: {result}");
    }

    #[test]
    fn plain_http_reaches_only_this_machine() {
        check_address("https://api.openai.com/v1", "ok https://api.openai.com/v1");
        check_address("https://api.openai.com/v1/", "ok https://api.openai.com/v1");
        check_address("http://127.0.0.1:1234/v1", "ok http://127.0.0.1:1234/v1");
        check_address("http://localhost:11434/v1", "ok");
        check_address("http://[::1]:8080/v1", "ok");
        check_address("http://127.9.9.9", "ok");
        check_address("http://example.com/v1", "must begin with https");
        check_address("http://127.0.0.1.example.com/v1", "must begin with https");
        check_address("http://192.168.1.2:8080/v1", "must begin with https");
        check_address("http://[::2]/v1", "must begin with https");
    }

    #[test]
    fn an_address_with_two_readings_is_refused() {
        for address in [
            "",
            "https://",
            "ftp://a/b",
            "api.openai.com",
            "https://user:pw@host/v1",
            "http://127.0.0.1\\@evil.example/v1",
            "http://127.0.0.1@evil.example",
            "https://a b/",
            "https://a:99999/",
            "https://a:/",
            "https://a?x=1",
            "https://a#x",
            "https://[zz]/",
            "http://localhost:80:90/",
            "https://exämple.com",
            "http://127.0.0.1\n/v1",
        ] {
            check_address(address, "must be an address");
        }
    }

    #[test]
    fn a_database_url_names_a_file() {
        let file = |url| database_file(url).unwrap_or_else(|error| format!("error: {error}"));
        assert_eq!(file("sqlite:///var/mira.db"), "/var/mira.db");
        assert_eq!(file("sqlite://mira.db?mode=rwc"), "mira.db");
        assert_eq!(file("sqlite:data/mira.db"), "data/mira.db");
        assert_eq!(file("/tmp/x.db"), "/tmp/x.db");
        assert!(file("postgres://host/db").contains("another database"));
        assert!(file("sqlite::memory:").contains("must be a file"));
        assert!(file("sqlite:").contains("must be a file"));
    }
}
