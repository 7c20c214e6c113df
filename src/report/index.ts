export type { CllrBySpeaker, FalseWakesBySession, MissesBySpeaker } from './by-group.js';
export { formatCalibration } from './calibration-table.js';
export { type ChainReport, chainReport, chainText } from './chain-text.js';
export { formatComparison } from './comparison-table.js';
export { describeRate, formatEvaluation } from './evaluation-table.js';
export { comparisonMarkdown } from './markdown.js';
export { hourlyText, percent, shareText } from './rate-text.js';
export { replayPage } from './replay-page.js';
export { replayJson, replayText } from './replay-text.js';
export {
  buildReport,
  type DetOfCondition,
  type LlrGrades,
  type Report,
  type StakeCost,
} from './report.js';
export { reportJsonSchema, reportSchema } from './report-schema.js';
export { writeReport } from './write-report.js';
