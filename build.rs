//! Migrations are compiled in, and Cargo can't see that they changed.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
