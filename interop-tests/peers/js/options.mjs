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
      protocols: { type: 'string', default: '' }
    }
  })
  if (positionals.length > 0) {
    throw new Error(`unexpected argument ${positionals[0]}`)
  }
  const keyType = KEY_TYPES[values['key-type']]
  if (keyType == null) {
    throw new Error(`--key-type ${values['key-type']}`)
  }
  if (!['on', 'off'].includes(values['early-muxer'])) {
    throw new Error(`--early-muxer ${values['early-muxer']}`)
  }
  return {
    listen: values.listen,
    security: values.security.split(',').filter(Boolean),
    earlyMuxer: values['early-muxer'] === 'on',
    keyType,
    protocols: values.protocols.split(',').filter(Boolean)
  }
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
