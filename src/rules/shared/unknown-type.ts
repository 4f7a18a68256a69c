import { ec2InstanceType } from '../../catalog/instance-types.ts'
import type { Gap } from '../../model/fact.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'
import { command } from '../engine/command.ts'

/** What cannot be judged because neither the catalog nor EC2 in the Region knows the size of these instance types. */
export const unknownType = (subject: string, types: readonly string[], region: string, location: Location | null = null): Outcome => {
  const gap: Gap = {
    reason: 'unsupported',
    action: 'ec2:DescribeInstanceTypes',
    message: `the size of ${types.join(', ')} is not known: neither this tool's list nor ec2:DescribeInstanceTypes in ${region} has it`,
  }
  const filter = `Name=instance-type,Values=${types.map(ec2InstanceType).join(',')}`
  return {
    status: 'unknown',
    subject,
    message: gap.message,
    gap,
    fix: {
      text: `Correct the instance type, or the Region: the command answers an empty list for a type that EC2 does not have in ${region}.`,
      commands: [
        command(
          ...['aws', 'ec2', 'describe-instance-types', '--region', region, '--filters', filter, '--query', 'InstanceTypes[].InstanceType'],
        ),
      ],
    },
    ...(location !== null && { location }),
  }
}
