import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { earlyMuxer, startBareNode } from './node.mjs'
import { perfCommand } from './perf.mjs'
import { ECHO, PING, RESET, SINK, SLOW, serveEcho } from './protocols.mjs'
import { PUBSUB_COMMANDS, PubsubCommands } from './pubsub.mjs'
import { percentiles, summary, timed } from './statistics.mjs'
import { ExactReader, StreamReset, drained, readAll, write } from './stream-io.mjs'

const OPEN_MILLIS = 10_000
const STREAM_MILLIS = 30_000
const DIAL_MILLIS = 30_000
const SLOW_MILLIS = 3_000
const PING_STREAM_MILLIS = 5_000
const CHUNK_BYTES = 65_536

/** The commands of the contract over one node; each method takes the command object and returns its results. */
export class Commands {
  #node
  #options
  #held = []
  #idleNodes = []
  #pubsub

  constructor (node, options) {
    this.#node = node
    this.#options = options
    this.#pubsub = options.pubsub == null ? undefined : new PubsubCommands(node, options.pubsub)
  }

  async run (command) {
    if (PUBSUB_COMMANDS.includes(command.command)) {
      if (this.#pubsub == null) {
        throw new Error('unsupported: started without --pubsub')
      }
      return await this.#pubsub[command.command](command, addr => this.#dial(addr))
    }
    const method = COMMANDS[command.command]
    if (method == null) {
      throw new Error(`unsupported: unknown command ${command.command}`)
    }
    return await method.call(this, command)
  }

  async connect ({ addr }) {
    const connection = await this.#dial(addr)
    const peer = connection.remotePeer.toString()
    return {
      peer,
      security: connection.encryption,
      muxer: connection.multiplexer,
      early: earlyMuxer.get(peer)
    }
  }

  async disconnect ({ peer }) {
    await this.#node.hangUp(peerIdFromString(peer), { signal: AbortSignal.timeout(STREAM_MILLIS) })
    return {}
  }

  /** Opens a new stream every few seconds: the ping responder of js-libp2p ends each one after ten seconds. */
  async ping ({ addr, count }) {
    const connection = await this.#dial(addr)
    const micros = []
    let stream, reader, openedMillis
    while (micros.length < count) {
      if (stream == null || performance.now() - openedMillis > PING_STREAM_MILLIS) {
        await stream?.close()
        stream = await open(connection, PING)
        reader = new ExactReader(stream)
        openedMillis = performance.now()
      }
      const payload = randomBytes(32)
      const begin = performance.now()
      stream.send(payload)
      const answer = await within(STREAM_MILLIS, reader.read(32), 'ping answer')
      micros.push((performance.now() - begin) * 1000)
      if (!answer.equals(payload)) {
        throw new Error('the ping answer differs from what was sent')
      }
    }
    await stream?.close()
    return { count: micros.length, ...percentiles(micros) }
  }

  async identify ({ addr }) {
    const connection = await this.#dial(addr)
    const options = { signal: AbortSignal.timeout(STREAM_MILLIS) }
    const remote = await this.#node.services.identify.identify(connection, options)
    return {
      peer: remote.peerId.toString(),
      agentVersion: remote.agentVersion,
      protocolVersion: remote.protocolVersion,
      protocols: remote.protocols,
      listenAddrs: remote.listenAddrs.map(String),
      observedAddr: remote.observedAddr?.toString()
    }
  }

  async known ({ peer }) {
    const id = peerIdFromString(peer)
    if (!await this.#node.peerStore.has(id)) {
      return { protocols: [], listenAddrs: [] }
    }
    const record = await this.#node.peerStore.get(id)
    return {
      protocols: record.protocols,
      listenAddrs: record.addresses.map(({ multiaddr }) => multiaddr.toString())
    }
  }

  async handle ({ protocol }) {
    await serveEcho(this.#node, protocol)
    return {}
  }

  async echo ({ addr, bytes }) {
    const stream = await open(await this.#dial(addr), ECHO)
    const sent = createHash('sha256')
    const received = createHash('sha256')
    let receivedBytes = 0
    const reading = readAll(stream, chunk => {
      received.update(chunk)
      receivedBytes += chunk.byteLength
    })
    const writing = (async () => {
      for (const chunk of pseudoRandom(bytes)) {
        sent.update(chunk)
        await write(stream, chunk)
      }
      await stream.close()
    })()
    await Promise.all([reading, writing])
    return { bytes: receivedBytes, sha256Sent: sent.digest('hex'), sha256Received: received.digest('hex') }
  }

  async streams ({ addr, count, concurrency }) {
    const connection = await this.#dial(addr)
    const begin = performance.now()
    const micros = await timed(count, concurrency ?? 1, () => roundTrip(connection))
    return summary(micros, (performance.now() - begin) / 1000)
  }

  /** Opens as many as it can: `failure` tells why there are not more. */
  async open ({ addr, protocol, streams }) {
    const connection = await this.#dial(addr)
    let opened = 0
    try {
      for (; opened < streams; opened++) {
        const stream = await open(connection, protocol)
        await write(stream, new Uint8Array(1))
        this.#held.push(stream)
      }
    } catch (failure) {
      return { opened, failure: failure.message }
    }
    return { opened }
  }

  async halfclose ({ addr, bytes }) {
    const stream = await open(await this.#dial(addr), SINK)
    let answer = ''
    const reading = readAll(stream, chunk => { answer += Buffer.from(chunk).toString() })
    const writing = (async () => {
      for (const chunk of pseudoRandom(bytes)) {
        await write(stream, chunk)
      }
      await stream.close()
    })()
    await within(STREAM_MILLIS, Promise.all([reading, writing]), 'answer of the sink')
    return { answer: answer.trim() }
  }

  /** Yamux carries no stream error code that js-libp2p tells. */
  async reset ({ addr }) {
    const stream = await open(await this.#dial(addr), RESET)
    const ended = readAll(stream, () => {})
    stream.send(new Uint8Array(1))
    try {
      await within(STREAM_MILLIS, ended, 'reset')
    } catch (failure) {
      if (failure instanceof StreamReset) {
        return { reset: true }
      }
      throw failure
    }
    return { reset: false }
  }

  async sendreset ({ addr }) {
    const stream = await open(await this.#dial(addr), ECHO)
    const reader = new ExactReader(stream)
    await write(stream, randomBytes(1024))
    await within(STREAM_MILLIS, reader.read(1), 'echo')
    stream.abort(new Error('asked to reset'))
    return {}
  }

  async slow ({ addr, bytes }) {
    const stream = await open(await this.#dial(addr), SLOW)
    const signal = AbortSignal.timeout(SLOW_MILLIS)
    let sent = 0
    try {
      for (const chunk of pseudoRandom(bytes)) {
        const more = stream.send(chunk)
        sent += chunk.byteLength
        if (!more) {
          await drained(stream, signal)
        }
      }
    } catch (failure) {
      if (!signal.aborted) {
        throw failure
      }
    }
    const written = sent - stream.writeBufferLength
    stream.abort(new Error('done'))
    return { written }
  }

  async perf (command) {
    return await perfCommand(await this.#dial(command.addr), command)
  }

  async dials ({ addr, count }) {
    const begin = performance.now()
    const micros = await timed(count, 1, async () => {
      const connection = await this.#dial(addr, { force: true })
      await roundTrip(connection)
      await connection.close()
    })
    return summary(micros, (performance.now() - begin) / 1000)
  }

  async idle ({ addr, count }) {
    await timed(count, 16, async () => {
      const node = await startBareNode(this.#options, addr)
      this.#idleNodes.push(node)
      await node.dial(multiaddr(addr), { signal: AbortSignal.timeout(DIAL_MILLIS) })
    })
    return { opened: count }
  }

  async usage () {
    const { user, system } = process.cpuUsage()
    return {
      rssBytes: process.memoryUsage.rss(),
      cpuSeconds: (user + system) / 1e6,
      openFiles: (await readdir('/proc/self/fd')).length
    }
  }

  async #dial (addr, options = {}) {
    return await this.#node.dial(multiaddr(addr), { signal: AbortSignal.timeout(DIAL_MILLIS), ...options })
  }
}

const COMMANDS = Object.fromEntries(
  ['connect', 'disconnect', 'ping', 'identify', 'known', 'handle', 'echo', 'streams', 'open', 'halfclose', 'reset',
    'sendreset', 'slow', 'perf', 'dials', 'idle', 'usage'].map(name => [name, Commands.prototype[name]]))

/** The signal alone is not enough: the QUIC transport waits for stream credit without looking at it. */
async function open (connection, protocol) {
  const options = { signal: AbortSignal.timeout(OPEN_MILLIS), maxOutboundStreams: 65_536 }
  return await within(OPEN_MILLIS, connection.newStream(protocol, options), `stream on ${protocol}`)
}

/** One short echo: what `streams` and `dials` measure. */
async function roundTrip (connection) {
  const stream = await open(connection, ECHO)
  const reader = new ExactReader(stream)
  const payload = randomBytes(32)
  stream.send(payload)
  const answer = await within(STREAM_MILLIS, reader.read(32), 'echo')
  if (!answer.equals(payload)) {
    throw new Error('the echo differs from what was sent')
  }
  await stream.close()
}

async function within (millis, promise, what) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${millis} ms`)), millis)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** `count` bytes of an AES-CTR key stream, the same every time. */
function * pseudoRandom (count) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16))
  const zeroes = Buffer.alloc(CHUNK_BYTES)
  for (let left = count; left > 0; left -= CHUNK_BYTES) {
    yield cipher.update(zeroes.subarray(0, Math.min(left, CHUNK_BYTES)))
  }
}
