import { once } from 'node:events'

/** Either side reset the stream. */
export class StreamReset extends Error {}

/**
 * Calls `onData` for each chunk until the remote closes its write side. Rejects with {@link StreamReset} when either
 * side resets the stream, with another error when the connection closes before the stream ends.
 */
export function readAll (stream, onData) {
  return new Promise((resolve, reject) => {
    let remoteFinished = stream.remoteWriteStatus === 'closed'
    // js-libp2p says 'end' for the end of the data and also, before it says 'close', for a reset.
    const settle = error => {
      if (error != null || ['aborted', 'reset'].includes(stream.status)) {
        reject(new StreamReset(error?.message ?? `the stream was ${stream.status}`))
      } else if (!remoteFinished) {
        reject(new Error('the connection closed before the stream ended'))
      } else if (stream.readableEnded) {
        resolve()
      }
    }
    stream.addEventListener('remoteCloseWrite', () => { remoteFinished = true })
    stream.addEventListener('end', () => settle())
    stream.addEventListener('close', event => settle(event.error))
    stream.addEventListener('message', event => onData(event.data.subarray()))
    if (stream.readableEnded || stream.status !== 'open') {
      settle()
    }
  })
}

/** Sends one chunk and waits until the stream takes the next. */
export async function write (stream, chunk) {
  if (!stream.send(chunk)) {
    await drained(stream)
  }
}

/** Waits for the `drain` event: `stream.onDrain()` of js-libp2p 3.3 works only once in a stream's life. */
export async function drained (stream, signal) {
  if (!stream.writableNeedsDrain) {
    return
  }
  const stop = new AbortController()
  const stopped = signal == null ? stop.signal : AbortSignal.any([signal, stop.signal])
  try {
    await Promise.race([
      once(stream, 'drain', { signal: stopped }),
      once(stream, 'close', { signal: stopped }).then(([event]) => {
        throw new StreamReset(event.error?.message ?? 'the stream closed while data waited to be sent')
      })
    ])
  } finally {
    stop.abort()
  }
}

/** Reads a stream in pieces of wanted length. */
export class ExactReader {
  #waiting = null
  #chunks = []
  #available = 0
  #ended = null

  constructor (stream) {
    const end = failure => {
      this.#ended = failure
      this.#waiting?.reject(failure)
    }
    readAll(stream, chunk => {
      this.#chunks.push(chunk)
      this.#available += chunk.byteLength
      this.#serve()
    }).then(() => end(new Error('the remote closed its write side early')), end)
  }

  /** The next `count` bytes. One read at a time. */
  async read (count) {
    this.#waiting = { count, ...Promise.withResolvers() }
    const { promise } = this.#waiting
    this.#serve()
    if (this.#ended != null) {
      this.#waiting?.reject(this.#ended)
    }
    return promise
  }

  #serve () {
    const waiting = this.#waiting
    if (waiting == null || this.#available < waiting.count) {
      return
    }
    const all = Buffer.concat(this.#chunks)
    this.#chunks = [all.subarray(waiting.count)]
    this.#available = all.byteLength - waiting.count
    this.#waiting = null
    waiting.resolve(all.subarray(0, waiting.count))
  }
}
