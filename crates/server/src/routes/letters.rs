//! Citizens and their letters over HTTP. The order of every write: key, what is known of it, limits, proof of work,
//! validation; so a repeat after a lost answer is answered whatever else holds.

use super::{Shared, caller::Caller, problem::Code};
use crate::{
    clock,
    petition::{
        act::{Actor, Halt, Order},
        citizen::{self, Own, Whose},
        proof::Challenge,
        submit::{self, Known, Receipt, Submission},
        upload,
    },
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;
use weimenhu_domain::{
    petition::{Action, Rating, Visibility, wire::Stands},
    record::Sha256,
};

/// The largest body of JSON, in bytes.
const MAX_JSON: usize = 256 << 10;

/// A challenge for the next write or look-up.
#[utoipa::path(get, path = "/api/v1/challenge", responses((status = 200, body = Challenge)))]
pub async fn challenge(State(shared): State<Shared>) -> Response {
    fresh(Json(shared.proofs.challenge(clock::now())))
}

/// Send a letter. The same key and body answer the same receipt for ever.
#[utoipa::path(
    post, path = "/api/v1/letters", request_body = Submission,
    params(("Idempotency-Key" = String, Header), ("X-Altcha" = Option<String>, Header)),
    responses(
        (status = 201, body = Receipt), (status = 400), (status = 409), (status = 413),
        (status = 422, description = "Something in it cannot be; or the key was used for another body"),
        (status = 429), (status = 500), (status = 503)
    )
)]
pub async fn submit(State(shared): State<Shared>, caller: Caller, body: Bytes) -> Result<Response, Code> {
    let key = caller.key()?;
    let _inside = shared.in_flight.enter(key)?;
    match submit::known(&shared.city, key, &body).await? {
        Some(Known::Same(receipt)) => return Ok(fresh((StatusCode::CREATED, Json(receipt)))),
        Some(Known::Other) => return Err(Code::Unprocessable("key_used")),
        None => {}
    }
    may_write(&shared, &caller)?;
    let letter: Submission = read(&body)?;
    let from = ("app", Actor::WRITER);
    let receipt = submit::submit(&shared.city, key, &body, &letter, from, clock::now()).await?;
    Ok(fresh((StatusCode::CREATED, Json(receipt))))
}

/// How much of a file is here.
#[utoipa::path(
    get, path = "/api/v1/uploads/{sha}", params(("Idempotency-Key" = String, Header), ("sha" = String, Path)),
    responses((status = 200, body = upload::Progress), (status = 400), (status = 404), (status = 429), (status = 500))
)]
pub async fn uploaded(
    State(shared): State<Shared>,
    caller: Caller,
    Path(sha): Path<String>,
) -> Result<Response, Code> {
    may(shared.limits.may_upload(caller.from))?;
    let sha: Sha256 = sha.parse().map_err(|_| Code::NotFound)?;
    let owner = upload::owner(&shared.city, caller.key()?);
    Ok(fresh(Json(upload::progress(&shared.city, &owner, sha).await?)))
}

/// Send a part of a file, under the key of the letter it belongs to, before the letter itself.
#[utoipa::path(
    put, path = "/api/v1/uploads/{sha}", request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    params(
        ("Idempotency-Key" = String, Header), ("sha" = String, Path),
        ("Upload-Offset" = u64, Header), ("Upload-Length" = u64, Header)
    ),
    responses((status = 200, body = upload::Progress), (status = 400), (status = 404), (status = 409), (status = 413),
        (status = 422), (status = 429), (status = 500), (status = 503))
)]
pub async fn upload(
    State(shared): State<Shared>,
    caller: Caller,
    Path(sha): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Code> {
    let key = caller.key()?;
    may(shared.limits.may_upload(caller.from))?;
    let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<u64>().ok();
    let offset = number("upload-offset").ok_or(Code::BadRequest("upload_offset_missing"))?;
    let length = number("upload-length").ok_or(Code::BadRequest("upload_length_missing"))?;
    let sha: Sha256 = sha.parse().map_err(|_| Code::NotFound)?;
    let _inside = shared.in_flight.enter(&format!("{key} {sha}"))?;
    let owner = upload::owner(&shared.city, key);
    let now = clock::now();
    let progress = upload::part(&shared.city, &owner, sha, (offset, length), &body, now).await?;
    Ok(fresh(Json(progress)))
}

/// Number and code of a receipt.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// 受理编号, as printed or typed.
    number: String,
    /// 查询密码.
    code: String,
}

/// Look a letter up from another device. Unknown number and wrong code are the same answer.
#[utoipa::path(
    post, path = "/api/v1/letters/lookup", request_body = Lookup,
    params(("X-Altcha" = Option<String>, Header)),
    responses((status = 200, body = Own), (status = 400), (status = 404), (status = 413), (status = 422), (status = 429),
        (status = 500))
)]
pub async fn look_up(State(shared): State<Shared>, caller: Caller, body: Bytes) -> Result<Response, Code> {
    let asked: Lookup = read(&body)?;
    may(shared.limits.may_try(caller.from, &asked.number))?;
    worked(&shared, &caller)?;
    Ok(fresh(Json(
        citizen::look_up(&shared.city, &asked.number, &asked.code, clock::now()).await?,
    )))
}

/// Follow a letter by its token.
#[utoipa::path(
    get, path = "/api/v1/track", security(("token" = [])),
    responses((status = 200, body = Own), (status = 304), (status = 404), (status = 429), (status = 500))
)]
pub async fn track(
    State(shared): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Code> {
    may(shared.limits.may_read(caller.from))?;
    let own = citizen::track(&shared.city, caller.bearer()?, clock::now()).await?;
    let text = serde_json::to_string(&own).map_err(|_| Code::Internal)?;
    let tag = format!("\"{}\"", Sha256::of(text.as_bytes()));
    let same = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|t| t.as_bytes() == tag.as_bytes());
    let mut answer = if same {
        fresh(StatusCode::NOT_MODIFIED)
    } else {
        fresh(([(header::CONTENT_TYPE, "application/json")], text))
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    Ok(answer)
}

/// Everything that is kept of a writer, for the writer.
#[utoipa::path(
    get, path = "/api/v1/track/export", security(("token" = [])),
    responses((status = 200, body = Object), (status = 404), (status = 429), (status = 500))
)]
pub async fn export(State(shared): State<Shared>, caller: Caller) -> Result<Response, Code> {
    may(shared.limits.may_read(caller.from))?;
    Ok(fresh(Json(
        citizen::export(&shared.city, caller.bearer()?, clock::now()).await?,
    )))
}

/// What comes with a writer's action; each reads its own part.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Deed {
    /// For `supplement`.
    text: String,
    /// For `appeal`, and for the two worst grades of `rate`.
    reason: String,
    /// For `rate`: very_good, good, fair, bad or very_bad.
    #[schema(value_type = Option<String>)]
    rating: Option<Rating>,
    /// For `set_visibility`: public or private.
    #[schema(value_type = Option<String>)]
    visibility: Option<Visibility>,
    /// For `supplement`: files uploaded under the same key.
    #[schema(value_type = Vec<String>)]
    attachments: Vec<Sha256>,
}

/// The writer does something: supplement, withdraw, set_visibility, appeal, rate or ask_erase.
#[utoipa::path(
    post, path = "/api/v1/track/{action}", request_body = Deed,
    params(("action" = String, Path), ("Idempotency-Key" = String, Header)), security(("token" = [])),
    responses((status = 200, body = Stands), (status = 400), (status = 404),
        (status = 409, description = "The letter does not stand so that this could be done"), (status = 413),
        (status = 422), (status = 429), (status = 500), (status = 503))
)]
pub async fn deed(
    State(shared): State<Shared>,
    caller: Caller,
    Path(action): Path<String>,
    body: Bytes,
) -> Result<Response, Code> {
    let key = caller.key()?;
    let token = caller.bearer()?;
    let action = Action::named(&action)
        .filter(|a| citizen::is_writers(*a))
        .ok_or(Code::NotFound)?;
    let _inside = shared.in_flight.enter(key)?;
    let deed: Deed = if body.is_empty() {
        Deed::default()
    } else {
        read(&body)?
    };
    if action == Action::SetVisibility && deed.visibility.is_none() {
        return Err(Code::Unprocessable("visibility_missing"));
    }
    let files: Vec<String> = deed.attachments.iter().map(Sha256::to_string).collect();
    let order = Order {
        text: deed.text,
        reason: deed.reason,
        rating: deed.rating,
        visibility: deed.visibility.unwrap_or(Visibility::Public),
        uploads: (!files.is_empty()).then(|| (upload::owner(&shared.city, key), files)),
        ..Order::new(action)
    };
    write(&shared, &caller, Whose::Writers(token), &order, &body).await
}

/// 我也遇到: join a public letter. The answer's token is for leaving.
#[utoipa::path(
    post, path = "/api/v1/letters/{number}/join",
    params(("number" = String, Path), ("Idempotency-Key" = String, Header), ("X-Altcha" = Option<String>, Header)),
    responses((status = 200, body = Stands), (status = 400), (status = 404), (status = 409), (status = 422),
        (status = 429), (status = 500), (status = 503))
)]
pub async fn join(
    State(shared): State<Shared>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Response, Code> {
    let token = citizen::join_token(&shared.city, caller.key()?);
    anybody(&shared, &caller, &number, Action::Join, token).await
}

/// Leave it again.
#[utoipa::path(
    post, path = "/api/v1/letters/{number}/leave",
    params(("number" = String, Path), ("Idempotency-Key" = String, Header), ("X-Altcha" = Option<String>, Header)),
    security(("token" = [])),
    responses((status = 200, body = Stands), (status = 400), (status = 404), (status = 409), (status = 422),
        (status = 429), (status = 500), (status = 503))
)]
pub async fn leave(
    State(shared): State<Shared>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Response, Code> {
    let token = caller.bearer()?.to_owned();
    anybody(&shared, &caller, &number, Action::Leave, token).await
}

async fn anybody(
    shared: &Shared,
    caller: &Caller,
    number: &str,
    action: Action,
    token: String,
) -> Result<Response, Code> {
    let _inside = shared.in_flight.enter(caller.key()?)?;
    let order = Order {
        joiner: citizen::joiner(&shared.city, &token),
        ..Order::new(action)
    };
    let whose = Whose::Anybodys(number);
    let body = token.as_bytes();
    if !citizen::is_known(&shared.city, caller.key()?).await? {
        worked(shared, caller)?;
    }
    let mut stands = done(shared, caller, whose, &order, body).await?;
    if action == Action::Join {
        stands.token = token;
    }
    Ok(fresh(Json(stands)))
}

async fn write(
    shared: &Shared,
    caller: &Caller,
    whose: Whose<'_>,
    order: &Order,
    body: &[u8],
) -> Result<Response, Code> {
    Ok(fresh(Json(done(shared, caller, whose, order, body).await?)))
}

async fn done(
    shared: &Shared,
    caller: &Caller,
    whose: Whose<'_>,
    order: &Order,
    body: &[u8],
) -> Result<Stands, Code> {
    let key = caller.key()?;
    if !citizen::is_known(&shared.city, key).await? {
        may(shared.limits.may_write(caller.from))?;
    }
    let done = citizen::write(&shared.city, whose, key, body, order, clock::now()).await?;
    Ok(Stands {
        event: done.event,
        state: done.state,
        token: String::new(),
    })
}

fn may_write(shared: &Shared, caller: &Caller) -> Result<(), Code> {
    may(shared.limits.may_write(caller.from))?;
    worked(shared, caller)
}

pub(super) fn worked(shared: &Shared, caller: &Caller) -> Result<(), Code> {
    let taken = shared.proofs.take(caller.proof(), clock::now());
    taken.map_err(|wrong| Code::Unprocessable(wrong.code()))
}

pub(super) fn may(may: bool) -> Result<(), Code> {
    if may { Ok(()) } else { Err(Code::TooMany) }
}

/// JSON of a citizen. What does not parse is not said in detail: serde's words quote the input.
pub(super) fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Code> {
    if body.len() > MAX_JSON {
        return Err(Code::TooLarge);
    }
    serde_json::from_slice(body).map_err(|_| Code::BadRequest("malformed"))
}

/// An answer that nobody keeps.
pub(super) fn fresh(answer: impl IntoResponse) -> Response {
    let mut answer = answer.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    answer
}

impl From<Halt> for Code {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::NotThere => Self::NotFound,
            Halt::Rule(refusal) => Self::Conflict(refusal.code()),
            Halt::Conflict => Self::Conflict("conflict"),
            Halt::Broken(error) => error.into(),
            other => Self::Unprocessable(other.code()),
        }
    }
}
