import './with-resolvers.mjs'
import { createInterface } from 'node:readline'
import { parseOptions } from './options.mjs'

const { startNode } = await import('./node.mjs')
const { Commands } = await import('./commands.mjs')
const { serveAll, serveEcho } = await import('./protocols.mjs')

const STOP_MILLIS = 1_000

const { options, node } = await start().catch(failure => {
  answer({ ok: false, error: describe(failure) })
  process.exit(1)
})
// js-libp2p lets some failures of a single connection escape; they must not end the peer.
process.on('unhandledRejection', failure => console.error('unhandled rejection:', failure))
process.on('uncaughtException', failure => console.error('uncaught exception:', failure))
process.on('SIGTERM', stop)
answer({ peer: node.peerId.toString(), addrs: node.getMultiaddrs().map(String) })

const commands = new Commands(node, options)
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') {
    await serve(line)
  }
}
await stop()

async function start () {
  const options = parseOptions(process.argv.slice(2))
  const node = await startNode(options)
  await serveAll(node)
  for (const protocol of options.protocols) {
    await serveEcho(node, protocol)
  }
  return { options, node }
}

async function serve (line) {
  let id
  try {
    const command = JSON.parse(line)
    id = command.id
    answer({ id, ok: true, ...await commands.run(command) })
  } catch (failure) {
    answer({ id, ok: false, error: describe(failure) })
  }
}

/** The message with those of its causes: js-libp2p hides the reason of a failed dial in an AggregateError. */
function describe (failure) {
  const inner = failure.errors ?? (failure.cause instanceof Error ? [failure.cause] : [])
  return [failure.message ?? String(failure), ...inner.map(describe)].join(': ')
}

function answer (object) {
  process.stdout.write(JSON.stringify(object) + '\n')
}

async function stop () {
  setTimeout(() => process.exit(0), STOP_MILLIS).unref()
  await node.stop()
  process.exit(0)
}
