//! A Tauri window with nothing in it: the peer of `cargo xtask bench start`. What the app takes longer than this is
//! the app's own.

/// The window, until it is closed.
#[expect(clippy::expect_used, reason = "without a window there is nothing to measure")]
fn main() {
    tauri::Builder::default()
        .run(tauri::generate_context!("examples/empty/tauri.conf.json"))
        .expect("the window could not be opened");
}
