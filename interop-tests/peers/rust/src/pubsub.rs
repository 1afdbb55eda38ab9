//! Gossipsub as the command line wants it.

use std::{error::Error, time::Duration};

use libp2p::{
    gossipsub::{
        Behaviour, ConfigBuilder, IdentTopic, Message, MessageAuthenticity, MessageId, PeerScoreParams, PeerScoreThresholds,
        TopicScoreParams, ValidationMode,
    },
    identity::Keypair,
};
use sha2::{Digest, Sha256};

const OUTBOUND_MINIMUM: usize = 2;

#[derive(Clone)]
pub struct Settings {
    pub signed: bool,
    /// Whether the message id is the SHA-256 of the data instead of source and sequence number.
    pub id_of_data: bool,
    pub heartbeat: Duration,
    pub mesh: usize,
    pub mesh_low: usize,
    pub mesh_high: usize,
    pub max_bytes: usize,
    pub peer_exchange: bool,
    pub flood_publish: bool,
    pub scores: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            signed: true,
            id_of_data: false,
            heartbeat: Duration::from_secs(1),
            mesh: 6,
            mesh_low: 4,
            mesh_high: 12,
            max_bytes: 4 << 20,
            peer_exchange: false,
            flood_publish: true,
            scores: true,
        }
    }
}

impl Settings {
    /// Messages wait for what validation says of them.
    pub fn behaviour(&self, key: &Keypair) -> Result<Behaviour, Box<dyn Error>> {
        let mut config = ConfigBuilder::default();
        config
            .heartbeat_initial_delay(self.heartbeat)
            .heartbeat_interval(self.heartbeat)
            .mesh_n(self.mesh)
            .mesh_n_low(self.mesh_low)
            .mesh_n_high(self.mesh_high)
            .mesh_outbound_min(OUTBOUND_MINIMUM.min(self.mesh / 2).min(self.mesh_low.saturating_sub(1)))
            .max_transmit_size(self.max_bytes)
            .flood_publish(self.flood_publish)
            .validation_mode(if self.signed { ValidationMode::Strict } else { ValidationMode::Anonymous })
            .message_id_fn(if self.id_of_data { id_of_data } else { id_of_source })
            .validate_messages();
        if self.peer_exchange {
            config.do_px();
        }
        let author = if self.signed { MessageAuthenticity::Signed(key.clone()) } else { MessageAuthenticity::Anonymous };
        let mut behaviour = Behaviour::new(author, config.build()?)?;
        if self.scores {
            behaviour.with_peer_score(peer_scores(), PeerScoreThresholds::default())?;
        }
        Ok(behaviour)
    }

    /// Makes invalid messages of the topic count; must come before its first message.
    pub fn score_topic(&self, behaviour: &mut Behaviour, topic: &IdentTopic) -> Result<(), &'static str> {
        if !self.scores {
            return Ok(());
        }
        behaviour.set_topic_params(
            topic.clone(),
            TopicScoreParams {
                topic_weight: 1.0,
                time_in_mesh_weight: 0.0,
                first_message_deliveries_weight: 0.0,
                mesh_message_deliveries_weight: 0.0,
                mesh_failure_penalty_weight: 0.0,
                ..TopicScoreParams::default()
            },
        )
    }
}

/// Many peers of a test share an address, and a slow one is no wrongdoer.
fn peer_scores() -> PeerScoreParams {
    PeerScoreParams { ip_colocation_factor_weight: 0.0, slow_peer_weight: 0.0, ..PeerScoreParams::default() }
}

/// The default of this implementation is made of texts and is compatible with no other.
fn id_of_source(message: &Message) -> MessageId {
    let mut id = message.source.map(|source| source.to_bytes()).unwrap_or_default();
    id.extend(message.sequence_number.map(u64::to_be_bytes).into_iter().flatten());
    MessageId::from(id)
}

fn id_of_data(message: &Message) -> MessageId {
    MessageId::from(Sha256::digest(&message.data).to_vec())
}
