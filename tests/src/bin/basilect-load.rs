//! `basilect-load`: an open-loop load on a server, and how long people wait for their answers.
//!
//!     basilect-load [--sockets 10000] [--rate 1000] [--seconds 30] [--seed 1]
//!                   [--address 127.0.0.1:8080 --bot NAME]
//!
//! Without an address it starts the built server (`BASILECT_BIN`, or the one beside it) with an
//! echo bot on an empty data folder. Each socket needs a file descriptor at both ends: the limit is
//! raised where the system allows it.
#![allow(clippy::print_stdout, reason = "this is a program")]

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use basilect_tests::bots;
use basilect_tests::checker::ECHO_BOT;
use basilect_tests::load::{Load, Measured, allow_open_files};
use basilect_tests::process::{Launch, ServerProcess, TemporaryFolder};
use basilect_tests::random::Random;

struct Options {
    sockets: usize,
    rate: f64,
    seconds: f64,
    seed: u64,
    address: Option<SocketAddr>,
    bot: String,
}

fn options(mut args: impl Iterator<Item = String>) -> anyhow::Result<Options> {
    let mut options = Options {
        sockets: 10_000,
        rate: 1_000.0,
        seconds: 30.0,
        seed: 1,
        address: None,
        bot: "echo".into(),
    };
    while let Some(name) = args.next() {
        let value = args.next().with_context(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--sockets" => options.sockets = value.parse()?,
            "--rate" => options.rate = value.parse()?,
            "--seconds" => options.seconds = value.parse()?,
            "--seed" => options.seed = value.parse()?,
            "--address" => options.address = Some(value.parse()?),
            "--bot" => options.bot = value,
            other => bail!("{other} is not understood"),
        }
    }
    Ok(options)
}

fn main() -> anyhow::Result<()> {
    let options = options(std::env::args().skip(1))?;
    allow_open_files(options.sockets + 2_000)?;
    // One thread: the server is to have the other cores.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match options.address {
        Some(address) => runtime.block_on(measure(&options, address)).map(drop),
        None => own_server(&options, &runtime),
    }
}

fn own_server(options: &Options, runtime: &tokio::runtime::Runtime) -> anyhow::Result<()> {
    let folder = TemporaryFolder::new("load")?;
    let bot = bots::write(folder.path(), "echo", &[("start", ECHO_BOT)])?;
    let server = ServerProcess::start(Launch::new(folder.path(), &[bot])?)?;
    let before = server.resident_bytes()?;
    runtime.block_on(measure(options, server.launch.address))?;
    let after = server.resident_bytes()?;
    println!("server: {} MB resident before, {} MB after", before >> 20, after >> 20);
    Ok(())
}

async fn measure(options: &Options, address: SocketAddr) -> anyhow::Result<Measured> {
    let load = Load {
        address,
        bot: options.bot.clone(),
        sockets: options.sockets,
        rate: options.rate,
        time: Duration::from_secs_f64(options.seconds),
    };
    let ready = load.open().await?;
    let measured = ready.run(&mut Random::new(options.seed)).await;
    println!(
        "{} sockets open after {:.1?}; {} messages a second for {} s\n{measured}",
        options.sockets, measured.opening, options.rate, options.seconds
    );
    if measured.lost + measured.doubled > 0 {
        bail!("{} answers lost, {} doubled", measured.lost, measured.doubled);
    }
    Ok(measured)
}
