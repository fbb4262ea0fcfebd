//! How long hostile machines run without others having a chance, and how soon each is stopped when
//! its budget is used up.

use std::time::{Duration, Instant};

use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Limits};
use basilect_tests::bots;
use basilect_tests::local::MONDAY;
use basilect_vm::{Engine, Machine, Outcome};

use super::Hostile;

/// How long after the end of its budget a machine may go on.
const LATE: Duration = Duration::from_millis(50);
/// How long a slice should take.
const SLICE: Duration = Duration::from_millis(1);
/// What a unit of fuel stands for.
const UNIT: Duration = Duration::from_nanos(5);

/// The slices of one machine.
struct Slices {
    times: Vec<Duration>,
    /// The longest time that a slice took beyond what its fuel stands for, that time as a whole,
    /// and the fuel.
    latest: (Duration, Duration, u64),
    /// The most bytes that its memory had.
    bytes: usize,
}

/// Runs a script to its end, slice by slice.
fn run(hostile: &Hostile, engine: Engine) -> Slices {
    let package = bots::compile("hostile", &hostile.scripts()).unwrap();
    let (limits, env) = (Limits::DEFAULT, Env::new(MONDAY, "UTC", 1));
    let program = std::sync::Arc::new(package.program);
    let mut machine = Machine::new(program, "start", limits.clone(), env).unwrap();
    machine.set_engine(engine);
    let mut slices = Slices { times: Vec::new(), latest: Default::default(), bytes: 0 };
    loop {
        let (before, began) = (machine.fuel_used(), Instant::now());
        let outcome = machine.run(limits.fuel_per_slice);
        let (time, fuel) = (began.elapsed(), machine.fuel_used() - before);
        let paid = UNIT.saturating_mul(u32::try_from(fuel).unwrap_or(u32::MAX));
        slices.latest = slices.latest.max((time.saturating_sub(paid), time, fuel));
        slices.times.push(time);
        slices.bytes = slices.bytes.max(machine.heap_bytes());
        match outcome {
            Outcome::Host(_) => machine.resume(Ok(Data::text("x"))).unwrap(),
            Outcome::OutOfFuelSlice => {}
            Outcome::Done(_) | Outcome::Trap(_) => return slices,
        }
    }
}

#[test]
#[ignore = "a measurement: cargo xtask bench"]
fn bench_slices_of_hostile_machines() {
    basilect_native::install();
    let most = Limits::DEFAULT.heap_bytes;
    for engine in [Engine::Interpreter, Engine::Native(3_000)] {
        let (mut all, mut latest) = (Vec::new(), Vec::new());
        for hostile in super::all().into_iter().filter(|bot| !bot.is_refused()) {
            let slices = run(&hostile, engine);
            assert!(slices.bytes <= most + super::HEAP_BEYOND, "{}", hostile.name);
            latest.push((slices.latest, hostile.name));
            all.extend(slices.times);
        }
        all.sort_unstable();
        latest.sort_unstable();
        let at = |share: f64| basilect_tests::load::percentile(&all, share);
        let over = all.iter().filter(|time| **time > SLICE).count();
        println!(
            "{engine:?}: {} slices; p50 {:.2?}, p99 {:.2?}, p99.9 {:.2?}; {over} over {SLICE:?}",
            all.len(),
            at(0.5),
            at(0.99),
            at(0.999),
        );
        for ((late, time, fuel), name) in latest.iter().rev().take(12) {
            println!("    {name:<24} {time:>8.2?} for {fuel} fuel: {late:.2?} beyond it");
        }
        let ((late, ..), name) = latest.last().unwrap();
        assert!(*late <= LATE, "{name} runs on for {late:?}");
    }
}
