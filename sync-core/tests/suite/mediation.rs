//! Stories of mediations: signing on several phones, hostile signatures, what comes after.

mod after;
mod dossier;
mod hostile;
mod laws;
mod phones;
mod proof;
mod representative;
mod signing;
mod vectors;
