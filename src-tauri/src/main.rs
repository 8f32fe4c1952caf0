//! The desktop program. Everything is in the library, which mobile platforms load instead.

// No console window behind the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    weimenhu_app::run();
}
