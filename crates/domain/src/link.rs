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
pub fn screen(name: &str) -> String {
    format!("{APP}/{name}")
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
