//! 电话登记: what somebody says on the telephone becomes a letter.

use super::{
    form::Typed,
    session::{Fields, Signed, page},
};
use crate::{
    clock,
    petition::{
        act::{Actor, Halt},
        desk,
        staff::Who,
        submit::{self, Contact, Submission},
    },
    routes::{Shared, problem::Code},
    words::Lang,
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use weimenhu_domain::petition::{Kind, Role, Visibility};

#[derive(Template)]
#[template(path = "desk/intake.html")]
struct Intake {
    t: Lang,
    who: Who,
    kinds: &'static [Kind],
    departments: Vec<(i64, String, bool, bool)>,
    counties: Vec<String>,
    key: String,
    receipt: Option<submit::Receipt>,
    refused: &'static str,
    form: Typed,
}

const INTAKE: &[Role] = &[Role::Operator];

/// `GET /desk/intake`: a call to 12345 becomes a letter.
pub async fn intake(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    signed.only(INTAKE)?;
    intake_page(&shared, signed, None, Typed::default(), "").await
}

async fn intake_page(
    shared: &Shared,
    signed: Signed,
    receipt: Option<submit::Receipt>,
    form: Typed,
    refused: &'static str,
) -> Result<Response, Code> {
    let taken = receipt.is_some() || (refused.is_empty() && form.is_right());
    let status = if taken {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let view = Intake {
        t: signed.t,
        who: signed.who,
        kinds: Kind::ALL,
        departments: desk::departments(&shared.city).await?,
        counties: desk::counties(&shared.city).await?,
        // In the form, so that pressing twice is one letter.
        key: format!("line-{:032x}", rand::random::<u128>()),
        receipt,
        refused,
        form,
    };
    page(status, &view)
}

/// `POST /desk/intake`
pub async fn taken(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    let mut form = signed.form(INTAKE, &headers, &fields)?;
    let Some(kind) = Kind::named(form.value("kind")) else {
        form.wrong("kind", "kind_unknown");
        return intake_page(&shared, signed, None, form, "").await;
    };
    let text = |name: &str| form.value(name).to_owned();
    let county = text("county");
    if !county.is_empty() && !desk::counties(&shared.city).await?.contains(&county) {
        form.wrong("county", "county_unknown");
        return intake_page(&shared, signed, None, form, "").await;
    }
    let letter = Submission {
        kind,
        title: text("title"),
        text: text("text"),
        department: text("department"),
        county,
        address: text("address"),
        location: None,
        visibility: if text("private") == "1" {
            Visibility::Private
        } else {
            Visibility::Public
        },
        contact: Contact {
            name: text("name"),
            phone: text("phone"),
        },
        attachments: Vec::new(),
        consent: text("consent") == "1",
    };
    let who = Actor {
        role: Role::Operator,
        staff: signed.who.id,
        department: 0,
    };
    let body = serde_json::to_vec(&letter).map_err(|_| Code::Internal)?;
    let key = format!("{} {}", signed.who.id, text("key"));
    match submit::submit(&shared.city, &key, &body, &letter, ("line", who), clock::now()).await {
        Ok(receipt) => intake_page(&shared, signed, Some(receipt), Typed::default(), "").await,
        Err(Halt::Broken(error)) => Err(error.into()),
        Err(refused) => match field_of(refused.code()) {
            Some(field) => {
                form.wrong(field, refused.code());
                intake_page(&shared, signed, None, form, "").await
            }
            None => intake_page(&shared, signed, None, form, refused.code()).await,
        },
    }
}

/// At which field of the form a refusal of the letter stands; `None`: it is about no one of them.
fn field_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "title_missing" | "title_too_long" => "title",
        "text_missing" | "text_too_long" => "text",
        "address_too_long" => "address",
        "name_too_long" => "name",
        "phone_wrong" => "phone",
        "consent_missing" => "consent",
        _ => return None,
    })
}
