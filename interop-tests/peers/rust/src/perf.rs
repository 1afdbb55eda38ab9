//! The client side of /perf/1.0.0.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{AsyncReadExt, AsyncWriteExt, future::try_join_all};
use libp2p::{PeerId, Stream};
use tokio::time::timeout_at;

use crate::{
    node::Node,
    protocols::{BLOCK_BYTES, PERF, read_to_end},
};

/// More than any download lasts; it fits the signed integers of all implementations.
const ENDLESS: u64 = 1 << 62;

#[derive(Clone, Copy)]
pub enum Direction {
    Upload,
    Download,
}

/// One direction on a number of streams at once.
#[derive(Clone, Copy)]
pub struct Phase {
    pub direction: Direction,
    pub streams: u64,
    /// Per stream; `None` stands for as much as goes through in `duration`.
    pub bytes: Option<u64>,
    pub duration: Option<Duration>,
}

impl Phase {
    /// The bytes of all streams and how long they took.
    pub async fn run(self, node: &Arc<Node>, peer: PeerId) -> io::Result<(u64, Duration)> {
        let begin = Instant::now();
        let bytes = match (self.duration, self.bytes) {
            (_, Some(0)) | (None, None) => return Ok((0, Duration::ZERO)),
            (Some(_), _) => ENDLESS,
            (None, Some(bytes)) => bytes,
        };
        let deadline = self.duration.map(|duration| begin + duration);
        let transfers = (0..self.streams).map(|_| {
            let node = node.clone();
            tokio::spawn(async move {
                let stream = node.open(peer, PERF).await?;
                match self.direction {
                    Direction::Upload => upload(stream, bytes, deadline).await,
                    Direction::Download => download(stream, bytes, deadline).await,
                }
            })
        });
        let counts: io::Result<Vec<u64>> = try_join_all(transfers).await?.into_iter().collect();
        Ok((counts?.iter().sum(), begin.elapsed()))
    }
}

/// Ends when the remote has taken everything, which it shows by closing its side.
pub async fn upload(mut stream: Stream, count: u64, deadline: Option<Instant>) -> io::Result<u64> {
    stream.write_all(&0u64.to_be_bytes()).await?;
    let block = vec![0; BLOCK_BYTES];
    let mut sent = 0;
    while sent < count && deadline.is_none_or(|deadline| Instant::now() < deadline) {
        let size = (count - sent).min(BLOCK_BYTES as u64);
        stream.write_all(&block[..size as usize]).await?;
        sent += size;
    }
    stream.close().await?;
    match read_to_end(&mut stream).await? {
        0 => Ok(sent),
        extra => Err(io::Error::other(format!("asked for nothing, got {extra} bytes"))),
    }
}

/// Ends when all has arrived, or resets the stream at the deadline.
pub async fn download(mut stream: Stream, count: u64, deadline: Option<Instant>) -> io::Result<u64> {
    stream.write_all(&count.to_be_bytes()).await?;
    stream.close().await?;
    let mut received = 0;
    let reading = async {
        let mut block = vec![0; BLOCK_BYTES];
        loop {
            match stream.read(&mut block).await? {
                0 => return Ok::<(), io::Error>(()),
                size => received += size as u64,
            }
        }
    };
    match deadline {
        Some(deadline) => match timeout_at(deadline.into(), reading).await {
            Ok(ended) => ended?,
            Err(_) => return Ok(received),
        },
        None => reading.await?,
    }
    if received != count {
        return Err(io::Error::other(format!("asked for {count} bytes, got {received}")));
    }
    Ok(received)
}
