//! Pure: the places in source files that an error message or a stack trace names.

use std::sync::LazyLock;

use regex::Regex;

/// Places that are looked at; a trace repeats itself.
const MAX_PLACES: usize = 12;

/// A line of a file, as a compiler, a test or an interpreter names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// As it is written there.
    pub path: String,
    /// From 1.
    pub line: u32,
}

/// `src/a.rs:10:5`, `a.go:12`, `(Foo.java:10)`, `a.ts(10,5)`, and Python's `File "a.py", line 10`.
static PLACE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"([\w./\\@+-]+\.\w{1,10})(?:"?, line |:|\()(\d{1,7})\b"#).ok());

/// The places in the order of the text, each once.
pub fn places(text: &str) -> Vec<Place> {
    let found = PLACE.iter().flat_map(|pattern| pattern.captures_iter(text)).filter_map(|found| {
        let path = found[1].trim_start_matches("./").replace('\\', "/");
        let line: u32 = found[2].parse().ok().filter(|line| *line > 0)?;
        // What is left of `file:///home/…`.
        let path = path.strip_prefix("//").map(str::to_owned).unwrap_or(path);
        Some(Place { path, line })
    });
    let mut places = Vec::new();
    for place in found {
        if !places.contains(&place) && places.len() < MAX_PLACES {
            places.push(place);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let told: Vec<String> = places(text).iter().map(|p| format!("{} {}", p.path, p.line)).collect();
        assert_eq!(told.join(", "), expected, "{text}");
    }

    #[test]
    fn places_are_read_as_tools_write_them() {
        check("error[E0308]\n  --> src/main.rs:10:5", "src/main.rs 10");
        check("thread 'x' panicked at ./src/lib.rs:7:9:\nboom", "src/lib.rs 7");
        check("  File \"/home/me/shop/app.py\", line 12, in <module>", "/home/me/shop/app.py 12");
        check("    at total (file:///home/me/cart.mjs:3:11)", "/home/me/cart.mjs 3");
        check("\tat shop.Cart.total(Cart.java:41)", "Cart.java 41");
        check("cart.ts(10,5): error TS2322", "cart.ts 10");
        check("cart_test.go:12: got 3\ncart_test.go:12: got 3\ncart.go:4", "cart_test.go 12, cart.go 4");
        check(r"src\cart.cs:9", "src/cart.cs 9");
    }

    #[test]
    fn what_is_no_place_is_none() {
        check("", "");
        check("listening on 127.0.0.1:8080 at 12:30:01, v1.2.3", "127.0.0.1 8080");
        check("a.rs:0", "");
        check("https://example.org/x", "");
    }
}
