// Both apps in real browsers against the real hub. `node web/e2e/run.mjs [WORD..]` runs the stories that have a word in
// their name; the last line is always `N passed, N failed`.

import { chromiumPath, ensureBuilt } from './support/build.mjs'
import { runStories } from './support/runner.mjs'
import { World } from './support/world.mjs'
import again from './stories/again.mjs'
import article from './stories/article.mjs'
import boards from './stories/boards.mjs'
import cases from './stories/cases.mjs'
import catalogue from './stories/catalogue.mjs'
import clocks from './stories/clocks.mjs'
import day from './stories/day.mjs'
import desk from './stories/desk.mjs'
import figures from './stories/figures.mjs'
import find from './stories/find.mjs'
import forms from './stories/forms.mjs'
import handing from './stories/handing.mjs'
import intake from './stories/intake.mjs'
import keeping from './stories/keeping.mjs'
import life from './stories/life.mjs'
import mediation from './stories/mediation.mjs'
import mediationOffice from './stories/mediation-office.mjs'
import office from './stories/office.mjs'
import pages from './stories/pages.mjs'
import readme from './stories/readme.mjs'
import revoked from './stories/revoked.mjs'
import rules from './stories/rules.mjs'
import sending from './stories/sending.mjs'
import verify from './stories/verify.mjs'
import visit from './stories/visit.mjs'

const STORIES = [visit, again, find, sending, handing, boards, clocks, revoked, desk, day, life, cases, keeping, readme, pages, mediationOffice, mediation, article, verify, intake, office, catalogue, figures, rules, forms]

const began = performance.now()
const end = (passed, failed) => {
  console.log(`\n${((performance.now() - began) / 1000).toFixed(0)} s`)
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed > 0 ? 1 : 0)
}

if (!chromiumPath()) {
  const lack = 'no Chromium is installed (Debian: apt-get install chromium), so the browser stories cannot run'
  console.log(process.env.CI ? lack : `skipped: ${lack}`)
  end(0, process.env.CI ? 1 : 0)
}

const world = new World()
const leave = () => void world.close().finally(() => process.exit(1))
process.once('SIGINT', leave)
process.once('SIGTERM', leave)

let tally = { passed: 0, failed: 1 }
try {
  ensureBuilt()
  await world.open()
  for (const tell of STORIES) tell(world)
  tally = await runStories({ wanted: process.argv.slice(2), failed: (of) => world.keepEvidence(of), ended: () => world.mend() })
} catch (error) {
  console.log(error)
} finally {
  await world.close()
}
end(tally.passed, tally.failed)
