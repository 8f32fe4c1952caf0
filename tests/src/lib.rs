//! What the stories share: the world (a server, devices, a cable to cut), the faults that befall it, the window and the
//! desk.

#[cfg(target_os = "linux")]
pub mod attached;
pub mod desk;
pub mod driver;
#[cfg(target_os = "linux")]
pub mod fault;
#[cfg(target_os = "linux")]
pub mod faults;
pub mod forge;
pub mod fuzz;
#[cfg(target_os = "linux")]
pub mod measure;
pub mod mirror;
#[cfg(target_os = "linux")]
pub mod notified;
pub mod window;
pub mod wire;
pub mod world;
