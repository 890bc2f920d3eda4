//! What a browser says about itself, in words.

/// A browser as a person would name it. What is not recognised is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// Such as `Firefox`.
    pub browser: &'static str,
    /// Such as `Linux`.
    pub system: &'static str,
}

/// Marks and the browsers that carry them. Most claim to be several others too, so the order matters.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Firefox/", "Firefox"),
    ("Chromium/", "Chromium"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// The same for systems.
const SYSTEMS: &[(&str, &str)] = &[
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// Reads a `User-Agent`. It is what the browser claims: good for recognising one's own, not for deciding.
pub fn read_agent(header: &str) -> Agent {
    let find = |marks: &[(&'static str, &'static str)]| {
        marks.iter().find(|(mark, _)| header.contains(mark)).map_or("", |(_, name)| *name)
    };
    Agent { browser: find(BROWSERS), system: find(SYSTEMS) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_people_name_them() {
        for (header, browser, system) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Safari/537.36 Edg/140.0.0.0",
                "Edge",
                "Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.0 Safari/605.1.15",
                "Safari",
                "macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 CriOS/140.0 Mobile/15E148 Safari/604.1",
                "Chrome",
                "iOS",
            ),
            ("", "", ""),
            ("<script>alert(1)</script>", "", ""),
        ] {
            assert_eq!(read_agent(header), Agent { browser, system }, "{header}");
        }
    }
}
