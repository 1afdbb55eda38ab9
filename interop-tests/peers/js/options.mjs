import { parseArgs } from 'node:util'

const KEY_TYPES = { ed25519: 'Ed25519', secp256k1: 'secp256k1', ecdsa: 'ECDSA', rsa: 'RSA' }

/** The command line as an object; throws on anything the contract does not know. */
export function parseOptions (argv) {
  const { values, positionals } = parseArgs({
    args: repeatListen(argv),
    allowPositionals: true,
    options: {
      listen: { type: 'string', multiple: true, default: [] },
      security: { type: 'string', default: 'noise,tls' },
      'early-muxer': { type: 'string', default: 'on' },
      'key-type': { type: 'string', default: 'ed25519' },
      protocols: { type: 'string', default: '' },
      pubsub: { type: 'string' },
      'pubsub-signing': { type: 'string', default: 'strict-sign' },
      'pubsub-id': { type: 'string', default: 'default' },
      'pubsub-heartbeat': { type: 'string', default: '1000' },
      'pubsub-mesh': { type: 'string', default: '6,4,12' },
      'pubsub-max-bytes': { type: 'string', default: '4194304' },
      'pubsub-px': { type: 'string', default: 'off' },
      'pubsub-flood': { type: 'string', default: 'on' },
      'pubsub-scores': { type: 'string', default: 'on' }
    }
  })
  if (positionals.length > 0) {
    throw new Error(`unexpected argument ${positionals[0]}`)
  }
  const keyType = KEY_TYPES[values['key-type']]
  if (keyType == null) {
    throw new Error(`--key-type ${values['key-type']}`)
  }
  return {
    listen: values.listen,
    security: values.security.split(',').filter(Boolean),
    earlyMuxer: either(values, 'early-muxer', 'on', 'off'),
    keyType,
    protocols: values.protocols.split(',').filter(Boolean),
    pubsub: values.pubsub == null ? undefined : pubsubOptions(values)
  }
}

function pubsubOptions (values) {
  const options = {
    floodsub: either(values, 'pubsub', 'floodsub', 'gossipsub'),
    signed: either(values, 'pubsub-signing', 'strict-sign', 'strict-no-sign'),
    idOfData: either(values, 'pubsub-id', 'sha256', 'default'),
    heartbeatMillis: Number(values['pubsub-heartbeat']),
    mesh: values['pubsub-mesh'].split(',').map(Number),
    maxBytes: Number(values['pubsub-max-bytes']),
    peerExchange: either(values, 'pubsub-px', 'on', 'off'),
    floodPublish: either(values, 'pubsub-flood', 'on', 'off'),
    scores: either(values, 'pubsub-scores', 'on', 'off')
  }
  if (options.mesh.length !== 3 || ![options.heartbeatMillis, options.maxBytes, ...options.mesh].every(Number.isSafeInteger)) {
    throw new Error('--pubsub-heartbeat MILLIS --pubsub-mesh D,DLO,DHI --pubsub-max-bytes N')
  }
  if (!options.signed && !options.idOfData) {
    throw new Error('--pubsub-signing strict-no-sign needs --pubsub-id sha256')
  }
  return options
}

/** Whether the value is the first of the two that there are. */
function either (values, name, first, second) {
  if (values[name] !== first && values[name] !== second) {
    throw new Error(`--${name} ${values[name]}: ${first} or ${second}`)
  }
  return values[name] === first
}

/** Turns `--listen A B` into `--listen A --listen B`. */
function repeatListen (argv) {
  const out = []
  let listening = false
  for (const arg of argv) {
    if (arg.startsWith('--')) {
      listening = arg === '--listen' || arg.startsWith('--listen=')
      if (arg !== '--listen') {
        out.push(arg)
      }
    } else if (listening) {
      out.push('--listen', arg)
    } else {
      out.push(arg)
    }
  }
  return out
}
