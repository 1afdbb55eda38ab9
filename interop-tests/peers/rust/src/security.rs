//! The secure channels in the order of the command line.
//!
//! libp2p's own `SelectUpgrade` fixes the order in a type and does not tell which channel was chosen; this one takes the order
//! from a list and remembers the choice of each connection that was dialled.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex},
};

use futures::{
    AsyncRead, AsyncWrite, FutureExt,
    future::{BoxFuture, Either},
};
use libp2p::{
    PeerId,
    core::upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade, UpgradeInfo},
    identity::Keypair,
    noise, tls,
};

use crate::options::Channel;

const NOISE: &str = "/noise";
const TLS: &str = "/tls/1.0.0";

/// The secure channel of each peer that was dialled.
pub type Chosen = Arc<Mutex<HashMap<PeerId, &'static str>>>;

#[derive(Clone)]
pub struct Security {
    offered: Vec<&'static str>,
    noise: noise::Config,
    tls: tls::Config,
    chosen: Chosen,
}

impl Security {
    pub fn new(key: &Keypair, channels: &[Channel], chosen: Chosen) -> io::Result<Self> {
        Ok(Self {
            offered: channels
                .iter()
                .map(|channel| match channel {
                    Channel::Noise => NOISE,
                    Channel::Tls => TLS,
                })
                .collect(),
            noise: noise::Config::new(key).map_err(io::Error::other)?,
            tls: tls::Config::new(key).map_err(io::Error::other)?,
            chosen,
        })
    }
}

impl UpgradeInfo for Security {
    type Info = &'static str;
    type InfoIter = Vec<&'static str>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.offered.clone()
    }
}

type Secured<C> = (PeerId, Either<noise::Output<C>, tls::TlsStream<C>>);

impl<C> InboundConnectionUpgrade<C> for Security
where
    C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Output = Secured<C>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Output>>;

    fn upgrade_inbound(self, socket: C, name: &'static str) -> Self::Future {
        async move {
            if name == NOISE {
                let (peer, output) = self.noise.upgrade_inbound(socket, NOISE).await.map_err(io::Error::other)?;
                return Ok((peer, Either::Left(output)));
            }
            let (peer, output) = self.tls.upgrade_inbound(socket, TLS).await.map_err(io::Error::other)?;
            Ok((peer, Either::Right(output)))
        }
        .boxed()
    }
}

impl<C> OutboundConnectionUpgrade<C> for Security
where
    C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Output = Secured<C>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Output>>;

    fn upgrade_outbound(self, socket: C, name: &'static str) -> Self::Future {
        async move {
            let (peer, output) = if name == NOISE {
                let (peer, output) = self.noise.upgrade_outbound(socket, NOISE).await.map_err(io::Error::other)?;
                (peer, Either::Left(output))
            } else {
                let (peer, output) = self.tls.upgrade_outbound(socket, TLS).await.map_err(io::Error::other)?;
                (peer, Either::Right(output))
            };
            self.chosen.lock().expect("no panic while the lock is held").insert(peer, name);
            Ok((peer, output))
        }
        .boxed()
    }
}
