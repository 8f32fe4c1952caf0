//! The commands: open the client, ask it, print the answer.

use crate::{ListArgs, Place, SearchArgs, print};
use jiff::Timestamp;
use std::{
    io::{self, BufRead},
    time::Instant,
};
use weimenhu_core::{
    Bundle, Client, Code, Config, Error, SILENCE,
    view::{Filter, Keep, ListQuery, SearchQuery, SearchSort},
};
use weimenhu_domain::{Collection, petition::WorkCalendar, record::Id};

/// An opened client.
pub struct Session {
    client: Client,
}

impl Session {
    /// Opens the cache, and takes the bundled dump unless told not to.
    pub async fn open(place: &Place) -> Result<Self, Error> {
        let mut bundle = Bundle::built_in()?;
        if place.no_dump {
            bundle.dump = &[];
        }
        let folder = match &place.data_dir {
            Some(folder) => folder.clone(),
            None => dirs::data_local_dir()
                .ok_or(Error::Invalid("no home folder: give --data-dir"))?
                .join("weimenhu-pocket"),
        };
        let client = Client::open(Config {
            folder,
            bundle,
            server: place.server.clone(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            keep: Keep::Everything,
            silence: SILENCE,
            now: Timestamp::now,
        })?;
        client.open_dump().await?;
        if let Some(aside) = client.about().rebuilt_from {
            eprintln!("weimenhu-pocket: the cache was damaged and has been rebuilt; the old one is {aside}");
        }
        Ok(Self { client })
    }

    /// The client, for what has its own module.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// `sync`. Answers what is left to be done although the round went well: an update of the program.
    pub async fn sync(&self, json: bool) -> Result<Option<Code>, Error> {
        self.client.sync().await?;
        self.status(json)?;
        Ok(self.client.sync_state().problem)
    }

    /// `list`.
    pub fn list(&self, args: &ListArgs, json: bool) -> Result<(), Error> {
        let page = self.client.list(&ListQuery {
            collection: args.collection,
            filter: Filter {
                text: args.text.clone(),
                department: args.department.clone(),
                county: args.county.clone(),
                kind: args.kind.clone(),
                from: args.from.clone(),
                to: args.to.clone(),
                starred: false,
            },
            offset: args.offset,
            limit: args.limit,
        })?;
        if json {
            print::json(&page)
        } else {
            print::page(&page)
        }
    }

    /// `search`.
    pub async fn search(&self, args: &SearchArgs, json: bool) -> Result<(), Error> {
        self.client.make_index().await?;
        let text = args.query.as_deref().unwrap_or_default();
        let answer = self.client.search(&query(args, text))?;
        if json {
            print::json(&answer)
        } else {
            print::hits(&answer, args.offset)
        }
    }

    /// `search --batch`: a line of JSON for each line that is read, in order, blank ones too.
    pub async fn search_batch(&self, args: &SearchArgs) -> Result<(), Error> {
        self.client.tend_index().await?;
        for line in io::stdin().lock().split(b'\n') {
            let line = line?;
            let line = line.strip_suffix(b"\r").unwrap_or(&line);
            // What cannot be read is answered too: whoever reads the answers counts lines.
            let Ok(text) = std::str::from_utf8(line) else {
                print::json(&print::Unreadable::of(line))?;
                continue;
            };
            let begun = Instant::now();
            let answer = self.client.search(&query(args, text))?;
            print::json(&print::Line::new(text.to_owned(), &answer, begun.elapsed()))?;
        }
        Ok(())
    }

    /// `show`.
    pub async fn show(&self, collection: Collection, id: Id, json: bool) -> Result<(), Error> {
        let detail = self.client.detail(collection, id).await?;
        if json {
            print::json(&detail)
        } else {
            print::detail(&detail)
        }
    }

    /// The working days of the city, for `due`.
    pub fn work_calendar(&self) -> Result<WorkCalendar, Error> {
        self.client.work_calendar()
    }

    /// `status`.
    pub fn status(&self, json: bool) -> Result<(), Error> {
        let status = print::Status {
            about: self.client.about(),
            sync: self.client.sync_state(),
            counts: self.client.counts()?,
            storage: self.client.storage()?,
        };
        if json {
            print::json(&status)
        } else {
            print::status(&status)
        }
    }
}

fn query(args: &SearchArgs, text: &str) -> SearchQuery {
    SearchQuery {
        text: text.to_owned(),
        collection: args.collection,
        department: args.department.clone(),
        county: args.county.clone(),
        from: args.from.clone(),
        to: args.to.clone(),
        sort: if args.newest_first {
            SearchSort::Date
        } else {
            SearchSort::Relevance
        },
        offset: args.offset,
        limit: args.limit,
    }
}
