//! The server with a planted defect (see `basilect_tests::planted`): for the tests that show that
//! the kill drill would find it. It takes the arguments that the drill gives to the product, and
//! `BASILECT_PLANT` names the defect; without it, it is a server like any other.
#![allow(clippy::exit, reason = "this is a program")]

use std::sync::Arc;

use anyhow::{Context, bail};
use basilect_server::{Config, Server, bootstrap};
use basilect_tests::planted::{Defect, Planted};

fn main() -> anyhow::Result<()> {
    let config = config(std::env::args().skip(1))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut store = bootstrap::open_store(&config).await?;
        if let Ok(name) = std::env::var("BASILECT_PLANT") {
            let defect = Defect::named(&name).with_context(|| format!("no defect is {name}"))?;
            store = Arc::new(Planted::new(store, defect));
        }
        let server = Server::start_on(&config, store).await?;
        tokio::signal::ctrl_c().await?;
        server.stop().await;
        Ok(())
    })
}

fn config(mut args: impl Iterator<Item = String>) -> anyhow::Result<Config> {
    let mut config = Config::embedded(([127, 0, 0, 1], 0).into(), "data");
    while let Some(arg) = args.next() {
        let mut value = || args.next().with_context(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "serve" => {}
            "--no-watch" => config.watch = false,
            "--listen" => config.listen = value()?.parse()?,
            "--data" => config.data = value()?.into(),
            "--database" => config.database = Some(value()?),
            folder if !folder.starts_with('-') => config.folders.push(folder.into()),
            other => bail!("{other} is not understood"),
        }
    }
    Ok(config)
}
