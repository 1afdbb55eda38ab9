//! The commands of the contract.

use std::{
    error::Error,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use libp2p::{Multiaddr, PeerId, StreamProtocol, identify, multiaddr::Protocol};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::{
    idle,
    node::Node,
    options,
    perf::{Direction, ENDLESS, Phase},
    statistics::{Results, results, usage},
    topics, transfer,
};

const COMMAND_LIMIT: Duration = Duration::from_secs(600);
const IDENTIFY_LIMIT: Duration = Duration::from_secs(10);
/// rust-libp2p has no other muxer for TCP and always negotiates it by multistream-select.
const TCP_MUXER: &str = "/yamux/1.0.0";
/// QUIC brings both: nothing is negotiated.
const QUIC_MUXER: &str = "quic";
const QUIC_SECURITY: &str = "/tls/1.0.0";

pub type Outcome = Result<Results, Box<dyn Error>>;

/// Runs one command and gives the object that answers it.
pub async fn answer(node: &Arc<Node>, line: &str) -> Value {
    let command: Value = match serde_json::from_str(line) {
        Ok(command) => command,
        Err(failure) => return json!({"id": null, "ok": false, "error": failure.to_string()}),
    };
    let outcome = match timeout(COMMAND_LIMIT, run(node, &Fields(&command))).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("not done within {COMMAND_LIMIT:?}").into()),
    };
    let mut answer = results(json!({"id": command["id"], "ok": outcome.is_ok()}));
    match outcome {
        Ok(found) => answer.extend(found),
        Err(failure) => answer.extend(results(json!({"error": failure.to_string()}))),
    }
    Value::Object(answer)
}

async fn run(node: &Arc<Node>, fields: &Fields<'_>) -> Outcome {
    match fields.text("command")? {
        "connect" => connect(node, fields).await,
        "disconnect" => {
            node.disconnect(fields.peer()?).await?;
            Ok(Results::new())
        }
        "ping" => transfer::ping(node, dial(node, fields).await?, fields.number("count")?).await,
        "identify" => identify(node, fields).await,
        "known" => Ok(node
            .known(&fields.peer()?)
            .as_ref()
            .map_or_else(|| results(json!({"protocols": [], "listenAddrs": []})), stored)),
        "handle" => {
            node.control.serve(fields.protocol()?);
            Ok(Results::new())
        }
        "echo" => transfer::echo(node, dial(node, fields).await?, fields.number("bytes")?).await,
        "streams" => {
            let at_once = fields.optional("concurrency").unwrap_or(1);
            transfer::streams(node, dial(node, fields).await?, fields.number("count")?, at_once).await
        }
        "open" => {
            let peer = dial(node, fields).await?;
            transfer::open(node, peer, fields.protocol()?, fields.number("streams")?).await
        }
        "halfclose" => transfer::half_close(node, dial(node, fields).await?, fields.number("bytes")?).await,
        "reset" => transfer::reset(node, dial(node, fields).await?).await,
        "sendreset" => transfer::send_reset(node, dial(node, fields).await?).await,
        "slow" => transfer::slow(node, dial(node, fields).await?, fields.number("bytes")?).await,
        "perf" => perf(node, fields).await,
        "dials" => {
            let (peer, addr) = fields.addr()?;
            transfer::dials(node, peer, addr, fields.number("count")?).await
        }
        "idle" => {
            let (peer, addr) = fields.addr()?;
            Ok(idle::open(node, peer, addr, fields.number("count")?).await)
        }
        "usage" => Ok(usage()?),
        other => match topics::run(node, other, fields).await {
            Some(outcome) => outcome,
            None => Err(format!("unsupported: unknown command {other:?}").into()),
        },
    }
}

pub async fn dial(node: &Node, fields: &Fields<'_>) -> Result<PeerId, Box<dyn Error>> {
    let (peer, addr) = fields.addr()?;
    node.dial(peer, addr).await?;
    Ok(peer)
}

async fn connect(node: &Node, fields: &Fields<'_>) -> Outcome {
    let (_, addr) = fields.addr()?;
    let peer = dial(node, fields).await?;
    if addr.iter().any(|part| part == Protocol::QuicV1) {
        let peer = peer.to_string();
        return Ok(results(json!({"peer": peer, "security": QUIC_SECURITY, "muxer": QUIC_MUXER, "early": false})));
    }
    let mut found = results(json!({"peer": peer.to_string(), "muxer": TCP_MUXER, "early": false}));
    if let Some(security) = node.chosen(&peer) {
        found.extend(results(json!({"security": security})));
    }
    Ok(found)
}

/// rust-libp2p identifies every connection by itself; this waits for what it brings.
async fn identify(node: &Node, fields: &Fields<'_>) -> Outcome {
    let peer = dial(node, fields).await?;
    let begin = Instant::now();
    let info = loop {
        match node.known(&peer) {
            Some(info) => break info,
            None if begin.elapsed() > IDENTIFY_LIMIT => {
                return Err(format!("no identify answer within {IDENTIFY_LIMIT:?}").into());
            }
            None => sleep(Duration::from_millis(1)).await,
        }
    };
    let mut found = stored(&info);
    found.extend(results(json!({
        "peer": info.public_key.to_peer_id().to_string(),
        "agentVersion": info.agent_version,
        "protocolVersion": info.protocol_version,
        "observedAddr": info.observed_addr.to_string(),
    })));
    Ok(found)
}

fn stored(info: &identify::Info) -> Results {
    results(json!({
        "protocols": info.protocols.iter().map(StreamProtocol::to_string).collect::<Vec<_>>(),
        "listenAddrs": info.listen_addrs.iter().map(Multiaddr::to_string).collect::<Vec<_>>(),
    }))
}

/// First all streams upload, then all download, each phase timed by itself. `upload` and `download` are bytes per stream;
/// with `seconds` each phase lasts that long and the download ends by resetting its streams.
async fn perf(node: &Arc<Node>, fields: &Fields<'_>) -> Outcome {
    let peer = dial(node, fields).await?;
    let duration = fields.0["seconds"].as_f64().filter(|seconds| *seconds > 0.0).map(Duration::from_secs_f64);
    let phase = |direction, bytes| Phase {
        direction,
        streams: fields.optional("streams").unwrap_or(1).max(1),
        bytes: match fields.optional(bytes) {
            Some(0) => 0,
            _ if duration.is_some() => ENDLESS,
            asked => asked.unwrap_or(0),
        },
        duration,
    };
    let (sent, sent_time) = phase(Direction::Upload, "upload").run(node, peer).await?;
    let (received, received_time) = phase(Direction::Download, "download").run(node, peer).await?;
    Ok(results(json!({
        "uploadBytes": sent,
        "uploadSeconds": sent_time.as_secs_f64(),
        "downloadBytes": received,
        "downloadSeconds": received_time.as_secs_f64(),
    })))
}

/// The members of a command.
pub struct Fields<'a>(&'a Value);

impl Fields<'_> {
    pub fn text(&self, name: &str) -> Result<&str, String> {
        self.0[name].as_str().ok_or_else(|| format!("{name} is missing"))
    }

    pub fn number(&self, name: &str) -> Result<u64, String> {
        self.optional(name).ok_or_else(|| format!("{name} is missing"))
    }

    pub fn optional(&self, name: &str) -> Option<u64> {
        self.0[name].as_u64()
    }

    pub fn seconds(&self, name: &str) -> Result<Duration, String> {
        let seconds = self.0[name].as_f64().ok_or_else(|| format!("{name} is missing"))?;
        Duration::try_from_secs_f64(seconds).map_err(|failure| failure.to_string())
    }

    fn peer(&self) -> Result<PeerId, Box<dyn Error>> {
        Ok(self.text("peer")?.parse()?)
    }

    fn protocol(&self) -> Result<StreamProtocol, String> {
        options::protocol(self.text("protocol")?)
    }

    /// The peer and the address without it.
    fn addr(&self) -> Result<(PeerId, Multiaddr), Box<dyn Error>> {
        let mut addr: Multiaddr = self.text("addr")?.parse()?;
        match addr.pop() {
            Some(Protocol::P2p(peer)) => Ok((peer, addr)),
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "addr does not end in /p2p/ID").into()),
        }
    }
}
