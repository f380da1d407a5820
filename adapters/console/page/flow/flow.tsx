import { useSearchParams } from 'wouter';
import { boxNamed } from '../../../flow/graph.ts';
import { useStatus } from '../api/status.ts';
import { attentionOf } from '../attention/attention.ts';
import { troublesOf } from '../attention/troubles.ts';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { atRest } from './boxNow.ts';
import { Details } from './details.tsx';
import classes from './flow.module.css';
import { NeedList } from './needList.tsx';
import { Newcomer } from './newcomer.tsx';
import { Picture } from './picture.tsx';
import { Ticker } from './ticker.tsx';
import { Tries } from './tries.tsx';
import { useFlow } from './useFlow.ts';
import { useFlowGraph } from './useFlowGraph.ts';

/** The whole of billfold at a glance: what it is made of, and what passes through it at this moment. */
export const Flow = () => {
  const { data: flow, error, refetch, failureCount, dataUpdatedAt } = useFlow();
  const isStill = error !== null || failureCount > 0;
  const { data: status, error: statusError } = useStatus();
  const graph = useFlowGraph(flow);
  const [search, setSearch] = useSearchParams();
  const asked = search.get('box');
  const box = asked === null ? null : boxNamed(graph, asked);
  return (
    <Page title="Flow" lead="From what Salesforce knows of a member to the pass in their wallet">
      {flow === undefined || status === undefined ? (
        error === null && statusError === null ? (
          <Loading what="the flow" />
        ) : (
          <Failure error={error ?? statusError} onRetry={() => void refetch()} />
        )
      ) : (
        <>
          <div className={classes.view}>
            <Newcomer flow={flow} sample={status.sample} />
            <Tries />
            <NeedList
              needs={attentionOf(status, { troubles: troublesOf(graph, flow.parts) })}
              stillSince={isStill ? dataUpdatedAt : null}
              unknown={asked !== null && box === null ? asked : null}
            />
            <div className={classes.picture}>
              <Picture
                graph={graph}
                parts={isStill ? atRest(flow.parts) : flow.parts}
                onOpen={(name) => setSearch({ box: name })}
              />
            </div>
            <Ticker lately={flow.lately} />
          </div>
          {box !== null && <Details box={box} onClose={() => setSearch({}, { replace: true })} />}
        </>
      )}
    </Page>
  );
};
