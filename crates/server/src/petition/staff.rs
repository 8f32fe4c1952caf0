//! Staff: passwords (argon2id), one-time codes (TOTP), sessions. Deny by default: whoever has no session of the last
//! fifteen minutes is nobody.
//!
//! Rejected: a crate for TOTP (it is one HMAC, and the crates bring QR codes and clocks), and JWT (a session that
//! cannot be ended is no session).

use crate::{
    City, Error, Result,
    error::own_json,
    store::{
        Tx,
        petition::{
            event,
            people::{self, session, staff},
        },
    },
};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use weimenhu_domain::{petition::Role, record::Sha256};

/// A session ends after so long without a request.
const IDLE_MS: i64 = 15 * 60 * 1000;
/// And after so long in any case.
const WHOLE_MS: i64 = 12 * 3600 * 1000;
/// So many wrong sign-ins in a row, from wherever, close an account for a while: for guesses from many addresses. One
/// address has to wait after [`super::tries::MOST`], so alone it needs hours for this, and any sign-in begins anew.
pub const MAX_FAILURES: i64 = 50;
/// For so long.
const LOCKED_MS: i64 = 15 * 60 * 1000;
/// A one-time code holds so long; the one before and the one after are taken too.
const STEP_S: i64 = 30;
/// The shortest password.
pub const MIN_PASSWORD: usize = 12;
/// Before what is kept of a password that somebody else has seen. PHC strings begin otherwise.
const ONCE: &str = "once:";

/// For how long a password is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// Until it is changed.
    ForGood,
    /// For the first sign-in alone, which asks for another: whoever gave it knows it.
    Once,
}

/// What came of a sign-in. Not `Debug`: it holds a token.
pub enum SignedIn {
    /// Nothing; which says nothing about what was wrong.
    No,
    /// All of it was right, and a new password must be given with it. The code was not used up.
    Renew,
    /// The cookie's token.
    As(String),
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Who {
    /// Our number.
    pub id: i64,
    /// What is shown.
    pub name: String,
    /// What they may act as.
    pub roles: Vec<Role>,
    /// 0: the Office.
    pub department: i64,
    /// Token of their forms.
    pub csrf: String,
}

impl Who {
    /// Whether a page of the desk is for them: nobody is shown a door that is locked.
    pub fn sees(&self, page: &str) -> bool {
        use Role::{Administrator, Auditor, Head, Operator, Reviewer, Supervisor};
        self.is(match page {
            "deductions" => &[Head],
            "intake" => &[Operator],
            // A department reads what is written to it.
            "messages" if self.department != 0 => return true,
            "report" | "messages" => &[Reviewer, Supervisor, Auditor, Administrator],
            "audit" => &[Supervisor, Auditor, Administrator],
            _ => &[Administrator],
        })
    }

    /// May act as one of these.
    pub fn is(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|r| roles.contains(r))
    }
}

/// Adds somebody; answers the secret for the authenticator, base32.
///
/// # Errors
/// The login is taken, the password too short, or the database's.
pub async fn add(
    city: &City,
    (login, name): (&str, &str),
    password: &str,
    given: Given,
    roles: &[Role],
    department: i64,
) -> Result<String> {
    let (row, secret) = somebody(city, (login, name), password, given, roles, department).await?;
    let tx = city.store.write().await?;
    people::add_staff(&tx, row).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Somebody who is not added yet, and the secret for the authenticator: a password is hashed before anything is locked.
pub(super) async fn somebody(
    city: &City,
    (login, name): (&str, &str),
    password: &str,
    given: Given,
    roles: &[Role],
    department: i64,
) -> Result<(staff::Model, String)> {
    if password.chars().count() < MIN_PASSWORD {
        return Err(Error::usage(format!(
            "a password has at least {MIN_PASSWORD} characters"
        )));
    }
    if people::by_login(city.store.read(), login).await?.is_some() {
        return Err(Error::usage("this login is taken"));
    }
    let (password, secret, totp) = made(city, login, password, given).await?;
    let names: Vec<&str> = roles.iter().map(|r| r.name()).collect();
    let row = staff::Model {
        id: 0,
        login: login.to_owned(),
        name: name.to_owned(),
        password,
        totp,
        totp_step: 0,
        roles: own_json(serde_json::to_string(&names), "roles")?,
        department,
        active: 1,
        failures: 0,
        locked_ms: 0,
    };
    Ok((row, secret))
}

/// What is kept of a password, a new secret for the authenticator, and what is kept of that.
pub(super) async fn made(
    city: &City,
    login: &str,
    password: &str,
    given: Given,
) -> Result<(String, String, String)> {
    let secret = BASE32_NOPAD.encode(&rand::random::<[u8; 20]>());
    let sealed = city.secret.seal(&totp_place(login), &secret)?;
    let mark = if given == Given::Once { ONCE } else { "" };
    let kept = format!("{mark}{}", hash(password.to_owned()).await?);
    Ok((kept, secret, sealed))
}

fn totp_place(login: &str) -> String {
    format!("totp {login}")
}

/// Argon2id takes 19 MB and some 20 ms: work for another thread.
async fn hash(password: String) -> Result<String> {
    let work = move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|h| h.to_string())
    };
    let hashed = tokio::task::spawn_blocking(work).await?;
    hashed.map_err(|_| Error::Inconsistent("a password cannot be hashed".into()))
}

async fn fits(password: String, kept: String) -> Result<bool> {
    let work = move || {
        PasswordHash::new(&kept).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        })
    };
    Ok(tokio::task::spawn_blocking(work).await?)
}

/// A hash of no password, so that an unknown login takes as long as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM0NTY$8HBDBMKbaZD7RWpRTZMeMkzLjMnKbNcvJ5rC1lLVTPg";

/// Signs somebody in; `new` is the password that takes the place of one that was given once, and else not read.
///
/// # Errors
/// The database's.
pub async fn sign_in(
    city: &City,
    login: &str,
    (password, new): (&str, &str),
    code: &str,
    now: Timestamp,
) -> Result<SignedIn> {
    let now_ms = now.as_millisecond();
    let found = people::by_login(city.store.read(), login).await?;
    let kept = found.map_or_else(|| NOBODY.to_owned(), |s| s.password);
    let once = kept.starts_with(ONCE);
    let right = fits(password.to_owned(), kept.trim_start_matches(ONCE).to_owned()).await?;
    let renews = once && right && new != password && new.chars().count() >= MIN_PASSWORD;
    let renewed = if renews {
        Some(hash(new.to_owned()).await?)
    } else {
        None
    };
    let tx = city.store.write().await?;
    // Read again where nobody else can write: guesses that come at once are counted one by one, and a code works once.
    let found = people::by_login(&tx, login)
        .await?
        .filter(|who| who.password == kept);
    let may = found.filter(|who| who.active == 1 && who.locked_ms <= now_ms);
    // Every refusal leaves the same trace and takes as long: how long it took must not tell who is on the staff.
    let Some(mut who) = may else {
        looked(&tx, 0, 0, "sign_in_failed", now).await?;
        tx.commit().await?;
        return Ok(SignedIn::No);
    };
    let secret = city.secret.open_sealed(&totp_place(login), &who.totp)?;
    let step = step(&secret, code, now).filter(|step| *step > who.totp_step && right);
    let Some(step) = step else {
        who.failures = who.failures.saturating_add(1);
        if who.failures >= MAX_FAILURES {
            (who.failures, who.locked_ms) = (0, now_ms.saturating_add(LOCKED_MS));
        }
        people::save_staff(&tx, &who).await?;
        looked(&tx, 0, who.id, "sign_in_failed", now).await?;
        tx.commit().await?;
        return Ok(SignedIn::No);
    };
    match renewed {
        Some(renewed) => who.password = renewed,
        None if once => return Ok(SignedIn::Renew),
        None => {}
    }
    (who.failures, who.totp_step) = (0, step);
    people::save_staff(&tx, &who).await?;
    let token = HEXLOWER.encode(&rand::random::<[u8; 32]>());
    let row = session::Model {
        token: kept_token(&token),
        staff: who.id,
        csrf: HEXLOWER.encode(&rand::random::<[u8; 32]>()),
        made_ms: now_ms,
        seen_ms: now_ms,
    };
    people::open_session(&tx, row).await?;
    looked(&tx, 0, who.id, "sign_in", now).await?;
    tx.commit().await?;
    Ok(SignedIn::As(token))
}

/// Appends an event of the house itself to the audit trail.
pub(super) async fn looked(tx: &Tx, petition: i64, actor: i64, what: &str, now: Timestamp) -> Result<()> {
    note(tx, (petition, actor), what, &json!({}), now).await
}

/// The same with what was set.
pub(super) async fn note(
    tx: &Tx,
    (petition, actor): (i64, i64),
    what: &str,
    data: &Value,
    now: Timestamp,
) -> Result<()> {
    let mut seen = event::Model::new(petition, None, now.as_millisecond(), "staff", what);
    (seen.actor, seen.data) = (actor, data.to_string());
    event::append(tx, seen).await?;
    Ok(())
}

fn kept_token(token: &str) -> String {
    Sha256::of(token.as_bytes()).to_string()
}

/// Whose session this is, if it lives.
///
/// # Errors
/// The database's.
pub async fn session(city: &City, token: &str, now: Timestamp) -> Result<Option<Who>> {
    let db = city.store.read();
    let Some(mut row) = people::find_session(db, &kept_token(token)).await? else {
        return Ok(None);
    };
    let now_ms = now.as_millisecond();
    let quiet = now_ms.saturating_sub(row.seen_ms);
    let lives = quiet < IDLE_MS && now_ms.saturating_sub(row.made_ms) < WHOLE_MS;
    let who = people::find_staff(db, row.staff)
        .await?
        .filter(|s| lives && s.active == 1);
    let Some(who) = who else { return Ok(None) };
    // Written once a minute and not at every request.
    if quiet > 60_000 {
        row.seen_ms = now_ms;
        let tx = city.store.write().await?;
        people::touch_session(&tx, &row).await?;
        tx.commit().await?;
    }
    Ok(Some(Who {
        id: who.id,
        roles: who.acts_as(),
        name: who.name,
        department: who.department,
        csrf: row.csrf,
    }))
}

/// Ends a session.
///
/// # Errors
/// The database's.
pub async fn sign_out(city: &City, token: &str) -> Result<()> {
    let tx = city.store.write().await?;
    people::end_session(&tx, &kept_token(token)).await?;
    Ok(tx.commit().await?)
}

/// Ends every session of somebody: for a browser that was left open elsewhere.
///
/// # Errors
/// The database's.
pub async fn sign_out_everywhere(city: &City, id: i64) -> Result<()> {
    let tx = city.store.write().await?;
    people::end_sessions(&tx, id).await?;
    Ok(tx.commit().await?)
}

/// The step whose code this is, of the one before, this one and the next.
pub fn step(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let this = now.as_second().div_euclid(STEP_S);
    let given: String = code.chars().filter(char::is_ascii_digit).collect();
    [this.saturating_sub(1), this, this.saturating_add(1)]
        .into_iter()
        .find(|step| totp(secret, *step).is_some_and(|right| right == given))
}

/// The one-time code of now, for the demonstration's print-out and the tests.
pub fn code_of(secret: &str, now: Timestamp) -> Option<String> {
    totp(secret, now.as_second().div_euclid(STEP_S))
}

/// RFC 6238 with HMAC-SHA-1 and six digits: what every authenticator app speaks.
fn totp(secret: &str, step: i64) -> Option<String> {
    let key = BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    let mut mac = <Hmac<sha1::Sha1> as KeyInit>::new_from_slice(&key).ok()?;
    mac.update(&step.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let at = usize::from(hash.last()? & 15);
    let word: [u8; 4] = hash.get(at..at.saturating_add(4))?.try_into().ok()?;
    Some(format!(
        "{:06}",
        (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B: "12345678901234567890", the last six of eight digits.
        let secret = BASE32_NOPAD.encode(b"12345678901234567890");
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(totp(&secret, second / STEP_S).unwrap(), code);
        }
    }
}
