//! The client side of /perf/1.0.0.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{AsyncReadExt, AsyncWriteExt, future::try_join_all};
use libp2p::{PeerId, Stream};
use tokio::time::{timeout, timeout_at};

use crate::{
    node::Node,
    protocols::{BLOCK_BYTES, PERF, read_to_end},
};

/// More than any download lasts; it fits the signed integers of all implementations.
pub const ENDLESS: u64 = 1 << 62;
const TRIP_LIMIT: Duration = Duration::from_secs(30);

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
    /// Per stream.
    pub bytes: u64,
    /// At most; `None`: until all bytes are through.
    pub duration: Option<Duration>,
}

impl Phase {
    /// The bytes of all streams and how long they took.
    pub async fn run(self, node: &Arc<Node>, peer: PeerId) -> io::Result<(u64, Duration)> {
        if self.bytes == 0 {
            return Ok((0, Duration::ZERO));
        }
        let begin = Instant::now();
        let deadline = self.duration.map(|duration| begin + duration);
        let transfers = (0..self.streams).map(|_| {
            let node = node.clone();
            tokio::spawn(async move {
                let stream = node.open(peer, PERF).await?;
                match self.direction {
                    Direction::Upload => upload(stream, self.bytes, deadline).await,
                    Direction::Download => download(stream, self.bytes, deadline).await,
                }
            })
        });
        let counts: io::Result<Vec<u64>> = try_join_all(transfers).await?.into_iter().collect();
        Ok((counts?.iter().sum(), begin.elapsed()))
    }
}

/// Ends when the remote has taken everything, which it shows by closing its side.
async fn upload(mut stream: Stream, count: u64, deadline: Option<Instant>) -> io::Result<u64> {
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
async fn download(mut stream: Stream, count: u64, deadline: Option<Instant>) -> io::Result<u64> {
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

/// One perf exchange of one byte each way on a new stream.
pub async fn trip(node: &Node, peer: PeerId) -> io::Result<Duration> {
    let begin = Instant::now();
    let exchange = async {
        let mut stream = node.open(peer, PERF).await?;
        let mut request = 1u64.to_be_bytes().to_vec();
        request.push(0);
        stream.write_all(&request).await?;
        stream.close().await?;
        read_to_end(&mut stream).await
    };
    match timeout(TRIP_LIMIT, exchange).await?? {
        1 => Ok(begin.elapsed()),
        count => Err(io::Error::other(format!("asked for 1 byte, got {count}"))),
    }
}
