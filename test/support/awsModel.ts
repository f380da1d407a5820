import * as appflow from '@aws-sdk/client-appflow';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as pipes from '@aws-sdk/client-pipes';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sfn from '@aws-sdk/client-sfn';
import * as sqs from '@aws-sdk/client-sqs';
import { byHand } from './awsByHand.ts';

/** A structure as the SDK describes it: kind, namespace, name, traits, members, their types, how many of the first are required. */
export type Structure = readonly [3 | 4, string, string, unknown, readonly string[], readonly unknown[], number?];
export type List = readonly [1, string, string, unknown, unknown];
type Operation = readonly [9, string, string, unknown, unknown, unknown];

/** input: what may be asked; output: what is answered. */
export type Model = { readonly operation: string; readonly input: Structure; readonly output: Structure };

/** By the service's name in the AWS CLI. */
const clients: Readonly<Record<string, unknown>> = {
  ...{ appflow, dynamodb, events: eventbridge, pipes, secretsmanager: secretsManager, sqs, stepfunctions: sfn },
};

/** As Amazon's own model has it, in the SDK where that service has a client here. Throws where there is no such operation. */
export const modelOf = (service: string, action: string): Model => {
  const operation = pascal(action);
  const client = clients[service] as Readonly<Record<string, Operation | undefined>> | undefined;
  const model = client?.[`${operation}$`];
  if (client !== undefined && model?.[0] === 9) {
    const [input, output] = [typeOf(model[4]), typeOf(model[5])];
    return { operation, input: isStructure(input) ? input : NOTHING, output: isStructure(output) ? output : NOTHING };
  }
  const told = client === undefined ? byHand[`${service} ${action}`] : undefined;
  if (told === undefined) throw new Error(`${service} ${action}: no such operation, and none that was looked up`);
  const names = [...told.required, ...told.optional];
  return {
    operation,
    input: [3, service, operation, 0, names, names.map((name) => told.lists?.[name] ?? 0), told.required.length],
    output: [3, service, operation, 0, told.answers, told.answers.map(() => 0)],
  };
};

const NOTHING: Structure = [3, '', '', 0, [], []];

export const typeOf = (type: unknown): unknown => (typeof type === 'function' ? type() : type);
/** A union is written as a structure is. */
export const isStructure = (model: unknown): model is Structure =>
  Array.isArray(model) && (model[0] === 3 || model[0] === 4);
export const isList = (model: unknown): model is List => Array.isArray(model) && model[0] === 1;
/** Both give what is in it as their fifth; of a map that is its keys, and what is behind them comes after. */
const insideOf = (model: unknown): readonly unknown[] =>
  isStructure(model) ? model[5] : Array.isArray(model) && model[0] <= 2 ? model.slice(4) : [];

/** Every name that an answer of this shape may hold, however deep. */
export const namesIn = (shape: unknown): ReadonlySet<string> => {
  const names = new Set<string>();
  const seen = new Set<unknown>();
  const look = (type: unknown): void => {
    const model = typeOf(type);
    if (!Array.isArray(model) || seen.has(model)) return;
    seen.add(model);
    if (isStructure(model)) for (const name of model[4]) names.add(name);
    for (const inside of insideOf(model)) look(inside);
  };
  look(shape);
  return names;
};

const pascal = (name: string): string => name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
