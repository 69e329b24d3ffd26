//! The practice LMS as a program.

use std::future::Future;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use practice_lms::{PracticeLms, Settings, StartError};

/// A small LTI 1.3 platform, "Practice LMS" of Contoso University, to try a tool with.
#[derive(Parser)]
#[command(name = "practice-lms", version)]
struct Arguments {
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: String,
    /// The address that browsers use, if it is not the one listened on.
    #[arg(long)]
    public_url: Option<String>,
    /// Public URL of the LMS Gateway; the tool settings are prefilled from it.
    #[arg(long, default_value = "http://localhost:8080")]
    gateway: String,
    /// File that keeps the client ID, the key and the tool settings; without it they end with the process.
    #[arg(long)]
    data: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter("warn,practice_lms=info")
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nowhere is left to report that the report could not be written.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), StartError> {
    let Arguments {
        listen,
        public_url,
        gateway,
        data,
    } = arguments;
    let stop = asked_to_stop().map_err(StartError::Server)?;
    let lms = PracticeLms::start(Settings {
        listen,
        public_url,
        gateway,
        data,
        client_id: None,
        deployment_id: "1".to_owned(),
        key: None,
    })?;
    tracing::info!("Practice LMS: {}", lms.base_url);
    stop.await;
    lms.stop().await;
    Ok(())
}

/// Ctrl-C, or the signal by which a supervisor ends a process.
fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
