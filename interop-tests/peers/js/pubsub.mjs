import { createHash } from 'node:crypto'
import { StrictNoSign, StrictSign, TopicValidatorResult, gossipsub } from '@libp2p/gossipsub'
import { createTopicScoreParams } from '@libp2p/gossipsub/score'
import { percentiles } from './statistics.mjs'

const OUTBOUND_MINIMUM = 2
/** The newest messages of a topic are kept, so many bytes of them. */
const QUEUE_BYTES = 256 << 20
const TIME_BYTES = 8
const FLOODSUB = '/floodsub/1.0.0'
const WEIGHTLESS = {
  timeInMeshWeight: 0,
  firstMessageDeliveriesWeight: 0,
  meshMessageDeliveriesWeight: 0,
  meshFailurePenaltyWeight: 0
}

/** What the options of the contract mean to js-libp2p, with the message ids as hexadecimal text. */
export function pubsubService (options) {
  const [D, Dlo, Dhi] = options.mesh
  const create = gossipsub({
    globalSignaturePolicy: options.signed ? StrictSign : StrictNoSign,
    msgIdFn: options.idOfData ? idOfData : idOfSource,
    msgIdToStrFn: hex,
    heartbeatInterval: options.heartbeatMillis,
    D,
    Dlo,
    Dhi,
    Dscore: Math.min(4, D),
    Dout: Math.max(0, Math.min(OUTBOUND_MINIMUM, Math.floor(D / 2), Dlo - 1)),
    maxInboundDataLength: options.maxBytes,
    doPX: options.peerExchange,
    floodPublish: options.floodPublish,
    allowPublishToZeroTopicPeers: true,
    // Many peers of a test share an address.
    scoreParams: { IPColocationFactorWeight: 0, ...(options.scores ? {} : { behaviourPenaltyWeight: 0 }) }
  })
  return components => {
    const service = create(components)
    if (options.floodsub) {
      // Its option of that name leaves the other protocols in place.
      service.protocols = [FLOODSUB]
    }
    return service
  }
}

function idOfSource (message) {
  const seqno = Buffer.alloc(8)
  seqno.writeBigUInt64BE(message.sequenceNumber)
  return Buffer.concat([message.from.toMultihash().bytes, seqno])
}

function idOfData (message) {
  return createHash('sha256').update(message.data).digest()
}

function hex (bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** What arrived on a topic, and what happens to it. */
class Topic {
  messages = []
  /** How many microseconds the messages of a measured topic took, which is not queued. */
  trips
  #bytes = 0
  #taken = () => {}

  add (arrived) {
    const { data } = arrived.msg
    if (this.trips != null) {
      this.trips.push(trip(data))
      return
    }
    this.messages.push(arrived)
    this.#bytes += data.byteLength
    while (this.#bytes > QUEUE_BYTES) {
      this.#remove(1)
    }
    this.#taken()
  }

  /** Waits until so many messages are there, or for so long; takes them, or those that are there. */
  async take (count, millis) {
    if (this.messages.length < count) {
      await new Promise(resolve => {
        const timer = setTimeout(resolve, millis)
        this.#taken = () => {
          if (this.messages.length >= count) {
            clearTimeout(timer)
            resolve()
          }
        }
      })
      this.#taken = () => {}
    }
    return this.#remove(count)
  }

  #remove (count) {
    const removed = this.messages.splice(0, count)
    this.#bytes -= removed.reduce((sum, { msg }) => sum + msg.data.byteLength, 0)
    return removed
  }
}

/** The pubsub commands over one node that has the service. */
export class PubsubCommands {
  #pubsub
  #options
  #topics = new Map()
  #duplicates = new Map()

  constructor (node, options) {
    this.#pubsub = node.services.pubsub
    this.#options = options
    this.#pubsub.addEventListener('gossipsub:message', ({ detail }) => this.#topic(detail.msg.topic).add(detail))
    this.#countDuplicates(this.#pubsub.score)
  }

  #topic (name) {
    let topic = this.#topics.get(name)
    if (topic == null) {
      this.#topics.set(name, topic = new Topic())
    }
    return topic
  }

  /** Only the scoring hears of them. */
  #countDuplicates (score) {
    const duplicateMessage = score.duplicateMessage.bind(score)
    score.duplicateMessage = (from, id, topic) => {
      this.#duplicates.set(topic, (this.#duplicates.get(topic) ?? 0) + 1)
      duplicateMessage(from, id, topic)
    }
  }

  async subscribe ({ topic }) {
    if (this.#options.scores) {
      this.#pubsub.score.params.topics[topic] ??= createTopicScoreParams({ topicWeight: 1, ...WEIGHTLESS })
    }
    this.#pubsub.subscribe(topic)
    return {}
  }

  async unsubscribe ({ topic }) {
    this.#pubsub.unsubscribe(topic)
    return {}
  }

  /** js-libp2p tells no id of what it publishes; that of unsigned messages follows from the data. */
  async publish ({ topic, data, count = 1 }) {
    const bytes = Buffer.from(data, 'base64')
    const ids = []
    for (let number = 0; number < count; number++) {
      const message = count > 1 ? Buffer.concat([bytes, bigEndian(number)]) : bytes
      await this.#pubsub.publish(topic, message)
      if (this.#options.idOfData) {
        ids.push(hex(idOfData({ data: message })))
      }
    }
    return { ids }
  }

  async received ({ topic, count, seconds }) {
    const messages = await this.#topic(topic).take(count, seconds * 1000)
    const duplicates = this.#duplicates.get(topic) ?? 0
    this.#duplicates.delete(topic)
    return { messages: messages.map(told), duplicates }
  }

  async pubsub ({ topic }) {
    return {
      subscribers: this.#pubsub.getSubscribers(topic).map(String),
      mesh: this.#pubsub.getMeshPeers(topic),
      protocols: Object.fromEntries([...this.#pubsub.streamsOutbound].map(([peer, stream]) => [peer, stream.protocol]))
    }
  }

  async verdict ({ topic, verdict }) {
    const result = { accept: TopicValidatorResult.Accept, reject: TopicValidatorResult.Reject, ignore: TopicValidatorResult.Ignore }[verdict]
    if (result == null) {
      throw new Error(`verdict ${verdict}: accept, reject or ignore`)
    }
    this.#pubsub.topicValidators.set(topic, () => result)
    return {}
  }

  async explicit ({ addr }, dial) {
    const connection = await dial(addr)
    this.#pubsub.direct.add(connection.remotePeer.toString())
    return {}
  }

  async scores () {
    if (!this.#options.scores) {
      throw new Error('unsupported: started with --pubsub-scores off')
    }
    return { scores: Object.fromEntries([...this.#pubsub.peers.keys()].map(peer => [peer, this.#pubsub.getScore(peer)])) }
  }

  /** Publishes at an even pace, and what it is late with at once. */
  async flood ({ topic, bytes, perSecond, seconds }) {
    const message = pseudoRandomMessage(bytes)
    const begin = performance.now()
    let published = 0
    let tried = 0
    let failure
    while (true) {
      const elapsed = (performance.now() - begin) / 1000
      if (tried >= Math.floor(Math.min(elapsed, seconds) * perSecond)) {
        if (elapsed >= seconds) {
          break
        }
        await new Promise(resolve => setTimeout(resolve, 1))
      } else if (elapsed > 2 * seconds) {
        failure ??= 'took twice the time'
        break
      } else {
        try {
          await this.#pubsub.publish(topic, message(tried++))
          published++
        } catch (problem) {
          failure ??= problem.message
        }
      }
    }
    return { published, failure }
  }

  /** The first call begins to measure. */
  async latency ({ topic }) {
    const measured = this.#topic(topic)
    const trips = measured.trips ?? []
    measured.trips = []
    return { delivered: trips.length, ...percentiles(trips) }
  }
}

export const PUBSUB_COMMANDS = ['subscribe', 'unsubscribe', 'publish', 'received', 'pubsub', 'verdict', 'explicit', 'scores',
  'flood', 'latency']

function told ({ msg, msgId, propagationSource }) {
  return {
    from: msg.from?.toString(),
    data: Buffer.from(msg.data).toString('base64'),
    seqno: msg.sequenceNumber?.toString(16).padStart(16, '0'),
    id: msgId,
    via: propagationSource.toString()
  }
}

function bigEndian (number) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes
}

/** Makes messages that differ in the time they begin with, and in the number after it. */
function pseudoRandomMessage (bytes) {
  const template = Buffer.alloc(Math.max(bytes, TIME_BYTES))
  for (let i = 0; i < template.length; i++) {
    template[i] = Math.random() * 256
  }
  return number => {
    const message = Buffer.from(template)
    message.writeBigUInt64BE(BigInt(Math.round(microsSinceEpoch())))
    if (message.length >= 2 * TIME_BYTES) {
      message.writeBigUInt64BE(BigInt(number), TIME_BYTES)
    }
    return message
  }
}

/** How many microseconds ago the message says that it was sent. */
function trip (data) {
  if (data.byteLength < TIME_BYTES) {
    return 0
  }
  const sent = Buffer.from(data.buffer, data.byteOffset, TIME_BYTES).readBigUInt64BE()
  return Math.max(0, microsSinceEpoch() - Number(sent))
}

function microsSinceEpoch () {
  return (performance.timeOrigin + performance.now()) * 1000
}
