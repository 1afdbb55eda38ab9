//! The roles of libp2p/unified-testing: environment variables and Redis in, YAML on stdout, logs on stderr, and the exit code
//! decides.

use std::{
    env,
    error::Error,
    future::pending,
    sync::Arc,
    time::{Duration, Instant},
};

use libp2p::{Multiaddr, PeerId, identity::Keypair, multiaddr::Protocol};
use tokio::time::timeout;

use crate::{
    node::{Node, is_loopback},
    options::{Options, channel},
    perf::{self, Direction, Phase},
    quartiles::section,
    redis::Redis,
};

const DEFAULT_TRANSFER_BYTES: u64 = 1 << 30;
const DEFAULT_TRANSFER_ITERATIONS: u64 = 10;
const DEFAULT_LATENCY_ITERATIONS: u64 = 100;
const LISTENER_ADDR_LIMIT: Duration = Duration::from_secs(120);
const BITS_PER_BYTE: f64 = 8.0;
const GIGABIT: f64 = 1e9;
const THROUGHPUT_DECIMALS: usize = 2;
const LATENCY_DECIMALS: usize = 3;

pub async fn run(is_dialer: bool) -> Result<(), Box<dyn Error>> {
    let (socket, security) = match env::var("TRANSPORT").unwrap_or_default().as_str() {
        "tcp" => {
            let muxer = env::var("MUXER").unwrap_or_default();
            if muxer != "yamux" {
                return Err(format!("unsupported: MUXER {muxer:?}").into());
            }
            ("tcp/0", vec![channel(&env::var("SECURE_CHANNEL")?)?])
        }
        // It brings both of them.
        "quic-v1" => ("udp/0/quic-v1", Vec::new()),
        other => return Err(format!("unsupported: TRANSPORT {other:?}").into()),
    };
    let listen = match is_dialer {
        true => Vec::new(),
        false => {
            let listener_ip = env::var("LISTENER_IP").unwrap_or_else(|_| "0.0.0.0".to_owned());
            vec![format!("/ip4/{listener_ip}/{socket}").parse()?]
        }
    };
    let options = Options { listen, security, key: Keypair::generate_ed25519(), protocols: Vec::new(), pubsub: None };
    let node = Arc::new(Node::start(options).await?);
    let mut redis = Redis::connect(&env::var("REDIS_ADDR")?).await?;
    let key = format!("{}_listener_multiaddr", env::var("TEST_KEY")?);
    if !is_dialer {
        return listen_until_ended(&node, redis, &key).await;
    }
    let addr = timeout(LISTENER_ADDR_LIMIT, redis.wait_for(&key)).await??;
    log(&format!("the listener is {addr}"));
    let mut addr: Multiaddr = addr.parse()?;
    let Some(Protocol::P2p(peer)) = addr.pop() else {
        return Err("the address of the listener does not end in /p2p/ID".into());
    };
    let is_set = |name| env::var(name).is_ok_and(|value| !value.is_empty());
    match is_set("UPLOAD_BYTES") || is_set("UPLOAD_ITERATIONS") {
        true => measure_throughput(&node, peer, addr).await,
        false => measure_latency(&node, peer, addr).await,
    }
}

/// Publishes the first listen address that other machines reach, or any when there is only loopback.
async fn listen_until_ended(node: &Node, mut redis: Redis, key: &str) -> Result<(), Box<dyn Error>> {
    let addr = node.addrs.iter().find(|addr| !is_loopback(addr)).or(node.addrs.first()).ok_or("no listen address")?;
    redis.set(key, &addr.to_string()).await?;
    log(&format!("listening on {addr}"));
    pending().await
}

/// The transport contract: the handshake together with the first ping, and that ping.
async fn measure_latency(node: &Node, peer: PeerId, addr: Multiaddr) -> Result<(), Box<dyn Error>> {
    let begin = Instant::now();
    node.dial(peer, addr).await?;
    let ping = millis(node.first_ping(peer).await?);
    let handshake = millis(begin.elapsed());
    print!(
        "latency:\n  handshake_plus_one_rtt: {handshake:.LATENCY_DECIMALS$}\n  ping_rtt: {ping:.LATENCY_DECIMALS$}\n  unit: ms\n"
    );
    Ok(())
}

/// The perf contract.
async fn measure_throughput(node: &Arc<Node>, peer: PeerId, addr: Multiaddr) -> Result<(), Box<dyn Error>> {
    node.dial(peer, addr).await?;
    let duration = Some(number("DURATION", 0)).filter(|seconds| *seconds > 0).map(Duration::from_secs);
    for (name, direction, bytes, iterations) in [
        ("upload", Direction::Upload, "UPLOAD_BYTES", "UPLOAD_ITERATIONS"),
        ("download", Direction::Download, "DOWNLOAD_BYTES", "DOWNLOAD_ITERATIONS"),
    ] {
        let phase = Phase { direction, streams: 1, bytes: number(bytes, DEFAULT_TRANSFER_BYTES), duration };
        let mut samples = Vec::new();
        for _ in 0..number(iterations, DEFAULT_TRANSFER_ITERATIONS) {
            let (count, elapsed) = phase.run(node, peer).await.map_err(|failure| format!("{name}: {failure}"))?;
            log(&format!("{name} {count} bytes in {elapsed:?}"));
            samples.push(count as f64 * BITS_PER_BYTE / GIGABIT / elapsed.as_secs_f64());
        }
        print!("{}", section(name, samples, "Gbps", THROUGHPUT_DECIMALS));
    }
    let mut samples = Vec::new();
    for _ in 0..number("LATENCY_ITERATIONS", DEFAULT_LATENCY_ITERATIONS) {
        samples.push(millis(perf::trip(node, peer).await.map_err(|failure| format!("latency: {failure}"))?));
    }
    print!("{}", section("latency", samples, "ms", LATENCY_DECIMALS));
    Ok(())
}

/// Reads a variable; the runner writes "null" for one that is not chosen.
fn number(name: &str, fallback: u64) -> u64 {
    env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(fallback)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn log(message: &str) {
    if env::var("DEBUG").is_ok_and(|debug| debug == "true") {
        eprintln!("{message}");
    }
}
