import { type Names, namesIn, withNames } from './names.ts';
import { type Resource, resourcesOf, type Stacks } from './synthesised.ts';

export type Statement = {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: unknown;
  /** Of a service of AWS, where the policy is a resource's. */
  readonly services: readonly string[];
};

/** What each role may do: in the role itself, and in policies beside it. Keyed by the role's logical id without its hash. */
export const rolesIn = (stacks: Stacks): ReadonlyMap<string, readonly Statement[]> => {
  const names = namesIn(stacks);
  const roles = new Map<string, Statement[]>();
  for (const [id, role] of Object.entries(stacks.flow.Resources)) {
    if (role.Type !== 'AWS::IAM::Role') continue;
    const inline = (role.Properties.Policies ?? []) as readonly { readonly PolicyDocument: unknown }[];
    const beside = resourcesOf(stacks.flow, 'AWS::IAM::Policy').filter(({ Properties }) =>
      Properties.Roles.some(({ Ref }: { readonly Ref: string }) => Ref === id),
    );
    const documents = [
      ...inline.map(({ PolicyDocument }) => PolicyDocument),
      ...beside.map(({ Properties }) => Properties.PolicyDocument),
    ];
    roles.set(
      id.replace(/[0-9A-F]{8}$/, ''),
      documents.flatMap((document) => statementsOf(document, names)),
    );
  }
  return roles;
};

/** Policies of resources: queues, topics, keys, buckets. */
export const resourcePoliciesIn = (
  stacks: Stacks,
): readonly { readonly type: string; readonly statements: readonly Statement[] }[] => {
  const names = namesIn(stacks);
  const ofStore = namesIn({ store: stacks.store, flow: stacks.store });
  const read = (resources: Readonly<Record<string, Resource>>, told: Names) =>
    Object.values(resources).flatMap(({ Type, Properties: p }) => {
      const document =
        Type === 'AWS::KMS::Key'
          ? p.KeyPolicy
          : /(?:Queue|Topic|Bucket)Policy$/.test(Type)
            ? p.PolicyDocument
            : undefined;
      return document === undefined ? [] : [{ type: Type, statements: statementsOf(document, told) }];
    });
  return [...read(stacks.flow.Resources, names), ...read(stacks.store.Resources, ofStore)];
};

const statementsOf = (document: unknown, names: Names): readonly Statement[] =>
  (document as { readonly Statement: readonly Readonly<Record<string, unknown>>[] }).Statement.map(
    ({ Effect, Action, Resource: on, Condition, Principal }) => ({
      effect: String(Effect),
      actions: listOf(Action).map(String),
      resources: listOf(on).map(names),
      conditions: Condition === undefined ? undefined : withNames(Condition, names),
      services: listOf((Principal as { readonly Service?: unknown } | undefined)?.Service).map(names),
    }),
  );

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** A line a statement, for a person to read. */
export const lineOf = ({ actions, resources, conditions }: Statement): string =>
  `${actions.join(', ')} on ${resources.join(', ')}${conditions === undefined ? '' : ` if ${JSON.stringify(conditions)}`}`;
