//! Versions of the app, as `min_app` in the head compares them.

/// Whether `app` is older than `needed`, both `major.minor.patch`. What does not parse is never older: a slip of
/// the publisher must not lock everybody out.
pub(crate) fn is_older(app: &str, needed: &str) -> bool {
    match (parse(app), parse(needed)) {
        (Some(app), Some(needed)) => app < needed,
        _ => false,
    }
}

fn parse(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.trim().split('.');
    let mut next = || parts.next().map_or(Some(0), |p| p.parse().ok());
    Some([next()?, next()?, next()?])
}

#[cfg(test)]
mod tests {
    use super::is_older;

    #[test]
    fn versions_compare_by_number_and_nonsense_locks_nobody_out() {
        assert!(is_older("0.9.9", "0.10.0"));
        assert!(!is_older("1.0.0", "1"));
        assert!(!is_older("0.1.0", ""));
        assert!(!is_older("0.1.0", "soon"));
    }
}
