import type { ForgettingDeclaration } from '#adapters/topology.ts';
import { ask } from './askFunction.ts';

/**
 * A member forgotten (Amazon States Language). In: { memberId }, out: the certificate; in: {}, out: {}, as at night: whoever was asked for and is not settled, each
 * by itself. Every step may be done again, and nothing personal passes between them.
 */
export const forgetDefinition = (functionArn: string, declared: Omit<ForgettingDeclaration, 'function'>) => ({
  StartAt: 'IsOne',
  States: {
    IsOne: {
      Type: 'Choice',
      Choices: [{ Variable: '$.memberId', IsPresent: true, Next: 'Ask' }],
      Default: 'Pending',
    },
    Pending: {
      ...ask(functionArn, { action: 'pending' }),
      ResultSelector: { 'members.$': '$.Payload.members' },
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      ItemsPath: '$.members',
      ItemSelector: { 'memberId.$': '$$.Map.Item.Value', mayPutOff: true },
      MaxConcurrency: declared.membersAtOnce,
      // One that fails says so in the function's log, and is tried the next night.
      ToleratedFailurePercentage: 100,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: AT_NIGHT('Ask'),
        // Certificates of many would be more than a machine holds.
        States: { ...oneMember(functionArn, declared, AT_NIGHT), [AT_NIGHT('Certified')]: NOTHING },
      },
      ResultPath: null,
      Next: 'Nothing',
    },
    Nothing: NOTHING,
    ...oneMember(functionArn, declared, (state) => state),
    Certified: { Type: 'Pass', InputPath: '$.certified.certificate', End: true },
  },
});

const NOTHING = { Type: 'Pass', Result: {}, End: true };

/** No two states of a machine have one name, wherever they are in it (Amazon States Language, "States"). */
type Named = (state: string) => string;
const AT_NIGHT: Named = (state) => `${state}AtNight`;

const oneMember = (
  functionArn: string,
  { keysLetGoSeconds, onTheWaySeconds, maximumConcurrency }: Omit<ForgettingDeclaration, 'function'>,
  named: Named,
) => {
  const step = (action: string, of: Readonly<Record<string, string>> = {}) =>
    ask(functionArn, { action, 'memberId.$': '$.memberId', ...of });
  return {
    [named('Ask')]: {
      ...step('ask'),
      ResultSelector: { 'isKnown.$': '$.Payload.isKnown' },
      ResultPath: '$.asked',
      Next: named('IsKnown'),
    },
    [named('IsKnown')]: {
      Type: 'Choice',
      Choices: [{ Variable: '$.asked.isKnown', BooleanEquals: true, Next: named('DestroyKeys') }],
      Default: named('Unknown'),
    },
    [named('Unknown')]: { Type: 'Fail', Error: 'MemberUnknown', Cause: 'Nobody ever told of a member of that id.' },
    [named('DestroyKeys')]: { ...step('destroyKeys'), ResultPath: null, Next: named('UntilKeysAreLetGo') },
    [named('UntilKeysAreLetGo')]: { Type: 'Wait', Seconds: keysLetGoSeconds, Next: named('Forget') },
    [named('Forget')]: {
      ...step('forget'),
      ResultSelector: { 'forgotten.$': '$.Payload.forgotten', 'heldBackBy.$': '$.Payload.heldBackBy' },
      ResultPath: '$.fact',
      Next: named('OnTheWay'),
    },
    [named('OnTheWay')]: { Type: 'Wait', Seconds: onTheWaySeconds, Next: named('Purge') },
    [named('Purge')]: {
      ...step('purge', { 'heldBackBy.$': '$.fact.heldBackBy' }),
      ResultSelector: {
        'purged.$': '$.Payload.purged',
        'isPending.$': '$.Payload.isPending',
        'parts.$': '$.Payload.parts',
      },
      ResultPath: '$.purge',
      Next: named('IsWorthLooking'),
    },
    // Everything is read to look: at night only when it can be the last time.
    [named('IsWorthLooking')]: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.mayPutOff', IsPresent: true },
            { Variable: '$.purge.isPending', BooleanEquals: true },
          ],
          Next: named('PutOff'),
        },
      ],
      Default: named('Look'),
    },
    [named('PutOff')]: NOTHING,
    [named('Look')]: {
      Type: 'Map',
      ItemsPath: '$.purge.parts',
      ItemSelector: {
        'memberId.$': '$.memberId',
        'version.$': '$.fact.forgotten.version',
        'part.$': '$$.Map.Item.Value',
      },
      MaxConcurrency: maximumConcurrency,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: named('LookAtPart'),
        States: {
          [named('LookAtPart')]: {
            ...step('look', { 'version.$': '$.version', 'part.$': '$.part' }),
            OutputPath: '$.Payload',
            End: true,
          },
        },
      },
      ResultPath: '$.looked',
      Next: named('Certify'),
    },
    [named('Certify')]: {
      ...ask(functionArn, {
        action: 'certify',
        'forgotten.$': '$.fact.forgotten',
        'purged.$': '$.purge.purged',
        'looked.$': '$.looked',
      }),
      ResultSelector: { 'certificate.$': '$.Payload.certificate', 'isOver.$': '$.Payload.isOver' },
      ResultPath: '$.certified',
      Next: named('IsOver'),
    },
    [named('IsOver')]: {
      Type: 'Choice',
      Choices: [{ Variable: '$.certified.isOver', BooleanEquals: true, Next: named('Settle') }],
      Default: named('Certified'),
    },
    [named('Settle')]: { ...step('settle'), ResultPath: null, Next: named('Certified') },
  };
};
