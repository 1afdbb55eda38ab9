//! What arrived on each topic.

use std::{
    collections::{HashMap, VecDeque},
    pin::pin,
    sync::{Mutex, MutexGuard},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use libp2p::{
    PeerId,
    gossipsub::{Behaviour, Event, Message, MessageAcceptance, MessageId, TopicHash},
};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

/// The newest messages of a topic are kept, so many bytes of them.
const QUEUE_BYTES: usize = 256 << 20;
pub const TIME_BYTES: usize = 8;

pub struct Arrived {
    pub id: MessageId,
    pub via: PeerId,
    pub message: Message,
}

#[derive(Default)]
struct Topic {
    verdict: Verdict,
    queue: VecDeque<Arrived>,
    queued_bytes: usize,
    /// How long the messages of a measured topic took, which is not queued.
    trips: Option<Vec<Duration>>,
}

#[derive(Clone, Copy, Default, PartialEq)]
pub enum Verdict {
    #[default]
    Accept,
    Reject,
    Ignore,
}

impl Verdict {
    pub fn parse(name: &str) -> Result<Self, String> {
        match name {
            "accept" => Ok(Self::Accept),
            "reject" => Ok(Self::Reject),
            "ignore" => Ok(Self::Ignore),
            _ => Err(format!("verdict {name}: accept, reject or ignore")),
        }
    }

    fn acceptance(self) -> MessageAcceptance {
        match self {
            Self::Accept => MessageAcceptance::Accept,
            Self::Reject => MessageAcceptance::Reject,
            Self::Ignore => MessageAcceptance::Ignore,
        }
    }
}

#[derive(Default)]
pub struct Inbox {
    topics: Mutex<HashMap<TopicHash, Topic>>,
    arrived: Notify,
}

impl Inbox {
    pub fn on_event(&self, behaviour: &mut Behaviour, event: Event) {
        match event {
            Event::Message { propagation_source, message_id, message } => {
                let verdict = self.lock().get(&message.topic).map(|topic| topic.verdict).unwrap_or_default();
                behaviour.report_message_validation_result(&message_id, &propagation_source, verdict.acceptance());
                if verdict == Verdict::Accept {
                    self.lock().entry(message.topic.clone()).or_default().add(Arrived {
                        id: message_id,
                        via: propagation_source,
                        message,
                    });
                    self.arrived.notify_waiters();
                }
            }
            Event::SlowPeer { peer_id, failed_messages } => eprintln!("pubsub: {peer_id} is slow: {failed_messages:?}"),
            Event::GossipsubNotSupported { .. } | Event::Subscribed { .. } | Event::Unsubscribed { .. } => {}
        }
    }

    pub fn judge(&self, topic: TopicHash, verdict: Verdict) {
        self.lock().entry(topic).or_default().verdict = verdict;
    }

    /// Waits until so many messages are there, or until the deadline; takes them, or those that are there.
    pub async fn take(&self, topic: &TopicHash, count: usize, deadline: Instant) -> Vec<Arrived> {
        loop {
            let mut arrived = pin!(self.arrived.notified());
            // From here on no arrival is missed.
            arrived.as_mut().enable();
            let enough = self.lock().get(topic).is_some_and(|topic| topic.queue.len() >= count);
            if enough || timeout_at(deadline, arrived).await.is_err() {
                return self.lock().entry(topic.clone()).or_default().take(count);
            }
        }
    }

    /// The trips since the last call; the first begins to measure.
    pub fn trips(&self, topic: TopicHash) -> Vec<Duration> {
        self.lock().entry(topic).or_default().trips.replace(Vec::new()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TopicHash, Topic>> {
        self.topics.lock().expect("no panic while the lock is held")
    }
}

impl Topic {
    fn add(&mut self, arrived: Arrived) {
        if let Some(trips) = &mut self.trips {
            trips.extend(trip(&arrived.message.data));
            return;
        }
        self.queued_bytes += arrived.message.data.len();
        self.queue.push_back(arrived);
        while self.queued_bytes > QUEUE_BYTES {
            self.take(1);
        }
    }

    fn take(&mut self, count: usize) -> Vec<Arrived> {
        let taken: Vec<_> = self.queue.drain(..count.min(self.queue.len())).collect();
        self.queued_bytes -= taken.iter().map(|arrived| arrived.message.data.len()).sum::<usize>();
        taken
    }
}

/// The time since what the message says it was sent at; none when it says nothing.
fn trip(data: &[u8]) -> Option<Duration> {
    let sent = u64::from_be_bytes(*data.first_chunk::<TIME_BYTES>()?);
    Some(Duration::from_micros(micros_since_epoch().saturating_sub(sent)))
}

pub fn micros_since_epoch() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
}
