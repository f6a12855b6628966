//! Every test of the workspace that needs more than one crate, in one binary.
#![cfg(test)]

mod store {
    mod audit;
    mod devices;
    mod migrations;
    mod people;
    mod rows;
    mod scopes;
    mod tenants;
    mod tickets;
    mod tokens;
    mod transactions;
}
