//! Connections of many identities.

use std::{io, sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use libp2p::{
    Multiaddr, PeerId,
    identity::Keypair,
    swarm::{SwarmEvent, dial_opts::DialOpts},
};
use serde_json::json;
use tokio::time::timeout;

use crate::{
    node::{Node, build_swarm},
    options::Channel,
    security::Chosen,
    statistics::{Results, results},
    streams::Control,
};

const DIALS_AT_ONCE: usize = 8;
const DIAL_LIMIT: Duration = Duration::from_secs(30);

/// Each connection has a swarm of its own, which a task keeps as long as the program runs. `failure` tells why there are not
/// more.
pub async fn open(node: &Arc<Node>, peer: PeerId, addr: Multiaddr, count: u64) -> Results {
    let outcomes: Vec<Result<(), String>> = stream::iter(0..count)
        .map(|_| keep_connection(node.channels.clone(), peer, addr.clone()))
        .buffer_unordered(DIALS_AT_ONCE)
        .collect()
        .await;
    let opened = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    match outcomes.into_iter().find_map(Result::err) {
        None => results(json!({"opened": opened})),
        Some(failure) => results(json!({"opened": opened, "failure": failure})),
    }
}

async fn keep_connection(channels: Vec<Channel>, peer: PeerId, addr: Multiaddr) -> Result<(), String> {
    let mut swarm = build_swarm(Keypair::generate_ed25519(), &channels, Chosen::default(), Control::new([]), None)
        .map_err(|failure| failure.to_string())?;
    swarm.dial(DialOpts::peer_id(peer).addresses(vec![addr]).build()).map_err(|failure| failure.to_string())?;
    let connected = async {
        loop {
            match swarm.select_next_some().await {
                SwarmEvent::ConnectionEstablished { .. } => return Ok(()),
                SwarmEvent::OutgoingConnectionError { error, .. } => return Err(io::Error::other(error)),
                _ => {}
            }
        }
    };
    match timeout(DIAL_LIMIT, connected).await {
        Ok(outcome) => outcome.map_err(|failure| failure.to_string())?,
        Err(_) => return Err(format!("not connected within {DIAL_LIMIT:?}")),
    }
    tokio::spawn(async move {
        loop {
            swarm.select_next_some().await;
        }
    });
    Ok(())
}
