//! How far apart two spellings are: for "did you mean …?".

/// How many letters must change, be added, removed or swapped with their neighbour to make `b` of
/// `a` (optimal string alignment), at most `cap`.
pub fn distance(a: &str, b: &str, cap: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) >= cap {
        return cap;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(cap);
            let change = at(&last, j) + usize::from(from != to);
            let mut best = change.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(cap).min(cap)
}

/// How many letters of a word may be wrong so that another can still be meant.
fn tolerance(word: &str) -> usize {
    match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    }
}

/// The candidates that are closest to `wanted` and close enough to be meant, without `wanted`
/// itself. Letter case makes no difference; each spelling counts once.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let limit = tolerance(&wanted);
    let (mut best, mut found) = (limit, Vec::<&str>::new());
    for candidate in candidates.into_iter().filter(|_| limit > 0) {
        let distance = distance(&wanted, &candidate.to_lowercase(), best + 1);
        if distance > best || distance == 0 || candidate.is_empty() {
            continue;
        }
        if distance < best {
            found.clear();
            best = distance;
        }
        if !found.iter().any(|other| other.eq_ignore_ascii_case(candidate)) {
            found.push(candidate);
        }
    }
    found
}

/// The first of the nearest candidates.
pub fn closest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest(wanted, candidates).first().copied()
}

/// The nearest candidate, where there is only one.
pub fn only<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    match nearest(wanted, candidates).as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_near_names_only() {
        assert_eq!(closest("totla", ["total", "name"]), Some("total"));
        assert_eq!(closest("custmer_name", ["customer_name", "customer"]), Some("customer_name"));
        assert_eq!(closest("x", ["y"]), None);
        assert_eq!(closest("apples", ["oranges"]), None);
        assert_eq!(closest("total", ["TOTAL"]), None, "the same name is none that is near");
    }

    #[test]
    fn two_that_are_equally_near_are_not_clear() {
        assert_eq!(nearest("ca", ["cat"]), [] as [&str; 0]);
        assert_eq!(nearest("cot", ["cat", "CAT", "cut", "dog"]), ["cat", "cut"]);
        assert_eq!(only("cot", ["cat", "cut"]), None);
        assert_eq!(only("cott", ["cot", "cut"]), Some("cot"));
    }
}
