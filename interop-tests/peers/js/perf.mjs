import { PERF, writeZeroes } from './protocols.mjs'
import { StreamReset, readAll } from './stream-io.mjs'

const ENDLESS = 2n ** 62n
const STREAM_MILLIS = 30_000

/**
 * First all streams upload, then all download, each phase timed by itself. `upload` and `download` are bytes per
 * stream; with `seconds` each phase lasts that long and a download ends by resetting its stream.
 */
export async function perfCommand (connection, { upload, download, seconds, streams = 1 }) {
  const up = seconds == null
    ? () => uploadOne(connection, upload ?? 0, Infinity)
    : () => uploadOne(connection, Infinity, performance.now() + seconds * 1000)
  const down = seconds == null
    ? () => downloadBytes(connection, download ?? 0)
    : () => downloadFor(connection, seconds * 1000)
  const sent = await phase(streams, upload === 0 ? () => 0 : up)
  const received = await phase(streams, download === 0 ? () => 0 : down)
  return {
    uploadBytes: sent.bytes,
    uploadSeconds: sent.seconds,
    downloadBytes: received.bytes,
    downloadSeconds: received.seconds
  }
}

async function phase (streams, run) {
  const begin = performance.now()
  const counts = await Promise.all(Array.from({ length: streams }, run))
  return { bytes: counts.reduce((sum, count) => sum + count, 0), seconds: (performance.now() - begin) / 1000 }
}

async function open (connection, downloadBytes) {
  const stream = await connection.newStream(PERF, {
    signal: AbortSignal.timeout(STREAM_MILLIS),
    maxOutboundStreams: 65_536
  })
  const header = Buffer.alloc(8)
  header.writeBigUInt64BE(downloadBytes)
  stream.send(header)
  return stream
}

/** Ends when the remote has taken everything, which it shows by closing its side. */
async function uploadOne (connection, count, deadlineMillis) {
  const stream = await open(connection, 0n)
  const ended = readAll(stream, () => {})
  const writing = writeZeroes(stream, count, deadlineMillis).then(async sent => {
    await stream.close()
    return sent
  })
  const [sent] = await Promise.all([writing, ended])
  return sent
}

async function downloadBytes (connection, count) {
  const stream = await open(connection, BigInt(count))
  let received = 0
  const ended = readAll(stream, chunk => { received += chunk.byteLength })
  await stream.close()
  await ended
  if (received !== count) {
    throw new Error(`asked for ${count} bytes, got ${received}`)
  }
  return received
}

async function downloadFor (connection, millis) {
  const stream = await open(connection, ENDLESS)
  const timer = setTimeout(() => stream.abort(new Error('time is up')), millis)
  let received = 0
  try {
    const ended = readAll(stream, chunk => { received += chunk.byteLength })
    await Promise.all([stream.close(), ended])
  } catch (failure) {
    if (!(failure instanceof StreamReset)) {
      throw failure
    }
  } finally {
    clearTimeout(timer)
  }
  return received
}
