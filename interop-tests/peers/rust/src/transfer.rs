//! The commands that move bytes over streams.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::{AsyncReadExt, AsyncWriteExt, future::try_join_all, try_join};
use libp2p::{Multiaddr, PeerId, Stream, StreamProtocol};
use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use crate::{
    commands::Outcome,
    node::Node,
    protocols::{BLOCK_BYTES, ECHO, PING, RESET, SINK, SLOW},
    statistics::{Results, latencies, rate, results},
};

const TRIP_BYTES: usize = 32;
const STREAM_LIMIT: Duration = Duration::from_secs(30);
const SLOW_LIMIT: Duration = Duration::from_secs(3);
const SLOW_WRITE_BYTES: usize = 16 << 10;
const SEED: u64 = 1;

/// rust-libp2p's own ping cannot be asked for a number of pings, so this is one more ping stream. Its responder keeps only the
/// stream that came last: the one of the behaviour has to be there before, whether that ping was answered or not.
pub async fn ping(node: &Node, peer: PeerId, count: u64) -> Outcome {
    if let Err(failure) = node.first_ping(peer).await {
        eprintln!("the first ping of {peer}: {failure}");
    }
    let mut stream = node.open(peer, PING).await?;
    let mut trips = Vec::new();
    for _ in 0..count {
        let begin = Instant::now();
        trip(&mut stream).await?;
        trips.push(begin.elapsed());
    }
    stream.close().await?;
    Ok(latencies(trips))
}

/// Sends 32 bytes and takes the same ones back.
async fn trip(stream: &mut Stream) -> io::Result<()> {
    let payload: [u8; TRIP_BYTES] = rand::rng().random();
    let mut answer = [0; TRIP_BYTES];
    timeout(STREAM_LIMIT, async {
        stream.write_all(&payload).await?;
        stream.flush().await?;
        stream.read_exact(&mut answer).await
    })
    .await??;
    if answer == payload { Ok(()) } else { Err(io::Error::other("the echo differs from what was sent")) }
}

/// One short echo on a new stream: what `streams` and `dials` measure.
async fn round_trip(node: &Node, peer: PeerId) -> io::Result<()> {
    let mut stream = node.open(peer, ECHO).await?;
    trip(&mut stream).await?;
    stream.close().await
}

pub async fn echo(node: &Node, peer: PeerId, bytes: u64) -> Outcome {
    let (mut reader, mut writer) = node.open(peer, ECHO).await?.split();
    let mut sent = Sha256::new();
    let mut received = Sha256::new();
    let mut count = 0;
    let writing = async {
        let mut blocks = PseudoRandom::new(bytes);
        while let Some(block) = blocks.next() {
            sent.update(block);
            writer.write_all(block).await?;
        }
        writer.close().await
    };
    let reading = async {
        let mut block = vec![0; BLOCK_BYTES];
        loop {
            match reader.read(&mut block).await? {
                0 => return Ok(()),
                size => {
                    received.update(&block[..size]);
                    count += size;
                }
            }
        }
    };
    try_join!(writing, reading)?;
    Ok(results(json!({"bytes": count, "sha256Sent": hex(sent), "sha256Received": hex(received)})))
}

pub async fn streams(node: &Arc<Node>, peer: PeerId, count: u64, at_once: u64) -> Outcome {
    let left = Arc::new(AtomicU64::new(count));
    let begin = Instant::now();
    let workers = (0..at_once.max(1)).map(|_| {
        let (node, left) = (node.clone(), left.clone());
        tokio::spawn(async move {
            let mut trips = Vec::new();
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                let begin = Instant::now();
                round_trip(&node, peer).await?;
                trips.push(begin.elapsed());
            }
            Ok::<_, io::Error>(trips)
        })
    });
    let trips: io::Result<Vec<_>> = try_join_all(workers).await?.into_iter().collect();
    Ok(rate(trips?.concat(), begin.elapsed()))
}

/// Holds as many streams as the remote takes; `failure` tells why there are not more.
pub async fn open(node: &Node, peer: PeerId, protocol: StreamProtocol, count: u64) -> Outcome {
    for opened in 0..count {
        let begun = async {
            let mut stream = node.open(peer, protocol.clone()).await?;
            stream.write_all(&[1]).await?;
            stream.flush().await?;
            Ok::<_, io::Error>(stream)
        };
        match begun.await {
            Ok(stream) => node.hold(stream),
            Err(failure) => return Ok(results(json!({"opened": opened, "failure": failure.to_string()}))),
        }
    }
    Ok(results(json!({"opened": count})))
}

pub async fn half_close(node: &Node, peer: PeerId, bytes: u64) -> Outcome {
    let mut stream = node.open(peer, SINK).await?;
    let mut blocks = PseudoRandom::new(bytes);
    while let Some(block) = blocks.next() {
        stream.write_all(block).await?;
    }
    stream.close().await?;
    let mut answer = String::new();
    timeout(STREAM_LIMIT, stream.read_to_string(&mut answer)).await??;
    Ok(results(json!({"answer": answer.trim()})))
}

/// The Yamux of rust-libp2p reads a reset as the end of the stream and tells no code: what sets the two apart is that a reset
/// stream takes no more bytes.
pub async fn reset(node: &Node, peer: PeerId) -> Outcome {
    let mut stream = node.open(peer, RESET).await?;
    stream.write_all(&[1]).await?;
    stream.flush().await?;
    let reset = match timeout(STREAM_LIMIT, stream.read(&mut [0])).await? {
        Ok(0) => stream.write_all(&[1]).await.is_err(),
        Ok(_) => false,
        Err(failure) if failure.kind() == io::ErrorKind::ConnectionReset => true,
        Err(failure) => return Err(failure.into()),
    };
    Ok(results(json!({"reset": reset})))
}

/// A stream that is dropped while it is open is reset.
pub async fn send_reset(node: &Node, peer: PeerId) -> Outcome {
    let mut stream = node.open(peer, ECHO).await?;
    let mut payload = [0; 1024];
    rand::rng().fill_bytes(&mut payload);
    stream.write_all(&payload).await?;
    stream.flush().await?;
    timeout(STREAM_LIMIT, stream.read_exact(&mut [0])).await??;
    Ok(Results::new())
}

pub async fn slow(node: &Node, peer: PeerId, bytes: u64) -> Outcome {
    let mut stream = node.open(peer, SLOW).await?;
    let block = vec![0; SLOW_WRITE_BYTES];
    let mut written = 0;
    let writing = async {
        while written < bytes {
            let size = (bytes - written).min(SLOW_WRITE_BYTES as u64);
            written += stream.write(&block[..size as usize]).await? as u64;
        }
        Ok::<(), io::Error>(())
    };
    if let Ok(Err(failure)) = timeout(SLOW_LIMIT, writing).await {
        return Err(format!("after {written} bytes: {failure}").into());
    }
    Ok(results(json!({"written": written})))
}

/// Connect, one short echo and the end of the connection, one after another.
pub async fn dials(node: &Node, peer: PeerId, addr: Multiaddr, count: u64) -> Outcome {
    node.disconnect(peer).await?;
    let mut trips = Vec::new();
    let begin = Instant::now();
    for _ in 0..count {
        let begin = Instant::now();
        node.dial(peer, addr.clone()).await?;
        round_trip(node, peer).await?;
        node.disconnect(peer).await?;
        trips.push(begin.elapsed());
    }
    Ok(rate(trips, begin.elapsed()))
}

fn hex(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Blocks of the same sequence every time.
struct PseudoRandom {
    source: StdRng,
    block: Vec<u8>,
    left: u64,
}

impl PseudoRandom {
    fn new(bytes: u64) -> Self {
        Self { source: StdRng::seed_from_u64(SEED), block: vec![0; BLOCK_BYTES], left: bytes }
    }

    fn next(&mut self) -> Option<&[u8]> {
        let size = self.left.min(BLOCK_BYTES as u64);
        self.left -= size;
        let block = &mut self.block[..size as usize];
        self.source.fill_bytes(block);
        (size > 0).then_some(block)
    }
}
