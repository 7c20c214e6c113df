import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ModelError } from '../errors.js';

/**
 * Reads a model that is one JSON value.
 *
 * @param source names the model in errors
 * @param form what the schema asks for, in words
 * @throws ModelError where it cannot be read or does not have the schema
 */
export async function readModelJson<T>(
  path: string | URL,
  { source, schema, form }: { source: string; schema: z.ZodType<T>; form: string },
): Promise<T> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ModelError(source, { expected: 'a readable JSON file', actual: String(cause), cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ModelError(source, { expected: form, actual: z.prettifyError(parsed.error) });
}
