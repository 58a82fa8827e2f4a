import { z } from 'zod';

type Schema = z.core.$ZodType;

/**
 * The keys that a schema knows in what stands at a path of `data`, in the order in which they are documented. Where one
 * of several forms is allowed, those of the forms that know the most of what is written there.
 */
export function knownKeys(schema: Schema, path: readonly PropertyKey[], data: unknown): string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodUnion) {
    const fits = inner.options.map((option) => ({ option, fit: fitOf(unwrap(option), data) }));
    const best = Math.max(...fits.map(({ fit }) => fit));
    const likely = fits.filter(({ fit }) => fit === best);
    return [...new Set(likely.flatMap(({ option }) => knownKeys(option, path, data)))];
  }
  if (path.length === 0) return ownKeys(inner);
  const [key, ...rest] = path;
  const field = fieldOf(inner, key);
  return field ? knownKeys(field, rest, isRecord(data) ? data[key] : undefined) : [];
}

function ownKeys(schema: Schema): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (!(schema instanceof z.ZodRecord) || !(schema.keyType instanceof z.ZodEnum)) return [];
  return schema.keyType.options.map(String);
}

function fieldOf(schema: Schema, key: PropertyKey): Schema | undefined {
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (!(schema instanceof z.ZodObject)) return undefined;
  const shape: Readonly<Record<PropertyKey, Schema | undefined>> = schema.shape;
  return shape[key];
}

/** How many of the keys that are written a form knows; -1 where a field says that it is another form. */
function fitOf(schema: Schema, data: unknown): number {
  const keys = isRecord(data) ? Object.keys(data) : [];
  const isOther = keys.some((key) => {
    const field = fieldOf(schema, key);
    return field instanceof z.ZodLiteral && isRecord(data) && !field.safeParse(data[key]).success;
  });
  const known = new Set(ownKeys(schema));
  return isOther ? -1 : keys.filter((key) => known.has(key)).length;
}

function isRecord(data: unknown): data is Readonly<Record<PropertyKey, unknown>> {
  return typeof data === 'object' && data !== null;
}

function unwrap(schema: Schema): Schema {
  const isWrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return isWrapped ? unwrap(schema.unwrap()) : schema;
}
