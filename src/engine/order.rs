//! Which model runs after which.

use std::collections::{BTreeMap, BTreeSet};

/// Orders the names of `reads` so that each comes after those it reads; names that are not keys are not ordered. Among
/// equals, alphabetical.
///
/// # Errors
///
/// The names of a cycle, in order, the first repeated at the end.
pub fn order<N: Ord + Clone>(reads: &BTreeMap<N, BTreeSet<N>>) -> Result<Vec<N>, Vec<N>> {
    let mut done: BTreeSet<&N> = BTreeSet::new();
    let mut sorted = Vec::with_capacity(reads.len());
    while sorted.len() < reads.len() {
        let next = reads.iter().find(|(name, needs)| {
            !done.contains(name) && needs.iter().all(|need| done.contains(need) || !reads.contains_key(need))
        });
        let Some((name, _)) = next else { return Err(cycle(reads, &done)) };
        done.insert(name);
        sorted.push(name.clone());
    }
    Ok(sorted)
}

/// Finds some cycle among the names that are not `done`.
fn cycle<N: Ord + Clone>(reads: &BTreeMap<N, BTreeSet<N>>, done: &BTreeSet<&N>) -> Vec<N> {
    let open = |name: &&N| reads.contains_key(*name) && !done.contains(*name);
    let mut path: Vec<&N> = Vec::new();
    let mut at = reads.keys().find(open);
    while let Some(name) = at {
        if let Some(start) = path.iter().position(|seen| *seen == name) {
            return path[start..].iter().map(|name| (*name).clone()).chain([name.clone()]).collect();
        }
        path.push(name);
        at = reads.get(name).and_then(|needs| needs.iter().find(open));
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::order;

    fn graph(edges: &[(&'static str, &[&'static str])]) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        edges.iter().map(|(name, needs)| (*name, needs.iter().copied().collect())).collect()
    }

    #[test]
    fn each_comes_after_what_it_reads() {
        let sorted = order(&graph(&[("a", &["c"]), ("b", &[]), ("c", &["b", "outside"])]));
        assert_eq!(sorted, Ok(vec!["b", "c", "a"]));
    }

    #[test]
    fn a_cycle_is_named_from_end_to_end() {
        assert_eq!(order(&graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])])), Err(vec!["b", "c", "b"]));
        assert_eq!(order(&graph(&[("a", &["a"])])), Err(vec!["a", "a"]));
    }
}
