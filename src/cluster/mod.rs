//! Several servers on one PostgreSQL: who owns which session, and for how long.

pub mod follow;
pub mod forward;
pub mod inside;
pub mod node;
pub mod owner;
pub mod spread;
pub mod tenure;
