//! "Did you mean …?"

/// The candidate that is closest to `wanted`, if any is close enough to be meant.
pub(crate) fn closest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let limit = match wanted.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    let near = |c: &'a str| (distance(&wanted, &c.to_lowercase(), limit + 1), c);
    let best = candidates.into_iter().map(near).min_by_key(|(distance, _)| *distance);
    best.filter(|(distance, name)| (1..=limit).contains(distance) && !name.is_empty())
        .map(|(_, name)| name)
}

/// Edits between two words (neighbouring letters that changed places count once), at most `cap`.
fn distance(a: &str, b: &str, cap: usize) -> usize {
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

/// A help that names the closest candidate.
pub(crate) fn did_you_mean<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    closest(wanted, candidates).map(|name| format!("did you mean `{name}`?"))
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
    }
}
