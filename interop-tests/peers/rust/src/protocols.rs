//! The server side of every protocol of the contract.

use std::io;

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::{Stream, StreamProtocol};
use tokio::sync::watch;

pub const PING: StreamProtocol = StreamProtocol::new("/ipfs/ping/1.0.0");
pub const ECHO: StreamProtocol = StreamProtocol::new("/echo/1.0.0");
pub const PERF: StreamProtocol = StreamProtocol::new("/perf/1.0.0");
pub const SINK: StreamProtocol = StreamProtocol::new("/interop/sink/1.0.0");
pub const SLOW: StreamProtocol = StreamProtocol::new("/interop/slow/1.0.0");
pub const RESET: StreamProtocol = StreamProtocol::new("/interop/reset/1.0.0");

pub const BLOCK_BYTES: usize = 64 << 10;
const ECHO_BLOCK_BYTES: usize = 32 << 10;
const SLOW_READ_BYTES: usize = 1024;

/// Serves one stream. A failed exchange drops the stream, which resets it; so does a protocol that resets on purpose.
pub async fn serve(protocol: StreamProtocol, stream: Stream, alive: watch::Receiver<()>) {
    // What goes wrong is the remote's to see: it gets the reset.
    let _ = match protocol.as_ref() {
        "/perf/1.0.0" => perf(stream).await,
        "/interop/sink/1.0.0" => sink(stream).await,
        "/interop/slow/1.0.0" => slow(stream, alive).await,
        "/interop/reset/1.0.0" => reset(stream).await,
        _ => echo(stream).await,
    };
}

async fn echo(mut stream: Stream) -> io::Result<()> {
    let mut block = vec![0; ECHO_BLOCK_BYTES];
    loop {
        match stream.read(&mut block).await? {
            0 => return stream.close().await,
            count => {
                stream.write_all(&block[..count]).await?;
                stream.flush().await?;
            }
        }
    }
}

async fn sink(mut stream: Stream) -> io::Result<()> {
    let count = read_to_end(&mut stream).await?;
    stream.write_all(format!("{count}\n").as_bytes()).await?;
    stream.close().await
}

/// Reads how many bytes are wanted and all that is uploaded, and only then sends.
async fn perf(mut stream: Stream) -> io::Result<()> {
    let mut wanted = [0; 8];
    stream.read_exact(&mut wanted).await?;
    read_to_end(&mut stream).await?;
    let block = vec![0; BLOCK_BYTES];
    let mut left = u64::from_be_bytes(wanted);
    while left > 0 {
        let count = left.min(BLOCK_BYTES as u64);
        stream.write_all(&block[..count as usize]).await?;
        left -= count;
    }
    stream.close().await
}

async fn slow(mut stream: Stream, mut alive: watch::Receiver<()>) -> io::Result<()> {
    stream.read_exact(&mut [0; SLOW_READ_BYTES]).await?;
    // Nothing is ever sent: this ends with an error when the connection is gone.
    let _ = alive.changed().await;
    Ok(())
}

async fn reset(mut stream: Stream) -> io::Result<()> {
    stream.read_exact(&mut [0]).await
}

/// The number of bytes up to the half-close of the remote.
pub async fn read_to_end(stream: &mut Stream) -> io::Result<u64> {
    let mut block = vec![0; BLOCK_BYTES];
    let mut total = 0;
    loop {
        match stream.read(&mut block).await? {
            0 => return Ok(total),
            count => total += count as u64,
        }
    }
}
