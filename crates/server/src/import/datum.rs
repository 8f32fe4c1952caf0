//! Chinese map services shift their coordinates: GCJ-02 by an offset that varies with the place, BD-09 once more
//! on top. The shift has no closed inverse; three rounds of correction bring it below a centimetre.

use std::f64::consts::PI;
use weimenhu_domain::record::Location;

/// WGS-84 from the named datum.
pub fn to_wgs84(datum: &str, at: Location) -> Location {
    match datum {
        "gcj02" => from_gcj02(at),
        "bd09" => from_gcj02(gcj02_from_bd09(at)),
        _ => at,
    }
}

fn gcj02_from_bd09(at: Location) -> Location {
    let (x, y) = (at.lng - 0.0065, at.lat - 0.006);
    let turn = PI * 3000.0 / 180.0;
    let radius = x.hypot(y) - 0.00002 * (y * turn).sin();
    let angle = y.atan2(x) - 0.000003 * (x * turn).cos();
    Location {
        lat: radius * angle.sin(),
        lng: radius * angle.cos(),
    }
}

fn from_gcj02(at: Location) -> Location {
    let mut guess = at;
    for _ in 0..3 {
        let shifted = gcj02(guess);
        guess.lat -= shifted.lat - at.lat;
        guess.lng -= shifted.lng - at.lng;
    }
    // Seven decimals are a centimetre; more would only make the record longer.
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    Location {
        lat: round(guess.lat),
        lng: round(guess.lng),
    }
}

/// The published approximation of the shift, on the Krasovsky 1940 ellipsoid.
fn gcj02(at: Location) -> Location {
    const AXIS: f64 = 6_378_245.0;
    const ECCENTRICITY2: f64 = 0.006_693_421_622_965_943;
    let (x, y) = (at.lng - 105.0, at.lat - 35.0);
    let wave = |factors: [(f64, f64); 2], of: f64| {
        let sum: f64 = factors.iter().map(|(a, k)| a * (of * k * PI).sin()).sum();
        sum * 2.0 / 3.0
    };
    let common = wave([(20.0, 6.0), (20.0, 2.0)], x);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + wave([(20.0, 1.0), (40.0, 1.0 / 3.0)], y)
        + wave([(160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0)], y);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + wave([(20.0, 1.0), (40.0, 1.0 / 3.0)], x)
        + wave([(150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0)], x);
    let phi = at.lat.to_radians();
    let w = 1.0 - ECCENTRICITY2 * phi.sin().powi(2);
    Location {
        lat: at.lat + (north * 180.0) / ((AXIS * (1.0 - ECCENTRICITY2)) / (w * w.sqrt()) * PI),
        lng: at.lng + (east * 180.0) / (AXIS / w.sqrt() * phi.cos() * PI),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_meets_the_shift_and_the_shift_is_some_hundred_metres() {
        let wenzhou = Location {
            lat: 27.9938,
            lng: 120.6994,
        };
        let shifted = gcj02(wenzhou);
        let metres = ((shifted.lat - wenzhou.lat) * 111_000.0).hypot((shifted.lng - wenzhou.lng) * 98_000.0);
        assert!((300.0..800.0).contains(&metres), "{metres}");
        let back = to_wgs84("gcj02", shifted);
        assert!((back.lat - wenzhou.lat).abs() < 1e-6 && (back.lng - wenzhou.lng).abs() < 1e-6);
        // A pair known from the services: Tian'anmen in GCJ-02 and WGS-84.
        let gate = to_wgs84(
            "gcj02",
            Location {
                lat: 39.908_823,
                lng: 116.397_470,
            },
        );
        assert!(
            (gate.lat - 39.907_42).abs() < 2e-4 && (gate.lng - 116.391_23).abs() < 2e-4,
            "{gate:?}"
        );
    }
}
