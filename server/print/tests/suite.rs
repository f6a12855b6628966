//! Papers as another program reads them.
#![cfg(test)]

mod made;
mod pages;
mod papers;
mod payloads;
mod random;
mod reading;
