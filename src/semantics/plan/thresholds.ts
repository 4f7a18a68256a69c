import { thresholdTable } from '../../catalog/thresholds.ts'
import type { Plan, ThresholdName } from '../../model/plan.ts'

/** The team's number where its policy file states one, else the default. */
export const thresholdOf = ({ thresholds }: Plan, name: ThresholdName): number => thresholds?.[name] ?? thresholdTable[name].default
