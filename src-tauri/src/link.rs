//! Links in and out: which addresses from outside become a path of the UI, and which from inside may leave it.
//!
//! The patterns are those of the UI's router (`ui/src/router.ts`); anything else is dropped, because a link may
//! come from any web page or message.

use weimenhu_domain::Collection;

/// The path of the UI that `weimenhu://…` means; none when it is not one of ours.
pub fn path(url: &str) -> Option<String> {
    let rest = url.strip_prefix("weimenhu://")?;
    let parts: Vec<&str> = rest.trim_end_matches('/').split('/').collect();
    let (place, id) = match parts.as_slice() {
        [place @ ("news" | "notices"), id @ ..] => ((*place).to_owned(), id),
        ["directory", section, id @ ..] => {
            let collection: Collection = section.parse().ok()?;
            let listed = !collection.grows() && collection != Collection::Calendar;
            (listed.then(|| format!("directory/{collection}"))?, id)
        }
        [place @ ("search" | "me" | "petitions" | "inbox")] => ((*place).to_owned(), &[][..]),
        ["petitions", "public", id @ ..] => ("petitions/public".to_owned(), id),
        ["petitions", "figures"] => ("petitions/figures".to_owned(), &[][..]),
        ["me", "settings"] => ("me/settings".to_owned(), &[][..]),
        _ => return None,
    };
    match id {
        [] => Some(format!("/{place}")),
        [id] if id.bytes().all(|b| b.is_ascii_digit()) => {
            let id: u32 = id.parse().ok()?;
            Some(format!("/{place}/{id}"))
        }
        _ => None,
    }
}

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
    fn only_the_routers_own_paths_come_in() {
        for (url, expected) in [
            ("weimenhu://news/123", Some("/news/123")),
            ("weimenhu://notices/", Some("/notices")),
            ("weimenhu://directory/agencies/7", Some("/directory/agencies/7")),
            ("weimenhu://petitions/public/5", Some("/petitions/public/5")),
            ("weimenhu://petitions/2026-000123-27", None),
            ("weimenhu://petitions/new", None),
            ("weimenhu://me", Some("/me")),
            ("weimenhu://me/settings", Some("/me/settings")),
            ("weimenhu://news/123/../../x", None),
            ("weimenhu://news/-1", None),
            ("weimenhu://news/99999999999", None),
            ("weimenhu://news/1?x=<script>", None),
            ("weimenhu://directory/calendar", None),
            ("weimenhu://directory/news", None),
            ("weimenhu://me/settings/9", None),
            ("weimenhu://", None),
            ("https://news/1", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(path(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn whatever_a_public_page_offers_is_let_in() {
        for collection in Collection::ALL {
            let offered = weimenhu_domain::link::app(collection, 12);
            let screen = collection != Collection::Calendar;
            assert_eq!(offered.is_some(), screen, "{collection}");
            if let Some(url) = offered {
                let path = path(&url).unwrap_or_else(|| panic!("{url} is refused"));
                assert_eq!(url, format!("weimenhu:/{path}"));
            }
        }
    }

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
