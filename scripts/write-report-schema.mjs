// Writes docs/report.schema.json from the schema in src/report; test/unit/report holds the two together.
import { writeFileSync } from 'node:fs';
import { reportJsonSchema } from '../dist/report/index.js';

const path = new URL('../docs/report.schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
