//! Finds conditions that no case can change: true, or false, whatever the values are.
//! It looks at the form alone and gives up where there is much to try; thresholds that gap or overlap are left to the lints.

use super::tree::{Comparison, Constant, Node};

/// Most atoms that are tried: 256 combinations.
const MOST_ATOMS: usize = 8;

/// Something that is true or false by itself as far as the form tells.
#[derive(Clone, Copy, PartialEq)]
enum Atom<'n> {
    Equal(&'n (Node, Node)),
    Less(&'n (Node, Node)),
    Greater(&'n (Node, Node)),
    Other(&'n Node),
}

/// Returns the value of a condition that is the same for all values of its atoms.
pub(super) fn settled(root: &Node) -> Option<bool> {
    if let Node::Constant(Constant::Boolean(value)) = root {
        return Some(*value);
    }
    let mut atoms = Vec::new();
    truth(root, &mut atoms, 0);
    if atoms.len() > MOST_ATOMS {
        return None;
    }
    let mut values = (0..1_u32 << atoms.len())
        .filter(|bits| is_possible(&atoms, *bits))
        .map(|bits| truth(root, &mut atoms.clone(), bits));
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// Tells whether atoms can have these values together: of equal, less and greater one holds, and one value is no other.
fn is_possible(atoms: &[Atom], bits: u32) -> bool {
    let holds = |at: usize| bits >> at & 1 == 1;
    (0..atoms.len()).all(|one| {
        (one + 1..atoms.len()).all(|two| match (atoms[one], atoms[two]) {
            (Atom::Equal(left), Atom::Equal(right)) => {
                let apart = left.0 == right.0
                    && left.1 != right.1
                    && left.1.is_constant()
                    && right.1.is_constant();
                !(apart && holds(one) && holds(two))
            }
            (Atom::Less(left) | Atom::Greater(left), Atom::Equal(right))
            | (Atom::Equal(left), Atom::Less(right) | Atom::Greater(right))
            | (Atom::Less(left), Atom::Greater(right))
            | (Atom::Greater(left), Atom::Less(right)) => {
                !(left == right && holds(one) && holds(two))
            }
            (Atom::Less(_), Atom::Less(_))
            | (Atom::Greater(_), Atom::Greater(_))
            | (Atom::Other(_), _)
            | (_, Atom::Other(_)) => true,
        })
    })
}

/// Returns the value under one choice of the atoms' values, noting atoms that were not seen before.
fn truth<'n>(node: &'n Node, atoms: &mut Vec<Atom<'n>>, bits: u32) -> bool {
    let mut holds = |atom: Atom<'n>| {
        let at = atoms
            .iter()
            .position(|one| *one == atom)
            .unwrap_or_else(|| {
                atoms.push(atom);
                atoms.len() - 1
            });
        at < 32 && bits >> at & 1 == 1
    };
    match node {
        Node::Constant(Constant::Boolean(value)) => *value,
        Node::Not(of) => !truth(of, atoms, bits),
        // Every term is looked at, since the first pass notes the atoms.
        Node::Every(of) => of.iter().filter(|term| !truth(term, atoms, bits)).count() == 0,
        Node::Any(of) => of.iter().filter(|term| truth(term, atoms, bits)).count() > 0,
        Node::Compare(Comparison::Equal | Comparison::Different, pair)
            if pair.0 == pair.1 || matches!(pair.1, Node::Constant(Constant::Boolean(_))) =>
        {
            let positive = matches!(node, Node::Compare(Comparison::Equal, _));
            let equal = match &pair.1 {
                Node::Constant(Constant::Boolean(value)) => truth(&pair.0, atoms, bits) == *value,
                _ => true,
            };
            equal == positive
        }
        Node::Compare(Comparison::Equal, pair) => holds(Atom::Equal(pair)),
        Node::Compare(Comparison::Different, pair) => !holds(Atom::Equal(pair)),
        Node::Compare(Comparison::Less, pair) => holds(Atom::Less(pair)),
        Node::Compare(Comparison::AtLeast, pair) => !holds(Atom::Less(pair)),
        Node::Compare(Comparison::Greater, pair) => holds(Atom::Greater(pair)),
        Node::Compare(Comparison::AtMost, pair) => !holds(Atom::Greater(pair)),
        other => holds(Atom::Other(other)),
    }
}
