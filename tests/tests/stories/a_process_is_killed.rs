//! Death between 提交 and the receipt, on both sides, at a few places by a seed. `cargo xtask faults --only letters` takes
//! every place that there is.

use weimenhu_tests::faults::{Effort, letters};

const EFFORT: Effort = Effort {
    seed: 20_261_126,
    faults: 8,
};

#[test]
fn the_app_is_killed_at_every_step_from_submitting_to_the_receipt() {
    println!("{}", letters::app(EFFORT).unwrap());
}

#[test]
fn the_server_is_killed_at_every_step_of_taking_a_letter_in() {
    println!("{}", letters::server(EFFORT).unwrap());
}
