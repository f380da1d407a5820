import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Field names of Google's own types, as its client declares them (made from Google's discovery document). */
export const googleTypes = () => {
  const file = createRequire(import.meta.url)
    .resolve('@googleapis/walletobjects')
    .replace(/index\.js$/, 'v1.d.ts');
  const text = readFileSync(file, 'utf8');
  const fieldsOf = (type: string): ReadonlyMap<string, string> => {
    const body = new RegExp(`interface Schema\\$${type} \\{([\\s\\S]*?)\\n    \\}`).exec(text)?.[1];
    if (body === undefined) throw new Error(`no type ${type}`);
    return new Map([...body.matchAll(/^ {8}(\w+)\?: ([^;]+);/gm)].map(([, name = '', of = '']) => [name, of]));
  };
  /** Paths that Google does not know, of a value of that type. */
  const strangers = (type: string, value: unknown, path = ''): readonly string[] => {
    if (value === null || typeof value !== 'object') return [];
    if (Array.isArray(value)) return value.flatMap((one) => strangers(type, one, `${path}[]`));
    const fields = fieldsOf(type);
    return Object.entries(value).flatMap(([key, inner]) => {
      const of = fields.get(key);
      if (of === undefined) return [`${path}.${key}`];
      const nested = /Schema\$(\w+)/.exec(of)?.[1];
      return nested === undefined
        ? scalarStrangers(of, inner, `${path}.${key}`)
        : strangers(nested, inner, `${path}.${key}`);
    });
  };
  return { strangers };
};

const scalarStrangers = (of: string, value: unknown, path: string): readonly string[] => {
  const values = Array.isArray(value) ? value : [value];
  return values.every((one) => one === null || of.includes(typeof one)) ? [] : [`${path} is no ${of}`];
};
