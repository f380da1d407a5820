import type { Forgetting } from '../../../../http/answers/forgotten.ts';
import { Asked } from '../../ui/dialog.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Said } from '../../ui/said.tsx';
import { Steps } from '../steps.tsx';
import { CertificateView } from './certificate.tsx';
import { forgetSteps, verdictOf } from './forgetWords.ts';

export type ShownForgettingProps = {
  readonly memberId: string;
  /** null: nothing was heard of it yet. */
  readonly forgetting: Forgetting | null;
  readonly isAsking: boolean;
  readonly onAgain: () => void;
};

/** Step by step, then the certificate. Who leaves the page finds it again: nothing depends on who looks. */
export const ShownForgetting = ({ memberId, forgetting, isAsking, onAgain }: ShownForgettingProps) => {
  const steps = forgetSteps(forgetting);
  const [first] = steps;
  const isBusy = isAsking || forgetting?.isUnderWay === true;
  const certificate = isBusy ? null : (forgetting?.certificate ?? null);
  const verdict = certificate === null ? null : verdictOf(certificate);
  return (
    <Panel
      title={`${isBusy ? 'Forgetting' : 'Forgotten:'} ${memberId}`}
      actions={
        !isBusy && (
          <Asked
            label={forgetting?.isSettled === true ? 'Look through everything again' : 'Go on with it'}
            title={`Go through ${memberId} once more?`}
            confirm="Go through it"
            onConfirm={onAgain}
          >
            <p>
              Each step is gone through again, and finds nothing to do where it was done. As the key is gone, nobody
              knows any more what to look for: the new certificate takes the place of the last and says so.
            </p>
          </Asked>
        )
      }
    >
      <Steps label="Steps" steps={steps} since={first?.at ?? 0} />
      <Said tone={verdict?.tone === 'good' ? 'good' : verdict === null ? 'info' : 'bad'}>
        {isBusy ? null : verdict === null ? (
          toldOf(forgetting)
        ) : (
          <>
            <strong>{verdict.title}.</strong> {verdict.text}
            {certificate?.pending.map((one) => (
              <p key={one}>{one}</p>
            ))}
          </>
        )}
      </Said>
      {certificate !== null && <CertificateView certificate={certificate} />}
    </Panel>
  );
};

const toldOf = (forgetting: Forgetting | null): string | null => {
  if (forgetting === null) return null;
  const { failure, isSettled, steps } = forgetting;
  if (failure !== null) return `It stopped: ${failure}. It goes on by itself within the hour.`;
  if (isSettled) return 'Forgotten, and certified when it was done. The certificate itself is not kept.';
  return steps.length === 0 ? 'It is written down, and goes on by itself within the hour.' : null;
};
