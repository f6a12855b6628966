// Stories made of steps: each step is a test, named by a sentence; a step that fails ends its story.

const STEP_LIMIT_MS = 90_000

const stories = []

/** Declares a story. `tell(step)` names the steps in order; they share what `tell` keeps in its own variables. */
export function story(name, tell) {
  const steps = []
  tell((sentence, act, limit = STEP_LIMIT_MS) => steps.push({ sentence, act, limit }))
  stories.push({ name, steps })
}

/** Runs every story whose name or steps contain one of `wanted`; answers how many steps passed and failed. */
export async function runStories({ wanted = [], failed: onFailed, ended }) {
  const tally = { passed: 0, failed: 0 }
  const asked = ({ name, steps }) => wanted.length === 0 || wanted.some((word) => name.includes(word) || steps.some(({ sentence }) => sentence.includes(word)))
  for (const one of stories.filter(asked)) {
    console.log(`\n${one.name}`)
    await runStory(one, tally, onFailed)
    await ended(one.name)
  }
  return tally
}

async function runStory({ name, steps }, tally, onFailed) {
  let broken = false
  for (const { sentence, act, limit } of steps) {
    if (broken) {
      tally.failed += 1
      console.log(`  not reached   ${sentence}`)
      continue
    }
    const began = performance.now()
    const error = await inTime(act, limit)
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(7)
    if (!error) {
      tally.passed += 1
      console.log(`  ok   ${took}  ${sentence}`)
      continue
    }
    tally.failed += 1
    broken = true
    console.log(`  FAIL ${took}  ${sentence}\n${indented(error.stack ?? String(error))}`)
    await onFailed(`${name} ${sentence}`).catch((reason) => console.log(indented(`no evidence could be saved: ${reason}`)))
  }
}

async function inTime(act, limit) {
  let timer
  const late = new Promise((done) => {
    timer = setTimeout(() => done(new Error(`not done within ${limit / 1000} s`)), limit)
  })
  try {
    return await Promise.race([Promise.resolve(act()).then(() => null), late])
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  } finally {
    clearTimeout(timer)
  }
}

const indented = (text) => text.replace(/\x1b\[[0-9;]*m/g, '').replace(/^/gm, '       ')
