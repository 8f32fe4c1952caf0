//! Signing in, a letter and everything that is done to it.

use super::{
    form::Typed,
    session::{Fields, Signed, cookie, guard, lang, own_site, page, set_cookie},
};
use crate::{
    clock,
    petition::{
        DECLINE_CODES, SECRECY_CODES,
        act::{Halt, Order},
        desk,
        staff::{self, SignedIn, Who},
        submit::Contact,
    },
    routes::{Shared, caller::Caller, problem::Code},
    words::Lang,
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use std::{collections::BTreeSet, fmt::Display};
use weimenhu_domain::petition::{Action, Rating, Visibility};

#[derive(Template)]
#[template(path = "desk/sign_in.html")]
struct SignIn {
    t: Lang,
    /// As it was typed.
    login: String,
    wrong: bool,
    /// So many minutes must pass first.
    wait: Option<i64>,
    /// Everything was right; the password that was given once must be replaced.
    renew: bool,
}

/// `GET /desk/sign-in`
pub async fn sign_in(headers: HeaderMap) -> Result<Response, Code> {
    let t = lang(&headers);
    let view = SignIn {
        t,
        login: String::new(),
        wrong: false,
        wait: None,
        renew: false,
    };
    page(StatusCode::OK, &view)
}

/// `POST /desk/sign-in`: the session is always a new one, so none can be planted, and the one before ends.
pub async fn signed_in(
    State(shared): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    own_site(&headers)?;
    if !shared.limits.may_write(caller.from) {
        return Err(Code::TooMany);
    }
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let (login, code) = (text("login"), text("code"));
    let passwords = (text("password"), text("new"));
    let now = clock::now();
    if let Err(minutes) = shared.tries.begin(caller.from, login, now) {
        return must_wait(lang(&headers), login, minutes);
    }
    let came = staff::sign_in(&shared.city, login, passwords, code, now).await?;
    if !matches!(came, SignedIn::No) {
        shared.tries.succeeded(caller.from, login);
    }
    match came {
        SignedIn::As(token) => {
            if let Some(before) = cookie(&headers) {
                staff::sign_out(&shared.city, &before).await?;
            }
            let mut answer = Redirect::to("/desk").into_response();
            answer
                .headers_mut()
                .insert(header::SET_COOKIE, set_cookie(&token)?);
            Ok(answer)
        }
        other => {
            let renew = matches!(other, SignedIn::Renew);
            let view = SignIn {
                t: lang(&headers),
                login: login.to_owned(),
                wrong: !renew,
                wait: None,
                renew,
            };
            page(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
    }
}

/// Too many failures from this address: in words for how long, and for a program in a header.
fn must_wait(t: Lang, login: &str, minutes: i64) -> Result<Response, Code> {
    let view = SignIn {
        t,
        login: login.to_owned(),
        wrong: false,
        wait: Some(minutes),
        renew: false,
    };
    let mut answer = page(StatusCode::TOO_MANY_REQUESTS, &view)?;
    let seconds = HeaderValue::from(minutes.saturating_mul(60));
    answer.headers_mut().insert(header::RETRY_AFTER, seconds);
    Ok(answer)
}

/// `POST /desk/sign-out`
pub async fn sign_out(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    signed.sent(&headers, &fields)?;
    if fields.get("everywhere").is_some_and(|v| v == "1") {
        staff::sign_out_everywhere(&shared.city, signed.who.id).await?;
    }
    staff::sign_out(&shared.city, &signed.token).await?;
    let mut answer = Redirect::to("/desk/sign-in").into_response();
    answer.headers_mut().insert(header::SET_COOKIE, set_cookie("")?);
    Ok(answer)
}

/// `GET /desk/icon.svg`: the app's; a browser asks for one anyway.
pub async fn icon() -> Response {
    let svg = include_str!("../../../../../assets/icons/icon.svg");
    ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()
}

/// `GET /desk/style.css`
pub async fn style() -> Response {
    let css = include_str!("../../../templates/desk/style.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

/// Text as a part of a query.
pub(super) fn percent(text: &str) -> String {
    let kept = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    let byte = |b: u8| {
        if kept(&b) {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        }
    };
    text.bytes().map(byte).collect()
}

#[derive(Template)]
#[template(path = "desk/letter.html")]
struct LetterPage {
    t: Lang,
    who: Who,
    l: desk::Letter,
    departments: Vec<(i64, String, bool, bool)>,
    codes: &'static [&'static str],
    secrecy: &'static [&'static str],
    opened: Opened,
    refused: String,
    /// The form that was refused.
    form: Typed,
}

/// What was asked to be opened, for this one answer.
#[derive(Default)]
struct Opened {
    contact: Option<Contact>,
    place: Option<desk::Place>,
}

impl LetterPage {
    /// Actions that a form of the page is for, in the order of the design; what is done seldom comes last.
    fn forms(&self) -> Vec<&'static str> {
        let own = [
            Action::ApproveText,
            Action::Contest,
            Action::Decide,
            Action::Redact,
        ];
        let actions = self.l.may.iter().map(|(a, _)| *a);
        let mut actions: Vec<Action> = actions.filter(|a| !own.contains(a)).collect();
        actions.sort_by_key(|a| match a {
            Action::Route | Action::Resolve | Action::Respond => 0,
            Action::Note => 2,
            Action::Classify => 3,
            _ => 1,
        });
        actions.into_iter().map(Action::name).collect()
    }

    fn may(&self, action: impl Display) -> bool {
        let action = action.to_string();
        self.l.may.iter().any(|(a, _)| a.name() == action)
    }

    /// Whether this department was ticked in the form that came back.
    fn assists(&self, form: &Typed, action: impl Display, id: &i64) -> bool {
        form.is("action", action) && form.is(&format!("assisting-{id}"), 1)
    }

    /// Which inputs the form of an action has.
    fn asks(&self, action: impl Display, field: impl Display) -> bool {
        let fields: &[&str] = match action.to_string().as_str() {
            "decline" => &["code", "reason", "text"],
            "route" => &["department"],
            "reroute" => &["department", "reason", "upheld"],
            "ask_extension" | "grant_extension" => &["date", "reason"],
            "respond" | "resolve" | "propose_answer" | "note" => &["text"],
            "merge" => &["target"],
            "classify" => &["visibility", "secrecy", "reason"],
            "erase" => &[],
            _ => &["reason"],
        };
        fields.contains(&field.to_string().as_str())
    }
}

async fn show(
    shared: &Shared,
    signed: Signed,
    number: &str,
    opened: Opened,
    refused: Option<(Halt, Typed)>,
) -> Result<Response, Code> {
    let l = desk::letter(&shared.city, &signed.who, number, clock::now()).await?;
    let status = if refused.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    let (refused, form) = refused.map_or_else(Default::default, |(halt, form)| (halt.code(), form));
    let view = LetterPage {
        t: signed.t,
        who: signed.who,
        l,
        departments: desk::departments(&shared.city).await?,
        codes: DECLINE_CODES,
        secrecy: SECRECY_CODES,
        opened,
        refused: refused.to_owned(),
        form,
    };
    page(status, &view)
}

/// `GET /desk/letters/{number}`
pub async fn letter(
    State(shared): State<Shared>,
    signed: Signed,
    Path(number): Path<String>,
) -> Result<Response, Code> {
    show(&shared, signed, &number, Opened::default(), None).await
}

/// `POST /desk/letters/{number}/contact`: opening the writer's name and phone leaves its trace.
pub async fn contact(
    State(shared): State<Shared>,
    signed: Signed,
    Path(number): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    signed.sent(&headers, &fields)?;
    let contact = desk::contact(&shared.city, &signed.who, &number, clock::now()).await?;
    let opened = Opened {
        contact: Some(contact),
        ..Opened::default()
    };
    show(&shared, signed, &number, opened, None).await
}

/// `POST /desk/letters/{number}/place`: opening where it is is an event too.
pub async fn place(
    State(shared): State<Shared>,
    signed: Signed,
    Path(number): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    signed.sent(&headers, &fields)?;
    let place = desk::place(&shared.city, &signed.who, &number, clock::now()).await?;
    let opened = Opened {
        place: Some(place),
        ..Opened::default()
    };
    show(&shared, signed, &number, opened, None).await
}

/// `GET /desk/letters/{number}/files/{id}`: to be saved, never to be run.
pub async fn file(
    State(shared): State<Shared>,
    signed: Signed,
    Path((number, id)): Path<(String, i64)>,
) -> Result<Response, Code> {
    let (media_type, bytes) = desk::file(&shared.city, &signed.who, &number, id).await?;
    let mut answer = bytes.into_response();
    guard(answer.headers_mut());
    let kind = HeaderValue::from_str(&media_type).map_err(|_| Code::Internal)?;
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    let shown = if media_type.starts_with("image/") {
        "inline"
    } else {
        "attachment"
    };
    answer
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(shown));
    Ok(answer)
}

/// `POST /desk/letters/{number}`: one action; the page comes back, with the reason when it was refused.
pub async fn act(
    State(shared): State<Shared>,
    signed: Signed,
    Path(number): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    signed.sent(&headers, &fields)?;
    let text = |name: &str| fields.get(name).map(|v| v.trim().to_owned()).unwrap_or_default();
    let id = |name: &str| text(name).parse::<i64>().unwrap_or_default();
    let action = Action::named(&text("action")).ok_or(Code::Unprocessable("action_unknown"))?;
    let assisting = fields.iter().filter(|(_, set)| *set == "1");
    let assisting = assisting.filter_map(|(name, _)| name.strip_prefix("assisting-")?.parse().ok());
    // In the order of their numbers: a map has none.
    let assisting: BTreeSet<i64> = assisting.collect();
    let order = Order {
        seen: text("seen").parse().ok(),
        text: text("text"),
        reason: text("reason"),
        code: text("code"),
        department: id("department"),
        assisting: assisting.into_iter().collect(),
        date: text("date").parse().ok(),
        target: desk::id_of(&shared.city, &text("target")).await?,
        rating: Rating::named(&text("rating")),
        visibility: Visibility::named(&text("visibility")).unwrap_or(Visibility::Public),
        wording: id("wording"),
        attachment: id("attachment"),
        deduction: id("deduction"),
        upheld: text("upheld") == "1",
        ..Order::new(action)
    };
    match desk::act(&shared.city, &signed.who, &number, &order, clock::now()).await {
        Ok(()) => Ok(Redirect::to(&format!("/desk/letters/{number}")).into_response()),
        Err(Halt::Broken(error)) => Err(error.into()),
        Err(Halt::NotThere) => Err(Code::NotFound),
        Err(refused) => {
            show(
                &shared,
                signed,
                &number,
                Opened::default(),
                Some((refused, Typed::of(&fields))),
            )
            .await
        }
    }
}
