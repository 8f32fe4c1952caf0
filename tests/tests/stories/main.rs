//! Stories through a real server and real caches: a notice arrives, a cable is cut, somebody lies.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what fails here must fail the test"
)]

mod a_city_changes_its_days;
mod a_letter_is_joined;
mod a_letter_is_sent;
mod a_letter_is_supplemented;
mod a_letter_meets_trouble;
mod a_notice_arrives;
mod a_notification_is_due;
mod a_process_is_killed;
mod a_record_is_redacted;
mod a_record_is_shared;
mod a_server_is_lost;
mod a_server_is_restored;
mod a_server_is_updated;
mod a_topic_is_followed;
mod an_app_is_updated;
mod an_older_app_meets_newer;
mod keys_change;
mod somebody_lies;
#[cfg(target_os = "linux")]
mod the_battery_dies;
mod the_cable_is_bad;
mod the_cable_is_cut;
mod the_cache_breaks;
mod the_command_line;
mod the_days_are_counted;
mod the_figures_agree;
mod the_phone_is_small;

use serde_json::{Value, json};
use weimenhu_core::{
    Client,
    view::{ListQuery, Row, TopicForm},
};
use weimenhu_domain::Collection;

/// A notice as `import` takes it.
fn notice(id: &str, day: u32, text: &str) -> Value {
    json!({
        "id": id,
        "title": format!("示例：{text}"),
        "html": format!("<p>{text}的正文。</p>"),
        "published": format!("2026-11-{day:02}T09:00:00+08:00"),
        "department": "温州市教育局",
        "kind": "通知",
    })
}

/// The same as a whole record, to publish by hand.
fn record(day: u32, text: &str) -> Value {
    let mut record = notice("", day, text);
    if let Some(fields) = record.as_object_mut() {
        fields.remove("id");
    }
    record
}

/// The first hundred rows of a list.
fn rows(device: &Client, collection: Collection) -> Vec<Row> {
    let query = ListQuery {
        collection,
        filter: Default::default(),
        offset: 0,
        limit: 100,
    };
    device.list(&query).unwrap().rows
}

/// A topic of these words.
fn words(text: &str) -> TopicForm {
    TopicForm {
        text: text.into(),
        ..TopicForm::default()
    }
}

/// The titles of the notices, newest first, without their mark of being samples.
fn titles(device: &Client) -> Vec<String> {
    rows(device, Collection::Notices)
        .into_iter()
        .map(|r| r.title.replace("示例：", ""))
        .collect()
}
