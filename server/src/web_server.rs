//! The listener: HTTP/1.1 and HTTP/2 on one port, connections bounded, a graceful stop.

use std::fs::File;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use basilect_runtime::conversation::Conversations;
use basilect_runtime::ports::store::Store;
use basilect_runtime::schedule::Ticker;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;

use crate::bootstrap::{self, Mounted, StartError};
use crate::{App, Config, routes};

/// How long a stop waits for clients, and then for what is under way.
const DRAIN: Duration = Duration::from_secs(5);
/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(15);
/// How often an HTTP/2 client is asked for a sign of life.
const ALIVE: Duration = Duration::from_secs(30);
/// Conversations taken up at once after a start.
const TAKE_UP: u32 = 10_000;

/// A server that listens.
pub struct Server {
    /// Where.
    pub address: SocketAddr,
    /// The administration token, when it was made at this start.
    pub fresh_token: Option<String>,
    /// The bots' folders and what came of each.
    pub bots: Vec<Mounted>,
    app: App,
    drain: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
    _lock: Option<File>,
    _ticker: Ticker,
    _watcher: Option<crate::watch::Watcher>,
}

impl Server {
    /// Starts a server; it is ready for traffic when this returns.
    pub async fn start(config: &Config) -> Result<Server, StartError> {
        let listener = listen(config.listen).await?;
        let lock = bootstrap::occupy(config)?;
        let store = bootstrap::open_store(config).await?;
        Ok(Server { _lock: lock, ..Server::run(config, listener, store).await? })
    }

    /// Starts a server on a store that is open already.
    pub async fn start_on(config: &Config, store: Arc<dyn Store>) -> Result<Server, StartError> {
        Server::run(config, listen(config.listen).await?, store).await
    }

    /// The address is taken before anything is written: a start that fails because another server
    /// has it leaves no trace, and above all does not use up the token that is shown once.
    async fn run(
        config: &Config,
        listener: TcpListener,
        store: Arc<dyn Store>,
    ) -> Result<Server, StartError> {
        let assembled = bootstrap::assemble(config, store).await?;
        let app = assembled.app;
        let address = listener.local_addr().map_err(|e| listen_error(config.listen, e))?;
        app.conversations().take_up(TAKE_UP).await?;
        let ticker = Ticker::start(app.conversations().clone());
        let watcher = config.watch.then(|| crate::watch::Watcher::start(&app, &assembled.bots));
        let accepting = tokio::spawn(accept(listener, app.clone(), config.connections_max));
        Ok(Server {
            address,
            fresh_token: assembled.fresh_token,
            bots: assembled.bots,
            app,
            drain: assembled.drain,
            accepting,
            _lock: None,
            _ticker: ticker,
            _watcher: watcher.flatten(),
        })
    }

    /// The conversations of this server.
    pub fn conversations(&self) -> &Conversations {
        self.app.conversations()
    }

    /// Stops: no new connections, what is under way is finished, then the store is closed.
    pub async fn stop(self) {
        tracing::info!("stopping");
        // Nobody listening means that every connection is gone already.
        let _ = self.drain.send(true);
        match tokio::time::timeout(DRAIN, self.accepting).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the listener broke down"),
            Err(_) => tracing::warn!("some clients were too slow; their connections are cut"),
        }
        // A slow client must not cost the turns that are under way their end.
        if tokio::time::timeout(DRAIN, self.app.conversations().settle()).await.is_err() {
            tracing::warn!("some work was left for the next start");
        }
        self.app.conversations().services().store.close().await;
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| listen_error(address, error))
}

fn listen_error(address: SocketAddr, error: std::io::Error) -> StartError {
    StartError::Listen { address, error }
}

async fn accept(listener: TcpListener, app: App, connections_max: usize) {
    let slots = Arc::new(Semaphore::new(connections_max));
    let (graceful, mut draining) = (GracefulShutdown::new(), app.draining());
    let router = routes::router(app);
    loop {
        let connection = tokio::select! {
            connection = listener.accept() => connection,
            _ = draining.wait_for(|draining| *draining) => break,
        };
        match connection {
            Ok((stream, address)) => {
                let Ok(slot) = slots.clone().try_acquire_owned() else {
                    tracing::warn!(%address, "too many connections; one is refused");
                    continue;
                };
                let serving = serve(stream, address, router.clone(), graceful.watcher());
                tokio::spawn(async move {
                    serving.await;
                    drop(slot);
                });
            }
            Err(error) => {
                // Out of descriptors, most likely: some connections have to end first.
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn serve(
    stream: TcpStream,
    address: SocketAddr,
    router: axum::Router,
    watcher: hyper_util::server::graceful::Watcher,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let service =
        hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(axum::extract::ConnectInfo(address));
            router.clone().oneshot(request)
        });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(32 << 10);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(100).keep_alive_interval(ALIVE);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection.into_owned()).await {
        tracing::debug!(%address, %error, "a connection ended early");
    }
}
