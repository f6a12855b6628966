#![cfg(test)]
mod made;
