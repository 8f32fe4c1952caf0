//! What the stories share: the world (a server, devices, a cable to cut) and the window.

pub mod forge;
pub mod mirror;
pub mod window;
pub mod wire;
pub mod world;
