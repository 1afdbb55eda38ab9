//! rust-libp2p behind the contract of interop-tests/peers/README.md.

mod commands;
mod idle;
mod inbox;
mod node;
mod options;
mod perf;
mod protocols;
mod pubsub;
mod quartiles;
mod redis;
mod security;
mod statistics;
mod streams;
mod topics;
mod transfer;
mod unified;

use std::{
    error::Error,
    io::{BufRead, Write},
    process::ExitCode,
    sync::Arc,
};

use serde_json::{Value, json};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

use crate::{node::Node, options::Options};

#[tokio::main]
async fn main() -> ExitCode {
    let ended = run().await;
    let code = match &ended {
        Ok(()) => 0,
        Err(failure) => {
            eprintln!("peer: {failure}");
            1
        }
    };
    // The thread that reads stdin cannot be interrupted: leave without waiting for it.
    std::process::exit(code)
}

async fn run() -> Result<(), Box<dyn Error>> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminated.recv() => Ok(()),
        _ = interrupted.recv() => Ok(()),
        ended = serve() => ended,
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    if let Ok(is_dialer) = std::env::var("IS_DIALER") {
        return unified::run(is_dialer.parse()?).await;
    }
    let node = match start().await {
        Ok(node) => Arc::new(node),
        Err(failure) => {
            print(&json!({"ok": false, "error": failure.to_string()}))?;
            return Err(failure);
        }
    };
    print(&json!({
        "peer": node.id.to_string(),
        "addrs": node.addrs.iter().map(ToString::to_string).collect::<Vec<_>>(),
    }))?;
    let mut lines = read_lines();
    while let Some(line) = lines.recv().await {
        if !line.trim().is_empty() {
            print(&commands::answer(&node, &line).await)?;
        }
    }
    Ok(())
}

async fn start() -> Result<Node, Box<dyn Error>> {
    Node::start(Options::parse(std::env::args().skip(1))?).await
}

fn print(answer: &Value) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{answer}")?;
    out.flush()
}

/// The lines of stdin; the channel closes when stdin does.
fn read_lines() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}
