//! Laws over random histories, and attacks on the two doors. One binary: it links once.
#![cfg(test)]

mod attack;
mod laws;
mod mediation;
mod street;
