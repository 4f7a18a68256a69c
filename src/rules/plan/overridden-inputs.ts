import type { Outcome } from '../../model/finding.ts'
import type { OverriddenInput } from '../../model/plan.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'

export const overriddenInputs = defineRule({
  id: 'plan/overridden-inputs',
  title: 'No input contradicts the request file',
  why: 'The request file is what creates the cluster, so it wins over the inputs, which only fill what it leaves open. An input that says something else is usually a leftover: what it names is not checked.',
  severity: 'notice',
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html'],
  needs: [],
  uses: [],
  applies: (plan) => plan.request !== null || 'There is no request file that an input could contradict.',
  evaluate: (_, { request, overriddenInputs: overridden }) =>
    overridden.length === 0
      ? [pass(request?.path ?? 'inputs', 'no input says something else than the request')]
      : overridden.map(overruled),
})

const overruled = ({ input, value, requestSays, location }: OverriddenInput): Outcome =>
  fail(
    input,
    `${input} is ${value}, the request says ${requestSays}, and the request wins`,
    { text: `Remove the input ${input}, or correct the request if the input is right.`, commands: [] },
    { location, evidence: { input: value, request: requestSays } },
  )
