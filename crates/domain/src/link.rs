//! The two addresses of a record that leave the app: its public page, which the server serves, and its place in the
//! app, which the page offers and the shell must accept. Built in one place, so that no side can offer what the other
//! refuses.

use crate::{Collection, record::Id};

/// What every link into the app begins with.
pub const APP: &str = "weimenhu:/";

/// The path of a record's public page, below the server's address: `/s/news/12`. None for what has no screen.
pub fn page(collection: Collection, id: Id) -> Option<String> {
    place(collection).map(|_| format!("/s/{collection}/{id}"))
}

/// The link that opens a record in the app: `weimenhu://news/12`. None for what has no screen.
pub fn app(collection: Collection, id: Id) -> Option<String> {
    Some(format!("{APP}{}/{id}", place(collection)?))
}

/// The link that opens a screen of the app: `weimenhu://inbox`.
pub fn to_screen(name: &str) -> String {
    format!("{APP}/{name}")
}

/// The path of the UI that `weimenhu://…` means; none when it is not one of ours. The patterns are those of the UI's
/// router (`ui/src/router.ts`); anything else is dropped, because a link may come from any web page or message.
pub fn screen(url: &str) -> Option<String> {
    let rest = url.strip_prefix(APP)?.strip_prefix('/')?;
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

/// The path of a collection's list in the app's router.
const fn place(collection: Collection) -> Option<&'static str> {
    Some(match collection {
        Collection::News => "/news",
        Collection::Notices => "/notices",
        Collection::Leaders => "/directory/leaders",
        Collection::Agencies => "/directory/agencies",
        Collection::Phones => "/directory/phones",
        Collection::Schools => "/directory/schools",
        Collection::Hospitals => "/directory/hospitals",
        Collection::Petitions => "/petitions/public",
        Collection::Calendar => return None,
    })
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
            assert_eq!(screen(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn whatever_a_public_page_offers_is_let_in() {
        for collection in Collection::ALL {
            let offered = app(collection, 12);
            let shown = collection != Collection::Calendar;
            assert_eq!(offered.is_some(), shown, "{collection}");
            if let Some(url) = offered {
                let path = screen(&url).unwrap_or_else(|| panic!("{url} is refused"));
                assert_eq!(url, format!("weimenhu:/{path}"));
            }
        }
    }
}
