//! A behaviour that serves and opens streams of any protocol.
//!
//! It stands where an application would put its own protocols. libp2p-stream 0.5.0-alpha would be shorter, but it drops inbound
//! streams that arrive while one waits to be taken and negotiates one outbound stream at a time: at 64 concurrent streams that
//! measures the crate and not the library.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::{Ready, ready},
    io,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll},
};

use futures::{
    StreamExt,
    channel::{mpsc, oneshot},
};
use libp2p::{
    Multiaddr, PeerId, Stream, StreamProtocol,
    core::{
        Endpoint,
        transport::PortUse,
        upgrade::{InboundUpgrade, OutboundUpgrade, UpgradeInfo},
    },
    swarm::{
        ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm, NetworkBehaviour,
        StreamUpgradeError, SubstreamProtocol, THandlerInEvent, THandlerOutEvent, ToSwarm,
        handler::{ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound},
    },
};
use tokio::sync::watch;

use crate::protocols;

type Opened = oneshot::Sender<io::Result<Stream>>;

enum Request {
    Open(StreamProtocol, Opened),
    /// Makes the connection look at the protocols again, upon which identify pushes them.
    ProtocolsChanged,
}

struct Shared {
    served: Arc<[StreamProtocol]>,
    connections: HashMap<PeerId, Vec<(ConnectionId, mpsc::UnboundedSender<Request>)>>,
}

/// Opens streams and adds protocols; clones share one state.
#[derive(Clone)]
pub struct Control(Arc<Mutex<Shared>>);

impl Control {
    pub fn new(served: impl IntoIterator<Item = StreamProtocol>) -> Self {
        Self(Arc::new(Mutex::new(Shared { served: served.into_iter().collect(), connections: HashMap::new() })))
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().expect("no panic while the lock is held")
    }

    /// Opens a stream on the oldest connection to `peer` and waits until `protocol` is negotiated.
    pub async fn open(&self, peer: PeerId, protocol: StreamProtocol) -> io::Result<Stream> {
        let (opened, answer) = oneshot::channel();
        let request = Request::Open(protocol, opened);
        let sent = match self.lock().connections.get(&peer).and_then(|connections| connections.first()) {
            Some((_, requests)) => requests.unbounded_send(request).is_ok(),
            None => false,
        };
        if !sent {
            return Err(io::Error::new(io::ErrorKind::NotConnected, "not connected"));
        }
        answer.await.map_err(|_| io::Error::new(io::ErrorKind::ConnectionReset, "the connection ended"))?
    }

    /// Serves an echo on one more protocol.
    pub fn serve(&self, protocol: StreamProtocol) {
        let mut shared = self.lock();
        if !shared.served.contains(&protocol) {
            shared.served = shared.served.iter().cloned().chain([protocol]).collect();
        }
        for (_, requests) in shared.connections.values().flatten() {
            // Fails only for a connection that is just ending.
            let _ = requests.unbounded_send(Request::ProtocolsChanged);
        }
    }
}

pub struct Behaviour {
    control: Control,
}

impl Behaviour {
    pub fn new(control: Control) -> Self {
        Self { control }
    }

    fn handler(&self, connection: ConnectionId, peer: PeerId) -> Handler {
        let (sender, requests) = mpsc::unbounded();
        self.control.lock().connections.entry(peer).or_default().push((connection, sender));
        Handler { control: self.control.clone(), requests, alive: watch::Sender::new(()) }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = Infallible;

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler(connection, peer))
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler(connection, peer))
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        if let FromSwarm::ConnectionClosed(closed) = event {
            let mut shared = self.control.lock();
            if let Some(connections) = shared.connections.get_mut(&closed.peer_id) {
                connections.retain(|(connection, _)| *connection != closed.connection_id);
                if connections.is_empty() {
                    shared.connections.remove(&closed.peer_id);
                }
            }
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Infallible, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

pub struct Handler {
    control: Control,
    requests: mpsc::UnboundedReceiver<Request>,
    /// Dropped with the connection: streams that are only held end then.
    alive: watch::Sender<()>,
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Infallible;
    type ToBehaviour = Infallible;
    type InboundProtocol = Offered;
    type OutboundProtocol = Offered;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = Opened;

    fn listen_protocol(&self) -> SubstreamProtocol<Offered, ()> {
        SubstreamProtocol::new(Offered::Served(self.control.lock().served.clone()), ())
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<ConnectionHandlerEvent<Offered, Opened, Infallible>> {
        while let Poll::Ready(Some(request)) = self.requests.poll_next_unpin(context) {
            if let Request::Open(protocol, opened) = request {
                return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                    protocol: SubstreamProtocol::new(Offered::Wanted(protocol), opened),
                });
            }
        }
        Poll::Pending
    }

    fn on_behaviour_event(&mut self, event: Infallible) {
        match event {}
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<'_, Offered, Offered, (), Opened>) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol: (stream, protocol), .. }) => {
                tokio::spawn(protocols::serve(protocol, stream, self.alive.subscribe()));
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol: (stream, _), info: opened }) => {
                let _ = opened.send(Ok(stream));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { error, info: opened }) => {
                let _ = opened.send(Err(match error {
                    StreamUpgradeError::Timeout => io::ErrorKind::TimedOut.into(),
                    StreamUpgradeError::NegotiationFailed => {
                        io::Error::new(io::ErrorKind::Unsupported, "the remote does not support the protocol")
                    }
                    StreamUpgradeError::Io(failure) => failure,
                    StreamUpgradeError::Apply(never) => match never {},
                }));
            }
            _ => {}
        }
    }
}

/// What is offered in a negotiation; the upgrade itself is the bare stream and the protocol it ended on.
pub enum Offered {
    Served(Arc<[StreamProtocol]>),
    Wanted(StreamProtocol),
}

impl UpgradeInfo for Offered {
    type Info = StreamProtocol;
    type InfoIter = Vec<StreamProtocol>;

    fn protocol_info(&self) -> Vec<StreamProtocol> {
        match self {
            Self::Served(protocols) => protocols.to_vec(),
            Self::Wanted(protocol) => vec![protocol.clone()],
        }
    }
}

impl InboundUpgrade<Stream> for Offered {
    type Output = (Stream, StreamProtocol);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_inbound(self, stream: Stream, protocol: StreamProtocol) -> Self::Future {
        ready(Ok((stream, protocol)))
    }
}

impl OutboundUpgrade<Stream> for Offered {
    type Output = (Stream, StreamProtocol);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_outbound(self, stream: Stream, protocol: StreamProtocol) -> Self::Future {
        ready(Ok((stream, protocol)))
    }
}
