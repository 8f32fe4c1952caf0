//! What the stories share: the world (a server, devices, a cable to cut), deaths at chosen moments, the window and the
//! desk.

pub mod desk;
pub mod driver;
pub mod forge;
pub mod mirror;
pub mod strace;
pub mod window;
pub mod wire;
pub mod world;
