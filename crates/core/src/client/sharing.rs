//! Sharing: the link of a record's public page, and the texts that go with it.
//!
//! The texts are the record's own words and need none of ours, so they are the same in every language. Rejected: a
//! link that names the app (`weimenhu://…`), which nobody without the app can open.

use super::Client;
use crate::{
    download::{Download, file_name},
    error::{Error, Result},
    store::{list, record},
    view::{Row, Share},
};
use data_encoding::BASE64;
use url::Url;
use weimenhu_domain::{Collection, Record, html, link, record::Id};

/// Weibo's own page for what is to be posted.
const WEIBO: &str = "https://service.weibo.com/share/share.php";
/// The most characters of a summary that had to be taken from the text.
const SUMMARY: usize = 120;
/// The largest picture card, in bytes: ours are a tenth of it.
const MAX_CARD: usize = 8 << 20;
/// What every PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

impl Client {
    /// A record as it is shared, from what is on this device.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record is not here.
    pub fn share(&self, collection: Collection, id: Id) -> Result<Share> {
        let look = |s: &crate::store::Store| {
            s.read(|c| {
                let row = list::row(c, collection, id)?.ok_or(Error::NotFound)?;
                Ok((row, record::wire(c, collection, id)?))
            })
        };
        let (row, json) = self.read(look)?;
        // A body that is not here, or that this app cannot read, has a title and a link all the same.
        let record = json.and_then(|json| Record::parse(collection, &json).ok());
        let server = Url::parse(&self.server).ok();
        Ok(share(row, record.as_ref(), server.as_ref()))
    }

    /// The picture card that the window has drawn of a record, as a file.
    ///
    /// # Errors
    /// [`Error::NotFound`], or [`Error::Invalid`] when the bytes are no PNG or too many.
    pub fn picture_card(&self, collection: Collection, id: Id, base64: &str) -> Result<Download> {
        let row = self.read(|s| s.read(|c| list::row(c, collection, id)))?;
        let row = row.ok_or(Error::NotFound)?;
        if base64.len() > MAX_CARD {
            return Err(Error::Invalid("the card is too large"));
        }
        let bytes = BASE64.decode(base64.as_bytes());
        let bytes = bytes.map_err(|_| Error::Invalid("base64"))?;
        if !bytes.starts_with(PNG) {
            return Err(Error::Invalid("the card is no PNG"));
        }
        let title: String = row.title.chars().take(40).collect();
        Ok(Download {
            name: file_name(&format!("{title}.png")),
            bytes,
        })
    }
}

fn share(row: Row, record: Option<&Record>, server: Option<&Url>) -> Share {
    let url = server.and_then(|s| page(s, &link::page(row.collection, row.id)?));
    let picture = row.picture.as_deref();
    let weibo = url.as_ref().and_then(|url| {
        let picture = picture.and_then(|sha| page(server?, &format!("/s/picture/{sha}")));
        weibo(url, &row.title, picture.as_ref())
    });
    let source = source(&row);
    let url = url.map(String::from).unwrap_or_default();
    let lines = [row.title.as_str(), &source, &url];
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    Share {
        text: lines.join("\n"),
        summary: record.map(summary).unwrap_or_default(),
        weibo: weibo.map(String::from).unwrap_or_default(),
        title: row.title,
        date: row.date,
        picture: row.picture,
        source,
        url,
    }
}

/// A path below the server's own, which may have one of its own too.
fn page(server: &Url, path: &str) -> Option<Url> {
    let mut url = server.clone();
    url.set_query(None);
    url.set_fragment(None);
    let mut segments = url.path_segments_mut().ok()?;
    segments
        .pop_if_empty()
        .extend(path.trim_start_matches('/').split('/'));
    drop(segments);
    Some(url)
}

fn weibo(url: &Url, title: &str, picture: Option<&Url>) -> Option<Url> {
    let mut weibo = Url::parse(WEIBO).ok()?;
    let mut query = weibo.query_pairs_mut();
    query.append_pair("url", url.as_str());
    query.append_pair("title", title);
    if let Some(picture) = picture {
        query.append_pair("pic", picture.as_str());
    }
    drop(query);
    Some(weibo)
}

/// Who says so. A letter's line is a state, which is for the screens to word; a number's is its sort.
fn source(row: &Row) -> String {
    let parts = match row.collection {
        Collection::News | Collection::Notices => [row.subtitle.as_str(), ""],
        Collection::Leaders => [row.department.as_str(), row.subtitle.as_str()],
        Collection::Petitions => [row.department.as_str(), ""],
        _ => [row.county.as_str(), row.phone.as_str()],
    };
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

fn summary(record: &Record) -> String {
    let long = match record {
        Record::News(a) | Record::Notice(a) if a.summary.is_empty() => html::plain(&html::clean(&a.html)),
        Record::News(a) | Record::Notice(a) => a.summary.clone(),
        Record::Leader(l) => l.portfolio.clone(),
        Record::Agency(a) => a.address.clone(),
        Record::Phone(p) => p.note.clone(),
        Record::School(s) => s.address.clone(),
        Record::Hospital(h) => h.address.clone(),
        Record::Petition(l) => l.text.clone(),
        Record::Calendar(_) => String::new(),
    };
    let line = long.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SUMMARY {
        return line;
    }
    let begin: String = line.chars().take(SUMMARY).collect();
    format!("{begin}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn row(title: &str) -> Row {
        Row {
            collection: Collection::News,
            id: 12,
            title: title.into(),
            subtitle: "示例日报".into(),
            date: "2026-11-22T01:30:00Z".into(),
            kind: String::new(),
            department: String::new(),
            county: String::new(),
            phone: String::new(),
            picture: Some("ab".repeat(32)),
            mark: None,
            letter: String::new(),
            read: false,
            starred: false,
        }
    }

    #[test]
    fn a_title_with_every_character_of_an_address_arrives_whole() {
        let title = "“A&B”？#1 <办法> \"试行\" 100% +🏮";
        let server = Url::parse("https://city.example/portal/?x=1#y").unwrap();
        let shared = share(row(title), None, Some(&server));
        assert_eq!(shared.url, "https://city.example/portal/s/news/12");
        assert_eq!(
            shared.text,
            format!("{title}\n示例日报\nhttps://city.example/portal/s/news/12")
        );
        assert!(
            shared.weibo.is_ascii() && !shared.weibo.contains([' ', '<', '"', '#']),
            "{}",
            shared.weibo
        );
        let weibo = Url::parse(&shared.weibo).unwrap();
        assert_eq!(weibo.host_str(), Some("service.weibo.com"));
        let asked: HashMap<_, _> = weibo.query_pairs().into_owned().collect();
        assert_eq!(asked["title"], title);
        assert_eq!(asked["url"], shared.url);
        assert_eq!(
            asked["pic"],
            format!("https://city.example/portal/s/picture/{}", "ab".repeat(32))
        );
    }

    #[test]
    fn without_a_server_there_is_no_link_and_still_a_text() {
        let shared = share(row("甲"), None, None);
        assert_eq!((shared.url.as_str(), shared.weibo.as_str()), ("", ""));
        assert_eq!(shared.text, "甲\n示例日报");
    }

    #[test]
    fn a_summary_is_the_editors_or_the_beginning_of_the_text() {
        let article = |summary: &str, html: &str| {
            let json = serde_json::json!({"title": "甲", "summary": summary, "html": html, "published": "2026-01-01T00:00:00Z"});
            Record::parse(Collection::News, &json.to_string()).unwrap()
        };
        assert_eq!(summary(&article("一句话。", "<p>正文</p>")), "一句话。");
        let long = format!("<p>甲&amp;乙</p><script>x()</script><p>{}</p>", "长".repeat(300));
        let short = summary(&article("", &long));
        assert!(short.starts_with("甲&乙 长") && short.ends_with("长…"), "{short}");
        assert_eq!(short.chars().count(), SUMMARY + 1);
    }
}
