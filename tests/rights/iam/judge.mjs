// Answers which calls AWS would allow: trials come as JSON on the standard input, verdicts go as JSON to the standard output.
//
// A trial is a caller with policies and the calls it makes; its verdict has a boolean for each call, up to and with the first
// one that equals `until`, if there is one. What cannot be judged (an action that does not exist, a condition key that the
// service does not give) ends the program: it is a mistake in the question, not a denial.

import { text } from 'node:stream/consumers'
import { runSimulation } from '@cloud-copilot/iam-simulate'

async function isAllowed({ principal, account, identityPolicies, resourcePolicy }, { action, resource, context }) {
  const simulation = {
    request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
    identityPolicies: identityPolicies.map((policy, index) => ({ name: `${index}`, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy && { resourcePolicy }),
  }
  const outcome = await runSimulation(simulation, {})
  const asked = `${principal}: ${action} on ${resource} with ${JSON.stringify(context)}`
  if (outcome.resultType !== 'single') {
    throw new Error(`${asked} cannot be judged: ${JSON.stringify(outcome.errors ?? outcome.resultType)}`)
  }
  const { ignoredContextKeys } = outcome.result
  if (ignoredContextKeys.length > 0) {
    throw new Error(`${asked} names what AWS does not tell about this action: ${ignoredContextKeys}`)
  }
  return outcome.overallResult === 'Allowed'
}

const verdicts = []
for (const trial of JSON.parse(await text(process.stdin))) {
  const allowed = []
  for (const call of trial.calls) {
    allowed.push(await isAllowed(trial, call))
    if (allowed.at(-1) === trial.until) break
  }
  verdicts.push(allowed)
}
process.stdout.write(JSON.stringify(verdicts))
