import { ExactReader, readAll, write } from './stream-io.mjs'

export const ECHO = '/echo/1.0.0'
export const PERF = '/perf/1.0.0'
export const PING = '/ipfs/ping/1.0.0'
export const SINK = '/interop/sink/1.0.0'
export const SLOW = '/interop/slow/1.0.0'
export const RESET = '/interop/reset/1.0.0'

const STREAM_LIMITS = { maxInboundStreams: 65_536, maxOutboundStreams: 65_536 }
const ZEROES = new Uint8Array(65_536)

export async function serveAll (node) {
  await serve(node, ECHO, echo)
  await serve(node, PERF, perf)
  await serve(node, SINK, sink)
  await serve(node, SLOW, slow)
  await serve(node, RESET, reset)
}

export async function serveEcho (node, protocol) {
  await serve(node, protocol, echo)
}

async function serve (node, protocol, handler) {
  await node.handle(protocol, async stream => {
    try {
      await handler(stream)
    } catch (failure) {
      console.error(`${protocol} of stream ${stream.id} failed:`, failure)
      stream.abort(failure)
    }
  }, { ...STREAM_LIMITS, force: true })
}

/** Stops reading while the remote does not take what comes back. */
async function echo (stream) {
  // A pause from within resume() is lost: Yamux would grant window all the same. So the pause follows it.
  let resuming = false
  const pauseIfFull = () => {
    if (stream.writableNeedsDrain && stream.readStatus === 'readable' && !resuming) {
      stream.pause()
    }
  }
  stream.addEventListener('drain', () => {
    if (stream.readStatus === 'paused') {
      resuming = true
      stream.resume()
      resuming = false
      pauseIfFull()
    }
  })
  await readAll(stream, chunk => {
    stream.send(chunk)
    pauseIfFull()
  })
  await stream.close()
}

async function sink (stream) {
  let bytes = 0
  await readAll(stream, chunk => { bytes += chunk.byteLength })
  stream.send(new TextEncoder().encode(`${bytes}\n`))
  await stream.close()
}

async function slow (stream) {
  let bytes = 0
  await readAll(stream, chunk => {
    bytes += chunk.byteLength
    if (bytes >= 1024) {
      stream.pause()
    }
  })
}

async function reset (stream) {
  await new ExactReader(stream).read(1)
  stream.abort(new Error('/interop/reset/1.0.0 resets'))
}

/** The server side of libp2p perf: eight bytes tell how much to send once the remote has sent all of its own. */
async function perf (stream) {
  const header = Buffer.alloc(8)
  let received = 0
  await readAll(stream, chunk => {
    if (received < 8) {
      header.set(chunk.subarray(0, 8 - received), received)
    }
    received += chunk.byteLength
  })
  if (received < 8) {
    throw new Error(`perf stream of ${received} bytes`)
  }
  await writeZeroes(stream, Number(header.readBigUInt64BE()))
  await stream.close()
}

/** Sends that many bytes, or as many as it can until `deadlineMillis` of `performance.now()`; returns how many. */
export async function writeZeroes (stream, count, deadlineMillis = Infinity) {
  let sent = 0
  while (sent < count && performance.now() < deadlineMillis) {
    const chunk = ZEROES.subarray(0, Math.min(ZEROES.byteLength, count - sent))
    await write(stream, chunk)
    sent += chunk.byteLength
  }
  return sent
}
