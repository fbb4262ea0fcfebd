//! Chance. All of it comes from the conversation's own generator, so that a replay sees the same;
//! whoever has seen one of its numbers can compute the next, so it guards no secret that is worth
//! guessing. Codes that prove who somebody is come from the host (`GENERATE CODE`).

use super::text::count;
use super::{Call, arith};
use crate::{Fault, Kind, Value};

crate::functions! {
    family "numbers";

    /// A random number between two bounds, with decimals; from 0 to 1 without them.
    ///
    /// `ISBETWEEN(RANDOMFLOAT(2, 3), 2, 3)` → `true`
    /// `RANDOMFLOAT(5, 5)` → `5`
    "RANDOMFLOAT" also ["RANDOM FLOAT", "UNIFORM"] (; low: Num, high: Num) -> Num = random_float;

    /// A random number around a mean, most of them nearer than the deviation (Box and Muller 1958).
    ///
    /// `RANDOMNORMAL(10, 0)` → `10`
    /// `ABS(RANDOMNORMAL()) < 50` → `true`
    "RANDOMNORMAL" also ["RANDOM NORMAL", "GAUSS"] (; mean: Num, deviation: Num) -> Num
    = random_normal;

    /// True or false by chance; a number from 0 to 1 says how often it is true.
    ///
    /// `RANDOMBOOL(1)` → `true`
    /// `RANDOMBOOL(0)` → `false`
    "RANDOMBOOL" also ["RANDOM BOOL", "COINFLIP", "COIN FLIP"] (; chance: Num) -> Bool
    = random_bool;

    /// The sum of thrown dice: `2d6` are two with six sides, `1d20+3` adds three.
    ///
    /// `DICE("3d1")` → `3`
    /// `ISBETWEEN(DICE("2d6"), 2, 12)` → `true`
    "DICE" also ["ROLL"] (; dice: Text) -> Int = dice;

    /// One element of a list (or one of several values) by chance; a list of weights says how
    /// often each is taken. Null of an empty list.
    ///
    /// `CHOICE(["only"])` → `only`
    /// `CHOICE(["a", "b"], [0, 1])` → `b`
    "CHOICE" also ["RANDOM CHOICE", "RANDOMCHOICE", "RANDOMELEMENT", "RANDOM ELEMENT", "ONEOF"]
        (values: Any; weights: Any) more others -> Any = choice;

    /// A copy of a list in random order.
    ///
    /// `SORT(SHUFFLE([3, 1, 2]))` → `[1,2,3]`
    /// `SHUFFLE([])` → `[]`
    "SHUFFLE" (list: List) -> List = shuffle;

    /// So many elements of a list by chance, each at most once.
    ///
    /// `UBOUND(SAMPLE([1, 2, 3, 4], 2))` → `2`
    /// `SORT(SAMPLE([1, 2], 9))` → `[1,2]`
    "SAMPLE" also ["RANDOM SAMPLE", "RANDOMSAMPLE"] (list: List, count: Int) -> List = sample;

    /// A text of so many random characters: small letters and digits, or those of a given text.
    ///
    /// `LEN(RANDOMTEXT(8))` → `8`
    /// `RANDOMTEXT(3, "x")` → `xxx`
    "RANDOMTEXT" also ["RANDOM TEXT", "RANDOMSTRING", "RANDOM STRING"]
        (length: Int; characters: Text) -> Text = random_text;

    /// A password of so many characters (12 without a number) with small letters, capitals, digits
    /// and marks; letters that look alike are left out. FALSE leaves out the marks.
    ///
    /// `LEN(GENERATEPASSWORD())` → `12`
    /// `LEN(GENERATEPASSWORD(20, FALSE))` → `20`
    "GENERATEPASSWORD" also ["GENERATE PASSWORD", "RANDOMPASSWORD", "RANDOM PASSWORD"]
        (; length: Int, marks: Bool) -> Text = generate_password;
}

impl super::Env {
    /// A random place below `count`, which must be above 0.
    pub fn place(&mut self, count: usize) -> usize {
        ((u128::from(self.next_u64()) * count.max(1) as u128) >> 64) as usize
    }
}

fn random_float(call: &mut Call<'_>) -> Result<Value, Fault> {
    let unit = call.env.next_unit();
    let (low, high) = match (call.arg(0).is_null(), call.arg(1).is_null()) {
        (true, _) => (0.0, 1.0),
        (false, true) => (0.0, call.number(0)?),
        (false, false) => (call.number(0)?, call.number(1)?),
    };
    arith::finite(low + unit * (high - low)).map(arith::whole)
}

fn random_normal(call: &mut Call<'_>) -> Result<Value, Fault> {
    let mean = if call.arg(0).is_null() { 0.0 } else { call.number(0)? };
    let deviation = if call.arg(1).is_null() { 1.0 } else { call.number(1)? };
    let (a, b) = (call.env.next_unit(), call.env.next_unit());
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - a));
    let normal = radius * libm::cos(std::f64::consts::TAU * b);
    arith::finite(mean + deviation * normal).map(arith::whole)
}

fn random_bool(call: &mut Call<'_>) -> Result<Value, Fault> {
    let chance = if call.arg(0).is_null() { 0.5 } else { call.number(0)? };
    Ok(Value::bool(call.env.next_unit() < chance))
}

/// So many dice may be thrown at once.
const DICE_MAX: i64 = 1_000;

fn dice(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text_or(0, "1d6")?.trim().to_ascii_lowercase();
    let wrong = || Fault::argument("dice are written such as \"2d6\" or \"1d20+3\"");
    let (many, rest) = text.split_once('d').ok_or_else(wrong)?;
    let at = rest.find(['+', '-']).unwrap_or(rest.len());
    let (sides, added) = rest.split_at(at);
    let many: i64 = if many.is_empty() { 1 } else { many.parse().map_err(|_| wrong())? };
    let sides: i64 = sides.trim().parse().map_err(|_| wrong())?;
    let added: i64 = match added.replace(' ', "").as_str() {
        "" => 0,
        added => added.parse().map_err(|_| wrong())?,
    };
    let thrown = (1..=DICE_MAX).contains(&many) && (1..=1_000_000).contains(&sides);
    if !thrown || added.unsigned_abs() > 1 << 40 {
        return Err(Fault::argument("there may be 1 to 1000 dice, of 1 to 1000000 sides"));
    }
    call.heap.charge(many as u64)?;
    let thrown: i64 = (0..many).map(|_| call.env.place(sides as usize) as i64 + 1).sum();
    Ok(Value::int(thrown + added))
}

/// One of several values by chance.
pub fn choice(call: &mut Call<'_>) -> Result<Value, Fault> {
    if call.arg(0).kind() != Kind::List {
        let place = call.env.place(call.args.len());
        return Ok(call.arg(place));
    }
    if call.arg(1).kind() == Kind::List {
        return weighted(call);
    }
    call.heap.charge(1)?;
    let list = call.arg(0);
    let count = call.heap.list(list).len();
    let place = call.env.place(count);
    Ok(call.heap.list(list).get(place).copied().unwrap_or(Value::NULL))
}

fn weighted(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (values, weights) = (call.list(0)?, call.list(1)?);
    call.heap.charge(weights.len() as u64 * 4)?;
    let heap = &*call.heap;
    let weight = |value: &Value| arith::to_number(heap, *value).and_then(Value::number);
    let weights: Option<Vec<f64>> = weights.iter().map(weight).collect();
    let wrong = "CHOICE needs a weight for each value, a number of 0 or above";
    let weights = weights.filter(|weights| {
        weights.len() == values.len() && weights.iter().all(|w| *w >= 0.0 && w.is_finite())
    });
    let weights = weights.ok_or_else(|| Fault::argument(wrong))?;
    let mut left = call.env.next_unit() * weights.iter().sum::<f64>();
    let chosen = weights.iter().position(|weight| {
        left -= weight;
        left < 0.0
    });
    let last = weights.iter().rposition(|weight| *weight > 0.0);
    Ok(chosen.or(last).and_then(|at| values.get(at)).copied().unwrap_or(Value::NULL))
}

/// The first so many elements of a list in random order (Fisher and Yates).
fn drawn(call: &mut Call<'_>, most: usize) -> Result<Value, Fault> {
    let mut list = call.list(0)?;
    let most = most.min(list.len());
    call.heap.charge(most as u64 * 4)?;
    for at in 0..most {
        let other = at + call.env.place(list.len() - at);
        list.swap(at, other);
    }
    list.truncate(most);
    call.heap.new_list(list)
}

fn shuffle(call: &mut Call<'_>) -> Result<Value, Fault> {
    drawn(call, usize::MAX)
}

fn sample(call: &mut Call<'_>) -> Result<Value, Fault> {
    let most = count(call.int(1)?);
    drawn(call, most)
}

/// Random characters out of some.
fn drawn_text(call: &mut Call<'_>, length: usize, from: &[char]) -> Result<String, Fault> {
    call.room(length.saturating_mul(4))?;
    call.heap.charge(length as u64 * 2)?;
    if from.is_empty() {
        return Err(Fault::argument("there are no characters to choose from"));
    }
    let mut one = || from.get(call.env.place(from.len())).copied().unwrap_or('x');
    Ok((0..length).map(|_| one()).collect())
}

fn random_text(call: &mut Call<'_>) -> Result<Value, Fault> {
    let from = call.text_or(1, "abcdefghijklmnopqrstuvwxyz0123456789")?;
    let length = count(call.int(0)?);
    let text = drawn_text(call, length, &from.chars().collect::<Vec<_>>())?;
    call.give(&text)
}

fn generate_password(call: &mut Call<'_>) -> Result<Value, Fault> {
    const KINDS: [&str; 4] =
        ["abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!#$%&*+-=?@_"];
    let length = call.int_or(0, 12)?;
    if !(8..=128).contains(&length) {
        return Err(Fault::argument("a password has 8 to 128 characters"));
    }
    let kinds = KINDS.get(..if call.flag_or(1, true) { 4 } else { 3 }).unwrap_or(&KINDS);
    let mut password = Vec::new();
    for kind in kinds {
        password.extend(drawn_text(call, 1, &kind.chars().collect::<Vec<_>>())?.chars());
    }
    let all: Vec<char> = kinds.iter().flat_map(|kind| kind.chars()).collect();
    password.extend(drawn_text(call, length as usize - kinds.len(), &all)?.chars());
    for at in 0..password.len() {
        let other = at + call.env.place(password.len() - at);
        password.swap(at, other);
    }
    call.give(&password.into_iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn the_same_seed_gives_the_same() {
        for name in ["RANDOMFLOAT", "RANDOMNORMAL", "DICE", "GENERATEPASSWORD"] {
            assert_eq!(call(name, "[]"), call(name, "[]"));
        }
        assert_eq!(call("SHUFFLE", "[[1,2,3,4,5]]"), call("SHUFFLE", "[[1,2,3,4,5]]"));
    }

    #[test]
    fn passwords_have_every_kind_of_character() {
        let password = call("GENERATEPASSWORD", "[8]");
        assert_eq!(password.len(), 8);
        assert!(password.chars().any(char::is_lowercase), "{password}");
        assert!(password.chars().any(char::is_uppercase), "{password}");
        assert!(password.chars().any(|c| c.is_ascii_digit()), "{password}");
        assert!(password.chars().any(|c| c.is_ascii_punctuation()), "{password}");
        assert!(call("GENERATEPASSWORD", "[3]").contains("8 to 128"));
    }

    #[test]
    fn wrong_chances_are_refused() {
        assert!(call("CHOICE", "[[1,2], [1]]").contains("weight"));
        assert!(call("CHOICE", "[[1,2], [1, -1]]").contains("weight"));
        assert_eq!(call("CHOICE", "[[], []]"), "");
        for bad in [r#"["d"]"#, r#"["2x6"]"#, r#"["0d6"]"#, r#"["9999999999d6"]"#, r#"["1d6+x"]"#] {
            assert!(call("DICE", bad).contains("dice"), "{bad}");
        }
        assert!(call("RANDOMTEXT", "[99999999999]").contains("too long"));
        assert!(call("RANDOMTEXT", r#"[3, ""]"#).contains("no characters"));
    }
}
