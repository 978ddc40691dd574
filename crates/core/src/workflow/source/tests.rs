//! Tests the reading of texts as a whole: what is refused and where, hostile texts, texts mutated at random, and the
//! reference.

mod hostile;
mod measured;
mod mutation;
mod places;
mod planted;
mod reference;
mod tables;
