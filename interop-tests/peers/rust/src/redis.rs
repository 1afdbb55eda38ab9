//! Just enough RESP to exchange one value between two programs.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream},
    net::TcpStream,
    time::{sleep, timeout},
};

const PORT: u16 = 6379;
const CALL_LIMIT: Duration = Duration::from_secs(10);
const POLL_EVERY: Duration = Duration::from_millis(50);
/// What is exchanged is one multiaddr.
const MAX_VALUE_BYTES: usize = 64 << 10;
const MAX_LINE_BYTES: u64 = 1024;

pub struct Redis(BufStream<TcpStream>);

impl Redis {
    pub async fn connect(addr: &str) -> io::Result<Self> {
        let addr = if addr.contains(':') { addr.to_owned() } else { format!("{addr}:{PORT}") };
        Ok(Self(BufStream::new(timeout(CALL_LIMIT, TcpStream::connect(addr)).await??)))
    }

    pub async fn set(&mut self, key: &str, value: &str) -> io::Result<()> {
        self.call(&["SET", key, value]).await.map(drop)
    }

    /// Polls until the key has a value.
    pub async fn wait_for(&mut self, key: &str) -> io::Result<String> {
        loop {
            match self.call(&["GET", key]).await? {
                Some(value) => return Ok(value),
                None => sleep(POLL_EVERY).await,
            }
        }
    }

    /// The simple or bulk string of the answer, or nothing for the nil answer.
    async fn call(&mut self, words: &[&str]) -> io::Result<Option<String>> {
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            request += &format!("${}\r\n{word}\r\n", word.len());
        }
        timeout(CALL_LIMIT, async {
            self.0.write_all(request.as_bytes()).await?;
            self.0.flush().await?;
            self.answer().await
        })
        .await?
    }

    async fn answer(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        (&mut self.0).take(MAX_LINE_BYTES).read_line(&mut line).await?;
        let line = line.trim_end();
        if let Some(text) = line.strip_prefix('+') {
            return Ok(Some(text.to_owned()));
        }
        if line == "$-1" {
            return Ok(None);
        }
        let size: Option<usize> = line.strip_prefix('$').and_then(|size| size.parse().ok());
        let Some(size) = size.filter(|size| *size <= MAX_VALUE_BYTES) else {
            return Err(io::Error::other(format!("redis: answer {line:?}")));
        };
        let mut bulk = vec![0; size + "\r\n".len()];
        self.0.read_exact(&mut bulk).await?;
        bulk.truncate(size);
        String::from_utf8(bulk).map(Some).map_err(io::Error::other)
    }
}
