//! Every test of the workspace that needs more than one crate, in one binary.
#![cfg(test)]

mod store {
    mod transactions;
}
