//! The staff's desk: plain pages, plain forms, no script. It works on a phone, and with a screen reader.
//!
//! Rejected: a second single-page app (two code paths for every rule), and htmx for now: a form that posts and comes
//! back does everything the work needs, and a page without scripts has nothing to inject into.

mod admin;
mod chart;
mod deductions;
mod form;
mod intake;
mod message;
mod pages;
mod policy;
mod queue;
mod report;
mod retention;
mod session;
mod staffing;
mod wrong;

pub use wrong::as_page;

use super::Shared;
use axum::{
    Router,
    routing::{get, post},
};

/// All routes of the desk.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/desk", get(queue::queue))
        .route("/desk/icon.svg", get(pages::icon))
        .route("/desk/style.css", get(pages::style))
        .route("/desk/sign-in", get(pages::sign_in).post(pages::signed_in))
        .route("/desk/sign-out", post(pages::sign_out))
        .route("/desk/letters/{number}", get(pages::letter).post(pages::act))
        .route("/desk/letters/{number}/contact", post(pages::contact))
        .route("/desk/letters/{number}/place", post(pages::place))
        .route("/desk/letters/{number}/files/{id}", get(pages::file))
        .route("/desk/intake", get(intake::intake).post(intake::taken))
        .route(
            "/desk/deductions",
            get(deductions::deductions).post(deductions::contest),
        )
        .route(
            "/desk/departments",
            get(admin::departments).post(admin::set_department),
        )
        .route("/desk/staff", get(staffing::staff).post(staffing::add_staff))
        .route("/desk/retention", get(retention::ended).post(retention::erase))
        .route("/desk/staff/set", post(staffing::set_staff))
        .route("/desk/rules", get(admin::rules).post(admin::add_rule))
        .route("/desk/rules/days", post(policy::set))
        .route("/desk/rules/messages", post(message::set))
        .route("/desk/messages", get(message::all))
        .route("/desk/audit", get(admin::audit))
        .route("/desk/report", get(report::report))
        .route("/desk/report.csv", get(report::report_csv))
        .route("/desk/report.xlsx", get(report::report_xlsx))
        .route("/report", get(report::public_report))
}
