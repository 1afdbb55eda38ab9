//! The command line of the contract.

use libp2p::{Multiaddr, StreamProtocol, identity::Keypair};
use rsa::pkcs8::EncodePrivateKey;

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
}

impl Options {
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            listen: Vec::new(),
            security: vec![Channel::Noise, Channel::Tls],
            key: Keypair::generate_ed25519(),
            protocols: Vec::new(),
        };
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
                _ => return Err(format!("unexpected argument {name} {value}")),
            }
        }
        Ok(options)
    }
}

fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').filter(|item| !item.is_empty())
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
