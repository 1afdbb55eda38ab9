//! The pubsub commands.

use std::{error::Error, fmt::Debug, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use libp2p::gossipsub::{Behaviour, IdentTopic, TopicHash};
use rand::{RngCore, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    commands::{Fields, Outcome, dial},
    inbox::{Arrived, TIME_BYTES, Verdict, micros_since_epoch},
    node::{Node, Pubsub},
    statistics::{Results, latencies, results},
};

const FLOOD_TICK: Duration = Duration::from_millis(1);
/// So many messages are published before the swarm does something else.
const FLOOD_AT_ONCE: u64 = 64;
const COUNTER_BYTES: usize = 8;
const COMMANDS: [&str; 10] =
    ["subscribe", "unsubscribe", "publish", "received", "pubsub", "verdict", "explicit", "scores", "flood", "latency"];

/// Runs the command of that name, if there is one.
pub async fn run(node: &Arc<Node>, name: &str, fields: &Fields<'_>) -> Option<Outcome> {
    match &node.pubsub {
        _ if !COMMANDS.contains(&name) => None,
        None => Some(Err("unsupported: started without --pubsub".into())),
        Some(pubsub) => Some(match name {
            "subscribe" => subscribe(pubsub, fields).await,
            "unsubscribe" => unsubscribe(pubsub, fields).await,
            "publish" => publish(pubsub, fields).await,
            "received" => received(pubsub, fields).await,
            "pubsub" => peers(pubsub, fields).await,
            "verdict" => verdict(pubsub, fields),
            "explicit" => explicit(node, pubsub, fields).await,
            "scores" => scores(pubsub).await,
            "flood" => flood(pubsub, fields).await,
            _ => latency(pubsub, fields),
        }),
    }
}

fn topic(fields: &Fields<'_>) -> Result<TopicHash, String> {
    Ok(TopicHash::from_raw(fields.text("topic")?))
}

async fn subscribe(pubsub: &Pubsub, fields: &Fields<'_>) -> Outcome {
    let topic = IdentTopic::new(fields.text("topic")?);
    let settings = pubsub.settings.clone();
    pubsub
        .run(move |behaviour| {
            settings.score_topic(behaviour, &topic)?;
            behaviour.subscribe(&topic).map_err(|failure| failure.to_string())
        })
        .await??;
    Ok(Results::new())
}

async fn unsubscribe(pubsub: &Pubsub, fields: &Fields<'_>) -> Outcome {
    let topic = IdentTopic::new(fields.text("topic")?);
    pubsub.run(move |behaviour| behaviour.unsubscribe(&topic)).await?;
    Ok(Results::new())
}

async fn publish(pubsub: &Pubsub, fields: &Fields<'_>) -> Outcome {
    let topic = topic(fields)?;
    let data = BASE64.decode(fields.text("data")?)?;
    let count = fields.optional("count").unwrap_or(1);
    let mut ids = Vec::new();
    for number in 0..count {
        let mut message = data.clone();
        if count > 1 {
            message.extend((number as u32).to_be_bytes());
        }
        let topic = topic.clone();
        let id = pubsub.run(move |behaviour| behaviour.publish(topic, message)).await??;
        ids.push(hex(&id.0));
    }
    Ok(results(json!({"ids": ids})))
}

async fn received(pubsub: &Pubsub, fields: &Fields<'_>) -> Outcome {
    let deadline = Instant::now() + fields.seconds("seconds")?;
    let taken = pubsub.inbox.take(&topic(fields)?, fields.number("count")? as usize, deadline).await;
    Ok(results(json!({"messages": taken.iter().map(told).collect::<Vec<_>>()})))
}

fn told(arrived: &Arrived) -> Value {
    let message = &arrived.message;
    json!({
        "from": message.source.map(|source| source.to_string()),
        "data": BASE64.encode(&message.data),
        "seqno": message.sequence_number.map(|number| hex(&number.to_be_bytes())),
        "id": hex(&arrived.id.0),
        "via": arrived.via.to_string(),
    })
}

async fn peers(pubsub: &Pubsub, fields: &Fields<'_>) -> Outcome {
    let topic = topic(fields)?;
    let found = pubsub
        .run(move |behaviour| {
            let subscribed = behaviour.all_peers().filter(|(_, topics)| topics.contains(&&topic));
            let protocols =
                behaviour.peer_protocol().filter_map(|(peer, kind)| Some((peer.to_string(), protocol(kind)?.into())));
            json!({
                "subscribers": subscribed.map(|(peer, _)| peer.to_string()).collect::<Vec<_>>(),
                "mesh": behaviour.mesh_peers(&topic).map(ToString::to_string).collect::<Vec<_>>(),
                "protocols": protocols.collect::<Results>(),
            })
        })
        .await?;
    Ok(results(found))
}

/// The library does not export the type of the kind, which tells its name only as a text.
fn protocol(kind: &impl Debug) -> Option<&'static str> {
    match format!("{kind:?}").as_str() {
        "Floodsub" => Some("/floodsub/1.0.0"),
        "Gossipsub" => Some("/meshsub/1.0.0"),
        "Gossipsubv1_1" => Some("/meshsub/1.1.0"),
        "Gossipsubv1_2" => Some("/meshsub/1.2.0"),
        "Gossipsubv1_3" => Some("/meshsub/1.3.0"),
        _ => None,
    }
}

fn verdict(pubsub: &Pubsub, fields: &Fields<'_>) -> Outcome {
    pubsub.inbox.judge(topic(fields)?, Verdict::parse(fields.text("verdict")?)?);
    Ok(Results::new())
}

async fn explicit(node: &Node, pubsub: &Pubsub, fields: &Fields<'_>) -> Outcome {
    let peer = dial(node, fields).await?;
    pubsub.run(move |behaviour| behaviour.add_explicit_peer(&peer)).await?;
    Ok(Results::new())
}

async fn scores(pubsub: &Pubsub) -> Outcome {
    if !pubsub.settings.scores {
        return Err("unsupported: started with --pubsub-scores off".into());
    }
    let scores = pubsub
        .run(|behaviour| {
            behaviour
                .all_peers()
                .filter_map(|(peer, _)| Some((peer.to_string(), behaviour.peer_score(peer)?.into())))
                .collect::<Results>()
        })
        .await?;
    Ok(results(json!({"scores": scores})))
}

/// Publishes at an even pace, and what it is late with at once.
async fn flood(pubsub: &Pubsub, fields: &Fields<'_>) -> Outcome {
    let topic = topic(fields)?;
    let duration = fields.seconds("seconds")?;
    let per_second = fields.number("perSecond")? as f64;
    let mut template = vec![0; (fields.number("bytes")? as usize).max(TIME_BYTES)];
    StdRng::from_os_rng().fill_bytes(&mut template);
    let begin = Instant::now();
    let (mut tried, mut published, mut failure) = (0, 0, None);
    loop {
        let elapsed = begin.elapsed();
        let due = (elapsed.min(duration).as_secs_f64() * per_second) as u64;
        if tried >= due {
            if elapsed >= duration {
                break;
            }
            sleep(FLOOD_TICK).await;
            continue;
        }
        if elapsed > duration + duration {
            failure = failure.or(Some("took twice the time".to_owned()));
            break;
        }
        let numbers = tried..due.min(tried + FLOOD_AT_ONCE);
        tried = numbers.end;
        let (topic, template) = (topic.clone(), template.clone());
        let outcomes = pubsub
            .run(move |behaviour| numbers.map(|number| flood_one(behaviour, &topic, &template, number)).collect::<Vec<_>>())
            .await?;
        for outcome in outcomes {
            match outcome {
                Ok(()) => published += 1,
                Err(text) => failure = failure.or(Some(text)),
            }
        }
    }
    let mut found = results(json!({"published": published}));
    if let Some(text) = failure {
        found.extend(results(json!({"failure": text})));
    }
    Ok(found)
}

/// The number after the time makes every message another one.
fn flood_one(behaviour: &mut Behaviour, topic: &TopicHash, template: &[u8], number: u64) -> Result<(), String> {
    let mut message = template.to_vec();
    message[..TIME_BYTES].copy_from_slice(&micros_since_epoch().to_be_bytes());
    if let Some(counter) = message.get_mut(TIME_BYTES..TIME_BYTES + COUNTER_BYTES) {
        counter.copy_from_slice(&number.to_be_bytes());
    }
    behaviour.publish(topic.clone(), message).map_err(|failure| failure.to_string())?;
    Ok(())
}

fn latency(pubsub: &Pubsub, fields: &Fields<'_>) -> Outcome {
    let mut found = latencies(pubsub.inbox.trips(topic(fields)?));
    let delivered = found.remove("count").unwrap_or_default();
    found.insert("delivered".to_owned(), delivered);
    Ok(found)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Pubsub {
    /// Runs the work where the swarm is driven and gives what it returns.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Behaviour) -> T + Send + 'static,
    ) -> Result<T, Box<dyn Error>> {
        let (done, answer) = tokio::sync::oneshot::channel();
        self.send(Box::new(move |behaviour| {
            // An asker that went away needs no answer.
            let _ = done.send(work(behaviour));
        }));
        Ok(answer.await?)
    }
}
