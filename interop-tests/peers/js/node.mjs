import { quic } from '@chainsafe/libp2p-quic'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { pubsubService } from './pubsub.mjs'

const ENCRYPTERS = { noise, tls }
const MANY = 1_000_000
const HOUR_MILLIS = 3_600_000
/** Above the largest receive window of js-libp2p's Yamux, 16 MiB: by default a paused stream is reset at 4 MiB. */
const READ_BUFFER_BYTES = 32 << 20
const STREAM_OPTIONS = { inactivityTimeout: HOUR_MILLIS, maxReadBufferLength: READ_BUFFER_BYTES }

/** Which peers' newest connection took its muxer from the security handshake, by peer id. */
export const earlyMuxer = new Map()

/**
 * A started node. Its own limits are lifted as far as they can be, so that a scenario meets the limits of the other
 * side. With `bare` it serves and watches nothing.
 */
export async function startNode (options) {
  const { listen, security, earlyMuxer: early, keyType, pubsub, bare = false, transports = [tcp(), quic()] } = options
  if (keyType === 'ECDSA') {
    throw new Error('unsupported: js-libp2p makes no peer id from an ECDSA key')
  }
  const muxerLimits = { maxInboundStreams: 65_536, maxOutboundStreams: 65_536, maxEarlyStreams: 1_024 }
  return await createLibp2p({
    privateKey: await generateKeyPair(keyType, keyType === 'RSA' ? 2048 : undefined),
    addresses: { listen },
    transports,
    connectionEncrypters: security.map(name => encrypter(name, early)),
    streamMuxers: [yamux({ ...muxerLimits, streamOptions: STREAM_OPTIONS })],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: {
      maxConnections: MANY,
      inboundConnectionThreshold: MANY,
      maxIncomingPendingConnections: 1_024,
      reconnectRetries: 0
    },
    connectionMonitor: { enabled: !bare },
    services: bare
      ? {}
      : {
          ping: ping({ maxInboundStreams: 64, maxOutboundStreams: 64 }),
          identify: identify({ maxInboundStreams: 16, maxOutboundStreams: 16 }),
          identifyPush: identifyPush({ maxInboundStreams: 16, maxOutboundStreams: 16, debounce: 50 }),
          ...(pubsub == null ? {} : { pubsub: pubsubService(pubsub) })
        }
  })
}

/** A started node with an identity of its own that only dials `address`, and costs both sides as little as possible. */
export async function startBareNode (options, address) {
  const transports = [address.includes('/quic-v1') ? quic() : tcp()]
  return await startNode({ ...options, listen: [], bare: true, transports })
}

/** The encrypter of that name, made to note in {@link earlyMuxer} how each handshake ended. */
function encrypter (name, early) {
  const create = ENCRYPTERS[name]
  if (create == null) {
    throw new Error(`--security ${name}`)
  }
  return components => {
    const inner = create()(!early && name === 'tls' ? withoutMuxers(components) : components)
    const noting = method => async (connection, options) => {
      const skip = !early || options?.skipStreamMuxerNegotiation === true
      const secured = await inner[method](connection, { ...options, skipStreamMuxerNegotiation: skip })
      earlyMuxer.set(secured.remotePeer.toString(), secured.streamMuxer != null)
      return secured
    }
    return {
      protocol: inner.protocol,
      secureOutbound: noting('secureOutbound'),
      secureInbound: noting('secureInbound')
    }
  }
}

/**
 * The components as TLS sees them when it shall leave the muxer to multistream-select: its listener agrees on one in spite
 * of `skipStreamMuxerNegotiation`, which is enough for Noise.
 */
function withoutMuxers (components) {
  const upgrader = { getStreamMuxers: () => new Map() }
  return new Proxy(components, { get: (target, name) => name === 'upgrader' ? upgrader : target[name] })
}
