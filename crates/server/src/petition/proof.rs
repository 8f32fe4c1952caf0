//! Proof of work as ALTCHA has it: the device looks for the number whose hash we name, which costs a person nothing
//! and a flood of letters a lot. No pictures to read, no third party, and it works with a screen reader.
//!
//! A solution holds once: until it expires its challenge is remembered in memory. Rejected: the ALTCHA crates, which
//! bring an HTTP client or another hash library for forty lines of arithmetic.

use data_encoding::{BASE64, HEXLOWER};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use weimenhu_domain::{petition::receipt::keyed, record::Sha256};

/// How long a challenge holds.
const HOLDS_S: i64 = 20 * 60;
/// More used challenges than this at once are an attack: the oldest are kept, newcomers wait.
const MAX_USED: usize = 200_000;

/// What a device gets.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Challenge {
    /// `SHA-256`.
    pub algorithm: &'static str,
    /// Hexadecimal SHA-256 of salt and number.
    pub challenge: String,
    /// The largest number to try.
    pub maxnumber: u32,
    /// Put before the number.
    pub salt: String,
    /// Ours.
    pub signature: String,
}

/// What it gives back, as base64 of JSON.
#[derive(Debug, Deserialize)]
struct Solution {
    algorithm: String,
    challenge: String,
    number: u64,
    salt: String,
    signature: String,
}

/// Why a solution does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// None was given.
    Missing,
    /// It is none of ours, or not solved.
    Unsolved,
    /// Too old.
    Expired,
    /// It was used.
    Used,
}

impl Wrong {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "proof_missing",
            Self::Unsolved => "proof_wrong",
            Self::Expired => "proof_expired",
            Self::Used => "proof_used",
        }
    }
}

/// Gives and checks challenges.
pub struct Proofs {
    max: u32,
    secret: [u8; 32],
    used: Mutex<HashMap<String, i64>>,
}

impl std::fmt::Debug for Proofs {
    /// Never the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proofs")
            .field("max", &self.max)
            .finish_non_exhaustive()
    }
}

impl Proofs {
    /// With a secret of this run: a restart makes devices ask again. `max` 0 asks for nothing.
    pub fn new(max: u32) -> Self {
        Self {
            max,
            secret: rand::random(),
            used: Mutex::default(),
        }
    }

    /// A new challenge.
    pub fn challenge(&self, now: Timestamp) -> Challenge {
        let expires = now.as_second().saturating_add(HOLDS_S);
        let salt = format!("{:032x}?expires={expires}&", rand::random::<u128>());
        let number = rand::random_range(0..=self.max);
        let challenge = Sha256::of(format!("{salt}{number}").as_bytes()).to_string();
        Challenge {
            algorithm: "SHA-256",
            signature: self.sign(&challenge),
            challenge,
            maxnumber: self.max,
            salt,
        }
    }

    fn sign(&self, challenge: &str) -> String {
        HEXLOWER.encode(&keyed(&self.secret, "proof of work", challenge.as_bytes()))
    }

    /// Takes a solution, once.
    ///
    /// # Errors
    /// [`Wrong`].
    pub fn take(&self, solution: Option<&str>, now: Timestamp) -> Result<(), Wrong> {
        if self.max == 0 {
            return Ok(());
        }
        let text = solution.ok_or(Wrong::Missing)?;
        let json = BASE64
            .decode(text.trim().as_bytes())
            .map_err(|_| Wrong::Unsolved)?;
        let given: Solution = serde_json::from_slice(&json).map_err(|_| Wrong::Unsolved)?;
        let hash = Sha256::of(format!("{}{}", given.salt, given.number).as_bytes()).to_string();
        let ours = given.algorithm == "SHA-256" && given.signature == self.sign(&given.challenge);
        if !ours || hash != given.challenge {
            return Err(Wrong::Unsolved);
        }
        let expires = given
            .salt
            .split_once("expires=")
            .and_then(|(_, rest)| rest.trim_end_matches('&').parse().ok());
        let expires: i64 = expires.ok_or(Wrong::Unsolved)?;
        let now = now.as_second();
        if expires < now {
            return Err(Wrong::Expired);
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= MAX_USED {
            used.retain(|_, until| *until >= now);
        }
        if used.len() >= MAX_USED || used.insert(given.challenge, expires).is_some() {
            return Err(Wrong::Used);
        }
        Ok(())
    }
}

/// Solves a challenge, as a device does; answers what goes into the header.
pub fn solve(challenge: &str, salt: &str, signature: &str, max: u32) -> Option<String> {
    let number = (0..=max).find(|n| Sha256::of(format!("{salt}{n}").as_bytes()).to_string() == challenge)?;
    let solution = serde_json::json!({
        "algorithm": "SHA-256",
        "challenge": challenge,
        "number": number,
        "salt": salt,
        "signature": signature,
    });
    Some(BASE64.encode(solution.to_string().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solution_holds_once_and_for_twenty_minutes_and_a_made_up_one_never() {
        let proofs = Proofs::new(50);
        let now = Timestamp::UNIX_EPOCH;
        let solved = |c: &Challenge| solve(&c.challenge, &c.salt, &c.signature, c.maxnumber).unwrap();
        let one = solved(&proofs.challenge(now));
        assert_eq!(proofs.take(Some(&one), now), Ok(()));
        assert_eq!(proofs.take(Some(&one), now), Err(Wrong::Used));
        let late = solved(&proofs.challenge(now));
        let after = now + jiff::SignedDuration::from_secs(HOLDS_S + 1);
        assert_eq!(proofs.take(Some(&late), after), Err(Wrong::Expired));
        assert_eq!(proofs.take(None, now), Err(Wrong::Missing));
        assert_eq!(proofs.take(Some("AAAA"), now), Err(Wrong::Unsolved));
        let stranger = solved(&Proofs::new(50).challenge(now));
        assert_eq!(proofs.take(Some(&stranger), now), Err(Wrong::Unsolved));
        let mut longer = proofs.challenge(now);
        longer.salt = longer.salt.replace("expires=", "expires=9");
        let salt = longer.salt.clone();
        let hash = Sha256::of(format!("{salt}1").as_bytes()).to_string();
        assert_eq!(
            proofs.take(solve(&hash, &salt, &longer.signature, 1).as_deref(), now),
            Err(Wrong::Unsolved)
        );
        assert_eq!(Proofs::new(0).take(None, now), Ok(()));
    }
}
