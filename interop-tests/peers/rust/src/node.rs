//! The swarm, and a task that drives it and does what the commands ask.

use std::{
    collections::{HashMap, VecDeque},
    error::Error,
    io,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, Stream, StreamProtocol, Swarm, SwarmBuilder, Transport,
    core::{muxing::StreamMuxerBox, upgrade::Version},
    gossipsub, identify,
    identity::Keypair,
    multiaddr::Protocol,
    ping, quic,
    swarm::{ConnectionId, NetworkBehaviour, SwarmEvent, behaviour::toggle::Toggle, dial_opts::DialOpts},
    tcp, yamux,
};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::{Instant, timeout, timeout_at},
};

use crate::{
    inbox::Inbox,
    options::{Channel, Options},
    protocols::{ECHO, PERF, RESET, SINK, SLOW},
    pubsub::Settings,
    security::{Chosen, Security},
    streams::{self, Control},
};

const AGENT_VERSION: &str = "rust-libp2p/0.57.1 ethpeerflow-interop";
const PROTOCOL_VERSION: &str = "ethpeerflow-interop/1.0.0";
const LISTEN_LIMIT: Duration = Duration::from_secs(10);
const FURTHER_ADDRESSES_LIMIT: Duration = Duration::from_millis(50);
const FIRST_PING_LIMIT: Duration = Duration::from_secs(20);
const OPEN_LIMIT: Duration = Duration::from_secs(30);
/// Far above what a scenario needs; the defaults are 512 and 128. Yamux allows no more without a larger receive window.
const STREAMS_PER_CONNECTION: usize = 4096;
/// Identify results are kept for so many peers, so that many idle peers do not count as memory of the library.
const KNOWN_PEERS: usize = 256;

#[derive(NetworkBehaviour)]
pub struct Behaviour {
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    pubsub: Toggle<gossipsub::Behaviour>,
    streams: streams::Behaviour,
}

pub fn build_swarm(
    key: Keypair,
    channels: &[Channel],
    chosen: Chosen,
    control: Control,
    pubsub: Option<&Settings>,
) -> Result<Swarm<Behaviour>, Box<dyn Error>> {
    let security = Security::new(&key, channels, chosen)?;
    let mut muxer = yamux::Config::default();
    muxer.set_max_num_streams(STREAMS_PER_CONNECTION);
    let over_tcp = tcp::tokio::Transport::new(tcp::Config::default())
        .upgrade(Version::V1Lazy)
        .authenticate(security)
        .multiplex(muxer)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let over_quic = quic::tokio::Transport::new(quic::Config::new(&key))
        .map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection)));
    let transport = over_quic.or_transport(over_tcp).map(|either, _| either.into_inner()).boxed();
    let pubsub = pubsub.map(|settings| settings.behaviour(&key)).transpose()?;
    let about = identify::Config::new(PROTOCOL_VERSION.to_owned(), key.public()).with_agent_version(AGENT_VERSION.to_owned());
    Ok(SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_other_transport(|_| transport)?
        .with_behaviour(|_| Behaviour {
            identify: identify::Behaviour::new(about),
            ping: ping::Behaviour::default(),
            pubsub: pubsub.into(),
            streams: streams::Behaviour::new(control),
        })?
        .with_swarm_config(|config| {
            config
                .with_idle_connection_timeout(Duration::from_secs(u64::MAX))
                .with_max_negotiating_inbound_streams(STREAMS_PER_CONNECTION)
        })
        .build())
}

enum Request {
    Dial(PeerId, Multiaddr, oneshot::Sender<io::Result<()>>),
    Disconnect(PeerId, oneshot::Sender<()>),
    Pubsub(PubsubWork),
}

type PubsubWork = Box<dyn FnOnce(&mut gossipsub::Behaviour) + Send>;

/// The pubsub of a node that was started with one.
pub struct Pubsub {
    pub settings: Settings,
    pub inbox: Arc<Inbox>,
    requests: mpsc::UnboundedSender<Request>,
}

impl Pubsub {
    /// Has the work done where the swarm is driven.
    pub fn send(&self, work: PubsubWork) {
        // A closed channel drops the work, and with it what waits for its outcome.
        let _ = self.requests.send(Request::Pubsub(work));
    }
}

/// What identify told of the peers that were heard of last.
#[derive(Default)]
struct Known {
    infos: HashMap<PeerId, identify::Info>,
    order: VecDeque<PeerId>,
}

impl Known {
    fn insert(&mut self, peer: PeerId, info: identify::Info) {
        if self.infos.insert(peer, info).is_none() {
            self.order.push_back(peer);
        }
        if self.order.len() > KNOWN_PEERS
            && let Some(oldest) = self.order.pop_front()
        {
            self.infos.remove(&oldest);
        }
    }
}

/// The latest ping of each connected peer. The ping behaviour sends its first one as soon as a connection is there.
#[derive(Default)]
struct Pings {
    latest: Mutex<HashMap<PeerId, Result<Duration, String>>>,
    arrived: Notify,
}

impl Pings {
    fn lock(&self) -> MutexGuard<'_, HashMap<PeerId, Result<Duration, String>>> {
        self.latest.lock().expect("no panic while the lock is held")
    }
}

/// A running swarm as the commands see it.
pub struct Node {
    pub id: PeerId,
    pub addrs: Vec<Multiaddr>,
    pub channels: Vec<Channel>,
    pub control: Control,
    pub pubsub: Option<Pubsub>,
    chosen: Chosen,
    known: Arc<Mutex<Known>>,
    pings: Arc<Pings>,
    requests: mpsc::UnboundedSender<Request>,
    held: Mutex<Vec<Stream>>,
}

impl Node {
    /// Listens on all addresses before it returns.
    pub async fn start(options: Options) -> Result<Self, Box<dyn Error>> {
        let chosen = Chosen::default();
        let control = Control::new([ECHO, PERF, SINK, SLOW, RESET].into_iter().chain(options.protocols));
        let mut swarm = build_swarm(options.key, &options.security, chosen.clone(), control.clone(), options.pubsub.as_ref())?;
        let id = *swarm.local_peer_id();
        let addrs = listen(&mut swarm, options.listen).await?;
        let known = Arc::new(Mutex::new(Known::default()));
        let (requests, receiver) = mpsc::unbounded_channel();
        let pings = Arc::new(Pings::default());
        let inbox = Arc::new(Inbox::default());
        tokio::spawn(drive(swarm, receiver, known.clone(), pings.clone(), inbox.clone()));
        Ok(Self {
            id,
            addrs,
            channels: options.security,
            control,
            pubsub: options.pubsub.map(|settings| Pubsub { settings, inbox, requests: requests.clone() }),
            chosen,
            known,
            pings,
            requests,
            held: Mutex::default(),
        })
    }

    /// Connects to the one address, or keeps the connection there is.
    pub async fn dial(&self, peer: PeerId, addr: Multiaddr) -> io::Result<()> {
        let (done, answer) = oneshot::channel();
        // A closed channel shows in the answer.
        let _ = self.requests.send(Request::Dial(peer, addr, done));
        answer.await.map_err(io::Error::other)?
    }

    /// Closes all connections to a peer and waits until they are gone.
    pub async fn disconnect(&self, peer: PeerId) -> io::Result<()> {
        let (done, answer) = oneshot::channel();
        let _ = self.requests.send(Request::Disconnect(peer, done));
        answer.await.map_err(io::Error::other)
    }

    pub async fn open(&self, peer: PeerId, protocol: StreamProtocol) -> io::Result<Stream> {
        timeout(OPEN_LIMIT, self.control.open(peer, protocol)).await?
    }

    /// Waits for the ping that follows the handshake.
    pub async fn first_ping(&self, peer: PeerId) -> io::Result<Duration> {
        let ended = async {
            loop {
                let mut arrived = pin!(self.pings.arrived.notified());
                // From here on no ping is missed.
                arrived.as_mut().enable();
                if let Some(outcome) = self.pings.lock().get(&peer).cloned() {
                    return outcome.map_err(io::Error::other);
                }
                arrived.await;
            }
        };
        timeout(FIRST_PING_LIMIT, ended).await?
    }

    pub fn hold(&self, stream: Stream) {
        self.held.lock().expect("no panic while the lock is held").push(stream);
    }

    pub fn known(&self, peer: &PeerId) -> Option<identify::Info> {
        self.known.lock().expect("no panic while the lock is held").infos.get(peer).cloned()
    }

    pub fn chosen(&self, peer: &PeerId) -> Option<&'static str> {
        self.chosen.lock().expect("no panic while the lock is held").get(peer).copied()
    }
}

/// The addresses in the order that was asked for, those of a wildcard with loopback first.
async fn listen(swarm: &mut Swarm<Behaviour>, wanted: Vec<Multiaddr>) -> Result<Vec<Multiaddr>, Box<dyn Error>> {
    let id = *swarm.local_peer_id();
    let wildcard = wanted.iter().any(is_wildcard);
    let listeners = wanted.into_iter().map(|addr| swarm.listen_on(addr)).collect::<Result<Vec<_>, _>>()?;
    let mut silent = listeners.clone();
    let mut ready = Vec::new();
    let mut deadline = Instant::now() + LISTEN_LIMIT;
    while !silent.is_empty() || wildcard {
        let Ok(event) = timeout_at(deadline, swarm.select_next_some()).await else { break };
        match event {
            SwarmEvent::NewListenAddr { listener_id, address } => {
                silent.retain(|listener| *listener != listener_id);
                ready.push((listeners.iter().position(|listener| *listener == listener_id), address));
                if silent.is_empty() {
                    // A wildcard tells its interfaces one by one and does not say which is the last.
                    deadline = Instant::now() + FURTHER_ADDRESSES_LIMIT;
                }
            }
            SwarmEvent::ListenerError { error, .. } => return Err(error.into()),
            SwarmEvent::ListenerClosed { reason: Err(failure), .. } => return Err(failure.into()),
            _ => {}
        }
    }
    if !silent.is_empty() {
        return Err("a listen address did not become ready".into());
    }
    ready.sort_by_key(|(position, address)| (*position, !is_loopback(address)));
    Ok(ready.into_iter().map(|(_, address)| address.with(Protocol::P2p(id))).collect())
}

fn is_wildcard(addr: &Multiaddr) -> bool {
    addr.iter().any(|part| match part {
        Protocol::Ip4(ip) => ip.is_unspecified(),
        Protocol::Ip6(ip) => ip.is_unspecified(),
        _ => false,
    })
}

pub fn is_loopback(addr: &Multiaddr) -> bool {
    addr.iter().any(|part| match part {
        Protocol::Ip4(ip) => ip.is_loopback(),
        Protocol::Ip6(ip) => ip.is_loopback(),
        _ => false,
    })
}

#[derive(Default)]
struct Waiting {
    dials: HashMap<ConnectionId, oneshot::Sender<io::Result<()>>>,
    disconnects: HashMap<PeerId, Vec<oneshot::Sender<()>>>,
}

async fn drive(
    mut swarm: Swarm<Behaviour>,
    mut requests: mpsc::UnboundedReceiver<Request>,
    known: Arc<Mutex<Known>>,
    pings: Arc<Pings>,
    inbox: Arc<Inbox>,
) {
    let mut waiting = Waiting::default();
    loop {
        tokio::select! {
            event = swarm.select_next_some() => match event {
                SwarmEvent::Behaviour(BehaviourEvent::Pubsub(event)) => {
                    if let Some(pubsub) = swarm.behaviour_mut().pubsub.as_mut() {
                        inbox.on_event(pubsub, event);
                    }
                }
                event => waiting.on_event(event, &known, &pings),
            },
            request = requests.recv() => match request {
                Some(request) => waiting.on_request(&mut swarm, request),
                None => return,
            },
        }
    }
}

impl Waiting {
    fn on_request(&mut self, swarm: &mut Swarm<Behaviour>, request: Request) {
        // An asker that went away needs no answer.
        match request {
            Request::Dial(peer, _, done) if swarm.is_connected(&peer) => {
                let _ = done.send(Ok(()));
            }
            Request::Dial(peer, addr, done) => {
                let dial = DialOpts::peer_id(peer).addresses(vec![addr]).build();
                let connection = dial.connection_id();
                match swarm.dial(dial) {
                    Ok(()) => {
                        self.dials.insert(connection, done);
                    }
                    Err(failure) => {
                        let _ = done.send(Err(io::Error::other(failure)));
                    }
                }
            }
            Request::Disconnect(peer, done) => match swarm.disconnect_peer_id(peer) {
                Ok(()) => self.disconnects.entry(peer).or_default().push(done),
                Err(()) => {
                    let _ = done.send(());
                }
            },
            Request::Pubsub(work) => {
                if let Some(pubsub) = swarm.behaviour_mut().pubsub.as_mut() {
                    work(pubsub);
                }
            }
        }
    }

    fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>, known: &Mutex<Known>, pings: &Pings) {
        match event {
            SwarmEvent::ConnectionEstablished { connection_id, .. } => {
                if let Some(done) = self.dials.remove(&connection_id) {
                    let _ = done.send(Ok(()));
                }
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                if let Some(done) = self.dials.remove(&connection_id) {
                    let _ = done.send(Err(io::Error::other(error)));
                }
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
                pings.lock().remove(&peer_id);
                for done in self.disconnects.remove(&peer_id).unwrap_or_default() {
                    let _ = done.send(());
                }
            }
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. })) => {
                known.lock().expect("no panic while the lock is held").insert(peer_id, info);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Error { peer_id, error, .. })) => {
                eprintln!("identify with {peer_id}: {error}");
            }
            SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event { peer, result, .. })) => {
                pings.lock().insert(peer, result.map_err(|failure| failure.to_string()));
                pings.arrived.notify_waiters();
            }
            SwarmEvent::IncomingConnectionError { error, .. } => eprintln!("inbound connection: {error}"),
            _ => {}
        }
    }
}
