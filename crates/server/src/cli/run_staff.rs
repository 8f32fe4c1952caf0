//! The commands about staff. A new city has nobody who could sign in and add the first; whoever holds the machine does.
//!
//! Passwords are made here and never given: what is typed on a command line stands in its history and in the list of
//! processes. They and the authenticator's secret are printed once on standard output, and never logged.

use super::{StaffCommand, run::say};
use crate::{
    City, Error, Result,
    error::own_json,
    petition::{
        self, desk,
        roster::{self, Admitted, MACHINE},
    },
};
use jiff::Timestamp;
use weimenhu_domain::petition::Role;

pub async fn run(city: &City, command: StaffCommand, now: Timestamp) -> Result<()> {
    match command {
        StaffCommand::Add {
            login,
            name,
            roles,
            department,
        } => {
            petition::set_up(city, now).await?;
            let department = department_of(city, &roles, department.as_deref()).await?;
            let name = name.unwrap_or_else(|| login.clone());
            let made = roster::admit(city, (&login, &name), &roles, department, now).await?;
            tell(&made);
        }
        StaffCommand::List { json } => {
            for row in roster::all(city).await? {
                if json {
                    say(&own_json(serde_json::to_string(&row), "staff")?);
                } else {
                    let state = if row.active { "" } else { " | disabled" };
                    let place = if row.department.is_empty() {
                        "-"
                    } else {
                        &row.department
                    };
                    let roles = row.roles.join(" ");
                    say(&format!(
                        "{} | {} | {roles} | {place}{state}",
                        row.login, row.name
                    ));
                }
            }
        }
        StaffCommand::Reset { login } => tell(&roster::reset(city, MACHINE, &login, now).await?),
        StaffCommand::Disable { login } => {
            roster::set_active(city, MACHINE, &login, false, now).await?;
            say(&format!("{login} cannot sign in any more, and is signed out"));
        }
        StaffCommand::Enable { login } => {
            roster::set_active(city, MACHINE, &login, true, now).await?;
            say(&format!("{login} may sign in again"));
        }
    }
    Ok(())
}

/// The number of the department that was named. Roles of departments need one, those of the Office have none.
async fn department_of(city: &City, roles: &[Role], name: Option<&str>) -> Result<i64> {
    match name {
        None if roles.iter().any(|r| r.is_of_department()) => Err(Error::usage(
            "handlers, heads and assistants belong to a department: name it with --department",
        )),
        None => Ok(0),
        Some(_) if !roles.iter().all(|r| r.is_of_department()) => Err(Error::usage(
            "only handlers, heads and assistants belong to a department",
        )),
        Some(name) => {
            let all = desk::departments(city).await?;
            let found = all.iter().find(|(_, known, ..)| known == name);
            found.map(|(id, ..)| *id).ok_or_else(|| {
                Error::usage(format!(
                    "there is no department {name:?}: departments are the published agencies, by name"
                ))
            })
        }
    }
}

/// The only time that anybody sees these.
fn tell(made: &Admitted) {
    say(&format!("login     {}", made.login));
    say(&format!("password  {}", made.password));
    say(&format!("secret    {}", made.secret));
    say(&format!("          {}", made.otpauth()));
    say(
        &"Shown once and kept nowhere. The first sign-in at /desk asks for another password; `staff reset` begins anew.",
    );
}
