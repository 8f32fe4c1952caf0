//! What of a letter is for whom: its visibility, the public wording, its files, and the person behind it erased.

use super::{
    act::{Halt, Order, Work},
    effect::say,
    recovery, upload,
};
use crate::{
    store::{
        meta,
        petition::{attachment, message, wording},
    },
    tree,
};
use weimenhu_domain::petition::Visibility;

pub(super) fn set_visibility(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    if order.visibility == Visibility::Secret {
        return Err(Halt::Invalid("visibility_unknown"));
    }
    work.p.wished = order.visibility.name().to_owned();
    if work.p.shown_to() != Visibility::Secret {
        work.p.visibility = work.p.wished.clone();
    }
    work.note("visibility", work.p.wished.clone());
    Ok(())
}

/// Why the Office may set a letter 涉密; the words are Fluent's. A list, because a letter that disappears from the public
/// must disappear for one of these reasons and for no other; the clerk's own words stand beside it.
pub const SECRECY_CODES: &[&str] = &[
    "privacy",
    "minor",
    "tip_off",
    "investigation",
    "business_secret",
    "public_safety",
    "state_secret",
];

/// Sets 涉密 for a coded reason, or lifts it.
pub(super) async fn classify(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    work.p.visibility = if order.visibility == Visibility::Secret {
        if !SECRECY_CODES.contains(&order.code.as_str()) {
            return Err(Halt::Invalid("secrecy_unknown"));
        }
        work.note("secrecy", order.code.clone());
        Visibility::Secret.name().to_owned()
    } else {
        work.p.wished.clone()
    };
    work.note("visibility", work.p.visibility.clone());
    say(work, "reason", &order.reason).await
}

/// The public wording, or an attachment, with what was public before erased if it was redacted.
pub(super) async fn approve(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    if order.attachment != 0 {
        let mut file = own_attachment(work, order.attachment).await?;
        file.approved = i64::from(order.upheld);
        if order.upheld {
            if file.file.is_empty() {
                return Err(Halt::Invalid("attachment_unknown"));
            }
            let bytes = upload::read(work.city, &file.file)?;
            let staged = work.city.staged();
            tree::write_durably(&staged, &staged.join(&file.sha), &bytes)?;
        } else {
            work.redact = true;
        }
        attachment::save(work.tx, &file).await?;
        work.note("attachment", order.attachment);
        return Ok(());
    }
    word(work, order).await
}

pub(super) async fn redact(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    if order.attachment != 0 {
        let mut file = own_attachment(work, order.attachment).await?;
        file.approved = 0;
        attachment::save(work.tx, &file).await?;
        work.note("attachment", order.attachment);
    } else {
        word(work, order).await?;
    }
    work.redact = true;
    say(work, "reason", &order.reason).await
}

/// Sets what everybody reads in the place of the original words; empty: nothing.
async fn word(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    let mut words = own_words(work, order.wording).await?;
    words.shown = order.text.trim().to_owned();
    words.approved = i64::from(!words.shown.is_empty());
    words.judged = 1;
    wording::save(work.tx, &words).await?;
    work.note("wording", order.wording);
    Ok(())
}

async fn own_words(work: &Work<'_>, id: i64) -> Result<wording::Model, Halt> {
    let all = wording::of(work.tx, work.p.id).await?;
    all.into_iter()
        .find(|w| w.id == id)
        .ok_or(Halt::Invalid("wording_unknown"))
}

/// A file of this letter. Of one that was erased there is nothing to show any more, but what is public of it can still
/// be hidden.
async fn own_attachment(work: &Work<'_>, id: i64) -> Result<attachment::Model, Halt> {
    let file = attachment::get(work.tx, id).await?;
    file.filter(|f| f.petition == work.p.id)
        .ok_or(Halt::Invalid("attachment_unknown"))
}

/// Erases the person, in the database's log too: contact, names, the original words and files. What is public stays as it was approved; of a letter
/// whose text is not public any more, the approved words go too.
pub(super) async fn erase(work: &mut Work<'_>) -> Result<(), Halt> {
    (work.p.contact, work.p.names) = (String::new(), String::new());
    (work.p.address, work.p.location) = (String::new(), String::new());
    work.p.phone = recovery::NO_PHONE.to_owned();
    (work.p.erase_asked, work.p.erased) = (0, 1);
    let shows = work.p.stands()?.shows_text() && work.p.shown_to() == Visibility::Public;
    wording::erase(work.tx, work.p.id, shows).await?;
    message::erase(work.tx, work.p.id).await?;
    meta::begin_erasing(work.tx).await?;
    for mut file in attachment::of(work.tx, work.p.id).await? {
        work.gone.push(std::mem::take(&mut file.file));
        attachment::save(work.tx, &file).await?;
    }
    Ok(())
}
