//! Links out: which addresses may leave the app. What comes in is judged where it is offered, in
//! [`weimenhu_domain::link`].

/// `url` if its scheme is one that the system may be asked to open. Websites only after the UI has shown the
/// host, which is the UI's duty.
pub fn outward(url: &str) -> Option<&str> {
    let allowed = ["https://", "http://", "tel:", "geo:", "mailto:"];
    let harmless = !url.chars().any(|c| c.is_control() || c.is_whitespace());
    (harmless && allowed.iter().any(|scheme| url.starts_with(scheme))).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_schemes_go_out() {
        for good in [
            "https://www.gov.cn/",
            "tel:12345",
            "geo:28.0,120.7?q=28.0,120.7",
            "mailto:a@b.cn",
        ] {
            assert_eq!(outward(good), Some(good));
        }
        for bad in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "/bin/sh",
            "smb://x",
            "tel:1\n2",
            "https://a b",
            "",
        ] {
            assert_eq!(outward(bad), None, "{bad}");
        }
    }
}
