//! Figures of many numbers. Texts that spell none and nulls do not count, as in SUM and AVG.

use super::{Call, arith};
use crate::{Fault, Kind, Value};

crate::functions! {
    family "numbers";

    /// The number in the middle of the sorted numbers of a list, or of a field of its elements; of
    /// two in the middle their average; null of none.
    ///
    /// `MEDIAN([5, 1, 3])` → `3`
    /// `MEDIAN(1, 2, 3, 4)` → `2.5`
    "MEDIAN" (values: Any; field: Any) more others -> Num = median;

    /// The value that a list, or a field of its elements, holds most often; of several the first.
    ///
    /// `MODE([1, 2, 2, 3])` → `2`
    /// `MODE(["tea", "coffee", "tea"])` → `tea`
    "MODE" also ["MOSTCOMMON", "MOST COMMON"] (values: Any; field: Any) more others -> Any = mode;

    /// How far the numbers of a sample lie from their average (standard deviation, divided by one
    /// less than their number); null of fewer than two.
    ///
    /// `ROUND(STDDEV([2, 4, 4, 4, 5, 5, 7, 9]), 4)` → `2.1381`
    /// `STDDEV([1, 1])` → `0`
    "STDDEV" also ["STDEV", "STANDARD DEVIATION"] (values: Any; field: Any) more others -> Num
    = std_dev;

    /// The standard deviation of all numbers that there are, divided by their number.
    ///
    /// `STDDEVP([2, 4, 4, 4, 5, 5, 7, 9])` → `2`
    /// `STDDEVP([3])` → `0`
    "STDDEVP" also ["STDEVP", "STDDEVPOP"] (values: Any; field: Any) more others -> Num = std_dev_p;

    /// The square of the standard deviation of a sample; null of fewer than two numbers.
    ///
    /// `VARIANCE([1, 2, 3, 4])` → `1.66666666666667`
    /// `VARIANCE([5, 5])` → `0`
    "VARIANCE" also ["VARSAMP"] (values: Any; field: Any) more others -> Num = variance;

    /// The square of the standard deviation of all numbers that there are.
    ///
    /// `VARIANCEP([1, 2, 3, 4])` → `1.25`
    /// `VARIANCEP([7])` → `0`
    "VARIANCEP" also ["VARP", "VARPOP"] (values: Any; field: Any) more others -> Num = variance_p;

    /// The number below which a part of the sorted numbers lies, 0 to 1 or up to 100, on a line
    /// between neighbours; null of none.
    ///
    /// `PERCENTILE([1, 2, 3, 4], 0.5)` → `2.5`
    /// `PERCENTILE([10, 20, 30, 40, 50], 90)` → `46`
    "PERCENTILE" (list: List, part: Num; field: Text) -> Num = percentile;

    /// The number below which 1, 2 or 3 quarters of the sorted numbers lie; 0 is the least, 4 the
    /// greatest.
    ///
    /// `QUARTILE([1, 2, 3, 4, 5], 1)` → `2`
    /// `QUARTILE([1, 2, 3, 4, 5], 4)` → `5`
    "QUARTILE" (list: List, quarter: Int; field: Text) -> Num = quartile;

    /// The numbers of a list, or of a field of its elements, multiplied.
    ///
    /// `MULTIPLY([2, 3, 4])` → `24`
    /// `MULTIPLY(2, 5)` → `10`
    "MULTIPLY" also ["PRODUCTOF"] (values: Any; field: Any) more others -> Num = multiply;

    /// The sums of the numbers of a list up to each of them.
    ///
    /// `RUNNINGTOTAL([1, 2, 3])` → `[1,3,6]`
    /// `RUNNINGTOTAL([{ "n": 2 }, { "n": 5 }], "n")` → `[2,7]`
    "RUNNINGTOTAL" also ["RUNNING TOTAL", "CUMSUM", "CUMULATIVE"] (list: List; field: Text) -> List
    = running_total;

    /// How strongly the numbers of two lists go together, from -1 to 1 (Pearson); null where one
    /// does not vary.
    ///
    /// `CORREL([1, 2, 3], [2, 4, 6])` → `1`
    /// `CORREL([1, 2, 3], [3, 2, 1])` → `-1`
    "CORREL" also ["CORRELATION"] (list: List, other: List) -> Num = correlation;
}

/// The numbers among the values of a call.
fn floats(call: &mut Call<'_>) -> Result<Vec<f64>, Fault> {
    let values = call.values()?;
    numbers_of(call, &values)
}

fn numbers_of(call: &mut Call<'_>, values: &[Value]) -> Result<Vec<f64>, Fault> {
    call.heap.charge(values.len() as u64)?;
    call.heap.reserve(values.len() * size_of::<f64>())?;
    let heap = &*call.heap;
    let number = |v: &Value| (!v.is_null()).then(|| arith::to_number(heap, *v)).flatten();
    Ok(values.iter().filter_map(number).filter_map(Value::number).collect())
}

/// The numbers sorted, which is paid for first.
fn sorted(call: &mut Call<'_>, mut numbers: Vec<f64>) -> Result<Vec<f64>, Fault> {
    call.heap.charge(super::lists::sort_cost(numbers.len()))?;
    numbers.sort_by(f64::total_cmp);
    Ok(numbers)
}

/// The number at a part (0 to 1) of sorted ones, on a line between neighbours.
fn at_part(sorted: &[f64], part: f64) -> Value {
    let Some(last) = sorted.len().checked_sub(1) else { return Value::NULL };
    let place = part.clamp(0.0, 1.0) * last as f64;
    let low = libm::floor(place) as usize;
    let value = |at: usize| sorted.get(at.min(last)).copied().unwrap_or(0.0);
    let n = value(low) + (value(low + 1) - value(low)) * (place - low as f64);
    arith::whole(Value::num(n))
}

fn median(call: &mut Call<'_>) -> Result<Value, Fault> {
    let numbers = floats(call)?;
    Ok(at_part(&sorted(call, numbers)?, 0.5))
}

fn mode(call: &mut Call<'_>) -> Result<Value, Fault> {
    let values = call.values()?;
    let mut counts: indexmap::IndexMap<String, (Value, usize)> = indexmap::IndexMap::new();
    for value in values.into_iter().filter(|value| !value.is_null()) {
        let key = super::display::json_text(call.heap, value, call.env)?;
        call.heap.charge(4)?;
        call.heap.reserve(key.len() + 64)?;
        counts.entry(key).or_insert((value, 0)).1 += 1;
    }
    let most = counts.values().map(|(_, count)| *count).max();
    let first = counts.values().find(|(_, count)| Some(*count) == most);
    Ok(first.map_or(Value::NULL, |(value, _)| *value))
}

/// The sum of the squares of the distances from the average (in two passes, as the sum of squares
/// less the square of the sum loses its digits).
fn squares(numbers: &[f64]) -> f64 {
    let mean = numbers.iter().sum::<f64>() / numbers.len().max(1) as f64;
    numbers.iter().map(|n| (n - mean) * (n - mean)).sum()
}

fn spread(call: &mut Call<'_>, sample: bool, root: bool) -> Result<Value, Fault> {
    let numbers = floats(call)?;
    let divisor = numbers.len().saturating_sub(usize::from(sample));
    if divisor == 0 {
        return Ok(Value::NULL);
    }
    let variance = squares(&numbers) / divisor as f64;
    arith::finite(if root { libm::sqrt(variance) } else { variance }).map(arith::whole)
}

fn std_dev(call: &mut Call<'_>) -> Result<Value, Fault> {
    spread(call, true, true)
}
fn std_dev_p(call: &mut Call<'_>) -> Result<Value, Fault> {
    spread(call, false, true)
}
fn variance(call: &mut Call<'_>) -> Result<Value, Fault> {
    spread(call, true, false)
}
fn variance_p(call: &mut Call<'_>) -> Result<Value, Fault> {
    spread(call, false, false)
}

fn part_of(call: &mut Call<'_>, part: f64) -> Result<Value, Fault> {
    let values = call.column(2)?;
    let numbers = numbers_of(call, &values)?;
    Ok(at_part(&sorted(call, numbers)?, part))
}

fn percentile(call: &mut Call<'_>) -> Result<Value, Fault> {
    let part = call.number(1)?;
    if !(0.0..=100.0).contains(&part) {
        return Err(Fault::argument("the part of PERCENTILE must be from 0 to 1, or up to 100"));
    }
    part_of(call, if part > 1.0 { part / 100.0 } else { part })
}

fn quartile(call: &mut Call<'_>) -> Result<Value, Fault> {
    match call.int(1)? {
        quarter @ 0..=4 => part_of(call, quarter as f64 / 4.0),
        _ => Err(Fault::argument("the quarter of QUARTILE must be from 0 to 4")),
    }
}

fn multiply(call: &mut Call<'_>) -> Result<Value, Fault> {
    let values = call.values()?;
    call.heap.charge(values.len() as u64 * 2)?;
    let mut product = Value::int(1);
    for value in values.into_iter().filter(|value| !value.is_null()) {
        product = arith::mul(call.heap, product, value)?;
    }
    Ok(product)
}

fn running_total(call: &mut Call<'_>) -> Result<Value, Fault> {
    let values = call.column(1)?;
    call.heap.charge(values.len() as u64 * 2)?;
    let (mut total, mut totals) = (Value::int(0), Vec::new());
    for value in values {
        let number = arith::to_number(call.heap, value).unwrap_or(Value::int(0));
        total = arith::add(call.heap, call.env, total, number)?;
        totals.push(total);
    }
    call.heap.new_list(totals)
}

fn correlation(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (a, b) = (call.list(0)?, call.list(1)?);
    let (a, b) = (numbers_of(call, &a)?, numbers_of(call, &b)?);
    if a.len() != b.len() {
        return Err(Fault::argument("the lists of CORREL must hold equally many numbers"));
    }
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len().max(1) as f64;
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let product: f64 = a.iter().zip(&b).map(|(x, y)| (x - mean_a) * (y - mean_b)).sum();
    let spread = libm::sqrt(squares(&a) * squares(&b));
    if spread == 0.0 || !spread.is_finite() {
        return Ok(Value::NULL);
    }
    Ok(arith::whole(Value::num((product / spread).clamp(-1.0, 1.0))))
}

impl Call<'_> {
    /// The elements of a list, copied; charges for their number. Of a map its values, and of any
    /// other value that is not null the value itself.
    pub fn elements(&mut self, value: Value) -> Result<Vec<Value>, Fault> {
        let count = match value.kind() {
            Kind::List => self.heap.list(value).len(),
            Kind::Map => self.heap.map_len(value),
            Kind::Null => return Ok(Vec::new()),
            _ => return Ok(vec![value]),
        };
        self.heap.charge(1 + count as u64 / 4)?;
        self.heap.reserve(count * size_of::<Value>())?;
        if value.kind() == Kind::List {
            return Ok(self.heap.list(value).to_vec());
        }
        let heap = &*self.heap;
        Ok((0..count).filter_map(|at| heap.map_entry(value, at)).map(|(_, value)| value).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn what_is_no_number_does_not_count() {
        assert_eq!(call("MEDIAN", r#"[["x", null, "3", 1]]"#), "2");
        assert_eq!(call("MEDIAN", "[[]]"), "");
        assert_eq!(call("STDDEV", "[[1]]"), "");
        assert_eq!(call("MODE", "[[]]"), "");
        assert_eq!(call("MODE", r#"[[{"c":"a"},{"c":"b"},{"c":"b"}], "c"]"#), "b");
    }

    #[test]
    fn figures_keep_their_digits() {
        let big = "[1000000000.1, 1000000000.2, 1000000000.3]";
        let variance: f64 = call("VARIANCEP", &format!("[{big}]")).parse().expect("a number");
        assert!((variance - 0.006_666_67).abs() < 1e-6, "{variance}");
        assert!(call("PERCENTILE", "[[1], 200]").contains("0 to 1"));
        assert!(call("CORREL", "[[1,2], [1]]").contains("equally many"));
        assert_eq!(call("CORREL", "[[1,1], [1,2]]"), "");
    }
}
