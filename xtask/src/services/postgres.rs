//! A PostgreSQL of this run alone.

use super::{Service, Variables, free_port, fresh_folder, shown};
use crate::{runner, tools};
use anyhow::Result;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

/// The variable that names the database for the tests.
pub const VARIABLE: &str = "BASILECT_TEST_POSTGRES";

/// Makes a database in a temporary folder and serves it on a free port.
pub fn start() -> Result<(Service, Variables)> {
    // PostgreSQL refuses to run as root.
    let user = tools::unprivileged_user()?;
    let folder = fresh_folder("postgres", user.as_ref())?;
    let data = folder.join("data");
    let mut create = Command::new(tools::postgres("initdb")?);
    create.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8"]);
    create.args(["--locale=C.UTF-8", "--no-sync"]).current_dir(&folder);
    if let Some(user) = &user {
        create.uid(user.uid).gid(user.gid);
    }
    runner::quiet(create)?;
    let port = free_port()?;
    let service =
        Service::start("PostgreSQL", folder, "INT", &server(&shown(&data), port)?, user.as_ref())?;
    let client = tools::postgres("pg_isready")?;
    service.await_ready(|| is_ready(&client, port))?;
    Ok((service, vec![(VARIABLE, format!("postgres://postgres@127.0.0.1:{port}/postgres"))]))
}

fn server(data: &str, port: u16) -> Result<Command> {
    let mut server = Command::new(tools::postgres("postgres")?);
    server.args(["-D", data, "-p", &port.to_string()]);
    // Commits are real ones: the tests also measure what a promise of durability costs.
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "fsync=on",
        "max_connections=200",
    ] {
        server.args(["-c", setting]);
    }
    Ok(server)
}

fn is_ready(client: &std::path::Path, port: u16) -> bool {
    Command::new(client)
        .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
