/** `count, seconds, perSecond, p50Micros, p99Micros` of operations that took `micros` each and `seconds` together. */
export function summary (micros, seconds) {
  const count = micros.length
  return { count, seconds, perSecond: seconds > 0 ? count / seconds : 0, ...percentiles(micros) }
}

export function percentiles (micros) {
  const sorted = Float64Array.from(micros).sort()
  const at = fraction => Math.round(sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? 0)
  return { p50Micros: at(0.5), p99Micros: at(0.99) }
}

/** The microseconds of each of `count` runs of `task`, at most `concurrency` at once. Throws the first failure. */
export async function timed (count, concurrency, task) {
  const micros = []
  let started = 0
  const worker = async () => {
    while (started < count) {
      started++
      const begin = performance.now()
      await task()
      micros.push((performance.now() - begin) * 1000)
    }
  }
  await Promise.all(Array.from({ length: Math.min(count, concurrency) }, worker))
  return micros
}
