//! The command line of the contract.

use std::{str::FromStr, time::Duration};

use libp2p::{Multiaddr, StreamProtocol, identity::Keypair};
use rsa::pkcs8::EncodePrivateKey;

use crate::pubsub::Settings;

const RSA_BITS: usize = 2048;

#[derive(Clone, Copy, PartialEq)]
pub enum Channel {
    Noise,
    Tls,
}

pub struct Options {
    pub listen: Vec<Multiaddr>,
    pub security: Vec<Channel>,
    pub key: Keypair,
    pub protocols: Vec<StreamProtocol>,
    pub pubsub: Option<Settings>,
}

impl Options {
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            listen: Vec::new(),
            security: vec![Channel::Noise, Channel::Tls],
            key: Keypair::generate_ed25519(),
            protocols: Vec::new(),
            pubsub: None,
        };
        let (mut with_pubsub, mut pubsub) = (false, Settings::default());
        let mut arguments = arguments.peekable();
        while let Some(argument) = arguments.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let value = inline.or_else(|| arguments.next()).ok_or_else(|| format!("{name}: the value is missing"))?;
            match name.as_str() {
                "--listen" => {
                    options.listen.push(address(&value)?);
                    // `--listen A B`: what follows an address without a flag is an address too.
                    while let Some(more) = arguments.next_if(|next| next.starts_with('/')) {
                        options.listen.push(address(&more)?);
                    }
                }
                "--security" => options.security = list(&value).map(channel).collect::<Result<_, _>>()?,
                // rust-libp2p has no early muxer negotiation: both settings mean the same.
                "--early-muxer" if value == "on" || value == "off" => {}
                "--key-type" => options.key = key(&value)?,
                "--protocols" => options.protocols = list(&value).map(protocol).collect::<Result<_, _>>()?,
                "--pubsub" if value == "gossipsub" => with_pubsub = true,
                "--pubsub" if value == "floodsub" => {
                    return Err("unsupported: the floodsub of rust-libp2p names authors and signs nothing".into());
                }
                "--pubsub-signing" => pubsub.signed = either(&name, &value, "strict-sign", "strict-no-sign")?,
                "--pubsub-id" => pubsub.id_of_data = either(&name, &value, "sha256", "default")?,
                "--pubsub-heartbeat" => pubsub.heartbeat = Duration::from_millis(number(&name, &value)?),
                "--pubsub-mesh" => {
                    let degrees = list(&value).map(|degree| number(&name, degree)).collect::<Result<Vec<_>, _>>()?;
                    let [mesh, mesh_low, mesh_high] = degrees[..] else { return Err(format!("{name} {value}: D,DLO,DHI")) };
                    pubsub = Settings { mesh, mesh_low, mesh_high, ..pubsub };
                }
                "--pubsub-max-bytes" => pubsub.max_bytes = number(&name, &value)?,
                "--pubsub-px" => pubsub.peer_exchange = either(&name, &value, "on", "off")?,
                "--pubsub-flood" => pubsub.flood_publish = either(&name, &value, "on", "off")?,
                "--pubsub-scores" => pubsub.scores = either(&name, &value, "on", "off")?,
                _ => return Err(format!("unexpected argument {name} {value}")),
            }
        }
        if !pubsub.signed && !pubsub.id_of_data {
            return Err("--pubsub-signing strict-no-sign needs --pubsub-id sha256".into());
        }
        options.pubsub = with_pubsub.then_some(pubsub);
        Ok(options)
    }
}

fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').filter(|item| !item.is_empty())
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{name} {value}: no number"))
}

/// Whether the value is the first of the two that there are.
fn either(name: &str, value: &str, first: &str, second: &str) -> Result<bool, String> {
    match value {
        _ if value == first => Ok(true),
        _ if value == second => Ok(false),
        _ => Err(format!("{name} {value}: {first} or {second}")),
    }
}

fn address(value: &str) -> Result<Multiaddr, String> {
    value.parse().map_err(|failure| format!("--listen {value}: {failure}"))
}

pub fn channel(name: &str) -> Result<Channel, String> {
    match name {
        "noise" => Ok(Channel::Noise),
        "tls" => Ok(Channel::Tls),
        _ => Err(format!("--security {name}: noise or tls")),
    }
}

pub fn protocol(id: &str) -> Result<StreamProtocol, String> {
    StreamProtocol::try_from_owned(id.to_owned()).map_err(|failure| failure.to_string())
}

fn key(key_type: &str) -> Result<Keypair, String> {
    match key_type {
        "ed25519" => Ok(Keypair::generate_ed25519()),
        "secp256k1" => Ok(Keypair::generate_secp256k1()),
        "ecdsa" => Ok(Keypair::generate_ecdsa()),
        "rsa" => rsa_key().map_err(|failure| format!("--key-type rsa: {failure}")),
        _ => Err(format!("--key-type {key_type}: ed25519, secp256k1, ecdsa or rsa")),
    }
}

/// libp2p-identity reads RSA keys but does not generate them.
fn rsa_key() -> Result<Keypair, Box<dyn std::error::Error>> {
    let generated = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, RSA_BITS)?;
    Ok(Keypair::rsa_from_pkcs8(&mut generated.to_pkcs8_der()?.as_bytes().to_vec())?)
}
